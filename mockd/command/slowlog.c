/* SPDX-License-Identifier: MIT */
/* SLOWLOG (§2.2). */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/node.h"

enum { DEFAULT_COUNT = 10 };

static void slowlog_len(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    reply_integer(client->reply, (int64_t)client->node->slowlog.count);
}

static void slowlog_reset(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    slowlog_clear(&client->node->slowlog);
    reply_status(client->reply, "OK");
}

static void reply_command(struct buffer *out, const struct slow_command *command)
{
    reply_array(out, 4);
    reply_integer(out, command->id);
    reply_integer(out, command->at_s);
    reply_integer(out, command->duration_us);
    reply_array(out, command->argc);
    for (size_t i = 0; i < command->argc; i++)
        reply_bulk(out, (struct bytes){command->argv[i].data, command->argv[i].size});
}

/* A count below 0 is all of them. */
static void reply_newest(struct client *client, int64_t count)
{
    const struct slowlog *slowlog = &client->node->slowlog;
    size_t left = count < 0 || (uint64_t)count > slowlog->count ? slowlog->count : (size_t)count;

    reply_array(client->reply, left);
    for (const struct link *link = slowlog->entries.next; left > 0; left--, link = link->next)
        reply_command(client->reply, OWNER_OF(link, struct slow_command, link));
}

static void slowlog_get(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    reply_newest(client, DEFAULT_COUNT);
}

static void slowlog_get_some(struct client *client, const struct bytes *argv, size_t argc)
{
    int64_t count;

    (void)argc;
    if (bytes_to_integer(argv[2], &count))
        reply_newest(client, count);
    else
        reply_not_an_integer(client->reply);
}

void cmd_slowlog(struct client *client, const struct bytes *argv, size_t argc)
{
    static const struct subcommand subcommands[] = {
        {"reset", 2, 2, slowlog_reset},
        {"len", 2, 2, slowlog_len},
        {"get", 2, 2, slowlog_get},
        {"get", 3, 3, slowlog_get_some},
    };

    if (!command_run_one_of(subcommands, ARRAY_LEN(subcommands), client, argv, argc))
        reply_error(client->reply, "ERR Unknown SLOWLOG subcommand or wrong # of args. Try GET, RESET, LEN.");
}
