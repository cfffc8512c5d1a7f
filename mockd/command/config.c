/* SPDX-License-Identifier: MIT */
/* CONFIG (§3.1). */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/node.h"

#include <fnmatch.h>
#include <limits.h>

/* Text in an error line: up to its first NUL. */
#define TEXT_ARG(bytes) (int)((bytes).size < INT_MAX ? (bytes).size : INT_MAX), (bytes).data

static void config_get(struct client *client, const struct bytes *argv)
{
    const struct config *config = &client->node->config;
    struct buffer pattern = {0};
    struct buffer value = {0};
    size_t at = client->out.size;
    size_t count = 0;

    buffer_add(&pattern, argv[2].data, argv[2].size);
    buffer_add(&pattern, "", 1);
    for (enum config_name name = 0; name < CONFIG_COUNT; name++) {
        if (fnmatch(pattern.data, config_word(name), 0) != 0)
            continue;
        value.size = 0;
        config_show(config, name, &value);
        reply_text(&client->out, config_word(name));
        reply_bulk(&client->out, (struct bytes){value.data, value.size});
        count += 2;
    }
    reply_array_at(&client->out, at, count);
    buffer_fini(&pattern);
    buffer_fini(&value);
}

static void config_set_one(struct client *client, const struct bytes *argv)
{
    switch (config_set(&client->node->config, argv[2], argv[3])) {
    case CONFIG_DONE:
        memory_review(client->node);
        reply_status(&client->out, "OK");
        break;
    case CONFIG_UNSUPPORTED:
        reply_error(&client->out, "ERR Unsupported CONFIG parameter: %.*s", TEXT_ARG(argv[2]));
        break;
    case CONFIG_INVALID:
        reply_error(&client->out, "ERR Invalid argument '%.*s' for CONFIG SET '%.*s'", TEXT_ARG(argv[3]),
                    TEXT_ARG(argv[2]));
        break;
    }
}

static void config_rewrite(struct client *client, const struct bytes *argv)
{
    (void)argv;
    reply_error(&client->out, "ERR The server is running without a config file");
}

static const struct {
    const char *word;
    size_t argc;
    void (*run)(struct client *client, const struct bytes *argv);
} subcommands[] = {
    {"get", 3, config_get},
    {"set", 4, config_set_one},
    {"rewrite", 2, config_rewrite},
};

void cmd_config(struct client *client, const struct bytes *argv, size_t argc)
{
    for (size_t i = 0; i < ARRAY_LEN(subcommands); i++) {
        if (!bytes_is_word(argv[1], subcommands[i].word))
            continue;
        if (argc == subcommands[i].argc)
            subcommands[i].run(client, argv);
        else
            reply_error(&client->out, "ERR Wrong number of arguments for CONFIG %.*s", TEXT_ARG(argv[1]));
        return;
    }
    reply_error(&client->out, "ERR CONFIG subcommand must be one of GET, SET, RESETSTAT, REWRITE");
}
