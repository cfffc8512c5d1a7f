/* SPDX-License-Identifier: MIT */
/* CONFIG (§3.1). */
#include "mockd/command/command.h"
#include "mockd/command/glob.h"
#include "mockd/command/reply.h"
#include "mockd/node/heartbeat.h"
#include "mockd/node/node.h"

#include <errno.h>

static void config_get(struct client *client, const struct bytes *argv, size_t argc)
{
    const struct config *config = &client->node->config;
    struct bytes pattern = bytes_until_nul(argv[2]);
    struct buffer value = {0};
    size_t at = client->reply->size;
    size_t count = 0;

    (void)argc;
    for (enum config_name name = 0; name < CONFIG_SHOWN_COUNT; name++) {
        if (!glob_fits(pattern, bytes_of(config_word(name))))
            continue;
        value.size = 0;
        config_show(config, name, &value);
        reply_text(client->reply, config_word(name));
        reply_bulk(client->reply, (struct bytes){value.data, value.size});
        count += 2;
    }
    reply_array_at(client->reply, at, count);
    buffer_fini(&value);
}

static void config_set_one(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argc;
    switch (config_set(&client->node->config, argv[2], argv[3])) {
    case CONFIG_DONE:
        memory_review(client->node);
        aof_review(client->node);
        client_timeout_changed(client->node);
        heartbeat_wake(client->node);
        reply_status(client->reply, "OK");
        break;
    case CONFIG_UNSUPPORTED:
        reply_error(client->reply, "ERR Unsupported CONFIG parameter: %.*s", BYTES_ARG(argv[2]));
        break;
    case CONFIG_INVALID:
        reply_error(client->reply, "ERR Invalid argument '%.*s' for CONFIG SET '%.*s'", BYTES_ARG(argv[3]),
                    BYTES_ARG(argv[2]));
        break;
    case CONFIG_NO_DIRECTORY:
        reply_error(client->reply, "ERR Changing directory: %s", strerror(errno));
        break;
    }
}

static void config_resetstat(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    client->node->stats = (struct node_stats){0};
    reply_status(client->reply, "OK");
}

static void config_rewrite(struct client *client, const struct bytes *argv, size_t argc)
{
    struct node *node = client->node;
    int rc;

    (void)argv;
    (void)argc;
    if (!disk_has(node->disk, DISK_CONFIG))
        reply_error(client->reply, "ERR The server is running without a config file");
    else if ((rc = node_save_config(node)) != 0)
        reply_error(client->reply, "ERR Rewriting config file: %s", strerror(rc));
    else
        reply_status(client->reply, "OK");
}

static const struct subcommand subcommands[] = {
    {"get", 3, 3, config_get},
    {"set", 4, 4, config_set_one},
    {"resetstat", 2, 2, config_resetstat},
    {"rewrite", 2, 2, config_rewrite},
};

static bool is_subcommand(struct bytes word)
{
    for (size_t i = 0; i < ARRAY_LEN(subcommands); i++)
        if (bytes_is_word(word, subcommands[i].word))
            return true;
    return false;
}

void cmd_config(struct client *client, const struct bytes *argv, size_t argc)
{
    if (command_run_one_of(subcommands, ARRAY_LEN(subcommands), client, argv, argc))
        return;
    if (is_subcommand(argv[1]))
        reply_error(client->reply, "ERR Wrong number of arguments for CONFIG %.*s", BYTES_ARG(argv[1]));
    else
        reply_error(client->reply, "ERR CONFIG subcommand must be one of GET, SET, RESETSTAT, REWRITE");
}
