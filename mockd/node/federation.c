/* SPDX-License-Identifier: MIT */
/* How jobs move to the nodes whose clients want them: NEEDJOBS and YOURJOBS (§10). */
#include "mockd/node/federation.h"

#include "mockd/node/audit.h"
#include "mockd/node/membership.h"
#include "mockd/node/message.h"
#include "mockd/node/requeue.h"

enum {
    BROADCAST_MIN_MS = 2000,
    BROADCAST_MAX_MS = 30000,
    REQUEST_MIN_MS = 25,
    REQUEST_MAX_MS = 2000,
    SOURCE_MS = 5000, /* after that long without a job a node is no source any more */
    RATE_WINDOW_MS = 5000,
    RATE_PERIOD_MS = 1000,
    RATE_MIN_MS = 50,
    ASK_MIN = 5,
    ASK_MAX = 100,
    DOUBLINGS = 8, /* enough to reach both maxima */
};

void federation_init(struct queue *queue)
{
    queue->imports.current_start_at_ms = queue->imports.previous_start_at_ms = queue->ctime_ms;
}

uint32_t federation_import_rate(const struct queue *queue)
{
    const struct imports *imports = &queue->imports;
    int64_t now_ms = node_now_ms(queue->node);
    int64_t elapsed_ms = now_ms - imports->previous_start_at_ms;

    if (now_ms - imports->current_start_at_ms > RATE_WINDOW_MS)
        return 0;
    if (elapsed_ms < RATE_MIN_MS)
        elapsed_ms = RATE_MIN_MS;
    return (uint32_t)((((int64_t)imports->previous + imports->current) * 1000 + elapsed_ms - 1) / elapsed_ms);
}

static void count_import(struct queue *queue)
{
    struct imports *imports = &queue->imports;
    int64_t now_ms = node_now_ms(queue->node);

    if (now_ms - imports->current_start_at_ms > RATE_PERIOD_MS) {
        imports->previous = imports->current;
        imports->previous_start_at_ms = imports->current_start_at_ms;
        imports->current = 0;
        imports->current_start_at_ms = now_ms;
    }
    imports->current++;
}

static void purge_sources(struct queue *queue)
{
    struct imports *imports = &queue->imports;
    size_t kept = 0;

    for (size_t i = 0; i < imports->source_count; i++)
        if (node_now_ms(queue->node) - imports->sources[i].last_at_ms <= SOURCE_MS)
            imports->sources[kept++] = imports->sources[i];
    if (kept < imports->source_count)
        node_note(queue->node, BEHAVIOUR_SOURCE_FORGOTTEN);
    imports->source_count = kept;
}

static void note_source(struct queue *queue, size_t index)
{
    struct imports *imports = &queue->imports;
    size_t i = 0;

    while (i < imports->source_count && imports->sources[i].index != index)
        i++;
    if (i == imports->source_count) {
        imports->sources = xrealloc(imports->sources, (i + 1) * sizeof(*imports->sources));
        imports->source_count++;
        imports->broadcasts = 0;
    }
    imports->sources[i] = (struct source){index, node_now_ms(queue->node)};
    imports->requests = 0;
}

static bool is_over(int64_t now_ms, int64_t last_at_ms, int64_t first_ms, unsigned times, int64_t max_ms)
{
    int64_t gap_ms = first_ms << (times < DOUBLINGS ? times : DOUBLINGS);

    return now_ms - last_at_ms > (gap_ms < max_ms ? gap_ms : max_ms);
}

static void ask_all(struct queue *queue, int64_t now_ms)
{
    message_tell_all(queue->node, message_about_queue(MSG_NEEDJOBS, queue_name(queue), 1));
    node_note(queue->node, BEHAVIOUR_NEEDJOBS_BROADCAST);
    queue->imports.broadcast_at_ms = now_ms;
    queue->imports.broadcasts++;
}

static void ask_sources(struct queue *queue, int64_t now_ms, uint32_t rate)
{
    struct imports *imports = &queue->imports;
    struct node *node = queue->node;
    uint32_t count = rate / (uint32_t)imports->source_count;

    node_note(node, BEHAVIOUR_NEEDJOBS_ASKED);
    count = count < ASK_MIN ? ASK_MIN : count > ASK_MAX ? ASK_MAX : count;
    for (size_t i = 0; i < imports->source_count; i++)
        message_send(node, node->peers[imports->sources[i].index],
                     message_about_queue(MSG_NEEDJOBS, queue_name(queue), count));
    imports->request_at_ms = now_ms;
    imports->requests++;
}

void federation_need(struct queue *queue, enum federation_why why)
{
    struct imports *imports = &queue->imports;
    int64_t now_ms = node_now_ms(queue->node);
    uint32_t rate = federation_import_rate(queue);

    if (queue->node->self->is_leaving || (why == NEED_REACHED_ZERO && rate == 0))
        return;
    purge_sources(queue);
    if (is_over(now_ms, imports->broadcast_at_ms, BROADCAST_MIN_MS, imports->broadcasts, BROADCAST_MAX_MS))
        ask_all(queue, now_ms);
    if (imports->source_count > 0 &&
        (why == NEED_REACHED_ZERO ||
         is_over(now_ms, imports->request_at_ms, REQUEST_MIN_MS, imports->requests, REQUEST_MAX_MS)))
        ask_sources(queue, now_ms, rate);
}

/* All that was asked for if there is plenty, else half of what there is, at least one. */
static size_t share(const struct queue *queue, size_t wanted)
{
    size_t half = queue_len(queue) / 2;

    if (half >= wanted)
        return wanted;
    return half > 0 ? half : 1;
}

void federation_on_needjobs(struct node *node, struct peer *sender, const struct message *message)
{
    struct queue *queue = queue_find(node, (struct bytes){message->queue, message->queue_size});
    struct message *gift;
    struct job *job;

    if (queue == NULL || queue_len(queue) == 0 || queue_is_paused(queue, PAUSED_OUT) ||
        federation_import_rate(queue) > 0)
        return;
    gift = message_new(MSG_YOURJOBS);
    for (size_t left = share(queue, message->number); left > 0 && (job = queue_fetch(queue)) != NULL;
         left--) {
        message_add_job(gift, job);
        if (job->retry_s == 0)
            node_drop_job(job);
    }
    node_note(node, bus_is_open(&sender->link) ? BEHAVIOUR_FEDERATION : BEHAVIOUR_JOBS_GIVEN_AWAY_UNHEARD);
    message_send(node, sender, gift);
}

static void import(struct node *node, struct peer *sender, const struct job_copy *copy)
{
    struct job *job = node_find_job(node, &copy->id);

    if (job == NULL) {
        job = job_from_copy(node, copy);
        node_add_job(node, job);
    } else if (job->state == JOB_WAIT_REPL || job->is_dummy) {
        return;
    }
    node_audit(node, &job->id, AUDIT_IMPORTED);
    if (job->state == JOB_ACKED)
        node_note(node, BEHAVIOUR_IMPORT_OF_ACKED);
    job->flags &= (uint8_t)~JOB_BCAST_QUEUED;
    if (job->retry_s == 0)
        job->qtime_ms = node_now_ms(node);
    if (!requeue_enqueue(job, false))
        return;
    note_source(job->in_queue, sender->index);
    count_import(job->in_queue);
}

void federation_on_yourjobs(struct node *node, struct peer *sender, const struct message *message)
{
    for (size_t i = 0; i < message->job_count; i++)
        import(node, sender, message->jobs[i]);
}
