/* SPDX-License-Identifier: MIT */
/* Reads so many jobs and goes to the node that most of them come from: what a job costs to travel between
 * nodes is spared. Tells when it moves, and in the end where the jobs came from. usage: migrate NODES QUEUE
 * JOBS */
#include "client/disq.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void on_event(void *ctx, const struct disq_event *event)
{
    (void)ctx;
    if (event->kind == DISQ_EVENT_MOVED && event->error == 0)
        printf("the jobs come from elsewhere: from %s to %s\n", event->from, event->to);
}

static int read_job(struct disq *client, const char *queue)
{
    struct disq_job *job = NULL;
    int rc = disq_getjob(client, queue, NULL, &job);

    if (rc == 0)
        rc = disq_ackjob(client, &job->id, 1, NULL);
    disq_job_free(client, job);
    return rc;
}

int main(int argc, char **argv)
{
    struct disq_options options = {.nodes = argc > 1 ? argv[1] : NULL,
                                   .count_origins = true,
                                   .origin_window_ms = 60000,
                                   .move_min_jobs = 1,
                                   .on_event = on_event};
    struct disq *client = disq_new(&options);
    struct disq_origin origins[16];
    int rc = client == NULL ? DISQ_INVALID : 0;
    size_t count;

    for (long left = argc > 3 ? atol(argv[3]) : 100; rc == 0 && left > 0; left--)
        rc = read_job(client, argc > 2 ? argv[2] : "mail");
    if (rc != 0)
        fprintf(stderr, "migrate: %s\n", disq_strerror(rc));
    count = client != NULL ? disq_origins(client, origins, 16) : 0;
    for (size_t i = 0; i < count && i < 16; i++)
        printf("%" PRId64 " jobs from %s\n", origins[i].jobs, origins[i].prefix);
    disq_free(client);
    return rc != 0;
}
