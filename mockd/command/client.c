/* SPDX-License-Identifier: MIT */
/* The rules by which a client is blocked, held up or closed are the same for all commands, and sessions need
 * not know them. */
#include "mockd/command/client.h"

#include "mockd/command/reply.h"
#include "mockd/node/node.h"

#include <inttypes.h>
#include <stdio.h>

enum { FIRST_PORT = 40000, PORTS = 20000, MONITOR_UNSENT_MAX = 64 << 20 };

/* A client that says nothing for too long goes, unless it is blocked (§1.2). */
static void leave_if_idle(struct client *client)
{
    int64_t timeout_s = config_number(&client->node->config, CONFIG_TIMEOUT);

    if (timeout_s != 0 && node_now_ms(client->node) / 1000 - client->active_at_ms / 1000 > timeout_s)
        client_kill(client);
}

static void client_on_visit(struct visitor *visitor)
{
    struct client *client = OWNER_OF(visitor, struct client, visitor);
    bool is_late = client->deadline_ms != 0 && client->deadline_ms < node_now_ms(client->node);

    if (client->wait != NULL)
        client->wait->on_visit(client, is_late);
    else
        leave_if_idle(client);
}

/* The client timer has to come by if it is blocked, or could be idle for too long. */
static void want_visits(struct client *client)
{
    bool wants = client->wait != NULL || config_number(&client->node->config, CONFIG_TIMEOUT) != 0;

    visits_want(&client->node->visits, &client->visitor, wants && !client->is_killed);
}

static void refuse(struct client *client)
{
    client->node->stats.rejected++;
    reply_error(client->reply, "ERR max number of clients reached");
    client->is_closing = true;
    client->on_wake(client);
}

void client_init(struct client *client, struct node *node, void (*on_wake)(struct client *client))
{
    int64_t now_ms = node_now_ms(node);

    *client = (struct client){.node = node, .number = ++node->client_count, .on_wake = on_wake};
    client->reply = &client->out;
    client->came_at_ms = client->active_at_ms = now_ms;
    client->visitor.on_visit = client_on_visit;
    snprintf(client->address, sizeof(client->address), "127.0.0.1:%" PRIu64,
             FIRST_PORT + client->number % PORTS);
    visits_join(&node->visits, &client->visitor);
    roll_add(&node->clients, &client->by_age);
    want_visits(client);
    if (node->visits.count > (uint64_t)config_number(&node->config, CONFIG_MAXCLIENTS))
        refuse(client);
    else
        node->stats.connections++;
}

void client_fini(struct client *client)
{
    if (client_is_blocked(client)) {
        client->wait->abandon(client);
        client->wait = NULL;
    }
    if (client->is_monitor)
        client->node->monitor_count--;
    visits_leave(&client->node->visits, &client->visitor);
    roll_remove(&client->node->clients, &client->by_age);
    waiter_fini(&client->jobs);
    buffer_fini(&client->out);
    buffer_fini(&client->nowhere);
    buffer_fini(&client->name);
}

void client_begin_reply(struct client *client)
{
    client->reply = client->is_silent || client->skips_next ? &client->nowhere : &client->out;
    client->nowhere.size = 0;
    client->skips_next = false;
}

/* A command that blocks answers later: CLIENT REPLY SKIP does not silence that reply, only OFF does. */
void client_end_reply(struct client *client)
{
    client->is_closing_unheard = client->is_closing && client->reply == &client->nowhere;
    client->reply = client->is_silent ? &client->nowhere : &client->out;
}

bool client_is_blocked(const struct client *client)
{
    return client->wait != NULL;
}

bool client_is_held(const struct client *client)
{
    const struct node *node = client->node;

    return client_is_blocked(client) || client_is_frozen(client) ||
           (node->paused_until_ms != 0 && node_now_ms(node) < node->paused_until_ms);
}

bool client_is_frozen(const struct client *client)
{
    return gate_is_shut(&client->node->gate);
}

void client_wake_all(struct node *node)
{
    for (struct roll_entry *entry = roll_first(&node->clients); entry != NULL;
         entry = roll_next(&node->clients, entry)) {
        struct client *client = OWNER_OF(entry, struct client, by_age);

        client->on_wake(client);
    }
}

void client_kill(struct client *client)
{
    if (client->wait != NULL) {
        client->wait->abandon(client);
        client->wait = NULL;
    }
    client->is_killed = true;
    want_visits(client);
    client->on_wake(client);
}

void client_count_input(struct client *client, size_t size)
{
    client->node->stats.input_bytes += size;
    client->active_at_ms = node_now_ms(client->node);
}

void client_count_output(struct client *client, size_t size, size_t unsent)
{
    if (size == 0)
        return;
    client->node->stats.output_bytes += size;
    client->active_at_ms = node_now_ms(client->node);
    if (client_listed_output(unsent) == 0)
        client->over_limit_since_s = 0;
}

size_t client_replies(const struct client *client)
{
    return (client_listed_output(client->out.size) + CLIENT_BUFFER_SIZE - 1) / CLIENT_BUFFER_SIZE;
}

static void watch_soft_limit(struct client *client, size_t listed)
{
    const struct output_limit *limit = &client->node->config.output_limit;

    if (limit->soft_bytes == 0 || listed < limit->soft_bytes)
        client->over_limit_since_s = 0;
    else if (client->over_limit_since_s == 0)
        client->over_limit_since_s = node_now_s(client->node);
}

static bool is_over_limit(const struct client *client, size_t listed)
{
    const struct output_limit *limit = &client->node->config.output_limit;
    int64_t over_s = node_now_s(client->node) - client->over_limit_since_s;

    return (limit->hard_bytes > 0 && listed >= limit->hard_bytes) ||
           (client->over_limit_since_s != 0 && over_s > limit->soft_s);
}

/* A monitor that does not read is closed at a fixed limit; for other clients only client-output-buffer-limit
 * counts. */
static bool is_monitor_behind(const struct client *client, size_t unsent)
{
    return client->is_monitor && unsent > MONITOR_UNSENT_MAX;
}

void client_limit_output(struct client *client, size_t unsent)
{
    size_t listed = client_listed_output(unsent);

    if (listed > 0)
        watch_soft_limit(client, listed);
    if (is_monitor_behind(client, unsent) || (listed > 0 && is_over_limit(client, listed)))
        client_kill(client);
}

void client_timeout_changed(struct node *node)
{
    for (struct roll_entry *entry = roll_first(&node->clients); entry != NULL;
         entry = roll_next(&node->clients, entry))
        want_visits(OWNER_OF(entry, struct client, by_age));
}

void client_block(struct client *client, const struct wait_kind *wait, int64_t deadline_ms)
{
    client->wait = wait;
    client->deadline_ms = deadline_ms;
    want_visits(client);
}

void client_unblock(struct client *client)
{
    client->wait = NULL;
    want_visits(client);
    client->on_wake(client);
}
