/* SPDX-License-Identifier: MIT */
/* A call begins, is done when all of its parts are, and ends when its result is fetched. */
#include "client/call.h"

#include "client/client.h"
#include "client/link.h"

#include <stdlib.h>

int disq_call_begin(struct disq *client, const struct disq_command *command)
{
    const struct disq_env *env;
    struct disq_call *call;

    if (client == NULL)
        return DISQ_INVALID;
    call = &client->call;
    if (call->command != NULL)
        return DISQ_BUSY;
    env = disq_env_of(client);
    client->now_us = env->now_us(env->ctx);
    client->error_text[0] = '\0';
    call->command = command;
    call->serial++;
    call->is_done = false;
    call->may_repeat = false;
    call->rc = 0;
    call->timeout_ms = client->settings.options.call_timeout_ms;
    call->server_timeout_at = 0;
    call->server_until_us = 0;
    call->reply = NULL;
    call->id[0] = '\0';
    return 0;
}

struct disq_part *disq_call_add(struct disq *client, enum disq_role role, struct disq_node *node)
{
    struct disq_call *call = &client->call;
    struct disq_part *part = call->spare;
    struct disq_part **end = &call->parts;
    struct disq_request request;

    if (part != NULL)
        call->spare = part->next;
    else if ((part = calloc(1, sizeof *part)) == NULL)
        return NULL;
    request = part->request; /* its buffer is used again */
    *part = (struct disq_part){
        .owed.kind = DISQ_OWED_PART,
        .client = client,
        .request = request,
        .role = role,
        .node = node,
    };
    while (*end != NULL)
        end = &(*end)->next;
    *end = part;
    return part;
}

static void clear(struct disq_call *call)
{
    while (call->parts != NULL) {
        struct disq_part *part = call->parts;

        call->parts = part->next;
        part->next = call->spare;
        call->spare = part;
    }
    call->command = NULL;
}

int disq_call_send(struct disq *client, int rc)
{
    if (rc != 0)
        clear(&client->call);
    else
        disq_call_step(client);
    return rc;
}

static void settle(struct disq *client)
{
    for (const struct disq_part *part = client->call.parts; part != NULL; part = part->next) {
        if (part->state != DISQ_PART_DONE)
            return;
    }
    client->call.is_done = true;
}

void disq_call_step(struct disq *client)
{
    struct disq_call *call = &client->call;

    for (struct disq_part *part = call->parts; part != NULL && !call->is_done; part = part->next) {
        while (part->state == DISQ_PART_WAITING && disq_part_step(client, part))
            continue;
    }
    if (!call->is_done)
        settle(client);
}

/* ---- The end ---- */

void disq_call_fail(struct disq *client, int rc)
{
    if (client->call.command == NULL || client->call.is_done)
        return;
    client->call.rc = rc;
    client->call.is_done = true;
}

/* A call that failed as a whole leaves parts behind that are still owed an answer. */
static void drop_owing(struct disq *client)
{
    struct disq_conn *next;

    for (struct disq_conn *conn = client->conns; conn != NULL; conn = next) {
        next = conn->next;
        if (conn->owed != NULL && conn->state == DISQ_CONN_READY)
            disq_link_drop(client, conn, client->call.rc);
    }
}

int disq_call_finish(struct disq *client, const struct disq_command *command)
{
    struct disq_call *call = &client->call;
    int rc = call->rc;

    if (call->command != command)
        return DISQ_INVALID;
    if (!call->is_done)
        return DISQ_AGAIN;
    if (rc != 0)
        drop_owing(client);
    for (const struct disq_part *part = call->parts; part != NULL && rc == 0; part = part->next)
        rc = disq_part_result(part);
    clear(call);
    client->search.is_on = false;
    if (rc == 0)
        client->error_text[0] = '\0'; /* what was said on the way does not matter any more */
    return rc;
}

void disq_call_fini(struct disq_call *call)
{
    clear(call);
    while (call->spare != NULL) {
        struct disq_part *next = call->spare->next;

        disq_request_fini(&call->spare->request);
        free(call->spare);
        call->spare = next;
    }
}
