/* SPDX-License-Identifier: MIT */
/* GETJOB (§5.2). */
#include "mockd/command/command.h"
#include "mockd/command/job_reply.h"
#include "mockd/command/reply.h"
#include "mockd/node/audit.h"
#include "mockd/node/federation.h"
#include "mockd/node/node.h"

struct getjob {
    bool is_nohang;
    bool with_counters;
    int64_t timeout_ms;
    int64_t count;
    const struct bytes *queues;
    size_t queue_count;
};

/* false after answering what is wrong. */
static bool read_options(struct client *client, struct getjob *get, const struct bytes *argv, size_t argc)
{
    for (size_t i = 1; i < argc && get->queues == NULL; i++) {
        bool is_last = i + 1 == argc;

        if (bytes_is_word(argv[i], "nohang")) {
            get->is_nohang = true;
        } else if (bytes_is_word(argv[i], "withcounters")) {
            get->with_counters = true;
        } else if (bytes_is_word(argv[i], "timeout") && !is_last) {
            if (!command_read_timeout(client, argv[++i], &get->timeout_ms))
                return false;
        } else if (bytes_is_word(argv[i], "count") && !is_last) {
            if (!bytes_to_integer(argv[++i], &get->count) || get->count <= 0) {
                reply_error(client->reply, "ERR COUNT must be a number greater than zero");
                return false;
            }
        } else if (bytes_is_word(argv[i], "from") && !is_last) {
            get->queues = argv + i + 1;
            get->queue_count = argc - i - 1;
        } else {
            break;
        }
    }
    if (get->queues == NULL)
        reply_syntax_error(client->reply);
    return get->queues != NULL;
}

static struct job *fetch(struct client *client, struct bytes name)
{
    struct queue *queue = queue_need(client->node, name);
    struct job *job = queue_fetch(queue);

    if (job == NULL)
        federation_need(queue, NEED_WAITING);
    else if (queue_len(queue) == 0)
        federation_need(queue, NEED_REACHED_ZERO);
    return job;
}

/* One job a queue and pass, until there are enough or a pass finds none (S-14). How many were answered. */
static int64_t take(struct client *client, const struct getjob *get)
{
    int64_t taken = 0;
    int64_t before;

    do {
        before = taken;
        for (size_t i = 0; i < get->queue_count && taken < get->count; i++) {
            struct job *job = fetch(client, get->queues[i]);

            if (job == NULL)
                continue;
            node_audit(client->node, &job->id, AUDIT_DELIVERED);
            job_reply(client->reply, job, get->with_counters);
            taken++;
        }
    } while (taken > before && taken < get->count);
    return taken;
}

static void on_job(struct waiter *waiter, struct job *job)
{
    struct client *client = OWNER_OF(waiter, struct client, jobs);

    node_audit(client->node, &job->id, AUDIT_DELIVERED);
    reply_array(client->reply, 1);
    job_reply(client->reply, job, client->with_counters);
    client_unblock(client);
}

static void on_flush(struct waiter *waiter)
{
    struct client *client = OWNER_OF(waiter, struct client, jobs);

    reply_nil_array(client->reply);
    client_unblock(client);
}

static void abandon(struct client *client)
{
    waiter_leave(&client->jobs);
}

static void on_visit(struct client *client, bool is_late)
{
    if (is_late)
        reply_nil_array(client->reply);
    else if (client->node->self->is_leaving)
        reply_leaving(client->reply);
    if (is_late || client->node->self->is_leaving) {
        abandon(client);
        client_unblock(client);
        return;
    }
    for (size_t i = 0; i < client->jobs.wait_count; i++)
        federation_need(client->jobs.waits[i].queue, NEED_WAITING);
}

static void block(struct client *client, const struct getjob *get)
{
    static const struct wait_kind waits_for_jobs = {on_visit, abandon};

    client->with_counters = get->with_counters;
    client->jobs.on_job = on_job;
    client->jobs.on_flush = on_flush;
    waiter_wait(&client->jobs, client->node, get->queues, get->queue_count);
    client_block(client, &waits_for_jobs, command_deadline_ms(client, get->timeout_ms));
}

void cmd_getjob(struct client *client, const struct bytes *argv, size_t argc)
{
    struct getjob get = {.count = 1};
    size_t at = client->reply->size;
    int64_t taken;

    if (!read_options(client, &get, argv, argc))
        return;
    taken = take(client, &get);
    /* Disque tells by the reply that it began whether it took a job. Where replies are silenced it begins
     * none, so it goes on as if there had been nothing to take. */
    if (taken > 0 && client->reply == &client->out)
        reply_array_at(client->reply, at, (size_t)taken);
    else if (get.is_nohang)
        reply_nil_array(client->reply);
    else if (client->node->self->is_leaving)
        reply_leaving(client->reply);
    else
        block(client, &get);
}
