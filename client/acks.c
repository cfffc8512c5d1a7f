/* SPDX-License-Identifier: MIT */
/* The commands that take IDs of jobs and answer a number. */
#include "client/client.h"
#include "client/results.h"
#include "client/route.h"

/* What deliverers counted: a copy's count is of the same jobs. */
static void add_up(struct disq_call *call)
{
    call->number = 0;
    for (const struct disq_part *part = call->parts; part != NULL; part = part->next) {
        if (!part->is_copy)
            call->number += part->is_covered ? part->twin->number : part->number;
    }
}

static int on_count(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    (void)conn;
    if (reply->type != DISQ_REPLY_INTEGER)
        return DISQ_PROTOCOL;
    part->number = reply->integer;
    add_up(part->call);
    return 0;
}

/* A second WORKING only postpones once more. A second NACK is counted, and a second ENQUEUE or DEQUEUE may
 * undo what somebody else did in between. */
static const struct disq_command ackjob = {"ACKJOB", DISQ_IDEMPOTENT, DISQ_RESULT_NUMBER, on_count};
static const struct disq_command fastack = {"FASTACK", DISQ_IDEMPOTENT, DISQ_RESULT_NUMBER, on_count};
static const struct disq_command deljob = {"DELJOB", DISQ_IDEMPOTENT, DISQ_RESULT_NUMBER, on_count};
static const struct disq_command working = {"WORKING", DISQ_IDEMPOTENT, DISQ_RESULT_NUMBER, on_count};
static const struct disq_command nack = {"NACK", 0, DISQ_RESULT_NUMBER, on_count};
static const struct disq_command enqueue = {"ENQUEUE", 0, DISQ_RESULT_NUMBER, on_count};
static const struct disq_command dequeue = {"DEQUEUE", 0, DISQ_RESULT_NUMBER, on_count};

static int start(struct disq *client, const struct disq_command *command, const char *const *ids,
                 size_t count)
{
    bool is_ack = command == &ackjob || command == &fastack;
    int rc = disq_route_check(ids, count);
    struct disq_call *call;

    if (rc != 0)
        return rc;
    if ((rc = disq_call_begin(client, command, &call)) != 0)
        return rc;
    if (is_ack)
        disq_origins_consider(client, DISQ_BEFORE_ACK);
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = disq_route_add(call, ids[i], is_ack);
    return disq_call_send(call, rc == 0 ? disq_route_end(call) : rc);
}

int disq_ackjob_start(struct disq *client, const char *const *ids, size_t count)
{
    return start(client, &ackjob, ids, count);
}

int disq_fastack_start(struct disq *client, const char *const *ids, size_t count)
{
    return start(client, &fastack, ids, count);
}

int disq_deljob_start(struct disq *client, const char *const *ids, size_t count)
{
    return start(client, &deljob, ids, count);
}

int disq_nack_start(struct disq *client, const char *const *ids, size_t count)
{
    return start(client, &nack, ids, count);
}

int disq_enqueue_start(struct disq *client, const char *const *ids, size_t count)
{
    return start(client, &enqueue, ids, count);
}

int disq_dequeue_start(struct disq *client, const char *const *ids, size_t count)
{
    return start(client, &dequeue, ids, count);
}

int disq_working_start(struct disq *client, const char *id)
{
    return start(client, &working, &id, 1);
}

int disq_ackjob(struct disq *client, const char *const *ids, size_t count, int64_t *acked)
{
    return disq_results_wait(client, disq_ackjob_start(client, ids, count), DISQ_RESULT_NUMBER, acked);
}

int disq_fastack(struct disq *client, const char *const *ids, size_t count, int64_t *acked)
{
    return disq_results_wait(client, disq_fastack_start(client, ids, count), DISQ_RESULT_NUMBER, acked);
}

int disq_deljob(struct disq *client, const char *const *ids, size_t count, int64_t *deleted)
{
    return disq_results_wait(client, disq_deljob_start(client, ids, count), DISQ_RESULT_NUMBER, deleted);
}

int disq_nack(struct disq *client, const char *const *ids, size_t count, int64_t *queued)
{
    return disq_results_wait(client, disq_nack_start(client, ids, count), DISQ_RESULT_NUMBER, queued);
}

int disq_enqueue(struct disq *client, const char *const *ids, size_t count, int64_t *queued)
{
    return disq_results_wait(client, disq_enqueue_start(client, ids, count), DISQ_RESULT_NUMBER, queued);
}

int disq_dequeue(struct disq *client, const char *const *ids, size_t count, int64_t *dequeued)
{
    return disq_results_wait(client, disq_dequeue_start(client, ids, count), DISQ_RESULT_NUMBER, dequeued);
}

int disq_working(struct disq *client, const char *id, int64_t *retry_s)
{
    return disq_results_wait(client, disq_working_start(client, id), DISQ_RESULT_NUMBER, retry_s);
}
