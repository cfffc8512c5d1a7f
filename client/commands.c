/* SPDX-License-Identifier: MIT */
/* The simple calls: what each request is made of, and what its reply means. */
#include "client/command.h"

#include "client/client.h"
#include "client/results.h"

#include <string.h>

struct disq_request *disq_command_request(struct disq_call *call, enum disq_role role)
{
    struct disq_part *part = disq_call_add(call, role, NULL);

    if (part == NULL)
        return NULL;
    disq_request_begin(&part->request);
    disq_request_add_word(&part->request, call->command->name);
    return &part->request;
}

void disq_command_add_queue(struct disq_request *request, const char *queue, size_t size)
{
    disq_request_add(request, queue, size > 0 ? size : strlen(queue));
}

void disq_command_add_option(struct disq_request *request, const char *name, int64_t number)
{
    if (number == 0)
        return;
    disq_request_add_word(request, name);
    disq_request_add_number(request, number);
}

/* A call that is made of its name only, to the home node. */
static int start_bare(struct disq *client, const struct disq_command *command)
{
    struct disq_request *request;
    struct disq_call *call;
    int rc = disq_call_begin(client, command, &call);

    if (rc != 0)
        return rc;
    request = disq_command_request(call, DISQ_ROLE_HOME);
    return disq_call_send(call, request != NULL ? disq_request_end(request) : DISQ_NO_MEMORY);
}

/* ---- QLEN ---- */

static int on_qlen(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    (void)conn;
    if (reply->type != DISQ_REPLY_INTEGER)
        return DISQ_PROTOCOL;
    part->call->number = reply->integer;
    return 0;
}

static const struct disq_command qlen = {"QLEN", DISQ_IDEMPOTENT, DISQ_RESULT_NUMBER, on_qlen};

int disq_qlen_start(struct disq *client, const char *queue, size_t queue_size)
{
    struct disq_request *request;
    struct disq_call *call;
    int rc;

    if (queue == NULL)
        return DISQ_INVALID;
    if ((rc = disq_call_begin(client, &qlen, &call)) != 0)
        return rc;
    request = disq_command_request(call, DISQ_ROLE_HOME);
    if (request == NULL)
        return disq_call_send(call, DISQ_NO_MEMORY);
    disq_command_add_queue(request, queue, queue_size);
    return disq_call_send(call, disq_request_end(request));
}

int disq_qlen(struct disq *client, const char *queue, size_t queue_size, int64_t *length)
{
    return disq_results_wait(client, disq_qlen_start(client, queue, queue_size), DISQ_RESULT_NUMBER, length);
}

/* ---- PING ---- */

static int on_ping(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    (void)part;
    (void)conn;
    return disq_reply_is_word(reply, "PONG") ? 0 : DISQ_PROTOCOL;
}

static const struct disq_command ping = {"PING", DISQ_IDEMPOTENT, DISQ_RESULT_NONE, on_ping};

int disq_ping_start(struct disq *client)
{
    return start_bare(client, &ping);
}

int disq_ping(struct disq *client)
{
    return disq_results_wait(client, disq_ping_start(client), DISQ_RESULT_NONE, NULL);
}

/* ---- HELLO ---- */

static int on_hello(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    struct disq *client = part->call->client;
    int rc = disq_table_parse(&client->table, reply, conn->address);

    return rc != 0 ? rc : disq_pool_update(&client->pool, &client->table.hello);
}

static const struct disq_command hello = {"HELLO", DISQ_IDEMPOTENT, DISQ_RESULT_HELLO, on_hello};

int disq_hello_start(struct disq *client)
{
    return start_bare(client, &hello);
}

int disq_hello(struct disq *client, struct disq_hello *table)
{
    return disq_results_wait(client, disq_hello_start(client), DISQ_RESULT_HELLO, table);
}

/* ---- Any command ---- */

static int on_command(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    part->call->reply = reply;
    disq_reader_keep(&conn->reader, &part->call->arena);
    return 0;
}

static const struct disq_command any = {"", DISQ_TAKES_ERRORS, DISQ_RESULT_REPLY, on_command};

int disq_command_start(struct disq *client, const struct disq_bytes *args, size_t count)
{
    struct disq_part *part;
    struct disq_call *call;
    int rc;

    if (args == NULL || count == 0)
        return DISQ_INVALID;
    for (size_t i = 0; i < count; i++) {
        if (args[i].data == NULL && args[i].size > 0)
            return DISQ_INVALID;
    }
    if ((rc = disq_call_begin(client, &any, &call)) != 0)
        return rc;
    part = disq_call_add(call, DISQ_ROLE_HOME, NULL);
    if (part == NULL)
        return disq_call_send(call, DISQ_NO_MEMORY);
    disq_request_begin(&part->request);
    for (size_t i = 0; i < count; i++)
        disq_request_add(&part->request, args[i].data, args[i].size);
    return disq_call_send(call, disq_request_end(&part->request));
}

int disq_command(struct disq *client, const struct disq_bytes *args, size_t count,
                 const struct disq_reply **reply)
{
    return disq_results_wait(client, disq_command_start(client, args, count), DISQ_RESULT_REPLY, reply);
}
