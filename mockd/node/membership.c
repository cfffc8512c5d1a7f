/* SPDX-License-Identifier: MIT */
/* Who is in the cluster (§7): the table of peers, and the PINGs that keep it. */
#include "mockd/node/membership.h"

#include "mockd/node/message.h"

#include <stdlib.h>

enum { PING_TICKS = 10, PING_SAMPLE = 5, PRIORITY_GOOD = 1, PRIORITY_BAD = 100 };

static void insert_known(struct node *node, struct peer *peer)
{
    size_t at = node->known_count++;

    node->known = xrealloc(node->known, node->known_count * sizeof(peer));
    for (; at > 0 && memcmp(node->known[at - 1]->id.text, peer->id.text, NODE_ID_SIZE) > 0; at--)
        node->known[at] = node->known[at - 1];
    node->known[at] = peer;
}

static void remove_known(struct node *node, const struct peer *peer)
{
    size_t at = 0;

    while (node->known[at] != peer)
        at++;
    node->known_count--;
    for (; at < node->known_count; at++)
        node->known[at] = node->known[at + 1];
}

static void on_lost(struct channel *channel)
{
    const struct peer *peer = LIST_OWNER(channel, struct peer, link);

    log_event(peer->node->log, "%s link %s lost", peer->node->name, bus_name(peer->node->bus, peer->address));
}

struct peer *membership_add(struct node *node, const struct node_id *id, int address)
{
    struct peer *peer = xcalloc(1, sizeof(*peer));

    peer->node = node;
    peer->link.on_lost = on_lost;
    peer->id = *id;
    peer->address = address;
    peer->place = node->peer_count++;
    node->peers = xrealloc(node->peers, node->peer_count * sizeof(peer));
    node->peers[peer->place] = peer;
    insert_known(node, peer);
    return peer;
}

void membership_forget(struct node *node, struct peer *peer)
{
    remove_known(node, peer);
    bus_close(&peer->link);
}

void membership_reset(struct node *node, bool is_hard)
{
    for (size_t i = node->known_count; i > 0; i--)
        if (node->known[i - 1] != node->self)
            membership_forget(node, node->known[i - 1]);
    if (!is_hard)
        return;
    remove_known(node, node->self);
    node->self->id = node_id_new(&node->identity);
    insert_known(node, node->self);
}

void membership_free(struct node *node)
{
    clock_disarm(node->clock, &node->membership);
    for (size_t i = 0; i < node->peer_count; i++)
        bus_close(&node->peers[i]->link);
    bus_detach(node->bus, node->self->address);
    for (size_t i = 0; i < node->peer_count; i++)
        free(node->peers[i]);
    free(node->peers);
    free(node->known);
}

struct peer *membership_find(const struct node *node, const char *id)
{
    size_t low = 0;
    size_t high = node->known_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = memcmp(id, node->known[middle]->id.text, NODE_ID_SIZE);

        if (order == 0)
            return node->known[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

size_t membership_size(const struct node *node)
{
    return node->known_count;
}

bool membership_is_reachable(const struct node *node, const struct peer *peer)
{
    return peer != node->self && !peer->is_leaving;
}

size_t membership_reachable_count(const struct node *node)
{
    size_t count = 0;

    for (size_t i = 0; i < node->known_count; i++)
        count += membership_is_reachable(node, node->known[i]);
    return count;
}

struct peer **membership_shuffle(struct node *node, size_t *count)
{
    struct peer **peers = xmalloc(node->known_count * sizeof(*peers));

    *count = 0;
    for (size_t i = 0; i < node->known_count; i++)
        if (membership_is_reachable(node, node->known[i]))
            peers[(*count)++] = node->known[i];
    for (size_t i = *count; i > 1; i--) {
        size_t other = (size_t)rng_below(&node->picks, i);
        struct peer *swap = peers[other];

        peers[other] = peers[i - 1];
        peers[i - 1] = swap;
    }
    return peers;
}

int membership_priority(const struct peer *peer)
{
    return peer->is_leaving ? PRIORITY_BAD : PRIORITY_GOOD;
}

static void send_ping(struct node *node, struct peer *peer)
{
    struct message *ping = message_new(MSG_PING);

    ping->flags = node->self->is_leaving ? MSG_SENDER_LEAVING : 0;
    if (peer->ping_sent_ms == 0)
        peer->ping_sent_ms = node_now_ms(node);
    message_send(node, peer, ping);
}

/* Of some peers at random, the one that was heard of least lately. */
static struct peer *pick_silent(struct node *node)
{
    struct peer *oldest = NULL;

    for (int i = 0; i < PING_SAMPLE; i++) {
        struct peer *peer = node->known[rng_below(&node->picks, node->known_count)];

        if (peer == node->self || peer->ping_sent_ms != 0)
            continue;
        if (oldest == NULL || peer->pong_received_ms < oldest->pong_received_ms)
            oldest = peer;
    }
    return oldest;
}

static int64_t ping_due_ms(const struct node *node, const struct peer *peer)
{
    return peer->pong_received_ms + config_number(&node->config, CONFIG_CLUSTER_NODE_TIMEOUT) / 2 + 1;
}

/* The next tick at which there is something to do: each tenth, and the first one after a PONG got too old. */
static void arm(struct node *node)
{
    int64_t period_us = PING_TICKS * TICK_US;
    int64_t now_us = clock_now_us(node->clock);
    int64_t next_us = now_us + period_us - (now_us - node->start_us) % period_us;

    for (size_t i = 0; i < node->known_count; i++) {
        const struct peer *peer = node->known[i];

        if (peer != node->self && peer->ping_sent_ms == 0 && ping_due_ms(node, peer) * 1000 < next_us)
            next_us = ping_due_ms(node, peer) * 1000;
    }
    clock_arm(node->clock, &node->membership, node_tick_at_us(node, TICK_US, next_us));
}

static void membership_on_timer(void *owner)
{
    struct node *node = owner;
    int64_t tick = (clock_now_us(node->clock) - node->start_us) / TICK_US;
    struct peer *silent = tick % PING_TICKS == 0 ? pick_silent(node) : NULL;

    if (silent != NULL)
        send_ping(node, silent);
    for (size_t i = 0; i < node->known_count; i++) {
        struct peer *peer = node->known[i];

        if (peer != node->self && peer->ping_sent_ms == 0 && ping_due_ms(node, peer) <= node_now_ms(node))
            send_ping(node, peer);
    }
    arm(node);
}

void membership_start(struct node *node)
{
    node->membership =
        (struct timer){.fire = membership_on_timer, .owner = node, .place = node->membership.place};
    arm(node);
}

/* The header of a heartbeat says whether its sender is leaving; gossip about third nodes does not. */
static void hear(struct peer *sender, const struct message *message)
{
    sender->is_leaving = (message->flags & MSG_SENDER_LEAVING) != 0;
}

/* Also nodes that were forgotten here get their PONG. */
void membership_on_ping(struct node *node, struct peer *sender, const struct message *message)
{
    struct message *pong = message_new(MSG_PONG);

    pong->flags = node->self->is_leaving ? MSG_SENDER_LEAVING : 0;
    message_answer(node, message, pong);
    if (sender != NULL)
        hear(sender, message);
}

void membership_on_pong(struct node *node, struct peer *sender, const struct message *message)
{
    if (sender == NULL)
        return;
    hear(sender, message);
    sender->ping_sent_ms = 0;
    sender->pong_received_ms = node_now_ms(node);
}
