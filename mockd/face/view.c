/* SPDX-License-Identifier: MIT */
/* What can be seen of a cluster from outside, without asking a node. */
#include "mockd/face/face.h"
#include "mockd/node/federation.h"
#include "mockd/node/membership.h"
#include "mockd/node/node.h"
#include "mockd/node/queue.h"
#include "mockd/sim/bus.h"

#include <stdio.h>

/* NULL if there is no such node, or it is down. */
static struct node *node_at(const struct mockd *cluster, int index)
{
    return face_has_node(cluster, index) ? cluster_node(cluster, index) : NULL;
}

static struct mockd_bytes bytes(struct bytes bytes)
{
    return (struct mockd_bytes){bytes.data, bytes.size};
}

int mockd_inspect_node(const struct mockd *cluster, int index, struct mockd_node *seen)
{
    const struct node *node = node_at(cluster, index);

    *seen = (struct mockd_node){0};
    if (!face_has_node(cluster, index))
        return MOCKD_INVALID;
    if (node == NULL)
        return 0;
    *seen = (struct mockd_node){
        .is_up = true,
        .is_frozen = node->is_frozen,
        .is_refusing = node->is_refusing,
        .is_leaving = node->self->is_leaving,
        .skew_us = node->skew_us,
        .known_nodes = membership_size(node),
        .reachable_nodes = membership_reachable_count(node),
        .jobs = node_job_count(node),
        .queues = node_queue_count(node),
        .clients = (size_t)node->visits.count,
        .memory_bytes = node->memory_bytes,
        .messages_sent = node->messages_sent,
        .messages_received = node->messages_received,
    };
    return 0;
}

static void show_job(const struct job *job, struct mockd_job *seen)
{
    *seen = (struct mockd_job){
        .queue = bytes(job_queue_name(job)),
        .body = bytes(job_body(job)),
        .state = job_state_name((enum job_state)job->state),
        .is_dummy = job->is_dummy,
        .replicate = job->repl,
        .delay_s = job->delay_s,
        .retry_s = job->retry_s,
        .nacks = job->nacks,
        .additional_deliveries = job->deliveries,
        .created_at_ns = job->ctime_ns,
        .expires_at_us = node_clock_us(job_node(job), job->etime_s * INT64_C(1000)),
        .requeued_at_us = job->qtime_ms != 0 ? node_clock_us(job_node(job), job->qtime_ms) : -1,
    };
    snprintf(seen->id, sizeof(seen->id), "%.40s", job->id.text);
}

static struct job *find_job(const struct mockd *cluster, int index, const char *id)
{
    struct node *node = node_at(cluster, index);
    struct job_id parsed;

    if (node == NULL || !job_id_parse(bytes_of(id), &parsed))
        return NULL;
    return node_find_job(node, &parsed);
}

int mockd_inspect_job(const struct mockd *cluster, int index, const char *id, struct mockd_job *seen)
{
    const struct job *job = find_job(cluster, index, id);

    if (job == NULL)
        return MOCKD_INVALID;
    show_job(job, seen);
    return 0;
}

bool mockd_next_job(const struct mockd *cluster, int index, struct mockd_job *seen)
{
    struct node *node = node_at(cluster, index);
    struct roll_entry *next;

    if (node == NULL)
        return false;
    if (seen->id[0] == '\0') {
        next = roll_first(&node->jobs_by_age);
    } else {
        struct job *job = find_job(cluster, index, seen->id);

        next = job != NULL ? roll_next(&node->jobs_by_age, &job->by_age) : NULL;
    }
    if (next != NULL)
        show_job(OWNER_OF(next, struct job, by_age), seen);
    return next != NULL;
}

bool mockd_job_may_be_at(const struct mockd *cluster, int index, const char *id, int holder)
{
    const struct job *job = find_job(cluster, index, id);
    const struct peer *peer = job != NULL && face_has_node(cluster, holder)
                                  ? peer_find(job_node(job), mockd_node_id(cluster, holder))
                                  : NULL;

    return peer != NULL && peer->index != PEER_NO_INDEX && node_set_has(&job->delivered, peer->index);
}

static void show_queue(const struct queue *queue, struct mockd_queue *seen)
{
    *seen = (struct mockd_queue){
        .name = bytes(queue_name(queue)),
        .jobs = queue_len(queue),
        .waiting_clients = queue->waiting_count,
        .jobs_in = queue->jobs_in,
        .jobs_out = queue->jobs_out,
        .import_rate = federation_import_rate(queue),
        .is_paused_in = queue_is_paused(queue, PAUSED_IN),
        .is_paused_out = queue_is_paused(queue, PAUSED_OUT),
    };
}

int mockd_inspect_queue(const struct mockd *cluster, int index, const void *name, size_t size,
                        struct mockd_queue *seen)
{
    struct node *node = node_at(cluster, index);
    const struct queue *queue = node != NULL ? queue_find(node, (struct bytes){name, size}) : NULL;

    if (queue == NULL)
        return MOCKD_INVALID;
    show_queue(queue, seen);
    return 0;
}

bool mockd_next_queue(const struct mockd *cluster, int index, struct mockd_queue *seen)
{
    struct node *node = node_at(cluster, index);
    struct roll_entry *next;

    if (node == NULL)
        return false;
    if (seen->name.data == NULL) {
        next = roll_first(&node->queues_by_age);
    } else {
        struct queue *queue = queue_find(node, (struct bytes){seen->name.data, seen->name.size});

        next = queue != NULL ? roll_next(&node->queues_by_age, &queue->by_age) : NULL;
    }
    if (next != NULL)
        show_queue(OWNER_OF(next, struct queue, by_age), seen);
    return next != NULL;
}

int mockd_inspect_link(const struct mockd *cluster, int from, int to, struct mockd_link *seen)
{
    const struct node *node = node_at(cluster, from);
    const struct peer *peer;

    *seen = (struct mockd_link){0};
    if (!face_has_node(cluster, from) || !face_has_node(cluster, to) || from == to)
        return MOCKD_INVALID;
    bus_count(cluster_bus(cluster), from, to, &seen->messages_on_their_way, &seen->messages_held);
    peer = node != NULL ? peer_find(node, mockd_node_id(cluster, to)) : NULL;
    if (peer == NULL)
        return 0;
    seen->is_known = true;
    seen->is_connected = bus_is_open(&peer->link);
    seen->is_suspected = peer->is_suspected;
    seen->is_failed = peer->is_failed;
    return 0;
}
