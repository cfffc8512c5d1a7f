/* SPDX-License-Identifier: MIT */
/* ENQUEUE, NACK, DEQUEUE, WORKING (§5.5, §5.6). */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/node.h"
#include "mockd/node/requeue.h"

static bool enqueue(struct node *node, const struct job_id *id)
{
    struct job *job = node_find_job(node, id);

    return job != NULL && requeue_by_command(job, false);
}

static bool nack(struct node *node, const struct job_id *id)
{
    struct job *job = node_find_job(node, id);

    return job != NULL && requeue_by_command(job, true);
}

static bool dequeue(struct node *node, const struct job_id *id)
{
    struct job *job = node_find_job(node, id);

    return job != NULL && requeue_dequeue(job);
}

void cmd_enqueue(struct client *client, const struct bytes *argv, size_t argc)
{
    command_for_each_id(client, argv, argc, enqueue);
}

void cmd_nack(struct client *client, const struct bytes *argv, size_t argc)
{
    command_for_each_id(client, argv, argc, nack);
}

void cmd_dequeue(struct client *client, const struct bytes *argv, size_t argc)
{
    command_for_each_id(client, argv, argc, dequeue);
}

static bool is_half_over(const struct job *job, int64_t now_ms)
{
    int64_t ctime_ms = job->ctime_ns / 1000000;
    int64_t life_ms = (int64_t)job->etime_s * 1000 - ctime_ms;

    return now_ms - ctime_ms > life_ms / 2;
}

void cmd_working(struct client *client, const struct bytes *argv, size_t argc)
{
    struct job_id id;
    struct job *job;

    (void)argc;
    if (!job_id_parse(argv[1], &id)) {
        reply_bad_id(client->reply);
    } else if ((job = node_find_job(client->node, &id)) == NULL) {
        reply_error(client->reply, "NOJOB Job not known in the context of this node.");
    } else if (is_half_over(job, node_now_ms(client->node))) {
        reply_error(client->reply,
                    "TOOLATE Half of job TTL already elapsed, you are no longer allowed to postpone "
                    "the next delivery.");
    } else {
        requeue_working(job);
        reply_integer(client->reply, job->retry_s);
    }
}
