/* SPDX-License-Identifier: MIT */
/* CLUSTER (§5.11). */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/handshake.h"
#include "mockd/node/membership.h"
#include "mockd/node/roster.h"

#include <inttypes.h>

static void cluster_myid(struct client *client, const struct bytes *argv)
{
    (void)argv;
    reply_text(client->reply, client->node->self->id.text);
}

static void cluster_nodes(struct client *client, const struct bytes *argv)
{
    const struct node *node = client->node;
    struct buffer text = {0};

    (void)argv;
    for (size_t i = 0; i < node->known_count; i++)
        roster_write(&text, node->known[i]);
    reply_bulk(client->reply, (struct bytes){text.data, text.size});
    buffer_fini(&text);
}

static void cluster_meet(struct client *client, const struct bytes *argv)
{
    int64_t port;

    if (!bytes_to_integer(argv[3], &port))
        reply_error(client->reply, "ERR Invalid TCP port specified: %.*s", BYTES_ARG(argv[3]));
    else if (!handshake_with(client->node, argv[2], port))
        reply_error(client->reply, "ERR Invalid node address specified: %.*s:%.*s", BYTES_ARG(argv[2]),
                    BYTES_ARG(argv[3]));
    else
        reply_status(client->reply, "OK");
}

static void cluster_info(struct client *client, const struct bytes *argv)
{
    const struct node *node = client->node;
    struct buffer text = {0};

    (void)argv;
    buffer_printf(&text, "cluster_state:ok\r\n");
    buffer_printf(&text, "cluster_known_nodes:%zu\r\n", node->known_count);
    buffer_printf(&text, "cluster_reachable_nodes:%zu\r\n", membership_reachable_count(node));
    buffer_printf(&text, "cluster_size:%zu\r\n", membership_size(node));
    buffer_printf(&text, "cluster_stats_messages_sent:%" PRIu64 "\r\n", node->messages_sent);
    buffer_printf(&text, "cluster_stats_messages_received:%" PRIu64 "\r\n", node->messages_received);
    reply_bulk(client->reply, (struct bytes){text.data, text.size});
    buffer_fini(&text);
}

static void cluster_leaving(struct client *client, const struct bytes *argv)
{
    (void)argv;
    reply_status(client->reply, client->node->self->is_leaving ? "yes" : "no");
}

static void cluster_set_leaving(struct client *client, const struct bytes *argv)
{
    bool is_yes = bytes_is_word(argv[2], "yes");

    if (!is_yes && !bytes_is_word(argv[2], "no")) {
        reply_error(client->reply, "ERR Wrong argument for CLUSTER LEAVING. Use 'yes' or 'no'");
        return;
    }
    client->node->self->is_leaving = is_yes;
    reply_status(client->reply, "OK");
}

static void cluster_forget(struct client *client, const struct bytes *argv)
{
    struct node *node = client->node;
    struct peer *peer = argv[2].size == NODE_ID_SIZE ? peer_find(node, argv[2].data) : NULL;

    if (argv[2].size != NODE_ID_SIZE) {
        reply_error(client->reply, "ERR Invalid node identifier");
    } else if (peer == NULL) {
        reply_error(client->reply, "ERR Unknown node %.*s", BYTES_ARG(argv[2]));
    } else if (peer == node->self) {
        reply_error(client->reply, "ERR I tried hard but I can't forget myself...");
    } else {
        membership_forget(node, peer);
        reply_status(client->reply, "OK");
    }
}

static void reset(struct client *client, bool is_hard)
{
    node_flush(client->node);
    membership_reset(client->node, is_hard);
    reply_status(client->reply, "OK");
}

static void cluster_reset(struct client *client, const struct bytes *argv)
{
    (void)argv;
    reset(client, false);
}

static void cluster_reset_how(struct client *client, const struct bytes *argv)
{
    bool is_hard = bytes_is_word(argv[2], "hard");

    if (is_hard || bytes_is_word(argv[2], "soft"))
        reset(client, is_hard);
    else
        reply_syntax_error(client->reply);
}

/* The configuration is kept anyway. */
static void cluster_saveconfig(struct client *client, const struct bytes *argv)
{
    (void)argv;
    reply_status(client->reply, "OK");
}

static const struct subcommand {
    const char *name;
    void (*run)(struct client *client, const struct bytes *argv);
    size_t argc;
} subcommands[] = {
    /* clang-format off */
    {"myid",       cluster_myid,        2},
    {"nodes",      cluster_nodes,       2},
    {"meet",       cluster_meet,        4},
    {"info",       cluster_info,        2},
    {"forget",     cluster_forget,      3},
    {"reset",      cluster_reset,       2},
    {"reset",      cluster_reset_how,   3},
    {"saveconfig", cluster_saveconfig,  2},
    {"leaving",    cluster_leaving,     2},
    {"leaving",    cluster_set_leaving, 3},
    /* clang-format on */
};

void cmd_cluster(struct client *client, const struct bytes *argv, size_t argc)
{
    for (size_t i = 0; i < ARRAY_LEN(subcommands); i++) {
        if (subcommands[i].argc == argc && bytes_is_word(argv[1], subcommands[i].name)) {
            subcommands[i].run(client, argv);
            return;
        }
    }
    reply_error(client->reply, "ERR Wrong CLUSTER subcommand or number of arguments");
}
