/* SPDX-License-Identifier: MIT */
/* Looking at jobs and queues: SHOW, QPEEK, QSTAT. */
#include "client/array.h"
#include "client/client.h"
#include "client/command.h"
#include "client/field.h"
#include "client/results.h"
#include "client/route.h"

#include <string.h>

#define SHOW(name, kind, to)                                                                                 \
    {                                                                                                        \
        name, DISQ_FIELD_##kind, offsetof(struct disq_show, to)                                              \
    }
#define QSTAT(name, kind, to)                                                                                \
    {                                                                                                        \
        name, DISQ_FIELD_##kind, offsetof(struct disq_qstat, to)                                             \
    }

/* clang-format off */
static const struct disq_field show_fields[] = {
    SHOW("id",                    WORD,   id),
    SHOW("queue",                 TEXT,   queue),
    SHOW("state",                 WORD,   state),
    SHOW("repl",                  NUMBER, replicate),
    SHOW("ttl",                   NUMBER, ttl_s),
    SHOW("ctime",                 NUMBER, created_at_ns),
    SHOW("delay",                 NUMBER, delay_s),
    SHOW("retry",                 NUMBER, retry_s),
    SHOW("nacks",                 NUMBER, nacks),
    SHOW("additional-deliveries", NUMBER, additional_deliveries),
    SHOW("nodes-delivered",       LIST,   nodes_delivered),
    SHOW("nodes-confirmed",       LIST,   nodes_confirmed),
    SHOW("next-requeue-within",   NUMBER, next_requeue_ms),
    SHOW("next-awake-within",     NUMBER, next_awake_ms),
    SHOW("body",                  TEXT,   body),
};

static const struct disq_field qstat_fields[] = {
    QSTAT("name",        TEXT,   name),
    QSTAT("len",         NUMBER, length),
    QSTAT("age",         NUMBER, age_s),
    QSTAT("idle",        NUMBER, idle_s),
    QSTAT("blocked",     NUMBER, blocked),
    QSTAT("import-from", LIST,   import_from),
    QSTAT("import-rate", NUMBER, import_rate),
    QSTAT("jobs-in",     NUMBER, jobs_in),
    QSTAT("jobs-out",    NUMBER, jobs_out),
    QSTAT("pause",       WORD,   pause),
};
/* clang-format on */

int disq_show_parse(const struct disq_reply *reply, struct disq_show *show)
{
    int rc;

    *show = (struct disq_show){.next_requeue_ms = -1};
    if (reply == NULL)
        return DISQ_INVALID;
    if (reply->type == DISQ_REPLY_NIL)
        return DISQ_NOJOB;
    rc = disq_fields_parse(show_fields, DISQ_ARRAY_LEN(show_fields), reply, show);
    return rc == 0 && (show->id == NULL || show->state == NULL) ? DISQ_PROTOCOL : rc;
}

int disq_qstat_parse(const struct disq_reply *reply, struct disq_qstat *qstat)
{
    *qstat = (struct disq_qstat){0};
    if (reply == NULL)
        return DISQ_INVALID;
    if (reply->type == DISQ_REPLY_NIL_ARRAY)
        return 0;
    return disq_fields_parse(qstat_fields, DISQ_ARRAY_LEN(qstat_fields), reply, qstat);
}

/* ---- The calls ---- */

static int on_show(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    struct disq_show unused;

    return disq_show_parse(reply, &unused) != DISQ_PROTOCOL ? disq_on_any(part, conn, reply) : DISQ_PROTOCOL;
}

static int on_qstat(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    struct disq_qstat unused;

    return disq_qstat_parse(reply, &unused) == 0 ? disq_on_any(part, conn, reply) : DISQ_PROTOCOL;
}

static const struct disq_command show = {"SHOW", DISQ_IDEMPOTENT, DISQ_RESULT_REPLY, on_show};
static const struct disq_command qstat = {"QSTAT", DISQ_IDEMPOTENT, DISQ_RESULT_REPLY, on_qstat};

int disq_show_start(struct disq *client, const char *id)
{
    struct disq_call *call;
    int rc = disq_route_check(&id, 1);

    if (rc != 0)
        return rc;
    if ((rc = disq_call_begin(client, &show, &call)) != 0)
        return rc;
    rc = disq_route_add(call, id, false);
    return disq_call_send(call, rc == 0 ? disq_route_end(call) : rc);
}

int disq_show(struct disq *client, const char *id, struct disq_show *to)
{
    const struct disq_reply *reply = NULL;
    struct disq_show unused;
    int rc = disq_results_wait(client, disq_show_start(client, id), DISQ_RESULT_REPLY, &reply);

    if (rc != 0)
        return rc;
    rc = disq_show_parse(reply, to != NULL ? to : &unused);
    return disq_results_judge(client, rc);
}

int disq_qstat_start(struct disq *client, const char *queue, size_t queue_size)
{
    const struct disq_bytes args[] = {disq_queue_arg(queue, queue_size)};

    return disq_command_send(client, &qstat, args, DISQ_ARRAY_LEN(args));
}

int disq_qstat(struct disq *client, const char *queue, size_t queue_size, struct disq_qstat *to)
{
    const struct disq_reply *reply = NULL;
    struct disq_qstat unused;
    int rc =
        disq_results_wait(client, disq_qstat_start(client, queue, queue_size), DISQ_RESULT_REPLY, &reply);

    return rc == 0 ? disq_qstat_parse(reply, to != NULL ? to : &unused) : rc;
}

static int on_jobs(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    (void)conn;
    return disq_jobs_parse(&part->call->client->jobs, reply, &part->call->jobs);
}

static const struct disq_command qpeek = {"QPEEK", DISQ_IDEMPOTENT, DISQ_RESULT_JOBS, on_jobs};

int disq_qpeek_start(struct disq *client, const char *queue, size_t queue_size, int64_t count)
{
    char digits[DISQ_NUMBER_SIZE];
    const struct disq_bytes args[] = {disq_queue_arg(queue, queue_size), disq_number_arg(digits, count)};

    return disq_command_send(client, &qpeek, args, DISQ_ARRAY_LEN(args));
}

int disq_qpeek(struct disq *client, const char *queue, size_t queue_size, int64_t count,
               struct disq_job **jobs)
{
    int rc = disq_qpeek_start(client, queue, queue_size, count);

    if (jobs != NULL)
        *jobs = NULL;
    return disq_results_wait(client, rc, DISQ_RESULT_JOBS, jobs);
}
