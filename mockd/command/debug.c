/* SPDX-License-Identifier: MIT */
/* DEBUG (§2.4): FLUSHALL and ERROR. */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/node.h"

static void debug_flushall(struct client *client, const struct bytes *argv)
{
    (void)argv;
    node_flush(client->node);
    reply_status(client->reply, "OK");
}

static void debug_error(struct client *client, const struct bytes *argv)
{
    reply_error(client->reply, "%.*s", BYTES_ARG(argv[2]));
}

static const struct {
    const char *word;
    size_t argc;
    void (*run)(struct client *client, const struct bytes *argv);
} subcommands[] = {
    {"flushall", 2, debug_flushall},
    {"error", 3, debug_error},
};

void cmd_debug(struct client *client, const struct bytes *argv, size_t argc)
{
    for (size_t i = 0; i < ARRAY_LEN(subcommands); i++) {
        if (subcommands[i].argc == argc && bytes_is_word(argv[1], subcommands[i].word)) {
            subcommands[i].run(client, argv);
            return;
        }
    }
    reply_error(client->reply, "ERR Unknown DEBUG subcommand or wrong number of arguments for '%.*s'",
                BYTES_ARG(argv[1]));
}
