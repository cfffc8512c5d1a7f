/* SPDX-License-Identifier: MIT */
/* The table of nodes that a node knows, and its links to them (§7.1). */
#include "mockd/node/peer.h"

#include "mockd/node/heartbeat.h"
#include "mockd/node/node.h"

#include <stdio.h>
#include <stdlib.h>

static void insert_known(struct peer *peer)
{
    struct node *node = peer->node;
    size_t at = node->known_count++;

    node->known = xrealloc(node->known, node->known_count * sizeof(peer));
    for (; at > 0 && memcmp(node->known[at - 1]->id.text, peer->id.text, NODE_ID_SIZE) > 0; at--)
        node->known[at] = node->known[at - 1];
    node->known[at] = peer;
}

static void remove_known(const struct peer *peer)
{
    struct node *node = peer->node;
    size_t at = 0;

    while (node->known[at] != peer)
        at++;
    node->known_count--;
    for (; at < node->known_count; at++)
        node->known[at] = node->known[at + 1];
}

/* A node that cannot be reached is tried again at every tick: only a link that had worked is worth a word. */
static void on_lost(struct channel *link)
{
    struct peer *peer = peer_of_link(link);

    if (peer->pong_received_at_ms >= peer->linked_at_ms)
        log_event(peer->node->log, "%s link %s lost", peer->node->name,
                  bus_name(peer->node->bus, peer->address.place));
    heartbeat_wake(peer->node);
}

static struct peer *peer_new(struct node *node, const struct node_id *id, const struct address *address)
{
    struct peer *peer = xcalloc(1, sizeof(*peer));

    peer->node = node;
    peer->id = *id;
    peer->index = PEER_NO_INDEX;
    peer->address = *address;
    peer->made_at_ms = node_now_ms(node);
    peer->link.on_lost = on_lost;
    insert_known(peer);
    return peer;
}

static void give_index(struct peer *peer)
{
    struct node *node = peer->node;

    peer->index = node->peer_count++;
    node->peers = xrealloc(node->peers, node->peer_count * sizeof(peer));
    node->peers[peer->index] = peer;
}

struct peer *peer_add(struct node *node, const struct node_id *id, const struct address *address)
{
    struct peer *peer = peer_new(node, id, address);

    give_index(peer);
    return peer;
}

struct peer *peer_add_unnamed(struct node *node, const struct address *address)
{
    struct node_id id = node_id_new(&node->names);
    struct peer *peer = peer_new(node, &id, address);

    peer->is_in_handshake = true;
    return peer;
}

void peer_rename(struct peer *peer, const struct node_id *id)
{
    remove_known(peer);
    peer->id = *id;
    insert_known(peer);
}

void peer_give_name(struct peer *peer, const struct node_id *id)
{
    peer_rename(peer, id);
    peer->is_in_handshake = false;
    give_index(peer);
}

static void peer_free(struct peer *peer)
{
    free(peer->reports);
    free(peer);
}

void peer_remove(struct peer *peer)
{
    remove_known(peer);
    bus_close(&peer->link);
    if (peer->index == PEER_NO_INDEX)
        peer_free(peer);
}

void peers_cut(struct node *node)
{
    for (size_t i = 0; i < node->known_count; i++)
        bus_close(&node->known[i]->link);
    bus_detach(node->bus, node->self->address.place);
}

void peers_free(struct node *node)
{
    peers_cut(node);
    for (size_t i = node->known_count; i > 0; i--)
        if (node->known[i - 1] != node->self)
            peer_remove(node->known[i - 1]);
    for (size_t i = 0; i < node->peer_count; i++)
        peer_free(node->peers[i]);
    free(node->peers);
    free(node->known);
}

struct peer *peer_find(const struct node *node, const char *id)
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

struct peer *peer_of_link(const struct channel *link)
{
    return OWNER_OF(link, struct peer, link);
}

void peer_connect(struct peer *peer)
{
    struct node *node = peer->node;

    bus_open(node->bus, &peer->link, node->self->address.place, peer->address.place);
    peer->linked_at_ms = node_now_ms(node);
}

struct address address_of_place(const struct bus *bus, int place)
{
    struct address address = {.place = place, .port = bus_port(bus, place)};

    snprintf(address.host, sizeof(address.host), "%s", bus_host(bus, place));
    return address;
}

void peer_move(struct peer *peer, const struct address *address)
{
    peer->address = *address;
    peer->has_no_address = false;
    bus_close(&peer->link);
    heartbeat_wake(peer->node);
}

void peer_log(const struct peer *peer, const char *what)
{
    log_event(peer->node->log, "%s node %s %s", peer->node->name,
              bus_name(peer->node->bus, peer->address.place), what);
}
