/* SPDX-License-Identifier: MIT */
/* Most calls are a name, a few words and one kind of answer, to whatever node is home; what differs is a row
 * of struct disq_command beside each. */
#include "client/command.h"

#include "client/client.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct disq_request *disq_command_request(struct disq_call *call, enum disq_role role)
{
    struct disq_part *part = disq_call_add(call, role, NULL);

    if (part == NULL)
        return NULL;
    disq_request_begin(&part->request);
    if (call->command->name[0] != '\0')
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

int disq_command_send(struct disq *client, const struct disq_command *command, const struct disq_bytes *args,
                      size_t count)
{
    struct disq_request *request;
    struct disq_call *call;
    int rc;

    for (size_t i = 0; i < count; i++) {
        if (args[i].data == NULL && args[i].size > 0)
            return DISQ_INVALID;
    }
    if ((rc = disq_call_begin(client, command, &call)) != 0)
        return rc;
    request = disq_command_request(call, DISQ_ROLE_HOME);
    if (request == NULL)
        return disq_call_send(call, DISQ_NO_MEMORY);
    for (size_t i = 0; i < count; i++)
        disq_request_add(request, args[i].data, args[i].size);
    return disq_call_send(call, disq_request_end(request));
}

struct disq_bytes disq_queue_arg(const char *queue, size_t size)
{
    if (queue == NULL)
        return (struct disq_bytes){.data = NULL, .size = 1};
    return (struct disq_bytes){.data = queue, .size = size > 0 ? size : strlen(queue)};
}

struct disq_bytes disq_text_arg(const char *text)
{
    return disq_queue_arg(text, 0);
}

struct disq_bytes disq_number_arg(char digits[DISQ_NUMBER_SIZE], int64_t number)
{
    int size = snprintf(digits, DISQ_NUMBER_SIZE, "%" PRId64, number);

    return (struct disq_bytes){.data = digits, .size = (size_t)size};
}

/* ---- Replies ---- */

int disq_on_ok(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    (void)part;
    (void)conn;
    return disq_reply_is_word(reply, "OK") ? 0 : DISQ_PROTOCOL;
}

int disq_on_number(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    (void)conn;
    if (reply->type != DISQ_REPLY_INTEGER)
        return DISQ_PROTOCOL;
    part->call->number = reply->integer;
    return 0;
}

int disq_on_string(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    return reply->type == DISQ_REPLY_STRING ? disq_on_any(part, conn, reply) : DISQ_PROTOCOL;
}

int disq_on_any(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    part->call->reply = reply;
    disq_reader_keep(&conn->reader, &part->call->arena);
    return 0;
}
