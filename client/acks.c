/* SPDX-License-Identifier: MIT */
/* Acknowledgements go to the node that delivered the job, which knows it for certain, and to the one that
 * created it: a job that was imported from there is known there still, and would be delivered once more
 * (S-05). */
#include "client/client.h"
#include "client/job.h"

#include <string.h>

enum { PREFIX_AT = 2 }; /* in a job's ID */

static int on_ack(struct disq *client, struct disq_part *part, const struct disq_conn *conn,
                  const struct disq_reply *reply)
{
    (void)client;
    (void)conn;
    if (reply->type != DISQ_REPLY_INTEGER)
        return DISQ_PROTOCOL;
    part->number = reply->integer;
    return 0;
}

static const struct disq_command ackjob = {"ACKJOB", DISQ_IDEMPOTENT, on_ack};
static const struct disq_command fastack = {"FASTACK", DISQ_IDEMPOTENT, on_ack};

/* Where a job's ack goes. */
struct route {
    struct disq_node *deliverer; /* NULL: whoever is found */
    struct disq_node *origin;    /* NULL: nobody besides */
};

static struct route route_of(const struct disq *client, const char *id)
{
    const char *prefix = id + PREFIX_AT;
    struct route route = {.deliverer = disq_origins_deliverer(client, id)};

    if (route.deliverer == NULL)
        route.deliverer = client->reads != NULL ? client->reads : client->home;
    if (client->settings.options.no_ack_origin)
        return route;
    if (route.deliverer != NULL && memcmp(route.deliverer->id, prefix, DISQ_PREFIX_SIZE) == 0)
        return route;
    route.origin = disq_pool_find_prefix(&client->pool, prefix);
    if (route.origin != NULL && !route.origin->is_listed)
        route.origin = NULL;
    return route;
}

static bool is_routed(const struct disq_part *part, const struct route *route)
{
    struct disq_node *origin = part->twin != NULL ? part->twin->node : NULL;

    return !part->is_copy && part->node == route->deliverer && origin == route->origin;
}

static struct disq_part *add_part(struct disq *client, const struct disq_command *command,
                                  enum disq_role role, struct disq_node *node)
{
    struct disq_part *part = disq_call_add(client, role, node);

    if (part != NULL) {
        disq_request_begin(&part->request);
        disq_request_add_word(&part->request, command->name);
    }
    return part;
}

/* The part for this route, made if there is none. NULL: out of memory. */
static struct disq_part *part_for(struct disq *client, const struct disq_command *command,
                                  const struct route *route)
{
    enum disq_role role = route->deliverer != NULL ? DISQ_ROLE_DELIVERER : DISQ_ROLE_READS;
    struct disq_part *part = client->call.parts;

    while (part != NULL && !is_routed(part, route))
        part = part->next;
    if (part != NULL)
        return part;
    part = add_part(client, command, role, route->deliverer);
    if (part == NULL || route->origin == NULL)
        return part;
    part->twin = add_part(client, command, DISQ_ROLE_ORIGIN, route->origin);
    if (part->twin == NULL)
        return NULL;
    part->twin->twin = part;
    part->twin->is_copy = true;
    return part;
}

static int make_requests(struct disq *client, const struct disq_command *command, const char *const *ids,
                         size_t count)
{
    int rc = 0;

    for (size_t i = 0; i < count; i++) {
        struct route route = route_of(client, ids[i]);
        struct disq_part *part = part_for(client, command, &route);

        if (part == NULL)
            return DISQ_NO_MEMORY;
        disq_request_add(&part->request, ids[i], DISQ_ID_SIZE);
        if (part->twin != NULL)
            disq_request_add(&part->twin->request, ids[i], DISQ_ID_SIZE);
    }
    for (struct disq_part *part = client->call.parts; part != NULL && rc == 0; part = part->next)
        rc = disq_request_end(&part->request);
    return rc;
}

static int check_ids(const char *const *ids, size_t count)
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

static int start(struct disq *client, const struct disq_command *command, const char *const *ids,
                 size_t count)
{
    int rc = check_ids(ids, count);

    if (rc != 0)
        return rc;
    if ((rc = disq_call_begin(client, command)) != 0)
        return rc;
    disq_origins_consider(client, DISQ_BEFORE_ACK);
    return disq_call_send(client, make_requests(client, command, ids, count));
}

/* What deliverers counted: a copy's count is of the same jobs. */
static int64_t sum(const struct disq *client)
{
    int64_t sum = 0;

    for (const struct disq_part *part = client->call.parts; part != NULL; part = part->next) {
        if (!part->is_copy)
            sum += part->is_covered ? part->twin->number : part->number;
    }
    return sum;
}

static int finish(struct disq *client, const struct disq_command *command, int64_t *acked)
{
    int64_t number = sum(client);
    int rc = disq_call_finish(client, command);

    if (rc == 0 && acked != NULL)
        *acked = number;
    return rc;
}

int disq_ackjob_start(struct disq *client, const char *const *ids, size_t count)
{
    return start(client, &ackjob, ids, count);
}

int disq_ackjob_finish(struct disq *client, int64_t *acked)
{
    return finish(client, &ackjob, acked);
}

int disq_fastack_start(struct disq *client, const char *const *ids, size_t count)
{
    return start(client, &fastack, ids, count);
}

int disq_fastack_finish(struct disq *client, int64_t *acked)
{
    return finish(client, &fastack, acked);
}

int disq_ackjob(struct disq *client, const char *const *ids, size_t count, int64_t *acked)
{
    int rc = disq_ackjob_start(client, ids, count);

    if (rc != 0)
        return rc;
    disq_wait(client);
    return disq_ackjob_finish(client, acked);
}

int disq_fastack(struct disq *client, const char *const *ids, size_t count, int64_t *acked)
{
    int rc = disq_fastack_start(client, ids, count);

    if (rc != 0)
        return rc;
    disq_wait(client);
    return disq_fastack_finish(client, acked);
}
