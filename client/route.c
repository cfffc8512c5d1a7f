/* SPDX-License-Identifier: MIT */
/* What is said of a job goes to the node that delivered it, which knows it for certain. Acknowledgements go
 * to the one that created it too: a job that was imported from there is known there still, and would be
 * delivered once more (S-05). */
#include "client/route.h"

#include "client/client.h"

#include <string.h>

/* Where a job's command goes. */
struct route {
    struct disq_node *first; /* NULL: whoever is found */
    struct disq_node *other; /* who is told too, or instead; NULL: nobody */
};

static struct disq_node *origin_of(const struct disq *client, const char *id)
{
    struct disq_node *node = disq_pool_find_prefix(&client->pool, id + DISQ_ID_PREFIX_AT);

    return node != NULL && node->is_listed ? node : NULL;
}

static struct route route_of(const struct disq *client, const char *id, bool tells_origin)
{
    struct disq_node *reads = client->reads != NULL ? client->reads : client->home;
    struct route route = {
        .first = disq_origins_deliverer(client, id),
        .other = origin_of(client, id),
    };

    if (route.first == NULL) /* forgotten, or another's: the reading node mostly delivered it */
        route.first = tells_origin || route.other == NULL ? reads : route.other;
    if (route.first == route.other || (tells_origin && client->settings.options.no_ack_origin))
        route.other = NULL;
    return route;
}

static bool is_routed(const struct disq_part *part, const struct route *route)
{
    const struct disq_node *other = part->twin != NULL ? part->twin->node : part->fallback;

    return !part->is_copy && part->node == route->first && other == route->other;
}

static struct disq_part *add_part(struct disq_call *call, enum disq_role role, struct disq_node *node)
{
    struct disq_part *part = disq_call_add(call, role, node);

    if (part != NULL) {
        disq_request_begin(&part->request);
        disq_request_add_word(&part->request, call->command->name);
    }
    return part;
}

/* The part for this route, made if there is none. NULL: out of memory. */
static struct disq_part *part_for(struct disq_call *call, const struct route *route, bool tells_origin)
{
    enum disq_role role = route->first != NULL ? DISQ_ROLE_DELIVERER : DISQ_ROLE_READS;
    struct disq_part *part = call->parts;

    while (part != NULL && !is_routed(part, route))
        part = part->next;
    if (part != NULL)
        return part;
    part = add_part(call, role, route->first);
    if (part == NULL || route->other == NULL)
        return part;
    if (!tells_origin) {
        part->fallback = route->other;
        return part;
    }
    part->twin = add_part(call, DISQ_ROLE_ORIGIN, route->other);
    if (part->twin == NULL)
        return NULL;
    part->twin->twin = part;
    part->twin->is_copy = true;
    return part;
}

int disq_route_add(struct disq_call *call, const char *id, bool tells_origin)
{
    struct route route = route_of(call->client, id, tells_origin);
    struct disq_part *part = part_for(call, &route, tells_origin);

    if (part == NULL)
        return DISQ_NO_MEMORY;
    disq_request_add(&part->request, id, DISQ_ID_SIZE);
    if (part->twin != NULL)
        disq_request_add(&part->twin->request, id, DISQ_ID_SIZE);
    return 0;
}

int disq_route_end(struct disq_call *call)
{
    int rc = 0;

    for (struct disq_part *part = call->parts; part != NULL && rc == 0; part = part->next)
        rc = disq_request_end(&part->request);
    return rc;
}

int disq_route_check(const char *const *ids, size_t count)
{
    if (ids == NULL && count > 0)
        return DISQ_INVALID;
    for (size_t i = 0; i < count; i++) {
        if (ids[i] == NULL)
            return DISQ_INVALID;
        if (!disq_is_job_id(ids[i], strnlen(ids[i], DISQ_ID_SIZE + 1)))
            return DISQ_BADID;
    }
    return 0;
}
