/* SPDX-License-Identifier: MIT */
/* ADDJOB (§5.1). */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/audit.h"
#include "mockd/node/membership.h"
#include "mockd/node/message.h"
#include "mockd/node/requeue.h"

enum { DEFAULT_TTL_S = 86400, RETRY_MAX_S = 300, DEFAULT_COPIES = 3, ASK_GAP_MS = 50 };

struct addjob {
    int64_t repl;
    int64_t ttl_s;
    int64_t retry_s; /* -1: not given */
    int64_t delay_s;
    int64_t maxlen; /* 0: none */
    bool is_async;
    int64_t timeout_ms;
};

static const struct option {
    const char *word;
    size_t offset; /* of the number that follows */
    int64_t min;
    int64_t max;
    const char *error;
} options[] = {
    {"replicate", offsetof(struct addjob, repl), 1, 65535, "ERR REPLICATE must be between 1 and 65535"},
    {"ttl", offsetof(struct addjob, ttl_s), 1, INT64_MAX, "ERR TTL must be a number > 0"},
    {"retry", offsetof(struct addjob, retry_s), 0, INT64_MAX, "ERR RETRY time must be a non negative number"},
    {"delay", offsetof(struct addjob, delay_s), 0, INT64_MAX, "ERR DELAY time must be a non negative number"},
    {"maxlen", offsetof(struct addjob, maxlen), 1, INT64_MAX, "ERR MAXLEN must be a positive number"},
};

static const struct option *find_option(struct bytes word)
{
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        if (bytes_is_word(word, options[i].word))
            return &options[i];
    return NULL;
}

/* The error of the first bad option, or NULL. */
static const char *read_options(struct addjob *add, const struct bytes *argv, size_t argc)
{
    for (size_t i = 4; i < argc; i++) {
        const struct option *option = find_option(argv[i]);
        int64_t value;

        if (option != NULL && i + 1 < argc) {
            if (!bytes_to_integer(argv[++i], &value) || value < option->min || value > option->max)
                return option->error;
            *(int64_t *)(void *)((char *)add + option->offset) = value;
        } else if (bytes_is_word(argv[i], "async")) {
            add->is_async = true;
        } else {
            return "ERR syntax error";
        }
    }
    return NULL;
}

static int64_t default_retry_s(int64_t ttl_s)
{
    int64_t retry_s = ttl_s / 10;

    return retry_s < 1 ? 1 : retry_s > RETRY_MAX_S ? RETRY_MAX_S : retry_s;
}

static size_t others_needed(const struct client *client, const struct addjob *add)
{
    return (size_t)add->repl - (replication_is_external(client->node) ? 0 : 1);
}

#define TOO_FEW_NODES "NOREPL Not enough reachable nodes for the requested replication level"
#define NO_COPY_HERE                                                                                         \
    TOO_FEW_NODES ", since I'm unable to hold a copy of the message for the following reason: "

/* Why there cannot be enough copies, or NULL. */
static const char *check_nodes(const struct client *client, const struct addjob *add)
{
    size_t needed = others_needed(client, add);
    size_t reachable = membership_reachable_count(client->node);

    if (needed <= reachable)
        return NULL;
    if (replication_is_external(client->node) && needed == reachable + 1)
        return client->node->self->is_leaving ? NO_COPY_HERE "I'm leaving the cluster"
                                              : NO_COPY_HERE "I'm out of memory";
    return TOO_FEW_NODES;
}

static const char *check_queue(const struct client *client, const struct addjob *add, struct bytes name)
{
    const struct queue *queue = queue_find(client->node, name);

    if (queue == NULL)
        return NULL;
    if (add->maxlen > 0 && queue_len(queue) >= (uint64_t)add->maxlen)
        return "MAXLEN Queue is already longer than the specified MAXLEN count";
    if (queue_is_paused(queue, PAUSED_IN))
        return "PAUSED Queue paused in input, try later";
    return NULL;
}

static const char *check(const struct client *client, const struct addjob *add, struct bytes name)
{
    const char *error;

    if (add->repl > 1 && add->retry_s == 0)
        return "ERR With RETRY set to 0 please explicitly set  REPLICATE to 1 (at-most-once delivery)";
    if (add->delay_s >= add->ttl_s)
        return "ERR The specified DELAY is greater than TTL. Job refused since would never be delivered";
    if ((error = check_nodes(client, add)) != NULL)
        return error;
    return check_queue(client, add, name);
}

/* A new job is due after its delay or, if it has none, after its retry time: SHOW says so while the job waits
 * for copies. A time that overflows is now. */
static int64_t first_qtime_ms(const struct node *node, int64_t span_s)
{
    int64_t qtime_ms = (int64_t)((uint64_t)node_now_ms(node) + (uint64_t)span_s * 1000);

    return qtime_ms > 0 ? qtime_ms : node_now_ms(node);
}

/* Values above 32 bits wrap around (S-04). */
static struct job *make_job(struct client *client, const struct addjob *add, struct bytes queue,
                            struct bytes body)
{
    struct node *node = client->node;
    bool waits = others_needed(client, add) > 0 && !add->is_async;
    uint32_t retry_s = (uint32_t)add->retry_s;
    struct job_id id = job_id_new(&node->ids, &node->self->id, add->ttl_s, retry_s == 0);
    struct job *job = job_new(node, &id, waits ? JOB_WAIT_REPL : JOB_ACTIVE, queue, body);

    job->repl = (uint16_t)add->repl;
    job->etime_s = (uint32_t)node_now_s(node) + (uint32_t)add->ttl_s;
    job->retry_s = retry_s;
    job->delay_s = (uint32_t)add->delay_s;
    job->ctime_ns = node_next_ctime(node);
    job->qtime_ms = first_qtime_ms(node, add->delay_s > 0 ? add->delay_s : add->retry_s);
    if (!replication_is_external(node))
        node_set_add(&job->delivered, node->self->index);
    node_audit_made(node, job);
    return job;
}

static void reply_id(struct client *client, const struct job *job)
{
    node_audit(client->node, &job->id, AUDIT_ANSWERED);
    reply_status_bytes(client->reply, job_id_bytes(&job->id));
}

static void add_at_once(struct client *client, struct job *job, size_t others)
{
    reply_id(client, job);
    if (replication_is_external(client->node)) {
        replication_ask(job, others, MSG_NOREPLY);
        replication_pass_on(job, &job->delivered);
        job_free(job);
        return;
    }
    node_add_job(client->node, job);
    if (job->delay_s == 0)
        requeue_enqueue(job, false);
    aof_add(job);
    if (others > 0)
        replication_ask(job, others, MSG_NOREPLY);
}

static void on_end(struct copies_waiter *copies, const struct job *job, bool is_achieved)
{
    struct client *client = OWNER_OF(copies, struct client, copies);

    if (is_achieved)
        reply_id(client, job);
    else
        reply_error(client->reply,
                    "NOREPL job removed (expired?) before the requested replication level was achieved");
    client->job = NULL;
    client_unblock(client);
}

/* Nobody waits any more: the job goes, and its copies. */
static void abandon(struct client *client)
{
    struct job *job = client->job;

    client->job = NULL;
    replication_forget_waiter(job);
    node_drop_job(job);
}

static void on_visit(struct client *client, bool is_late)
{
    int64_t now_ms = node_now_ms(client->node);

    if (is_late)
        reply_error(client->reply,
                    "NOREPL Timeout reached before replicating to the requested number of nodes");
    else if (client->node->self->is_leaving)
        reply_leaving(client->reply);
    if (is_late || client->node->self->is_leaving) {
        abandon(client);
        client_unblock(client);
    } else if (now_ms - client->asked_at_ms >= ASK_GAP_MS && replication_on_visit(client->job)) {
        client->asked_at_ms = now_ms;
    }
}

static void add_and_wait(struct client *client, struct job *job, size_t others, int64_t timeout_ms)
{
    static const struct wait_kind waits_for_copies = {on_visit, abandon};

    client->copies.on_end = on_end;
    client->job = job;
    client->asked_at_ms = node_now_ms(client->node);
    client_block(client, &waits_for_copies, command_deadline_ms(client, timeout_ms));
    replication_wait(job, &client->copies, others);
}

void cmd_addjob(struct client *client, const struct bytes *argv, size_t argc)
{
    size_t size = membership_size(client->node);
    struct addjob add = {.repl = size < DEFAULT_COPIES ? (int64_t)size : DEFAULT_COPIES,
                         .ttl_s = DEFAULT_TTL_S,
                         .retry_s = -1};
    const char *error = read_options(&add, argv, argc);
    struct job *job;
    size_t others;

    if (error == NULL && !command_read_timeout(client, argv[3], &add.timeout_ms))
        return;
    if (add.retry_s == -1)
        add.retry_s = default_retry_s(add.ttl_s);
    if (error != NULL || (error = check(client, &add, argv[1])) != NULL) {
        reply_error(client->reply, "%s", error);
        return;
    }
    others = others_needed(client, &add);
    job = make_job(client, &add, argv[1], argv[2]);
    if (job->state == JOB_WAIT_REPL)
        add_and_wait(client, job, others, add.timeout_ms);
    else
        add_at_once(client, job, others);
}
