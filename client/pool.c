/* SPDX-License-Identifier: MIT */
/* Nodes by ID. Addresses are many: the one that the user wrote may be a name, a forwarded port or a Unix
 * socket that HELLO knows nothing of. */
#include "client/pool.h"

#include <stdlib.h>
#include <string.h>

/* More would come only from someone who means harm; they are not learnt. */
enum { NODES_MAX = 4096 };

static struct disq_node *append(struct disq_pool *pool)
{
    struct disq_node *node = pool->count < NODES_MAX ? calloc(1, sizeof(*node)) : NULL;

    if (node == NULL)
        return NULL;
    if (pool->last != NULL)
        pool->last->next = node;
    else
        pool->nodes = node;
    pool->last = node;
    pool->count++;
    node->priority = 1;
    return node;
}

int disq_pool_add(struct disq_pool *pool, const char *address)
{
    struct disq_node *node;

    for (node = pool->nodes; node != NULL; node = node->next) {
        if (strcmp(node->given_address, address) == 0)
            return 0;
    }
    node = append(pool);
    if (node == NULL)
        return DISQ_NO_MEMORY;
    strcpy(node->given_address, address);
    node->is_given = true;
    return 0;
}

static struct disq_node *find(const struct disq_pool *pool, const char *id, size_t size)
{
    for (struct disq_node *node = pool->nodes; node != NULL; node = node->next) {
        if (!node->is_alias && memcmp(node->id, id, size) == 0)
            return node;
    }
    return NULL;
}

struct disq_node *disq_pool_find(const struct disq_pool *pool, const char *id)
{
    return find(pool, id, DISQ_ID_SIZE);
}

struct disq_node *disq_pool_find_prefix(const struct disq_pool *pool, const char *prefix)
{
    return find(pool, prefix, DISQ_PREFIX_SIZE);
}

/* A node that was given without an ID, and turns out to be one that is known, lends it its address. */
static void become_alias(struct disq_node *node, struct disq_node *known)
{
    if (known->given_address[0] == '\0')
        strcpy(known->given_address, node->given_address);
    known->is_given = true;
    node->is_alias = true;
}

struct disq_node *disq_pool_identify(struct disq_pool *pool, struct disq_node *node, const char *id,
                                     const char *address)
{
    struct disq_node *known = disq_pool_find(pool, id);

    if (known == node)
        goto done;
    if (node->id[0] != '\0') { /* another process answers at its address now */
        if (known == NULL && (known = append(pool)) == NULL)
            return NULL;
        strcpy(known->listed_address, address);
        if (strcmp(address, node->given_address) == 0)
            node->prefers_given = false;
    } else if (known != NULL) {
        become_alias(node, known);
    } else {
        known = node;
    }
    memcpy(known->id, id, DISQ_ID_SIZE + 1);
done:
    known->prefers_given = strcmp(address, known->given_address) == 0;
    return known;
}

/* The node of this row: known by its ID, or given by the very address that HELLO tells. */
static struct disq_node *node_of(struct disq_pool *pool, const struct disq_hello_node *row)
{
    struct disq_node *node = disq_pool_find(pool, row->id);

    if (node != NULL)
        return node;
    for (node = pool->nodes; node != NULL; node = node->next) {
        if (node->id[0] == '\0' && !node->is_alias && row->address[0] != '\0' &&
            strcmp(node->given_address, row->address) == 0)
            break;
    }
    if (node == NULL)
        node = append(pool);
    if (node != NULL)
        memcpy(node->id, row->id, sizeof(node->id));
    return node;
}

int disq_pool_update(struct disq_pool *pool, const struct disq_hello *hello)
{
    int rc = 0;

    for (struct disq_node *node = pool->nodes; node != NULL; node = node->next)
        node->is_listed = false;
    for (size_t i = 0; i < hello->node_count; i++) {
        const struct disq_hello_node *row = &hello->nodes[i];
        struct disq_node *node = node_of(pool, row);

        if (node == NULL) {
            rc = pool->count < NODES_MAX ? DISQ_NO_MEMORY : rc;
            continue;
        }
        node->is_listed = true;
        node->priority = row->priority;
        if (row->address[0] != '\0')
            strcpy(node->listed_address, row->address);
    }
    return rc;
}

static void free_node(struct disq_node *node)
{
    free(node->hosts);
    free(node);
}

void disq_pool_forget(struct disq_pool *pool,
                      bool (*is_used)(const struct disq *client, const struct disq_node *node),
                      const struct disq *client)
{
    struct disq_node **at = &pool->nodes;

    pool->last = NULL;
    while (*at != NULL) {
        struct disq_node *node = *at;

        if (node->is_given || node->is_listed || node->conn != NULL || is_used(client, node)) {
            pool->last = node;
            at = &node->next;
            continue;
        }
        *at = node->next;
        pool->count--;
        free_node(node);
    }
}

const char *disq_node_address(const struct disq_node *node)
{
    bool use_given = node->prefers_given || node->listed_address[0] == '\0';
    const char *first = use_given ? node->given_address : node->listed_address;
    const char *other = use_given ? node->listed_address : node->given_address;

    if (node->tries_other)
        return other[0] != '\0' && strcmp(first, other) != 0 ? other : NULL;
    return first[0] != '\0' ? first : NULL;
}

bool disq_node_has_other(const struct disq_node *node)
{
    return !node->tries_other && node->given_address[0] != '\0' && node->listed_address[0] != '\0' &&
           strcmp(node->given_address, node->listed_address) != 0;
}

void disq_pool_fini(struct disq_pool *pool)
{
    for (struct disq_node *node = pool->nodes; node != NULL;) {
        struct disq_node *next = node->next;

        free_node(node);
        node = next;
    }
    *pool = (struct disq_pool){0};
}
