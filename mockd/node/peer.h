/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_PEER_H
#define MOCKD_NODE_PEER_H

#include "mockd/node/job_id.h"
#include "mockd/sim/bus.h"

struct node;

enum { HOST_SIZE = 46 }; /* of any IP address as text, and its NUL */

enum { CLUSTER_PORT_MAX = 55535 }; /* of a node, as its bus has the port 10000 above (§7.1) */

/* Where a node listens. */
struct address {
    int place; /* on the bus; -1: no node of this cluster is there */
    int port;
    char host[HOST_SIZE];
};

/* That another node took this one for failing. */
struct report {
    const struct peer *by;
    int64_t at_ms;
};

/* What a node knows of a node, itself included. Jobs refer to it by index, so an entry that ever had an index
 * stays in memory as long as its node, forgotten or not. */
struct peer {
    struct node *node; /* that knows it */
    struct node_id id; /* in a handshake: made up */
    bool is_leaving;
    bool is_suspected;           /* fail? */
    bool is_failed;              /* fail: most nodes suspected it */
    bool is_in_handshake;        /* its ID is not known yet */
    bool is_to_be_met;           /* the first message to it is a MEET */
    bool has_no_address;         /* somebody else answered there */
    size_t index;                /* in node->peers, and in node sets; in a handshake PEER_NO_INDEX */
    struct address address;      /* of oneself: no host until another node has made contact (§5.10) */
    int64_t made_at_ms;          /* when the handshake began */
    int64_t linked_at_ms;        /* when the link was opened last */
    int64_t ping_sent_at_ms;     /* of the PING that is not answered yet, else 0 */
    int64_t pong_received_at_ms; /* 0: none yet */
    struct channel link;         /* to it; what it sends comes on its own, but for PONGs */
    struct report *reports;
    size_t report_count;
};

#define PEER_NO_INDEX SIZE_MAX

/* A new entry, which is not linked yet. */
struct peer *peer_add(struct node *node, const struct node_id *id, const struct address *address);

/* The same for a handshake: under an ID that is made up. */
struct peer *peer_add_unnamed(struct node *node, const struct address *address);

/* The handshake is over, and this is its ID. */
void peer_give_name(struct peer *peer, const struct node_id *id);

/* It takes another ID. */
void peer_rename(struct peer *peer, const struct node_id *id);

/* Knows it no more, and closes the link to it. An entry without an index is freed. */
void peer_remove(struct peer *peer);

/* Closes all links of a node, and leaves the bus: it hears nothing more, and nobody hears it. */
void peers_cut(struct node *node);

/* Frees all entries of a node, and leaves the bus. */
void peers_free(struct node *node);

/* The node of this ID of 40 characters, or NULL. */
struct peer *peer_find(const struct node *node, const char *id);

/* The one that a channel leads to. */
struct peer *peer_of_link(const struct channel *link);

/* Opens the link, which is closed. */
void peer_connect(struct peer *peer);

/* Where the node at a place on the bus listens. */
struct address address_of_place(const struct bus *bus, int place);

/* It listens elsewhere. */
void peer_move(struct peer *peer, const struct address *address);

/* Tells the event log what became of it. */
void peer_log(const struct peer *peer, const char *what);

#endif
