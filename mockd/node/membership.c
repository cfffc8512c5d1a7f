/* SPDX-License-Identifier: MIT */
/* Who is in the cluster, and who of them can be asked for something (§7.3, §7.4, §7.7). */
#include "mockd/node/membership.h"

#include "mockd/node/failure.h"
#include "mockd/node/heartbeat.h"

#include <stdlib.h>

enum { BARRED_MS = 60000 };

/* Nodes that know each other have sent, and heard, this many messages at least: a PING or MEET, and a PONG.
 */
enum { MESSAGES_TO_JOIN = 2 };

enum { PRIORITY_GOOD = 1, PRIORITY_UNLINKED = 5, PRIORITY_SUSPECTED = 10, PRIORITY_BAD = 100 };

void membership_join(struct node *node, const struct node *other)
{
    struct address address = address_of_place(node->bus, other->self->address.place);
    struct peer *peer = peer_find(node, other->self->id.text);

    if (peer != NULL)
        peer_move(peer, &address);
    else
        peer = peer_add(node, &other->self->id, &address);
    node->self->address = address_of_place(node->bus, node->self->address.place);
    peer->pong_received_at_ms = node_now_ms(node);
    node->messages_sent += MESSAGES_TO_JOIN;
    node->messages_received += MESSAGES_TO_JOIN;
    peer_connect(peer);
    membership_changed(node);
}

static bool is_same(const struct node_id *a, const struct node_id *b)
{
    return memcmp(a->text, b->text, NODE_ID_SIZE) == 0;
}

/* Those whose time is over make room. */
static void bar(struct node *node, const struct node_id *id)
{
    int64_t now_ms = node_now_ms(node);
    size_t kept = 0;

    for (size_t i = 0; i < node->barred_count; i++)
        if (node->barred[i].until_ms > now_ms && !is_same(&node->barred[i].id, id))
            node->barred[kept++] = node->barred[i];
    node->barred = xrealloc(node->barred, (kept + 1) * sizeof(*node->barred));
    node->barred[kept] = (struct barred){*id, now_ms + BARRED_MS};
    node->barred_count = kept + 1;
}

bool membership_is_barred(const struct node *node, const struct node_id *id)
{
    for (size_t i = 0; i < node->barred_count; i++)
        if (is_same(&node->barred[i].id, id))
            return node_now_ms(node) < node->barred[i].until_ms;
    return false;
}

static void remove_peer(struct peer *peer)
{
    struct node *node = peer->node;

    failure_forget_reports(node, peer);
    peer_remove(peer);
    node->is_reachable_stale = true;
    membership_review(node);
}

void membership_forget(struct node *node, struct peer *peer)
{
    bar(node, &peer->id);
    peer_log(peer, "forgotten");
    remove_peer(peer);
}

void membership_reset(struct node *node, bool is_hard)
{
    struct node_id id;

    for (size_t i = node->known_count; i > 0; i--)
        if (node->known[i - 1] != node->self)
            remove_peer(node->known[i - 1]);
    if (!is_hard)
        return;
    id = node_id_new(&node->identity);
    peer_rename(node->self, &id);
}

size_t membership_size(const struct node *node)
{
    size_t size = 0;

    for (size_t i = 0; i < node->known_count; i++)
        size += !node->known[i]->is_in_handshake;
    return size;
}

void membership_changed(struct node *node)
{
    node->is_reachable_stale = true;
    heartbeat_wake(node);
}

static bool is_reachable(const struct peer *peer)
{
    return peer != peer->node->self && !peer->is_in_handshake && !peer->is_leaving && !peer->is_suspected &&
           !peer->is_failed;
}

void membership_review(struct node *node)
{
    if (!node->is_reachable_stale)
        return;
    node->is_reachable_stale = false;
    node->reachable = xrealloc(node->reachable, node->known_count * sizeof(*node->reachable));
    node->reachable_count = 0;
    for (size_t i = 0; i < node->known_count; i++)
        if (is_reachable(node->known[i]))
            node->reachable[node->reachable_count++] = node->known[i];
    if (disk_path(node->disk, DISK_ROSTER) != NULL)
        node_save_roster(node);
}

size_t membership_reachable_count(const struct node *node)
{
    return node->reachable_count;
}

struct peer **membership_shuffle(struct node *node, size_t *count)
{
    struct peer **peers = xmemdup(node->reachable, node->reachable_count * sizeof(*peers));

    *count = node->reachable_count;
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
    if (peer->is_failed || peer->is_leaving)
        return PRIORITY_BAD;
    if (peer->is_suspected)
        return PRIORITY_SUSPECTED;
    return peer == peer->node->self || bus_is_open(&peer->link) ? PRIORITY_GOOD : PRIORITY_UNLINKED;
}
