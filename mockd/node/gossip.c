/* SPDX-License-Identifier: MIT */
/* How nodes hear of nodes that they were not introduced to, and of those that others cannot reach. */
#include "mockd/node/gossip.h"

#include "mockd/node/failure.h"
#include "mockd/node/handshake.h"
#include "mockd/node/membership.h"
#include "mockd/node/message.h"
#include "mockd/node/node.h"

enum { SHARE = 10, WANTED_MIN = 3, DRAWS_EACH = 3 };

static bool is_told(const struct message *message, const struct peer *peer)
{
    for (size_t i = 0; i < message->gossip_count; i++)
        if (memcmp(message->gossip[i].id.text, peer->id.text, NODE_ID_SIZE) == 0)
            return true;
    return false;
}

static bool is_worth_telling(const struct peer *peer)
{
    return !peer->is_in_handshake && !peer->has_no_address && bus_is_open(&peer->link);
}

static void tell(struct message *message, const struct peer *peer)
{
    message->gossip[message->gossip_count++] = (struct gossip){
        .id = peer->id, .address = peer->address, .is_failing = peer->is_suspected || peer->is_failed};
}

/* All but itself and the receiver are news, so with two nodes there is none. A node that is not worth telling
 * counts as told: "technically not correct, but saves CPU", says Disque. The first third of the draws goes to
 * failing nodes only. */
void gossip_add(struct node *node, struct message *message)
{
    size_t fresh = node->known_count > 2 ? node->known_count - 2 : 0;
    size_t wanted = node->known_count / SHARE > WANTED_MIN ? node->known_count / SHARE : WANTED_MIN;

    wanted = wanted < fresh ? wanted : fresh;
    if (wanted == 0)
        return;
    message->gossip = xmalloc(wanted * sizeof(*message->gossip));
    for (size_t left = wanted * DRAWS_EACH; left > 0 && fresh > 0 && message->gossip_count < wanted; left--) {
        const struct peer *peer = node->known[rng_below(&node->gossip, node->known_count)];
        bool is_failing = peer->is_suspected || peer->is_failed;

        if (peer == node->self || (left > wanted * 2 + 1 && !is_failing))
            continue;
        if (!is_worth_telling(peer)) {
            fresh--;
        } else if (!is_told(message, peer)) {
            fresh--;
            tell(message, peer);
        }
    }
}

static void hear_of_known(struct peer *peer, const struct peer *sender, const struct gossip *gossip)
{
    if (peer == peer->node->self)
        return;
    if (gossip->is_failing)
        failure_report(peer, sender);
    else
        failure_withdraw(peer, sender);
    if ((peer->is_suspected || peer->is_failed) && peer->address.place != gossip->address.place)
        handshake_begin(peer->node, &gossip->address);
}

/* A node that was forgotten a while ago is not met again because others still know it. */
static void meet_or_not(struct node *node, const struct gossip *gossip)
{
    if (membership_is_barred(node, &gossip->id)) {
        node_note(node, BEHAVIOUR_FORGOTTEN_STAYS_AWAY);
        return;
    }
    node_note(node, BEHAVIOUR_GOSSIP_MEETS);
    handshake_begin(node, &gossip->address);
}

void gossip_hear(struct peer *sender, const struct message *message)
{
    struct node *node = sender->node;

    for (size_t i = 0; i < message->gossip_count; i++) {
        const struct gossip *gossip = &message->gossip[i];
        struct peer *peer = peer_find(node, gossip->id.text);

        if (peer != NULL)
            hear_of_known(peer, sender, gossip);
        else
            meet_or_not(node, gossip);
    }
}
