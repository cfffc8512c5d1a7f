/* SPDX-License-Identifier: MIT */
#ifndef DISQ_POOL_H
#define DISQ_POOL_H

/* The nodes that a handle knows: those that it was given, which have no ID until they answer, and those that
 * HELLO lists. A node stays where it is in memory until it is forgotten. */

#include "client/conn.h"
#include "client/hello.h"

struct disq;

enum {
    DISQ_PRIORITY_UNHEALTHY = 10, /* from here on a node is not picked */
    DISQ_PRIORITY_LEAVING = 100,
};

struct disq_node {
    struct disq_node *next;
    char id[DISQ_ID_SIZE + 1]; /* "" until it is known */
    char listed_address[DISQ_ADDRESS_SIZE];
    char given_address[DISQ_ADDRESS_SIZE]; /* the one in the options; "" if none */
    bool prefers_given;                    /* it answered there last */
    bool is_given;                         /* by the options: stays a choice even if HELLO forgets it */
    bool is_listed;                        /* by the last HELLO */
    bool is_alias;                         /* turned out to be another node of the pool: of no use */
    int priority;

    struct disq_conn *conn; /* NULL: none */
    bool tries_other;       /* dialled at the address that it does not prefer, as that did not answer */
    char (*hosts)[DISQ_ADDRESS_SIZE]; /* what the address being dialled stands for; NULL: not dialled yet */
    int host_count;                   /* 0: that is to be looked up */
    int hosts_tried;
    int64_t dial_until_us; /* when one of them must have answered */
    unsigned failures;     /* to connect, one after the other */
    int64_t retry_at_us;   /* not dialled before, but by who has no choice */
    uint64_t tried_in;     /* the round of the search that tried it last */
    uint64_t shunned_in;   /* the call in which it said that it is leaving */
};

struct disq_pool {
    struct disq_node *nodes; /* in the order in which they became known */
    struct disq_node *last;
    size_t count;
};

/* A node of which only the address is known. 0 or DISQ_NO_MEMORY. */
int disq_pool_add(struct disq_pool *pool, const char *address);

/* The node with that ID, or that starts with this prefix of DISQ_PREFIX_SIZE characters; NULL. */
struct disq_node *disq_pool_find(const struct disq_pool *pool, const char *id);
struct disq_node *disq_pool_find_prefix(const struct disq_pool *pool, const char *prefix);

/* Who answered where `node` was dialled has this ID: returns the node that it is, `node` or another, which
 * then has the address too. NULL: out of memory. */
struct disq_node *disq_pool_identify(struct disq_pool *pool, struct disq_node *node, const char *id,
                                     const char *address);

/* Takes over what a HELLO told. Nodes that it does not list stay, unlisted. 0 or DISQ_NO_MEMORY, some nodes
 * then being missing. */
int disq_pool_update(struct disq_pool *pool, const struct disq_hello *hello);

/* Forgets the nodes that were not given, that the last HELLO does not list, that have no connection and that
 * nobody uses. */
void disq_pool_forget(struct disq_pool *pool,
                      bool (*is_used)(const struct disq *client, const struct disq_node *node),
                      const struct disq *client);

/* Where to dial the node: where it answered last, else where HELLO says it is, else as given; or the other of
 * its addresses if it tries_other. NULL if it has none such. */
const char *disq_node_address(const struct disq_node *node);

/* Has it another address, to be tried when this one does not answer? */
bool disq_node_has_other(const struct disq_node *node);

/* Frees the nodes; their connections must be closed. */
void disq_pool_fini(struct disq_pool *pool);

#endif
