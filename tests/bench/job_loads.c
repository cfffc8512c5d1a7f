/* SPDX-License-Identifier: MIT */
/* The case study's loads on a cluster of three nodes, all in this process and in virtual time. */
#include "client/client.h"
#include "scenarios/lab/lab.h"
#include "tests/bench/loads.h"

#include <stdio.h>
#include <string.h>

enum { NODES = 3, BODY_SIZE = 100, MISSES_MAX = 1000 };

/* Do jobs come as fast as they can, as in the study, or a millisecond apart, so that each leaves the window
 * by itself? */
struct pace {
    int64_t window_ms; /* short enough to be full soon */
    int64_t job_takes_us;
};

static const struct pace at_once = {.window_ms = 10}, apart = {.window_ms = 200, .job_takes_us = 1000};

struct bench {
    struct lab *lab;
    struct disq_env env;
    struct disq *client;
    const struct pace *pace;
    const struct disq_addjob_options *addjob;
    char body[BODY_SIZE + 1];
};

/* Counting origins or not. If so, it never moves: a reader elsewhere has other work to do than one that
 * stays. */
static void start(struct bench *bench, const struct pace *pace, bool count_origins)
{
    memset(bench, 0, sizeof(*bench));
    memset(bench->body, 'x', BODY_SIZE);
    bench->pace = pace;
    bench->lab = lab_new(&(struct mockd_options){.nodes = NODES});
    load_need(bench->lab != NULL, "out of memory");
    tally_env(&bench->env, &bench->lab->env);
    bench->client = disq_new(&(struct disq_options){
        .nodes = "A",
        .env = &bench->env,
        .count_origins = count_origins,
        .move_min_jobs = INT32_MAX,
        .origin_window_ms = pace->window_ms,
    });
    load_need(bench->client != NULL && disq_ping(bench->client) == 0, "no client");
}

static void stop(struct bench *bench)
{
    disq_free(bench->client);
    lab_free(bench->lab);
}

/* Who does not count has no counter, and every counter says so by pointing to nothing. */
static size_t held_bytes(void *ctx)
{
    const struct bench *bench = ctx;
    const struct disq_counter *counter = &bench->client->origins.counter;

    return counter->runs != NULL ? disq_counter_size_bytes(counter) : 0;
}

/* ---- Jobs that wait on some of the nodes, as many on each, which keeps them alone ---- */

static void add_waiting_job(struct bench *bench, struct mockd_conn *conn)
{
    char request[BODY_SIZE + 100], reply[100];
    int size;

    size = snprintf(request, sizeof(request), "ADDJOB work %s 0 REPLICATE 1\r\n", bench->body);
    load_need(mockd_send(conn, request, (size_t)size) == size, "cannot send");
    load_need(mockd_advance(bench->lab->cluster, 0) == 0, "the cluster does not come to rest");
    load_need(mockd_recv(conn, reply, sizeof(reply)) > 0 && reply[0] == '+', "a job was refused");
}

static void add_waiting_jobs(struct bench *bench, int64_t jobs, int nodes)
{
    struct mockd *cluster = bench->lab->cluster;
    struct mockd_conn *conns[NODES];

    for (int i = 0; i < nodes; i++)
        conns[i] = mockd_connect(cluster, mockd_node_name(cluster, i));
    for (int64_t i = 0; i < jobs; i++)
        add_waiting_job(bench, conns[i % nodes]);
    for (int i = 0; i < nodes; i++)
        mockd_close(conns[i]);
}

/* ---- A worker, which reads from the first node; the others' jobs come there by federation ---- */

static void do_job(void *ctx)
{
    const struct bench *bench = ctx;

    load_need(mockd_advance(bench->lab->cluster, bench->pace->job_takes_us) == 0,
              "the cluster does not come to rest");
}

static void read_jobs(void *ctx, int64_t jobs)
{
    struct bench *bench = ctx;
    struct disq *client = bench->client;
    const struct disq_getjob_options options = {.timeout_ms = 1};
    struct disq_job *job = NULL;

    for (int misses = 0; jobs > 0 && misses < MISSES_MAX;) {
        load_need(disq_getjob(client, "work", &options, &job) == 0, "getjob failed");
        if (job == NULL) {
            misses++; /* the others' are on their way */
            continue;
        }
        if (bench->pace->job_takes_us > 0)
            tally_outside(do_job, bench);
        load_need(disq_ackjob(client, &job->id, 1, NULL) == 0, "ackjob failed");
        disq_job_free(client, job);
        jobs--;
    }
    load_need(jobs == 0, "jobs were lost");
}

static void measure_read_jobs(const char *name, const struct pace *pace, bool count_origins, int64_t jobs)
{
    for (int i = 0; i < 2; i++, jobs *= 3) {
        struct bench bench;

        start(&bench, pace, count_origins);
        add_waiting_jobs(&bench, jobs, NODES);
        load_measure(name, read_jobs, &bench, jobs, held_bytes);
        stop(&bench);
    }
}

void load_read_jobs(int64_t jobs)
{
    measure_read_jobs("read_jobs", &at_once, false, jobs);
}

void load_read_jobs_counting(int64_t jobs)
{
    measure_read_jobs("read_jobs_counting", &at_once, true, jobs);
}

void load_read_jobs_apart(int64_t jobs)
{
    measure_read_jobs("read_jobs_apart", &apart, false, jobs);
}

void load_read_jobs_apart_counting(int64_t jobs)
{
    measure_read_jobs("read_jobs_apart_counting", &apart, true, jobs);
}

/* ---- One call at a time ---- */

static void getjob(void *ctx, int64_t calls)
{
    struct disq *client = ((struct bench *)ctx)->client;
    struct disq_job *job = NULL;

    for (; calls > 0; calls--) {
        load_need(disq_getjob(client, "work", NULL, &job) == 0 && job != NULL, "getjob failed");
        disq_job_free(client, job);
    }
}

void load_getjob(int64_t calls)
{
    for (int i = 0; i < 2; i++, calls *= 3) {
        struct bench bench;

        start(&bench, &at_once, false);
        add_waiting_jobs(&bench, calls, 1);
        load_measure("getjob", getjob, &bench, calls, held_bytes);
        stop(&bench);
    }
}

static void addjob(void *ctx, int64_t calls)
{
    struct bench *bench = ctx;

    for (; calls > 0; calls--)
        load_need(disq_addjob(bench->client, "work", bench->body, BODY_SIZE, bench->addjob, NULL) == 0,
                  "addjob failed");
}

static void measure_addjob(const char *name, const struct disq_addjob_options *options, int64_t calls)
{
    for (int i = 0; i < 2; i++, calls *= 3) {
        struct bench bench;

        start(&bench, &at_once, false);
        bench.addjob = options;
        load_measure(name, addjob, &bench, calls, held_bytes);
        stop(&bench);
    }
}

void load_addjob(int64_t calls)
{
    measure_addjob("addjob", &(struct disq_addjob_options){.replicate = NODES}, calls);
}

void load_addjob_no_replicate(int64_t calls)
{
    measure_addjob("addjob_no_replicate", &(struct disq_addjob_options){.replicate = 1}, calls);
}

void load_addjob_async(int64_t calls)
{
    measure_addjob("addjob_async", &(struct disq_addjob_options){.async = true}, calls);
}
