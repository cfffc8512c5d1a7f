/* SPDX-License-Identifier: MIT */
/* An address does not tell which node is there. Until a PONG does, the node has an entry under an ID that is
 * made up, which goes again if no PONG comes. */
#include "mockd/node/handshake.h"

#include "mockd/node/heartbeat.h"
#include "mockd/node/membership.h"
#include "mockd/node/node.h"

#include <arpa/inet.h>

enum { HANDSHAKE_MIN_MS = 1000 };

/* The host as inet_ntop writes it: Disque compares addresses as text. */
static bool normalize(struct bytes host, char text[HOST_SIZE])
{
    static const int families[] = {AF_INET, AF_INET6};
    unsigned char address[sizeof(struct in6_addr)];

    if (host.size >= HOST_SIZE)
        return false;
    memcpy(text, host.data, host.size);
    text[host.size] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(families); i++)
        if (inet_pton(families[i], text, address) == 1)
            return inet_ntop(families[i], address, text, HOST_SIZE) != NULL;
    return false;
}

bool handshake_with(struct node *node, struct bytes host, int64_t port)
{
    struct address address;

    if (port < 1 || port > CLUSTER_PORT_MAX || !normalize(host, address.host))
        return false;
    address.port = (int)port;
    address.place = bus_find(node->bus, address.host, address.port);
    handshake_begin(node, &address);
    return true;
}

static bool is_under_way(const struct node *node, const struct address *address)
{
    for (size_t i = 0; i < node->known_count; i++) {
        const struct peer *peer = node->known[i];

        if (peer->is_in_handshake && peer->address.port == address->port &&
            strcmp(peer->address.host, address->host) == 0)
            return true;
    }
    return false;
}

void handshake_begin(struct node *node, const struct address *address)
{
    if (is_under_way(node, address))
        return;
    peer_add_unnamed(node, address)->is_to_be_met = true;
    heartbeat_wake(node);
}

void handshake_accept(struct node *node, int place)
{
    struct address address = address_of_place(node->bus, place);

    peer_add_unnamed(node, &address);
    heartbeat_wake(node);
}

bool handshake_complete(struct peer *peer, struct peer *sender, const struct node_id *id)
{
    struct node *node = peer->node;

    if (sender == NULL) {
        peer_give_name(peer, id);
        peer_log(peer, "known");
        node_note(node, BEHAVIOUR_HANDSHAKE);
        membership_changed(node);
        return true;
    }
    if (sender->address.place != peer->address.place)
        peer_move(sender, &peer->address);
    peer_remove(peer);
    return false;
}

int64_t handshake_ends_ms(const struct peer *peer)
{
    int64_t timeout_ms = config_number(&peer->node->config, CONFIG_CLUSTER_NODE_TIMEOUT);

    return peer->made_at_ms + (timeout_ms > HANDSHAKE_MIN_MS ? timeout_ms : HANDSHAKE_MIN_MS) + 1;
}

void handshake_expire(struct node *node)
{
    for (size_t i = node->known_count; i > 0; i--)
        if (node->known[i - 1]->is_in_handshake &&
            handshake_ends_ms(node->known[i - 1]) <= node_now_ms(node)) {
            node_note(node, BEHAVIOUR_HANDSHAKE_EXPIRED);
            peer_remove(node->known[i - 1]);
        }
}
