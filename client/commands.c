/* SPDX-License-Identifier: MIT */
/* The simple calls to the home node, and any command. */
#include "client/array.h"
#include "client/client.h"
#include "client/command.h"
#include "client/greet.h"
#include "client/results.h"

#include <string.h>

static const struct disq_command qlen = {"QLEN", DISQ_IDEMPOTENT, DISQ_RESULT_NUMBER, disq_on_number};

int disq_qlen_start(struct disq *client, const char *queue, size_t queue_size)
{
    const struct disq_bytes args[] = {disq_queue_arg(queue, queue_size)};

    return disq_command_send(client, &qlen, args, DISQ_ARRAY_LEN(args));
}

int disq_qlen(struct disq *client, const char *queue, size_t queue_size, int64_t *length)
{
    return disq_results_wait(client, disq_qlen_start(client, queue, queue_size), DISQ_RESULT_NUMBER, length);
}

/* ---- PAUSE ---- */

static const char *const pause_words[] = {
    [DISQ_PAUSE_NONE] = "none",
    [DISQ_PAUSE_IN] = "in",
    [DISQ_PAUSE_OUT] = "out",
    [DISQ_PAUSE_ALL] = "all",
};

static int on_pause(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    (void)conn;
    for (size_t i = 0; i < DISQ_ARRAY_LEN(pause_words); i++) {
        if (disq_reply_is_word(reply, pause_words[i])) {
            part->call->number = (int64_t)i;
            return 0;
        }
    }
    return DISQ_PROTOCOL;
}

/* What changes one node must not be said to another instead. */
static const struct disq_command pause_here = {"PAUSE", 0, DISQ_RESULT_NUMBER, on_pause};
static const struct disq_command pause_any = {"PAUSE", DISQ_IDEMPOTENT, DISQ_RESULT_NUMBER, on_pause};

int disq_pause_start(struct disq *client, const char *queue, size_t queue_size, unsigned state,
                     bool everywhere)
{
    bool is_safe = everywhere || state == DISQ_PAUSE_ASK;
    const char *word = "state";

    if (state < DISQ_ARRAY_LEN(pause_words))
        word = pause_words[state];
    else if (state != DISQ_PAUSE_ASK)
        return DISQ_INVALID;
    return disq_command_send(
        client, is_safe ? &pause_any : &pause_here,
        (struct disq_bytes[]){disq_queue_arg(queue, queue_size), disq_text_arg(word), disq_text_arg("bcast")},
        everywhere ? 3 : 2);
}

int disq_pause(struct disq *client, const char *queue, size_t queue_size, unsigned state, bool everywhere,
               int64_t *now)
{
    int rc = disq_pause_start(client, queue, queue_size, state, everywhere);

    return disq_results_wait(client, rc, DISQ_RESULT_NUMBER, now);
}

/* ---- PING, TIME, INFO ---- */

static int on_ping(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    (void)part;
    (void)conn;
    return disq_reply_is_word(reply, "PONG") ? 0 : DISQ_PROTOCOL;
}

static const struct disq_command ping = {"PING", DISQ_IDEMPOTENT, DISQ_RESULT_NONE, on_ping};

int disq_ping_start(struct disq *client)
{
    return disq_command_send(client, &ping, NULL, 0);
}

int disq_ping(struct disq *client)
{
    return disq_results_wait(client, disq_ping_start(client), DISQ_RESULT_NONE, NULL);
}

/* ["seconds", "microseconds"] */
static int on_time(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    int64_t seconds, micros;

    (void)conn;
    if (reply->type != DISQ_REPLY_ARRAY || reply->count != 2 ||
        disq_reply_number(reply->first, &seconds) != 0 ||
        disq_reply_number(reply->first->next, &micros) != 0 ||
        !disq_is_within(seconds, 0, INT64_MAX / 1000000 - 1) || !disq_is_within(micros, 0, 999999))
        return DISQ_PROTOCOL;
    part->call->number = seconds * 1000000 + micros;
    return 0;
}

static const struct disq_command time_of_node = {"TIME", DISQ_IDEMPOTENT, DISQ_RESULT_NUMBER, on_time};

int disq_time_start(struct disq *client)
{
    return disq_command_send(client, &time_of_node, NULL, 0);
}

int disq_time(struct disq *client, int64_t *unix_us)
{
    return disq_results_wait(client, disq_time_start(client), DISQ_RESULT_NUMBER, unix_us);
}

static const struct disq_command info = {"INFO", DISQ_IDEMPOTENT, DISQ_RESULT_REPLY, disq_on_string};

int disq_info_start(struct disq *client, const char *section)
{
    return disq_command_send(client, &info, (struct disq_bytes[]){disq_text_arg(section)}, section != NULL);
}

int disq_info(struct disq *client, const char *section, const struct disq_reply **text)
{
    return disq_results_wait(client, disq_info_start(client, section), DISQ_RESULT_REPLY, text);
}

/* A line is NAME:VALUE and CR LF. */
struct disq_bytes disq_info_field(const struct disq_reply *text, const char *name)
{
    const char *line = text != NULL && text->text != NULL ? text->text : "";
    size_t size = strlen(name);

    for (; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
        if (strncmp(line, name, size) == 0 && line[size] == ':')
            return (struct disq_bytes){.data = line + size + 1, .size = strcspn(line + size + 1, "\r\n")};
    }
    return (struct disq_bytes){0};
}

/* ---- HELLO ---- */

static int on_hello(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    struct disq_call *call = part->call;
    int rc = disq_table_parse(&call->table, reply, conn->address, &call->client->settings.options);

    return rc != 0 ? rc : disq_greet_learn(call->client, &call->table.hello);
}

static const struct disq_command hello = {"HELLO", DISQ_IDEMPOTENT, DISQ_RESULT_HELLO, on_hello};

int disq_hello_start(struct disq *client)
{
    return disq_command_send(client, &hello, NULL, 0);
}

int disq_hello(struct disq *client, struct disq_hello *table)
{
    return disq_results_wait(client, disq_hello_start(client), DISQ_RESULT_HELLO, table);
}

/* ---- Any command ---- */

static const struct disq_command any = {"", DISQ_TAKES_ERRORS, DISQ_RESULT_REPLY, disq_on_any};

int disq_command_start(struct disq *client, const struct disq_bytes *args, size_t count)
{
    if (args == NULL || count == 0)
        return DISQ_INVALID;
    return disq_command_send(client, &any, args, count);
}

int disq_command(struct disq *client, const struct disq_bytes *args, size_t count,
                 const struct disq_reply **reply)
{
    return disq_results_wait(client, disq_command_start(client, args, count), DISQ_RESULT_REPLY, reply);
}
