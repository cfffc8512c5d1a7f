/* SPDX-License-Identifier: MIT */
/* One handle a thread: each adds, gets and acknowledges jobs, on a cluster of its own in virtual time, on one
 * that a thread of this process serves while all of them freeze and thaw its nodes, and on the one at NODES;
 * one more runs a worker, which another thread stops. Compiled with ThreadSanitizer.
 *
 *     threads NODES */
#include "scenarios/lab/lab.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 4, JOBS = 100 };

struct part {
    pthread_t thread;
    const char *nodes;
    struct mockd_server *server;
    char queue[16];
};

static void need(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "threads: %s\n", what);
    exit(1);
}

static void do_job(struct disq *client, const char *queue)
{
    const struct disq_getjob_options get = {.timeout_ms = 5000};
    struct disq_job *job;
    int64_t acked;

    need(disq_addjob(client, queue, "body", 4, NULL, NULL) == 0, disq_error_text(client));
    need(disq_getjob(client, queue, &get, &job) == 0 && job != NULL, "no job");
    need(disq_ackjob(client, &job->id, 1, &acked) == 0, disq_error_text(client));
    disq_job_free(client, job);
}

static void play(const struct part *part, const char *nodes, const struct disq_env *env)
{
    struct disq *client = disq_new(&(struct disq_options){.nodes = nodes, .env = env, .count_origins = true});

    need(client != NULL, "no client");
    for (int i = 0; i < JOBS; i++)
        do_job(client, part->queue);
    disq_free(client);
}

static void count_call(struct mockd *cluster, void *calls)
{
    need(mockd_node_is_up(cluster, 0), "a node is down");
    ++*(int *)calls;
}

static void play_served(const struct part *part)
{
    char address[32];
    int calls = 0;

    snprintf(address, sizeof(address), "127.0.0.1:%d", mockd_server_port(part->server, 0));
    play(part, address, NULL);
    for (int i = 0; i < JOBS; i++) {
        mockd_server_call(part->server, count_call, &calls);
        need(mockd_server_step(part->server, "freeze B", NULL) != MOCKD_INVALID, "no such step");
        need(mockd_server_step(part->server, "thaw B", NULL) != MOCKD_INVALID, "no such step");
    }
    need(calls == JOBS, "a call was not made");
}

static void *take_part(void *ctx)
{
    const struct part *part = ctx;
    struct lab *lab = lab_new(&(struct mockd_options){.nodes = 2});

    need(lab != NULL, "no lab");
    play(part, "A,B", &lab->env);
    lab_free(lab);
    play(part, part->nodes, NULL);
    play_served(part);
    return NULL;
}

/* ---- The worker ---- */

static enum disq_outcome handle(void *ctx, struct disq_worker *worker, const struct disq_job *job)
{
    (void)worker;
    (void)job;
    atomic_fetch_add((atomic_int *)ctx, 1);
    return DISQ_JOB_DONE;
}

static void *run_worker(void *ctx)
{
    need(disq_worker_run(ctx) == 0, "the worker failed");
    return NULL;
}

static void play_worker(const char *nodes)
{
    struct disq *client = disq_new(&(struct disq_options){.nodes = nodes});
    struct disq *producer = disq_new(&(struct disq_options){.nodes = nodes});
    atomic_int handled = 0;
    struct disq_worker *worker = disq_worker_new(
        client,
        &(struct disq_worker_options){.queue = "worker", .handle = handle, .ctx = &handled, .poll_ms = 50});
    pthread_t thread;

    need(worker != NULL && pthread_create(&thread, NULL, run_worker, worker) == 0, "no worker");
    for (int i = 0; i < JOBS; i++)
        need(disq_addjob(producer, "worker", "x", 1, NULL, NULL) == 0, disq_error_text(producer));
    while (atomic_load(&handled) == 0)
        disq_ping(producer);
    disq_worker_stop(worker);
    pthread_join(thread, NULL);
    disq_worker_free(worker);
    disq_free(producer);
    disq_free(client);
}

int main(int argc, char **argv)
{
    struct mockd_server *server =
        mockd_serve(&(struct mockd_serve_options){.cluster = {.nodes = 3}}, NULL, 0);
    struct part parts[THREADS];

    need(argc == 2, "usage: threads NODES");
    need(server != NULL, "no served cluster");
    for (int i = 0; i < THREADS; i++) {
        parts[i].nodes = argv[1];
        parts[i].server = server;
        snprintf(parts[i].queue, sizeof(parts[i].queue), "queue-%d", i);
        need(pthread_create(&parts[i].thread, NULL, take_part, &parts[i]) == 0, "no thread");
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(parts[i].thread, NULL);
    mockd_server_free(server);
    play_worker(argv[1]);
    printf("%d threads did %d jobs each\n", THREADS, 3 * JOBS);
    return 0;
}
