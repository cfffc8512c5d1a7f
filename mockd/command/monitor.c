/* SPDX-License-Identifier: MIT */
/* MONITOR (§2.2): clients that are shown every command of their node. */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/node.h"

#include <inttypes.h>

void cmd_monitor(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    if (client->is_monitor)
        return;
    client->is_monitor = true;
    client->node->monitor_count++;
    reply_status(client->reply, "OK");
}

void monitor_tell(const struct client *client, const struct bytes *argv, size_t argc)
{
    struct node *node = client->node;
    int64_t now_us = node_now_us(node);
    struct buffer line = {0};

    buffer_printf(&line, "%" PRId64 ".%06" PRId64 " [%s]", now_us / 1000000, now_us % 1000000,
                  client->address);
    for (size_t i = 0; i < argc; i++) {
        buffer_add_text(&line, " ");
        buffer_add_quoted(&line, argv[i], SIZE_MAX);
    }
    for (struct roll_entry *entry = roll_first(&node->clients); entry != NULL;
         entry = roll_next(&node->clients, entry)) {
        struct client *other = OWNER_OF(entry, struct client, by_age);

        if (!other->is_monitor || other->skips_next || other->reply == &other->nowhere)
            continue;
        reply_status_bytes(&other->out, (struct bytes){line.data, line.size});
        other->on_wake(other);
    }
    buffer_fini(&line);
}
