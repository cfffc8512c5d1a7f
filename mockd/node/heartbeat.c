/* SPDX-License-Identifier: MIT */
/* Disque looks at all nodes ten times a second. Here each node has a time at which there is something to do
 * for it, and the timer is armed at the earliest one. */
#include "mockd/node/heartbeat.h"

#include "mockd/node/failure.h"
#include "mockd/node/gossip.h"
#include "mockd/node/handshake.h"
#include "mockd/node/membership.h"
#include "mockd/node/message.h"
#include "mockd/node/node.h"

enum { PING_TICKS = 10, PING_SAMPLE = 5 };

static struct message *heartbeat_new(struct node *node, enum message_type type)
{
    struct message *message = message_new(type);

    message->flags = node->self->is_leaving ? MSG_SENDER_LEAVING : 0;
    gossip_add(node, message);
    return message;
}

static void ping(struct peer *peer, enum message_type type)
{
    if (type == MSG_PING)
        peer->ping_sent_at_ms = node_now_ms(peer->node);
    message_send(peer->node, peer, heartbeat_new(peer->node, type));
}

/* The time of a PING that was not answered before the link was lost is kept: else a node that is gone would
 * never be found to fail. */
static void open_link(struct peer *peer)
{
    int64_t ping_sent_at_ms = peer->ping_sent_at_ms;

    peer_connect(peer);
    ping(peer, peer->is_to_be_met ? MSG_MEET : MSG_PING);
    peer->is_to_be_met = false;
    if (ping_sent_at_ms != 0)
        peer->ping_sent_at_ms = ping_sent_at_ms;
}

static bool has_link(const struct peer *peer)
{
    return bus_is_open(&peer->link);
}

static bool is_unlinked(const struct peer *peer)
{
    return peer != peer->node->self && !peer->has_no_address && !has_link(peer);
}

/* Of some nodes, picked at random, the one whose last PONG is the oldest gets a PING. */
static void ping_somebody(struct node *node)
{
    struct peer *oldest = NULL;

    for (int i = 0; i < PING_SAMPLE; i++) {
        struct peer *peer = node->known[rng_below(&node->gossip, node->known_count)];

        if (!has_link(peer) || peer->ping_sent_at_ms != 0 || peer->is_in_handshake)
            continue;
        if (oldest == NULL || peer->pong_received_at_ms < oldest->pong_received_at_ms)
            oldest = peer;
    }
    if (oldest != NULL)
        ping(oldest, MSG_PING);
}

static int64_t timeout_ms(const struct node *node)
{
    return config_number(&node->config, CONFIG_CLUSTER_NODE_TIMEOUT);
}

/* When a link is given up that a PING went out on: it may be the connection's fault and not the node's. */
static int64_t drop_at_ms(const struct peer *peer)
{
    int64_t waited_ms = peer->ping_sent_at_ms + timeout_ms(peer->node) / 2;
    int64_t aged_ms = peer->linked_at_ms + timeout_ms(peer->node);

    return (waited_ms > aged_ms ? waited_ms : aged_ms) + 1;
}

static int64_t suspect_at_ms(const struct peer *peer)
{
    return peer->ping_sent_at_ms + timeout_ms(peer->node) + 1;
}

static int64_t ping_at_ms(const struct peer *peer)
{
    return peer->pong_received_at_ms + timeout_ms(peer->node) / 2 + 1;
}

static void check(struct peer *peer)
{
    int64_t now_ms = node_now_ms(peer->node);

    if (peer->is_in_handshake || peer->has_no_address)
        return;
    if (has_link(peer) && peer->ping_sent_at_ms == 0 && ping_at_ms(peer) <= now_ms)
        ping(peer, MSG_PING);
    if (peer->ping_sent_at_ms == 0)
        return;
    if (has_link(peer) && drop_at_ms(peer) <= now_ms) {
        node_note(peer->node, BEHAVIOUR_LINK_GIVEN_UP);
        bus_close(&peer->link);
    }
    if (suspect_at_ms(peer) <= now_ms)
        failure_suspect(peer);
}

/* When the next tick is needed for this node; a time in the past is the very next tick. */
static int64_t due_at_ms(const struct peer *peer)
{
    int64_t suspect_ms;

    if (is_unlinked(peer))
        return 0;
    if (peer->is_in_handshake)
        return handshake_ends_ms(peer);
    if (!has_link(peer))
        return INT64_MAX / 1000;
    if (peer->ping_sent_at_ms == 0)
        return ping_at_ms(peer);
    suspect_ms = peer->is_suspected || peer->is_failed ? INT64_MAX / 1000 : suspect_at_ms(peer);
    return suspect_ms < drop_at_ms(peer) ? suspect_ms : drop_at_ms(peer);
}

static void arm(struct node *node)
{
    int64_t period_us = PING_TICKS * TICK_US;
    int64_t now_us = clock_now_us(node->clock);
    int64_t next_us = now_us + period_us - (now_us - node->start_at_us) % period_us;

    if (node->known_count == 1)
        return;
    for (size_t i = 0; i < node->known_count; i++) {
        int64_t due_us = node_clock_us(node, due_at_ms(node->known[i]));

        if (due_us < next_us)
            next_us = due_us;
    }
    clock_arm(node->clock, &node->heartbeat, node_tick_at_us(node, TICK_US, next_us));
}

static void open_links(struct node *node)
{
    for (size_t i = 0; i < node->known_count; i++)
        if (is_unlinked(node->known[i]))
            open_link(node->known[i]);
}

static void heartbeat_on_timer(struct timer *timer)
{
    struct node *node = OWNER_OF(timer, struct node, heartbeat);
    int64_t tick = (clock_now_us(node->clock) - node->start_at_us) / TICK_US;

    handshake_expire(node);
    open_links(node);
    if (tick % PING_TICKS == 0)
        ping_somebody(node);
    for (size_t i = 0; i < node->known_count; i++)
        check(node->known[i]);
    membership_review(node);
    arm(node);
}

void heartbeat_init(struct node *node)
{
    node->heartbeat = (struct timer){.fire = heartbeat_on_timer, .gate = &node->gate};
}

void heartbeat_fini(struct node *node)
{
    clock_disarm(node->clock, &node->heartbeat);
}

void heartbeat_wake(struct node *node)
{
    int64_t next_us = node_tick_at_us(node, TICK_US, 0);

    if (!timer_is_armed(&node->heartbeat) || next_us < node->heartbeat.at_us)
        clock_arm(node->clock, &node->heartbeat, next_us);
}

/* The header says whether the sender is leaving; gossip about third nodes does not. */
static void hear(struct peer *sender, const struct message *message)
{
    bool is_leaving = (message->flags & MSG_SENDER_LEAVING) != 0;

    if (sender->is_leaving != is_leaving) {
        sender->is_leaving = is_leaving;
        node_note(sender->node, BEHAVIOUR_LEAVING_TOLD);
        membership_changed(sender->node);
    }
    gossip_hear(sender, message);
}

/* A MEET, or the first PING, tells a node at which of its host's addresses the others find it. */
static void learn_own_address(struct node *node, const struct message *message)
{
    if (message->type == MSG_MEET || node->self->address.host[0] == '\0')
        node->self->address = address_of_place(node->bus, message->parcel.to);
}

/* Whoever asks gets a PONG, also nodes that are not known here. */
void heartbeat_on_ping(struct node *node, struct peer *sender, const struct message *message)
{
    learn_own_address(node, message);
    if (sender == NULL && message->type == MSG_MEET)
        handshake_accept(node, message->parcel.from);
    message_answer(node, message, heartbeat_new(node, MSG_PONG));
    if (sender == NULL)
        return;
    if (message->type == MSG_PING && sender->address.place != message->parcel.from) {
        struct address address = address_of_place(node->bus, message->parcel.from);

        peer_move(sender, &address);
    }
    hear(sender, message);
}

/* Another node than the one that was expected lives there now. */
static void lose_address(struct peer *peer)
{
    peer_log(peer, "noaddr");
    node_note(peer->node, BEHAVIOUR_ADDRESS_LOST);
    peer->has_no_address = true;
    peer->address = (struct address){.place = -1};
    bus_close(&peer->link);
}

void heartbeat_on_pong(struct node *node, struct peer *sender, const struct message *message)
{
    struct peer *peer = peer_of_link(message->parcel.channel);

    if (peer->is_in_handshake) {
        if (!handshake_complete(peer, sender, &message->sender))
            return;
    } else if (memcmp(peer->id.text, message->sender.text, NODE_ID_SIZE) != 0) {
        lose_address(peer);
        return;
    }
    peer->pong_received_at_ms = node_now_ms(node);
    peer->ping_sent_at_ms = 0;
    failure_clear(peer);
    if (sender != NULL)
        hear(sender, message);
}
