/* SPDX-License-Identifier: MIT */
/* A job tells when there is something to do for it, and has a timer at that time, so that nothing ever walks
 * over all jobs to find out. */
#include "mockd/node/job.h"

#include "mockd/node/node.h"
#include "mockd/node/requeue.h"

#include <assert.h>
#include <stdlib.h>

#define TO(state) (1u << JOB_##state)

static const struct {
    const char *name;
    unsigned next;
} states[JOB_STATE_COUNT] = {
    [JOB_WAIT_REPL] = {"wait-repl", TO(ACTIVE)},
    [JOB_ACTIVE] = {"active", TO(QUEUED) | TO(ACKED)},
    [JOB_QUEUED] = {"queued", TO(ACTIVE) | TO(ACKED)},
    /* Jobs that another node hands over are queued even if they are acked here (S-31). */
    [JOB_ACKED] = {"acked", TO(QUEUED)},
};

static bool has_confirmed(const struct job *job)
{
    return job->state == JOB_WAIT_REPL || job->state == JOB_ACKED;
}

static void leave_state(struct job *job)
{
    if (has_confirmed(job))
        node_set_clear(&job->confirmed);
}

static void enter_state(struct job *job, enum job_state state)
{
    job->state = (uint8_t)state;
    if (has_confirmed(job)) {
        job->confirmed = (struct node_set){0};
        job->waiter = NULL;
        job->gc_at_ms = 0;
    } else {
        job->in_queue = NULL;
        job->parent = job->left = job->right = NULL;
    }
}

struct job *job_new(struct node *node, const struct job_id *id, enum job_state state, struct bytes queue,
                    struct bytes body)
{
    size_t size = offsetof(struct job, data) + queue.size + body.size;
    struct job *job = xmalloc(size > sizeof(*job) ? size : sizeof(*job));

    *job = (struct job){
        .id = *id,
        .queue_size = (uint32_t)queue.size,
        .body_size = (uint32_t)body.size,
        .timer = {.fire = requeue_on_timer, .gate = &node->gate},
    };
    enter_state(job, state);
    if (queue.size > 0)
        memcpy(job->data, queue.data, queue.size);
    if (body.size > 0)
        memcpy(job->data + queue.size, body.data, body.size);
    return job;
}

void job_free(struct job *job)
{
    if (job == NULL)
        return;
    node_set_clear(&job->delivered);
    leave_state(job);
    free(job);
}

struct bytes job_queue_name(const struct job *job)
{
    return (struct bytes){job->data, job->queue_size};
}

struct bytes job_body(const struct job *job)
{
    return (struct bytes){job->data + job->queue_size, job->body_size};
}

const char *job_state_name(enum job_state state)
{
    return states[state].name;
}

void job_move(struct job *job, enum job_state to)
{
    assert((states[job->state].next & (1u << to)) != 0);
    leave_state(job);
    enter_state(job, to);
    log_event(job_node(job)->log, "%s job %.40s %s", job_node(job)->name, job->id.text, states[to].name);
}

const struct node_set *job_confirmed(const struct job *job)
{
    static const struct node_set nobody = {0};

    return has_confirmed(job) ? &job->confirmed : &nobody;
}

int64_t job_awake_ms(const struct job *job)
{
    int64_t expire_ms = ((int64_t)job->etime_s + 1) * 1000;
    int64_t awake_ms = expire_ms;

    if (job->state == JOB_ACKED)
        awake_ms = job->gc_at_ms;
    else if (job->state != JOB_WAIT_REPL && job->qtime_ms != 0)
        awake_ms = job->qtime_ms - ((job->flags & JOB_BCAST_WILLQUEUE) != 0 ? JOB_WILLQUEUE_LEAD_MS : 0);
    return awake_ms < expire_ms ? awake_ms : expire_ms;
}

void job_rearm(struct job *job)
{
    clock_arm(job_node(job)->clock, &job->timer, node_clock_us(job_node(job), job_awake_ms(job)));
}

void job_set_qtime(struct job *job, int64_t qtime_ms)
{
    job->qtime_ms = qtime_ms;
    job_rearm(job);
}

static uint32_t ttl_left_s(const struct job *job)
{
    int64_t left_s = job->etime_s - node_now_s(job_node(job));

    return left_s > 0 ? (uint32_t)left_s : 0;
}

struct job_copy *job_copy_new(const struct job *job)
{
    size_t text_size = (size_t)job->queue_size + job->body_size;
    size_t count = node_set_size(&job->delivered);
    struct job_copy *copy = xmalloc(sizeof(*copy) + text_size + count * NODE_ID_SIZE);
    char *ids = copy->data + text_size;

    *copy = (struct job_copy){
        .id = job->id,
        .flags = job->flags & (uint8_t)~JOB_DELIVERED,
        .repl = job->repl,
        .ttl_s = ttl_left_s(job) + 1,
        .delay_s = job->delay_s,
        .retry_s = job->retry_s,
        .nacks = job->nacks,
        .deliveries = job->deliveries,
        .queue_size = job->queue_size,
        .body_size = job->body_size,
        .delivered_count = (uint32_t)count,
        .ctime_ns = job->ctime_ns,
    };
    memcpy(copy->data, job->data, text_size);
    NODE_SET_FOR_EACH (index, &job->delivered) {
        memcpy(ids, job_node(job)->peers[index]->id.text, NODE_ID_SIZE);
        ids += NODE_ID_SIZE;
    }
    return copy;
}

struct job_copy *job_copy_clone(const struct job_copy *copy)
{
    size_t text_size = (size_t)copy->queue_size + copy->body_size;

    return xmemdup(copy, sizeof(*copy) + text_size + (size_t)copy->delivered_count * NODE_ID_SIZE);
}

struct job *job_from_copy(struct node *node, const struct job_copy *copy)
{
    struct bytes queue = {copy->data, copy->queue_size};
    struct bytes body = {copy->data + copy->queue_size, copy->body_size};
    struct job *job = job_new(node, &copy->id, JOB_ACTIVE, queue, body);

    job->flags = copy->flags;
    job->repl = copy->repl;
    job->etime_s = (uint32_t)(node_now_s(node) + copy->ttl_s);
    job->delay_s = copy->delay_s;
    job->retry_s = copy->retry_s;
    job->nacks = copy->nacks;
    job->deliveries = copy->deliveries;
    job->ctime_ns = copy->ctime_ns;
    if (job->retry_s > 0) {
        job->flags |= JOB_BCAST_WILLQUEUE;
        job->qtime_ms =
            node_now_ms(node) + job_span_ms(job->delay_s) + job_span_ms(job->retry_s) + node_jitter_ms(node);
    }
    job_add_delivered(job, copy);
    return job;
}

void job_add_delivered(struct job *job, const struct job_copy *copy)
{
    const char *ids = copy->data + copy->queue_size + copy->body_size;

    for (uint32_t i = 0; i < copy->delivered_count; i++, ids += NODE_ID_SIZE) {
        const struct peer *peer = peer_find(job_node(job), ids);

        if (peer != NULL)
            node_set_add(&job->delivered, peer->index);
    }
}
