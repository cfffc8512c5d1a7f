/* SPDX-License-Identifier: MIT */
/* What may be sent twice and what may not is decided here, and only here. */
#include "client/part.h"

#include "client/client.h"
#include "client/error.h"
#include "client/greet.h"
#include "client/link.h"

#include <string.h>

/* A node that takes requests and hangs up, again and again, is not waited for. */
enum { RESENDS_MAX = 3 };

static void part_done(struct disq_part *part, int rc)
{
    part->state = DISQ_PART_DONE;
    part->rc = rc;
}

/* What lost answers come to: what may have been done is no error that invites to do it again. */
static int loss(const struct disq_part *part, int why)
{
    unsigned flags = part->call->command->flags;

    if (flags & DISQ_CREATES)
        return DISQ_MAYBE_SENT;
    if (why == DISQ_NO_MEMORY && !(flags & DISQ_IDEMPOTENT))
        return DISQ_CLOSED;
    return why == DISQ_REFUSED ? DISQ_CLOSED : why;
}

int disq_part_failure(const struct disq_part *part, int why)
{
    bool may_be_done = part->was_lost || part->state == DISQ_PART_SENT;

    return may_be_done ? loss(part, why) : why;
}

void disq_part_lost(struct disq_part *part, bool was_sent, int why)
{
    struct disq_call *call = part->call;
    bool is_repeatable = (call->command->flags & DISQ_IDEMPOTENT) || call->may_repeat;

    if (call->is_done)
        return;
    disq_call_note(call, disq_strerror(why), strlen(disq_strerror(why)));
    part->was_lost = part->was_lost || was_sent;
    part->state = DISQ_PART_WAITING;
    if ((was_sent && !is_repeatable) || (why != DISQ_CLOSED && why != DISQ_REFUSED))
        part_done(part, disq_part_failure(part, why));
    else if (part->resends++ == RESENDS_MAX)
        part_done(part, disq_part_failure(part, DISQ_CLOSED));
}

/* Its node cannot be reached. The twin's can, perhaps, and that will do; if not, any node will. */
static void part_unreachable(struct disq_part *part)
{
    const struct disq_part *twin = part->twin;

    if (part->fallback != NULL) {
        part->node = part->fallback;
        part->fallback = NULL;
        return;
    }
    part->is_unreachable = true;
    if (twin != NULL && !twin->is_unreachable && twin->rc == 0) {
        part->is_covered = true;
        part_done(part, DISQ_CANNOT_CONNECT);
        return;
    }
    part->role = DISQ_ROLE_HOME;
    part->state = DISQ_PART_WAITING;
}

/* -LEAVING, or the -NOREPL that means it too. */
static bool tells_of_leaving(int code, const struct disq_reply *reply)
{
    return code == DISQ_LEAVING ||
           (code == DISQ_NOREPL && strstr(reply->text, "I'm leaving the cluster") != NULL);
}

/* The node will not have it. Another may, unless it may exist already. -NOREPL promises that it does not. */
static void part_refused(struct disq_part *part, struct disq_conn *conn, int code)
{
    const struct disq_call *call = part->call;
    bool may_move =
        (call->command->flags & (DISQ_IDEMPOTENT | DISQ_MOVES)) || call->may_repeat || code == DISQ_NOREPL;

    conn->node->priority = DISQ_PRIORITY_LEAVING;
    conn->node->shunned_in = call->serial;
    disq_link_leave(call->client, conn->node, code);
    if (!may_move) {
        part_done(part, loss(part, code));
        return;
    }
    part->was_lost = part->was_lost || ((call->command->flags & DISQ_CREATES) && code == DISQ_LEAVING);
    part->refusal = code;
    part->state = DISQ_PART_WAITING;
}

int disq_part_reply(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    struct disq_call *call = part->call;
    bool is_routed = part->role == DISQ_ROLE_DELIVERER || part->role == DISQ_ROLE_ORIGIN;
    int rc;

    if (call->is_done)
        return 0;
    if (reply->type == DISQ_REPLY_ERROR && !(call->command->flags & DISQ_TAKES_ERRORS)) {
        rc = disq_error_of_reply(reply->text, reply->size);
        call->error_text[0] = '\0'; /* the last word counts */
        disq_call_note(call, reply->text, reply->size);
        if (rc == DISQ_NOAUTH)
            disq_greet_again(call->client, conn);
        if (tells_of_leaving(rc, reply) && !is_routed)
            part_refused(part, conn, rc);
        else
            part_done(part, rc);
        return 0;
    }
    rc = call->command->on_reply(part, conn, reply);
    part_done(part, rc == DISQ_PROTOCOL ? loss(part, rc) : rc);
    if (rc == DISQ_PROTOCOL)
        disq_call_note(call, disq_strerror(rc), strlen(disq_strerror(rc)));
    return rc == DISQ_PROTOCOL ? rc : 0;
}

/* ---- Sending ---- */

/* Acks have other ways to go; only the deliverer's answer is worth as much waiting as any. */
static int64_t reply_deadline(const struct disq_part *part)
{
    const struct disq *client = part->call->client;
    int64_t deadline_us = disq_after_ms(client, part->call->timeout_ms);
    int64_t grace_us = client->now_us + DISQ_GRACE_US;

    return part->role == DISQ_ROLE_ORIGIN && grace_us < deadline_us ? grace_us : deadline_us;
}

/* A request that is sent again waits at the server only for what is left of its time. */
static int update_timeout(struct disq_part *part)
{
    struct disq_call *call = part->call;
    const struct disq *client = call->client;
    int64_t left_ms;

    if (call->server_timeout_at == 0)
        return 0;
    if (call->server_until_us == 0) {
        call->server_until_us = disq_after_ms(client, call->server_timeout_ms);
        return 0;
    }
    left_ms = (call->server_until_us - client->now_us) / 1000;
    left_ms = left_ms > 0 ? left_ms : 1;
    call->timeout_ms = left_ms + DISQ_GRACE_US / 1000;
    return disq_request_set_number(&part->request, call->server_timeout_at, left_ms);
}

/* Into the connection's buffer: all that goes there now goes out in one write. */
static void part_send(struct disq_part *part, struct disq_conn *conn)
{
    struct disq *client = part->call->client;
    const struct disq_request *request = &part->request;
    int rc = update_timeout(part);

    disq_greet_refresh(client, conn);
    part->owed.deadline_us = reply_deadline(part);
    if (rc == 0)
        rc = disq_conn_push(conn, &part->owed, request->buffer + request->begin,
                            request->end - request->begin);
    if (rc != 0) {
        part_done(part, disq_part_failure(part, rc));
        return;
    }
    part->state = DISQ_PART_SENT;
    conn->used_at_us = client->now_us;
    if (part->resends > 0 || part->refusal != 0)
        disq_tell(client, DISQ_EVENT_RESENT, NULL, conn->address,
                  part->refusal != 0 ? part->refusal : DISQ_CLOSED);
}

/* The node that the part is for; NULL: one is to be searched for. */
static struct disq_node *part_node(const struct disq_part *part)
{
    const struct disq *client = part->call->client;

    switch (part->role) {
    case DISQ_ROLE_HOME:
        return client->home;
    case DISQ_ROLE_READS:
        return disq_origins_reads(client);
    case DISQ_ROLE_DELIVERER:
    case DISQ_ROLE_ORIGIN:
        return part->node;
    }
    return NULL;
}

/* A node of one's own choice, rather than any, is dialled only if it did not fail just now. */
static int dial(struct disq *client, struct disq_node *node)
{
    int64_t limit_us = disq_after_ms(client, client->settings.options.connect_timeout_ms);
    int64_t grace_us = client->now_us + DISQ_GRACE_US;

    if (node->retry_at_us > client->now_us)
        return DISQ_REFUSED;
    return disq_link_dial(client, node, grace_us < limit_us ? grace_us : limit_us);
}

/* A search that failed did so for all calls that had been started. */
static void part_search(struct disq_part *part)
{
    struct disq *client = part->call->client;
    bool has_failed = part->call->serial <= client->search.failed_in;
    int rc = has_failed ? client->search.failure : disq_search_step(client);

    if (rc == DISQ_CANNOT_CONNECT && part->refusal != 0)
        rc = part->refusal;
    if (rc != 0 && rc != DISQ_AGAIN)
        part_done(part, disq_part_failure(part, rc));
}

bool disq_part_step(struct disq_part *part)
{
    struct disq *client = part->call->client;
    struct disq_node *node = part_node(part);

    if (node == NULL) {
        part_search(part);
        return client->home != NULL && part->state == DISQ_PART_WAITING;
    }
    if (disq_link_is_ready(client, node)) {
        if (node == client->origins.target && part->role == DISQ_ROLE_READS)
            disq_origins_arrive(client);
        part_send(part, node->conn);
        return true;
    }
    if (node->conn != NULL)
        return false;
    if (part_node(part) != node) /* its connection is gone: the client leaves it */
        return true;
    if (dial(client, node) == 0)
        return true;
    if (part->role == DISQ_ROLE_READS)
        disq_origins_stay(client);
    else
        part_unreachable(part);
    return true;
}

/* Of deliverer and origin one is enough when the other cannot be reached. The origin's own troubles are not
 * ours. */
int disq_part_result(const struct disq_part *part)
{
    if (part->is_copy)
        return 0;
    return part->is_covered ? part->twin->rc : part->rc;
}
