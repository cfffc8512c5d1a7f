/* SPDX-License-Identifier: MIT */
/* PING, AUTH, TIME, COMMAND (§2.2). */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/node.h"

void cmd_ping(struct client *client, const struct bytes *argv, size_t argc)
{
    if (argc > 2)
        reply_error(client->reply, "ERR wrong number of arguments for 'ping' command");
    else if (argc == 2)
        reply_bulk(client->reply, argv[1]);
    else
        reply_status(client->reply, "PONG");
}

/* A wrong password takes away what a right one gave. */
void cmd_auth(struct client *client, const struct bytes *argv, size_t argc)
{
    struct bytes password = config_text(&client->node->config, CONFIG_REQUIREPASS);

    (void)argc;
    if (password.size == 0) {
        reply_error(client->reply, "ERR Client sent AUTH, but no password is set");
        return;
    }
    client->is_authenticated = bytes_equal(bytes_until_nul(argv[1]), password);
    if (client->is_authenticated)
        reply_status(client->reply, "OK");
    else
        reply_error(client->reply, "ERR invalid password");
}

void cmd_time(struct client *client, const struct bytes *argv, size_t argc)
{
    int64_t now_us = node_now_us(client->node);

    (void)argv;
    (void)argc;
    reply_array(client->reply, 2);
    reply_number_text(client->reply, now_us / 1000000);
    reply_number_text(client->reply, now_us % 1000000);
}

void cmd_command(struct client *client, const struct bytes *argv, size_t argc)
{
    struct buffer *out = client->reply;

    if (argc == 1) {
        reply_array(out, command_count());
        for (size_t row = 0; row < command_count(); row++)
            command_reply_row(out, row);
    } else if (bytes_is_word(argv[1], "count") && argc == 2) {
        reply_integer(out, (int64_t)command_count());
    } else if (bytes_is_word(argv[1], "info")) {
        reply_array(out, argc - 2);
        for (size_t i = 2; i < argc; i++) {
            size_t row = command_find(argv[i]);

            if (row != SIZE_MAX)
                command_reply_row(out, row);
            else
                reply_nil(out);
        }
    } else {
        reply_error(out, "ERR Unknown subcommand or wrong number of arguments.");
    }
}
