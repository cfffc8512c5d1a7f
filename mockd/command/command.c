/* SPDX-License-Identifier: MIT */
/* The table of commands, and what is checked before one runs (§1.3). */
#include "mockd/command/command.h"

#include "mockd/command/reply.h"
#include "mockd/node/node.h"

#include <limits.h>
#include <stdlib.h>

struct command {
    const char *name;
    command_fn *run;
    int arity; /* with the name; -n: at least n */
};

/* In the order of their names. */
static const struct command commands[] = {
    /* clang-format off */
    {"ackjob",  cmd_ackjob,  -1},
    {"addjob",  cmd_addjob,  -4},
    {"cluster", cmd_cluster, -2},
    {"deljob",  cmd_deljob,  -1},
    {"dequeue", cmd_dequeue, -1},
    {"enqueue", cmd_enqueue, -1},
    {"fastack", cmd_fastack, -1},
    {"getjob",  cmd_getjob,  -2},
    {"hello",   cmd_hello,    1},
    {"info",    cmd_info,    -1},
    {"jscan",   cmd_jscan,   -1},
    {"nack",    cmd_nack,    -1},
    {"pause",   cmd_pause,   -3},
    {"ping",    cmd_ping,    -1},
    {"qlen",    cmd_qlen,     2},
    {"qpeek",   cmd_qpeek,    3},
    {"qscan",   cmd_qscan,   -1},
    {"qstat",   cmd_qstat,    2},
    {"show",    cmd_show,     2},
    {"working", cmd_working,  2},
    /* clang-format on */
};

static int compare_name(const void *key, const void *row)
{
    const struct bytes *name = key;
    const char *other = ((const struct command *)row)->name;

    for (size_t i = 0; i < name->size; i++) {
        unsigned char c = (unsigned char)name->data[i];

        if (c >= 'A' && c <= 'Z')
            c = (unsigned char)(c - 'A' + 'a');
        if (c != (unsigned char)other[i] || c == '\0')
            return c < (unsigned char)other[i] ? -1 : 1;
    }
    return other[name->size] == '\0' ? 0 : -1;
}

static const struct command *find(struct bytes name)
{
    return bsearch(&name, commands, ARRAY_LEN(commands), sizeof(commands[0]), compare_name);
}

static bool fits(const struct command *command, size_t argc)
{
    return command->arity < 0 ? argc >= (size_t)-command->arity : argc == (size_t)command->arity;
}

static void run(struct client *client, const struct bytes *argv, size_t argc)
{
    const struct command *command = find(argv[0]);

    if (command == NULL)
        reply_error(&client->out, "ERR unknown command '%.*s'",
                    (int)(argv[0].size < INT_MAX ? argv[0].size : 0), argv[0].data);
    else if (!fits(command, argc))
        reply_error(&client->out, "ERR wrong number of arguments for '%s' command", command->name);
    else
        command->run(client, argv, argc);
}

void command_run(struct client *client, const struct bytes *argv, size_t argc)
{
    /* QUIT is in no table, and is granted to everybody (§1.2). */
    if (bytes_is_word(argv[0], "quit")) {
        reply_status(&client->out, "OK");
        client->is_closing = true;
        return;
    }
    run(client, argv, argc);
    node_settle(client->node);
}

void command_for_each_id(struct client *client, const struct bytes *argv, size_t argc, job_fn *act)
{
    struct job_id id;
    int64_t count = 0;

    for (size_t i = 1; i < argc; i++) {
        if (!job_id_parse(argv[i], &id)) {
            reply_bad_id(&client->out);
            return;
        }
    }
    for (size_t i = 1; i < argc && job_id_parse(argv[i], &id); i++)
        count += act(client->node, &id);
    reply_integer(&client->out, count);
}

bool command_read_timeout(struct client *client, struct bytes text, int64_t *timeout_ms)
{
    if (!bytes_to_integer(text, timeout_ms)) {
        reply_error(&client->out, "ERR timeout is not an integer or out of range");
        return false;
    }
    if (*timeout_ms < 0) {
        reply_error(&client->out, "ERR timeout is negative");
        return false;
    }
    return true;
}

int64_t command_deadline_ms(const struct client *client, int64_t timeout_ms)
{
    int64_t now_ms = node_now_ms(client->node);

    if (timeout_ms == 0)
        return 0;
    return timeout_ms < INT64_MAX - now_ms ? now_ms + timeout_ms : INT64_MAX;
}
