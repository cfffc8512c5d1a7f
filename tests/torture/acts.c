/* SPDX-License-Identifier: MIT */
#include "tests/torture/acts.h"

#include <stdio.h>

#define SECOND_US INT64_C(1000000)

enum { PIPELINED = 5, JOBS = 6 };

/* Adds a job that is told from all others by its number. */
static int add(struct disq *client, int number)
{
    char body[16];
    int size = snprintf(body, sizeof(body), "%d", number);

    return disq_addjob_start(client, "mail", body, (size_t)size, NULL);
}

static bool play_calls(struct disq *client, const struct disq_env *env)
{
    const struct disq_getjob_options get = {.timeout_ms = 500, .count = 2, .withcounters = true};
    char ids[2][DISQ_ID_SIZE + 1] = {"", ""};
    const char *list[] = {ids[0], ids[1]};
    struct disq_job *jobs;
    struct disq_show show;

    (void)env;
    for (int i = 0; i < 2; i++)
        disq_addjob(client, "mail", i == 0 ? "a" : "b", 1, NULL, ids[i]);
    disq_show(client, ids[0], &show);
    disq_qpeek(client, "mail", 0, 2, &jobs);
    disq_jobs_free(client, jobs);
    disq_qstat(client, "mail", 0, NULL);
    disq_getjob(client, "mail", &get, &jobs);
    disq_jobs_free(client, jobs);
    disq_working(client, ids[0], NULL);
    disq_nack(client, list, 2, NULL);
    disq_getjob(client, "mail", &get, &jobs);
    disq_jobs_free(client, jobs);
    disq_ackjob(client, list, 1, NULL);
    disq_fastack(client, list + 1, 1, NULL);
    disq_pause(client, "mail", 0, DISQ_PAUSE_ASK, false, NULL);
    disq_time(client, NULL);
    disq_info(client, NULL, NULL);
    disq_config_get(client, "max*", NULL);
    disq_auth(client, "nobody asked");
    disq_command(client, &(struct disq_bytes){"COMMAND", 7}, 1, NULL);
    return true;
}

static bool play_pipeline(struct disq *client, const struct disq_env *env)
{
    struct disq_job *jobs;

    (void)env;
    for (int i = 0; i < PIPELINED; i++)
        add(client, i);
    disq_qlen_start(client, "mail", 0);
    disq_getjob_start(client, "mail", &(struct disq_getjob_options){.count = PIPELINED, .nohang = true});
    disq_command_start(client, &(struct disq_bytes){"TIME", 4}, 1);
    disq_ping(client);
    while (disq_pending(client) > 0) {
        disq_wait(client);
        if (disq_finish_jobs(client, &jobs) != DISQ_INVALID) {
            disq_jobs_free(client, jobs);
            continue;
        }
        disq_finish(client);
    }
    return true;
}

static bool play_scans(struct disq *client, const struct disq_env *env)
{
    const struct disq_reply *item;
    struct disq_scan *scan;

    (void)env;
    for (int i = 0; i < 3; i++)
        disq_addjob(client, i == 0 ? "x" : i == 1 ? "y" : "z", "body", 4, NULL, NULL);
    scan = disq_qscan(client, &(struct disq_qscan_options){.count = 1});
    while (disq_scan_next(scan, &item) == 0 && item != NULL)
        disq_qlen(client, item->text, item->size, NULL);
    disq_scan_free(scan);
    scan = disq_jscan(client, &(struct disq_jscan_options){.count = 1, .queue = "x", .whole = true});
    while (disq_scan_next(scan, &item) == 0 && item != NULL)
        disq_show_parse(item, &(struct disq_show){.ttl_s = 0});
    disq_scan_free(scan);
    return true;
}

/* Jobs of another node, to which reads move. */
static bool play_move(struct disq *client, const struct disq_env *env)
{
    static const struct disq_bytes leave[] = {{"CLUSTER", 7}, {"LEAVING", 7}, {"yes", 3}};
    const struct disq_getjob_options get = {.timeout_ms = 5000};
    struct disq_job *job;

    (void)env;
    for (int i = 0; i < JOBS; i++)
        disq_addjob(client, "mail", "x", 1, &(struct disq_addjob_options){.ttl_s = 1000 + i}, NULL);
    disq_command(client, leave, 3, NULL); /* so that the home moves too */
    for (int i = 0; i < JOBS; i++) {
        if (disq_getjob(client, "mail", &get, &job) == 0 && job != NULL)
            disq_ackjob(client, &job->id, 1, NULL);
        disq_job_free(client, job);
    }
    disq_origins(client, NULL, 0);
    return true;
}

/* ---- The worker ---- */

struct shift {
    int handled;
};

static enum disq_outcome handle(void *ctx, struct disq_worker *worker, const struct disq_job *job)
{
    static const enum disq_outcome outcomes[] = {DISQ_JOB_DONE, DISQ_JOB_FAILED, DISQ_JOB_LATER,
                                                 DISQ_JOB_LEFT, DISQ_JOB_PENDING};
    struct shift *shift = ctx;
    enum disq_outcome outcome = outcomes[shift->handled++ % 5];

    disq_worker_beat(worker);
    if (outcome == DISQ_JOB_PENDING)
        disq_worker_done(worker, job, DISQ_JOB_DONE);
    return outcome;
}

static void wait_for(struct disq *client, struct disq_worker *worker, const struct disq_env *env)
{
    struct disq_ready ready[8];
    size_t count = disq_wants(client, ready, 8);
    int64_t deadline_us = disq_worker_next_deadline(worker);
    int64_t limit_us = disq_now_us(client) + SECOND_US;

    env->wait(env->ctx, ready, count < 8 ? count : 8, deadline_us < limit_us ? deadline_us : limit_us);
}

/* Has it ended by then? */
static bool work_until(struct disq *client, struct disq_worker *worker, const struct disq_env *env,
                       int64_t end_us)
{
    while (disq_now_us(client) < end_us) {
        if (disq_worker_step(worker) != DISQ_AGAIN)
            return true;
        wait_for(client, worker, env);
    }
    return false;
}

static bool play_worker(struct disq *client, const struct disq_env *env)
{
    struct shift shift = {0};
    const struct disq_worker_options options = {.queue = "mail",
                                                .handle = handle,
                                                .ctx = &shift,
                                                .batch = 4,
                                                .deliveries_max = 3,
                                                .dead_queue = "dead",
                                                .add = {.retry_s = 5}};
    struct disq_worker *worker;
    bool has_ended;

    for (int i = 0; i < JOBS; i++)
        disq_addjob(client, "mail", "x", 1, &(struct disq_addjob_options){.retry_s = 2, .ttl_s = 1000 + i},
                    NULL);
    worker = disq_worker_new(client, &options);
    if (worker == NULL)
        return true;
    work_until(client, worker, env, disq_now_us(client) + 10 * SECOND_US);
    disq_worker_stop(worker);
    has_ended = work_until(client, worker, env, disq_now_us(client) + 3600 * SECOND_US);
    disq_worker_free(worker);
    return has_ended;
}

const struct act acts[] = {
    {"calls", play_calls, {.nodes = "A,B,C"}},
    {"calls with a password", play_calls, {.nodes = "disque://:x@A,B/?ack_origin=no"}},
    {"pipeline", play_pipeline, {.nodes = "A"}},
    {"scans", play_scans, {.nodes = "B"}},
    {"move", play_move, {.nodes = "A,B", .count_origins = true, .move_min_jobs = 1}},
    {"worker", play_worker, {.nodes = "A,B,C", .hello_interval_ms = 1000}},
    {NULL, NULL, {0}},
};
