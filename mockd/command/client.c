/* SPDX-License-Identifier: MIT */
#include "mockd/command/client.h"

#include "mockd/node/node.h"

static void client_on_visit(struct visitor *visitor)
{
    struct client *client = LIST_OWNER(visitor, struct client, visitor);
    bool is_late = client->deadline_ms != 0 && client->deadline_ms < node_now_ms(client->node);

    client->wait->on_visit(client, is_late);
}

void client_init(struct client *client, struct node *node, void (*on_wake)(struct client *client))
{
    *client = (struct client){.node = node, .number = ++node->client_count, .on_wake = on_wake};
    client->visitor.on_visit = client_on_visit;
    visits_join(&node->visits, &client->visitor);
}

void client_fini(struct client *client)
{
    if (client_is_blocked(client)) {
        client->wait->abandon(client);
        client->wait = NULL;
    }
    visits_leave(&client->node->visits, &client->visitor);
    waiter_fini(&client->jobs);
    buffer_fini(&client->out);
}

bool client_is_blocked(const struct client *client)
{
    return client->wait != NULL;
}

void client_block(struct client *client, const struct wait_kind *wait, int64_t deadline_ms)
{
    client->wait = wait;
    client->deadline_ms = deadline_ms;
    visits_want(&client->node->visits, &client->visitor, true);
}

void client_unblock(struct client *client)
{
    client->wait = NULL;
    visits_want(&client->node->visits, &client->visitor, false);
    client->on_wake(client);
}
