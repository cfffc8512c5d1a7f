/* SPDX-License-Identifier: MIT */
/* Queues: jobs in order, clients in line, and when an unused queue goes (§5.2, §5.8). */
#include "mockd/node/queue.h"

#include "mockd/node/federation.h"
#include "mockd/node/node.h"

#include <stdlib.h>

/* How long an unused queue is kept, by memory level (§5.8). */
static const int idle_s[] = {[MEMORY_FINE] = 300, [MEMORY_TIGHT] = 10, [MEMORY_FULL] = 2};

struct bytes queue_name(const struct queue *queue)
{
    return (struct bytes){queue->name, queue->name_size};
}

size_t queue_len(const struct queue *queue)
{
    return queue->jobs.count;
}

struct queue *queue_find(struct node *node, struct bytes name)
{
    return map_get(&node->queues, name);
}

static void log_queue(struct queue *queue, const char *what)
{
    struct buffer line = {0};

    if (!log_is_on(queue->node->log))
        return;
    buffer_add_quoted(&line, queue_name(queue), 64);
    log_event(queue->node->log, "%s queue %.*s %s", queue->node->name, (int)line.size, line.data, what);
    buffer_fini(&line);
}

static int64_t queue_bytes(const struct queue *queue)
{
    return MEMORY_QUEUE_BYTES + (int64_t)queue->name_size;
}

static void queue_free(struct queue *queue)
{
    struct node *node = queue->node;

    clock_disarm(node->clock, &queue->idle);
    map_remove(&node->queues, queue);
    roll_remove(&node->queues_by_age, &queue->by_age);
    list_remove(&queue->signal);
    memory_count(node, -queue_bytes(queue));
    free(queue->imports.sources);
    free(queue);
}

static void queue_drop(struct queue *queue)
{
    log_queue(queue, "dropped");
    queue_free(queue);
}

/* Does nothing but the time since its last use keep it? */
static bool is_unused(const struct queue *queue)
{
    return queue->jobs.count == 0 && queue->waiting_count == 0 && queue->pause == 0;
}

static int64_t drop_at_ms(const struct queue *queue)
{
    return (queue->atime_ms / 1000 + idle_s[memory_level(queue->node)]) * 1000;
}

static void review(struct queue *queue)
{
    struct node *node = queue->node;

    if (!is_unused(queue))
        clock_disarm(node->clock, &queue->idle);
    else if (!timer_is_armed(&queue->idle))
        clock_arm(node->clock, &queue->idle,
                  node_tick_at_us(node, TICK_US, node_clock_us(node, drop_at_ms(queue))));
}

static void queue_on_idle(struct timer *timer)
{
    struct queue *queue = OWNER_OF(timer, struct queue, idle);

    if (drop_at_ms(queue) <= node_now_ms(queue->node))
        queue_drop(queue);
    else
        review(queue);
}

static void touch(struct queue *queue)
{
    queue->atime_ms = node_now_ms(queue->node);
    review(queue);
}

struct queue *queue_need(struct node *node, struct bytes name)
{
    struct queue *queue = queue_find(node, name);

    if (queue != NULL)
        return queue;
    queue = xcalloc(1, sizeof(*queue) + name.size);
    queue->node = node;
    queue->ctime_ms = node_now_ms(node);
    queue->idle = (struct timer){.fire = queue_on_idle, .gate = &node->gate};
    queue->name_size = name.size;
    if (name.size > 0)
        memcpy(queue->name, name.data, name.size);
    list_init(&queue->waits);
    list_init(&queue->signal);
    roll_add(&node->queues_by_age, &queue->by_age);
    map_add(&node->queues, queue);
    federation_init(queue);
    log_queue(queue, "made");
    touch(queue);
    memory_count(node, queue_bytes(queue));
    return queue;
}

void queue_push(struct queue *queue, struct job *job)
{
    job_move(job, JOB_QUEUED);
    job_tree_add(&queue->jobs, job);
    job->in_queue = queue;
    queue->jobs_in++;
    touch(queue);
    queue_signal(queue);
}

void queue_remove(struct job *job)
{
    struct queue *queue = job->in_queue;

    job_tree_remove(&queue->jobs, job);
    job_move(job, JOB_ACTIVE);
    review(queue);
}

struct job *queue_fetch(struct queue *queue)
{
    struct job *job = queue->jobs.first;

    if (job == NULL || queue_is_paused(queue, PAUSED_OUT))
        return NULL;
    queue->jobs_out++;
    queue->atime_ms = node_now_ms(queue->node);
    queue_remove(job);
    job->flags |= JOB_DELIVERED;
    return job;
}

void queue_signal(struct queue *queue)
{
    if (queue->waiting_count > 0 && list_is_empty(&queue->signal) && !queue_is_paused(queue, PAUSED_OUT))
        list_append(&queue->node->signalled, &queue->signal);
}

void queue_set_pause(struct queue *queue, unsigned pause)
{
    queue->pause = pause;
    review(queue);
    if (queue->jobs.count > 0)
        queue_signal(queue);
}

bool queue_is_paused(const struct queue *queue, enum queue_pause how)
{
    return (queue->pause & how) != 0;
}

/* Who has just begun to wait is the last in the line. */
static bool waits_on(const struct waiter *waiter, const struct queue *queue)
{
    return !list_is_empty(&queue->waits) &&
           OWNER_OF(queue->waits.prev, struct queue_wait, link)->waiter == waiter;
}

void waiter_wait(struct waiter *waiter, struct node *node, const struct bytes *names, size_t count)
{
    if (waiter->capacity < count) {
        waiter->waits = xrealloc(waiter->waits, count * sizeof(*waiter->waits));
        waiter->capacity = count;
    }
    for (size_t i = 0; i < count; i++) {
        struct queue *queue = queue_need(node, names[i]);
        struct queue_wait *wait = &waiter->waits[waiter->wait_count];

        if (waits_on(waiter, queue))
            continue;
        *wait = (struct queue_wait){.queue = queue, .waiter = waiter};
        list_append(&queue->waits, &wait->link);
        queue->waiting_count++;
        waiter->wait_count++;
        review(queue);
    }
}

void waiter_leave(struct waiter *waiter)
{
    for (size_t i = 0; i < waiter->wait_count; i++) {
        struct queue *queue = waiter->waits[i].queue;

        list_remove(&waiter->waits[i].link);
        queue->waiting_count--;
        if (is_unused(queue) && drop_at_ms(queue) <= node_now_ms(queue->node))
            queue_drop(queue);
        else
            review(queue);
    }
    waiter->wait_count = 0;
}

void waiter_fini(struct waiter *waiter)
{
    waiter_leave(waiter);
    free(waiter->waits);
    waiter->waits = NULL;
    waiter->capacity = 0;
}

static void serve(struct queue *queue)
{
    struct job *job;

    while (queue->waiting_count > 0 && (job = queue_fetch(queue)) != NULL) {
        struct waiter *first = OWNER_OF(queue->waits.next, struct queue_wait, link)->waiter;

        if (queue_len(queue) == 0)
            federation_need(queue, NEED_REACHED_ZERO);
        waiter_leave(first);
        first->on_job(first, job);
    }
}

void queues_serve(struct node *node)
{
    while (!list_is_empty(&node->signalled)) {
        struct queue *queue = OWNER_OF(node->signalled.next, struct queue, signal);

        list_remove(&queue->signal);
        serve(queue);
    }
}

void queues_review(struct node *node)
{
    for (struct roll_entry *entry = roll_first(&node->queues_by_age); entry != NULL;
         entry = roll_next(&node->queues_by_age, entry)) {
        struct queue *queue = OWNER_OF(entry, struct queue, by_age);

        clock_disarm(node->clock, &queue->idle);
        review(queue);
    }
}

void queues_flush(struct node *node)
{
    struct roll_entry *first;

    while ((first = roll_first(&node->queues_by_age)) != NULL) {
        struct queue *queue = OWNER_OF(first, struct queue, by_age);

        if (queue->waiting_count > 0) {
            struct waiter *waiter = OWNER_OF(queue->waits.next, struct queue_wait, link)->waiter;

            waiter_leave(waiter);
            waiter->on_flush(waiter);
        } else {
            queue_drop(queue);
        }
    }
}

void queues_free(struct node *node)
{
    struct roll_entry *first;

    while ((first = roll_first(&node->queues_by_age)) != NULL)
        queue_free(OWNER_OF(first, struct queue, by_age));
}
