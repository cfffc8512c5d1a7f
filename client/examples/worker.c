/* SPDX-License-Identifier: MIT */
/* Prints each job, until SIGTERM or SIGINT; then ends what it has begun. A job that says "later" is tried
 * again, one that says "fail" goes to the dead letters after three deliveries. usage: worker NODES QUEUE */
#include "client/disq.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static struct disq_worker *worker;

static void on_signal(int number)
{
    (void)number;
    disq_worker_stop(worker);
}

static enum disq_outcome handle(void *ctx, struct disq_worker *self, const struct disq_job *job)
{
    (void)ctx;
    (void)self;
    printf("%s: %s\n", job->id, job->body);
    fflush(stdout);
    if (strcmp(job->body, "fail") == 0)
        return DISQ_JOB_FAILED;
    return strcmp(job->body, "later") == 0 && job->attempts == 0 ? DISQ_JOB_LATER : DISQ_JOB_DONE;
}

static void on_event(void *ctx, const struct disq_event *event)
{
    (void)ctx;
    if (event->kind == DISQ_EVENT_MOVED)
        fprintf(stderr, "worker: from %s to %s\n", event->from != NULL ? event->from : "nowhere", event->to);
}

int main(int argc, char **argv)
{
    struct disq_options options = {
        .nodes = argc > 1 ? argv[1] : NULL, .count_origins = true, .on_event = on_event};
    struct disq_worker_options work = {
        .queue = argc > 2 ? argv[2] : "mail", .handle = handle, .deliveries_max = 3, .dead_queue = "dead"};
    struct disq *client = disq_new(&options);
    int rc = DISQ_INVALID;

    worker = disq_worker_new(client, &work);
    if (worker != NULL) {
        signal(SIGTERM, on_signal);
        signal(SIGINT, on_signal);
        rc = disq_worker_run(worker);
    }
    fprintf(stderr, "worker: %s\n", disq_strerror(rc));
    disq_worker_free(worker);
    disq_free(client);
    return rc != 0;
}
