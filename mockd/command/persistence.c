/* SPDX-License-Identifier: MIT */
/* SHUTDOWN, BGREWRITEAOF, LOADJOB (§2.2), and what of DEBUG ends the process or loads jobs (§2.4). */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/node.h"

void cmd_shutdown(struct client *client, const struct bytes *argv, size_t argc)
{
    bool rewrites = argc == 2 && bytes_is_word(argv[1], "rewrite-aof");

    if (argc > 2 || (argc == 2 && !rewrites)) {
        reply_syntax_error(client->reply);
        return;
    }
    if (rewrites && !aof_rewrite_now(client->node)) {
        reply_error(client->reply, "ERR Errors trying to SHUTDOWN. Check logs.");
        return;
    }
    node_exit(client->node, NODE_STAYS_DOWN);
}

void cmd_bgrewriteaof(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    if (aof_rewrite(client->node))
        reply_status(client->reply, "Background append only file rewriting started");
    else
        reply_error(client->reply, "ERR Background append only file rewriting already in progress");
}

void cmd_loadjob(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    reply_error(client->reply, "ERR LOADJOB is a special command only processed from AOF");
}

/* Whatever deletions the flush writes come behind what is loaded (S-25). */
void debug_loadaof(struct client *client, const struct bytes *argv, size_t argc)
{
    struct node *node = client->node;
    size_t size = aof_size(node);

    (void)argv;
    (void)argc;
    node_flush(node);
    switch (aof_load(node, size)) {
    case AOF_LOADED:
        reply_status(client->reply, "OK");
        break;
    case AOF_EMPTY:
        reply_error(client->reply, "ERR");
        break;
    case AOF_MISSING:
    case AOF_BROKEN:
        node_exit(node, NODE_STAYS_DOWN);
        break;
    }
}

/* Reads for how long the node is down: none if nothing, or less, is said. */
static bool read_delay(struct client *client, const struct bytes *argv, size_t argc, int64_t *delay_ms)
{
    *delay_ms = 0;
    if (argc > 2 && !bytes_to_integer(argv[2], delay_ms)) {
        reply_not_an_integer(client->reply);
        return false;
    }
    if (*delay_ms < 0 || *delay_ms > INT64_MAX / 1000)
        *delay_ms = 0;
    return true;
}

void debug_restart(struct client *client, const struct bytes *argv, size_t argc)
{
    int64_t delay_ms;

    if (!read_delay(client, argv, argc, &delay_ms))
        return;
    node_save_config(client->node);
    node_exit(client->node, delay_ms * 1000);
}

void debug_crash_and_recover(struct client *client, const struct bytes *argv, size_t argc)
{
    int64_t delay_ms;

    if (read_delay(client, argv, argc, &delay_ms))
        node_exit(client->node, delay_ms * 1000);
}

void debug_crash(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    node_exit(client->node, NODE_STAYS_DOWN);
}
