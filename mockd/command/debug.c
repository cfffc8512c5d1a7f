/* SPDX-License-Identifier: MIT */
/* DEBUG (§2.4). */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/node.h"

#include <stdio.h>
#include <stdlib.h>

#define SLEEP_MAX_S 1e12 /* what is longer does not fit, and is no time at all */

static void debug_flushall(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    node_flush(client->node);
    reply_status(client->reply, "OK");
}

static void debug_error(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argc;
    reply_error_bytes(client->reply, argv[2]);
}

static void on_sleep_end(struct timer *timer)
{
    struct node *node = OWNER_OF(timer, struct node, sleep_ends);

    gate_open(&node->gate, node->clock);
    client_wake_all(node);
}

/* Reads seconds as strtod does, which takes what is no number for 0. */
static int64_t read_us(struct bytes text)
{
    char number[64];
    double seconds;

    snprintf(number, sizeof(number), "%.*s", BYTES_ARG(text));
    seconds = strtod(number, NULL);
    return seconds > 0 && seconds <= SLEEP_MAX_S ? (int64_t)(seconds * 1000000) : 0;
}

/* The node does nothing, for nobody, until it is over. */
static void debug_sleep(struct client *client, const struct bytes *argv, size_t argc)
{
    struct node *node = client->node;

    (void)argc;
    reply_status(client->reply, "OK");
    client->took_us = read_us(argv[2]);
    if (client->took_us == 0)
        return;
    gate_shut(&node->gate);
    node->sleep_ends = (struct timer){.fire = on_sleep_end};
    clock_arm(node->clock, &node->sleep_ends, clock_now_us(node->clock) + client->took_us);
}

/* The sizes of structs of the real server; here they only have to be there. */
static void debug_structsize(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    reply_text(client->reply, "bits:64 job:184 queue:112 robj:16 dictentry:24 ");
}

void cmd_debug(struct client *client, const struct bytes *argv, size_t argc)
{
    static const struct subcommand subcommands[] = {
        {"flushall", 2, SIZE_MAX, debug_flushall},
        {"error", 3, 3, debug_error},
        {"sleep", 3, 3, debug_sleep},
        {"structsize", 2, 2, debug_structsize},
        {"loadaof", 2, SIZE_MAX, debug_loadaof},
        {"restart", 2, SIZE_MAX, debug_restart},
        {"crash-and-recover", 2, SIZE_MAX, debug_crash_and_recover},
        {"segfault", 2, SIZE_MAX, debug_crash},
        {"assert", 2, SIZE_MAX, debug_crash},
        {"oom", 2, SIZE_MAX, debug_crash},
    };

    if (!command_run_one_of(subcommands, ARRAY_LEN(subcommands), client, argv, argc))
        reply_error(client->reply, "ERR Unknown DEBUG subcommand or wrong number of arguments for '%.*s'",
                    BYTES_ARG(argv[1]));
}
