/* SPDX-License-Identifier: MIT */
/* HELLO (§5.10): what a client learns of the cluster when it connects. */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/membership.h"

enum { HELLO_VERSION = 1 };

void cmd_hello(struct client *client, const struct bytes *argv, size_t argc)
{
    const struct node *node = client->node;
    struct buffer *out = client->reply;

    (void)argv;
    (void)argc;
    reply_array(out, 2 + node->known_count);
    reply_integer(out, HELLO_VERSION);
    reply_text(out, node->self->id.text);
    for (size_t i = 0; i < node->known_count; i++) {
        const struct peer *peer = node->known[i];

        reply_array(out, 4);
        reply_text(out, peer->id.text);
        reply_text(out, peer->address.host);
        reply_number_text(out, peer->address.port);
        reply_number_text(out, membership_priority(peer));
    }
}
