/* SPDX-License-Identifier: MIT */
/* CLUSTER (§5.11). */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/handshake.h"
#include "mockd/node/membership.h"
#include "mockd/node/roster.h"

#include <errno.h>
#include <inttypes.h>

static void cluster_myid(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    reply_text(client->reply, client->node->self->id.text);
}

static void cluster_nodes(struct client *client, const struct bytes *argv, size_t argc)
{
    const struct node *node = client->node;
    struct buffer text = {0};

    (void)argv;
    (void)argc;
    for (size_t i = 0; i < node->known_count; i++)
        roster_write(&text, node->known[i]);
    reply_bulk(client->reply, (struct bytes){text.data, text.size});
    buffer_fini(&text);
}

static void cluster_meet(struct client *client, const struct bytes *argv, size_t argc)
{
    int64_t port;

    (void)argc;
    if (!bytes_to_integer(argv[3], &port))
        reply_error(client->reply, "ERR Invalid TCP port specified: %.*s", BYTES_ARG(argv[3]));
    else if (!handshake_with(client->node, argv[2], (int32_t)port)) /* wraps around, as Disque's */
        reply_error(client->reply, "ERR Invalid node address specified: %.*s:%.*s", BYTES_ARG(argv[2]),
                    BYTES_ARG(argv[3]));
    else
        reply_status(client->reply, "OK");
}

static void cluster_info(struct client *client, const struct bytes *argv, size_t argc)
{
    const struct node *node = client->node;
    struct buffer text = {0};

    (void)argv;
    (void)argc;
    buffer_printf(&text, "cluster_state:ok\r\n");
    buffer_printf(&text, "cluster_known_nodes:%zu\r\n", node->known_count);
    buffer_printf(&text, "cluster_reachable_nodes:%zu\r\n", membership_reachable_count(node));
    buffer_printf(&text, "cluster_size:%zu\r\n", membership_size(node));
    buffer_printf(&text, "cluster_stats_messages_sent:%" PRIu64 "\r\n", node->messages_sent);
    buffer_printf(&text, "cluster_stats_messages_received:%" PRIu64 "\r\n", node->messages_received);
    reply_bulk(client->reply, (struct bytes){text.data, text.size});
    buffer_fini(&text);
}

static void cluster_leaving(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    reply_status(client->reply, client->node->self->is_leaving ? "yes" : "no");
}

static void cluster_set_leaving(struct client *client, const struct bytes *argv, size_t argc)
{
    bool is_yes = bytes_is_word(argv[2], "yes");

    (void)argc;
    if (!is_yes && !bytes_is_word(argv[2], "no")) {
        reply_error(client->reply, "ERR Wrong argument for CLUSTER LEAVING. Use 'yes' or 'no'");
        return;
    }
    client->node->self->is_leaving = is_yes;
    node_save_roster(client->node);
    reply_status(client->reply, "OK");
}

static void cluster_forget(struct client *client, const struct bytes *argv, size_t argc)
{
    struct node *node = client->node;
    struct peer *peer = argv[2].size == NODE_ID_SIZE ? peer_find(node, argv[2].data) : NULL;

    (void)argc;
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

static void cluster_reset(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    reset(client, false);
}

static void cluster_reset_how(struct client *client, const struct bytes *argv, size_t argc)
{
    bool is_hard = bytes_is_word(argv[2], "hard");

    (void)argc;
    if (is_hard || bytes_is_word(argv[2], "soft"))
        reset(client, is_hard);
    else
        reply_syntax_error(client->reply);
}

/* The configuration is kept anyway. */
static void cluster_saveconfig(struct client *client, const struct bytes *argv, size_t argc)
{
    int rc = node_save_roster(client->node);

    (void)argv;
    (void)argc;
    if (rc == 0)
        reply_status(client->reply, "OK");
    else
        reply_error(client->reply, "ERR error saving the cluster node config: %s", strerror(rc));
}

void cmd_cluster(struct client *client, const struct bytes *argv, size_t argc)
{
    static const struct subcommand subcommands[] = {
        /* clang-format off */
        {"myid",       2, 2, cluster_myid},
        {"nodes",      2, 2, cluster_nodes},
        {"meet",       4, 4, cluster_meet},
        {"info",       2, 2, cluster_info},
        {"forget",     3, 3, cluster_forget},
        {"reset",      2, 2, cluster_reset},
        {"reset",      3, 3, cluster_reset_how},
        {"saveconfig", 2, 2, cluster_saveconfig},
        {"leaving",    2, 2, cluster_leaving},
        {"leaving",    3, 3, cluster_set_leaving},
        /* clang-format on */
    };

    if (!command_run_one_of(subcommands, ARRAY_LEN(subcommands), client, argv, argc))
        reply_error(client->reply, "ERR Wrong CLUSTER subcommand or number of arguments");
}
