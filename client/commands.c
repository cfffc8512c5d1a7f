/* SPDX-License-Identifier: MIT */
/* The simple calls: what each request is made of, and what its reply means. */
#include "client/client.h"
#include "client/command.h"

#include <string.h>

struct disq_request *disq_command_request(struct disq *client, enum disq_role role,
                                          const struct disq_command *command)
{
    struct disq_part *part = disq_call_add(client, role, NULL);

    if (part == NULL)
        return NULL;
    disq_request_begin(&part->request);
    disq_request_add_word(&part->request, command->name);
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

/* ---- QLEN ---- */

static int on_number(struct disq *client, struct disq_part *part, const struct disq_conn *conn,
                     const struct disq_reply *reply)
{
    (void)part;
    (void)conn;
    if (reply->type != DISQ_REPLY_INTEGER)
        return DISQ_PROTOCOL;
    client->call.number = reply->integer;
    return 0;
}

static const struct disq_command qlen = {"QLEN", DISQ_IDEMPOTENT, on_number};

int disq_qlen_start(struct disq *client, const char *queue, size_t queue_size)
{
    struct disq_request *request;
    int rc;

    if (queue == NULL)
        return DISQ_INVALID;
    if ((rc = disq_call_begin(client, &qlen)) != 0)
        return rc;
    request = disq_command_request(client, DISQ_ROLE_HOME, &qlen);
    if (request == NULL)
        return disq_call_send(client, DISQ_NO_MEMORY);
    disq_command_add_queue(request, queue, queue_size);
    return disq_call_send(client, disq_request_end(request));
}

int disq_qlen_finish(struct disq *client, int64_t *length)
{
    int rc = disq_call_finish(client, &qlen);

    if (rc == 0 && length != NULL)
        *length = client->call.number;
    return rc;
}

int disq_qlen(struct disq *client, const char *queue, size_t queue_size, int64_t *length)
{
    int rc = disq_qlen_start(client, queue, queue_size);

    if (rc != 0)
        return rc;
    disq_wait(client);
    return disq_qlen_finish(client, length);
}

/* ---- PING ---- */

static int on_ping(struct disq *client, struct disq_part *part, const struct disq_conn *conn,
                   const struct disq_reply *reply)
{
    (void)client;
    (void)part;
    (void)conn;
    return disq_reply_is_word(reply, "PONG") ? 0 : DISQ_PROTOCOL;
}

static const struct disq_command ping = {"PING", DISQ_IDEMPOTENT, on_ping};

int disq_ping_start(struct disq *client)
{
    struct disq_request *request;
    int rc;

    if ((rc = disq_call_begin(client, &ping)) != 0)
        return rc;
    request = disq_command_request(client, DISQ_ROLE_HOME, &ping);
    return disq_call_send(client, request != NULL ? disq_request_end(request) : DISQ_NO_MEMORY);
}

int disq_ping_finish(struct disq *client)
{
    return disq_call_finish(client, &ping);
}

int disq_ping(struct disq *client)
{
    int rc = disq_ping_start(client);

    if (rc != 0)
        return rc;
    disq_wait(client);
    return disq_ping_finish(client);
}

/* ---- HELLO ---- */

static int on_hello(struct disq *client, struct disq_part *part, const struct disq_conn *conn,
                    const struct disq_reply *reply)
{
    int rc = disq_table_parse(&client->table, reply, conn->address);

    (void)part;
    return rc != 0 ? rc : disq_pool_update(&client->pool, &client->table.hello);
}

static const struct disq_command hello = {"HELLO", DISQ_IDEMPOTENT, on_hello};

int disq_hello_start(struct disq *client)
{
    struct disq_request *request;
    int rc;

    if ((rc = disq_call_begin(client, &hello)) != 0)
        return rc;
    request = disq_command_request(client, DISQ_ROLE_HOME, &hello);
    return disq_call_send(client, request != NULL ? disq_request_end(request) : DISQ_NO_MEMORY);
}

int disq_hello_finish(struct disq *client, struct disq_hello *table)
{
    int rc = disq_call_finish(client, &hello);

    if (rc == 0 && table != NULL)
        *table = client->table.hello;
    return rc;
}

int disq_hello(struct disq *client, struct disq_hello *table)
{
    int rc = disq_hello_start(client);

    if (rc != 0)
        return rc;
    disq_wait(client);
    return disq_hello_finish(client, table);
}

/* ---- Any command ---- */

static int on_command(struct disq *client, struct disq_part *part, const struct disq_conn *conn,
                      const struct disq_reply *reply)
{
    (void)part;
    (void)conn;
    client->call.reply = reply;
    return 0;
}

static const struct disq_command any = {"", DISQ_TAKES_ERRORS, on_command};

int disq_command_start(struct disq *client, const struct disq_bytes *args, size_t count)
{
    struct disq_part *part;
    int rc;

    if (args == NULL || count == 0)
        return DISQ_INVALID;
    for (size_t i = 0; i < count; i++) {
        if (args[i].data == NULL && args[i].size > 0)
            return DISQ_INVALID;
    }
    if ((rc = disq_call_begin(client, &any)) != 0)
        return rc;
    part = disq_call_add(client, DISQ_ROLE_HOME, NULL);
    if (part == NULL)
        return disq_call_send(client, DISQ_NO_MEMORY);
    disq_request_begin(&part->request);
    for (size_t i = 0; i < count; i++)
        disq_request_add(&part->request, args[i].data, args[i].size);
    return disq_call_send(client, disq_request_end(&part->request));
}

int disq_command_finish(struct disq *client, const struct disq_reply **reply)
{
    int rc = disq_call_finish(client, &any);

    if (rc == 0 && reply != NULL)
        *reply = client->call.reply;
    return rc;
}

int disq_command(struct disq *client, const struct disq_bytes *args, size_t count,
                 const struct disq_reply **reply)
{
    int rc = disq_command_start(client, args, count);

    if (rc != 0)
        return rc;
    disq_wait(client);
    return disq_command_finish(client, reply);
}
