/* SPDX-License-Identifier: MIT */
/* When a job comes back to its queue, and how the nodes that hold it agree on who queues it (§6.3, §8.4 –
 * §8.6). */
#include "mockd/node/requeue.h"

#include "mockd/node/ack.h"
#include "mockd/node/audit.h"
#include "mockd/node/membership.h"
#include "mockd/node/message.h"
#include "mockd/node/queue.h"

static int64_t next_qtime_ms(const struct job *job)
{
    return node_now_ms(job_node(job)) + job_span_ms(job->retry_s) + node_jitter_ms(job_node(job));
}

/* The retry clock starts anew, with a warning to the others before it ends. */
static void restart_retry(struct job *job)
{
    job->flags |= JOB_BCAST_WILLQUEUE;
    job->qtime_ms = next_qtime_ms(job);
}

static void tell_queued(struct job *job, bool is_nack)
{
    if (!is_nack && (job->flags & JOB_BCAST_QUEUED) == 0) {
        job->flags |= JOB_BCAST_QUEUED;
        return;
    }
    if (is_nack)
        node_note(job_node(job), BEHAVIOUR_NACK_TOLD);
    if (is_nack)
        job->nacks++;
    else
        job->deliveries++;
    message_tell_holders(job, MSG_QUEUED, is_nack ? MSG_INCR_NACKS : MSG_INCR_DELIV, 0);
}

bool requeue_enqueue(struct job *job, bool is_nack)
{
    if (job->state == JOB_QUEUED || job->qtime_ms == 0)
        return false;
    if (job->retry_s == 0 && (job->flags & JOB_DELIVERED) != 0)
        return false;
    if (job->retry_s > 0)
        restart_retry(job);
    else
        job->qtime_ms = 0;
    tell_queued(job, is_nack);
    queue_push(queue_need(job_node(job), job_queue_name(job)), job);
    job_rearm(job);
    return true;
}

bool requeue_by_command(struct job *job, bool is_nack)
{
    return job->state == JOB_ACTIVE && requeue_enqueue(job, is_nack);
}

bool requeue_dequeue(struct job *job)
{
    if (job->state != JOB_QUEUED)
        return false;
    queue_remove(job);
    return true;
}

void requeue_working(struct job *job)
{
    requeue_dequeue(job);
    if (job->retry_s > 0) {
        restart_retry(job);
        job_rearm(job);
        message_tell_holders(job, MSG_WORKING, 0, 0);
        node_note(job_node(job), BEHAVIOUR_WORKING_TOLD);
    }
}

static void warn(struct job *job)
{
    if (job->state != JOB_QUEUED) {
        message_tell_holders(job, MSG_WILLQUEUE, 0, 0);
        node_note(job_node(job), BEHAVIOUR_WILLQUEUE);
    }
    job->flags &= (uint8_t)~JOB_BCAST_WILLQUEUE;
}

static bool is_paused_in(const struct job *job)
{
    const struct queue *queue = queue_find(job_node(job), job_queue_name(job));

    return queue != NULL && queue_is_paused(queue, PAUSED_IN);
}

/* A job that is queued only gets a later time. A delayed job that is delivered at most once has this one
 * chance, so a pause does not hold it (S-34). */
static void come_due(struct job *job)
{
    bool is_first = (job->flags & JOB_BCAST_QUEUED) == 0;

    if (job->state == JOB_QUEUED) {
        restart_retry(job);
    } else if (job->retry_s > 0 && is_paused_in(job)) {
        job->qtime_ms = next_qtime_ms(job);
        node_note(job_node(job), BEHAVIOUR_PAUSE_POSTPONES);
    } else {
        requeue_enqueue(job, false);
        node_note(job_node(job), is_first ? BEHAVIOUR_DELAYED_QUEUEING : BEHAVIOUR_REQUEUE);
    }
}

void requeue_on_timer(struct timer *timer)
{
    struct job *job = OWNER_OF(timer, struct job, timer);
    struct node *node = job_node(job);
    int64_t now_ms = node_now_ms(node);

    if (job->etime_s <= node_now_s(node)) {
        node_note(node, BEHAVIOUR_EXPIRY);
        node_audit(node, &job->id, AUDIT_EXPIRED);
        node_drop_job(job);
    } else if (job->state == JOB_ACKED) {
        ack_on_timer(job);
    } else {
        if ((job->flags & JOB_BCAST_WILLQUEUE) != 0 && job->qtime_ms - JOB_WILLQUEUE_LEAD_MS <= now_ms)
            warn(job);
        if (job->qtime_ms != 0 && job->qtime_ms <= now_ms)
            come_due(job);
        job_rearm(job);
    }
    node_settle(node);
}

void requeue_on_enqueue(struct node *node, struct peer *sender, const struct message *message)
{
    struct job *job = node_find_job(node, &message->job_id);

    (void)sender;
    if (job == NULL || job->state != JOB_ACTIVE || is_paused_in(job))
        return;
    job->flags &= (uint8_t)~JOB_BCAST_QUEUED;
    if (message->number == 0)
        requeue_enqueue(job, false);
    else if (job->qtime_ms != 0) /* 0: delivered at most once, so never from here (S-08) */
        job_set_qtime(job, node_now_ms(node) + job_span_ms(message->number));
}

/* When two nodes have queued a job, its ID decides which of them keeps it; with another job it may be the
 * other node (§8.6). */
static bool sender_wins(const struct job *job, const struct node_id *sender)
{
    for (int i = 0; i < NODE_ID_SIZE; i++) {
        unsigned char mask = (unsigned char)job->id.text[11 + i % 24];
        unsigned char theirs = (unsigned char)(sender->text[i] ^ mask);
        unsigned char ours = (unsigned char)(job_node(job)->self->id.text[i] ^ mask);

        if (theirs != ours)
            return theirs > ours;
    }
    return false;
}

/* What QUEUED and WORKING do alike. NULL: nothing to be done with the job. */
static struct job *postpone(struct node *node, struct peer *sender, const struct message *message)
{
    struct job *job = node_find_job(node, &message->job_id);

    if (job == NULL)
        return NULL;
    if (job->state == JOB_ACKED) {
        node_note(node, BEHAVIOUR_ACK_TOLD_LATE);
        ack_tell(job, sender);
        return NULL;
    }
    if (message->type == MSG_QUEUED && job->state == JOB_QUEUED)
        node_note(node, BEHAVIOUR_QUEUED_TWICE);
    if ((message->type == MSG_WORKING || sender_wins(job, &sender->id)) && requeue_dequeue(job))
        node_note(node, BEHAVIOUR_QUEUEING_GIVEN_UP);
    if (job->retry_s > 0 && job->qtime_ms != 0)
        restart_retry(job);
    job_rearm(job);
    return job;
}

void requeue_on_queued(struct node *node, struct peer *sender, const struct message *message)
{
    struct job *job = postpone(node, sender, message);

    if (job == NULL)
        return;
    job->nacks += (message->flags & MSG_INCR_NACKS) != 0;
    job->deliveries += (message->flags & MSG_INCR_DELIV) != 0;
}

void requeue_on_working(struct node *node, struct peer *sender, const struct message *message)
{
    postpone(node, sender, message);
}

void requeue_on_willqueue(struct node *node, struct peer *sender, const struct message *message)
{
    struct job *job = node_find_job(node, &message->job_id);

    if (job == NULL)
        return;
    if (job->state == JOB_ACKED) {
        node_note(node, BEHAVIOUR_ACK_TOLD_LATE);
        ack_tell(job, sender);
    } else if (job->state != JOB_WAIT_REPL) {
        node_set_add(&job->delivered, sender->index);
        if (job->state == JOB_QUEUED) {
            node_note(node, BEHAVIOUR_WILLQUEUE_ANSWERED);
            message_tell_holders(job, MSG_QUEUED, 0, 0);
        }
    }
}
