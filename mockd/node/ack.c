/* SPDX-License-Identifier: MIT */
/* Acknowledgements, and their garbage collection: an acknowledged job is kept until every node that may hold
 * it knows (§5.3, §6.4, §8.7). */
#include "mockd/node/ack.h"

#include "mockd/node/audit.h"
#include "mockd/node/membership.h"
#include "mockd/node/message.h"
#include "mockd/node/replication.h"
#include "mockd/node/requeue.h"

enum { GC_MIN_MS = 1000, GC_MAX_MS = 180000, GC_COUNT_MAX = 10 };

/* Each try comes later than the one before. The timer is not armed here: the caller does that as soon as it
 * is certain that the job stays. */
static void schedule_gc(struct job *job)
{
    int64_t period_ms = (int64_t)GC_MIN_MS << job->gc_count;

    job->gc_at_ms = node_now_ms(job_node(job)) + (period_ms < GC_MAX_MS ? period_ms : GC_MAX_MS) +
                    node_jitter_ms(job_node(job));
}

static void become_acked(struct job *job)
{
    if (job->state == JOB_ACKED)
        return;
    aof_remove(job);
    requeue_dequeue(job);
    job_move(job, JOB_ACKED);
    schedule_gc(job);
}

void ack_tell(struct job *job, struct peer *to)
{
    uint32_t may_have = (uint32_t)node_set_size(&job->delivered);

    message_send(job_node(job), to, message_about_job(MSG_SETACK, &job->id, 0, may_have));
}

/* The holders that have not confirmed yet; of a job that is not known here any node may be one. */
static void ask_unconfirmed(struct job *job)
{
    struct node *node = job_node(job);
    bool ask_all = node_set_is_empty(&job->delivered);

    for (size_t i = 0; i < node->peer_count; i++)
        if ((ask_all || node_set_has(&job->delivered, i)) && !node_set_has(&job->confirmed, i))
            ack_tell(job, node->peers[i]);
}

/* One try. Disque compares sizes only: an importer that is not in delivered counts like one that is (S-05).
 * false: the job is gone. */
static bool collect(struct job *job)
{
    struct node *node = job_node(job);
    size_t holders = node_set_size(&job->delivered);

    if (job->gc_count < GC_COUNT_MAX)
        job->gc_count++;
    node_set_add(&job->confirmed, node->self->index);
    if (holders == 0 ? membership_size(node) == 1 : holders == node_set_size(&job->confirmed)) {
        node_drop_job(job);
        return false;
    }
    ask_unconfirmed(job);
    return true;
}

void ack_on_timer(struct job *job)
{
    node_note(job_node(job), BEHAVIOUR_ACK_RETRIED);
    if (!collect(job))
        return;
    schedule_gc(job);
    job_rearm(job);
}

/* A try out of turn. */
static void collect_now(struct job *job)
{
    if (collect(job))
        job_rearm(job);
}

/* A dummy ACK: all that is known of the job is that it was processed. */
static void remember(struct node *node, const struct job_id *id)
{
    struct bytes nothing = {"", 0};
    struct job *job;

    if (membership_size(node) == 1 || node->self->is_leaving || !job_id_is_at_least_once(id))
        return;
    job = job_new(node, id, JOB_ACKED, nothing, nothing);
    job->is_dummy = true;
    node_note(node, BEHAVIOUR_DUMMY_ACK);
    job->etime_s = (uint32_t)(node_now_s(node) + (int64_t)job_id_ttl_minutes(id) * 60);
    schedule_gc(job);
    node_add_job(node, job);
    collect_now(job);
}

bool ack_by_command(struct node *node, const struct job_id *id)
{
    struct job *job = node_find_job(node, id);

    node_audit(node, id, AUDIT_ACKED);
    if (job == NULL) {
        remember(node, id);
        return false;
    }
    if (job->state == JOB_ACKED) {
        collect_now(job);
        return false;
    }
    /* The real server crashes later on (S-30). */
    if (job->state == JOB_WAIT_REPL && !replication_achieve(job))
        return true;
    become_acked(job);
    collect_now(job);
    return true;
}

bool ack_fast(struct node *node, const struct job_id *id)
{
    struct job *job = node_find_job(node, id);

    node_audit(node, id, AUDIT_DELETED);
    if (job == NULL) {
        message_tell_all(node, message_about_job(MSG_DELJOB, id, 0, 0));
        node_note(node, BEHAVIOUR_FASTACK_TOLD);
        return false;
    }
    /* A producer that waits takes the copies back itself. */
    if (job->state != JOB_WAIT_REPL)
        message_tell_holders(job, MSG_DELJOB, 0, 0);
    node_note(node, BEHAVIOUR_FASTACK_TOLD);
    node_drop_job(job);
    return true;
}

static void answer(struct node *node, struct peer *to, const struct job_id *id, bool is_known)
{
    message_send(node, to, message_about_job(MSG_GOTACK, id, 0, is_known));
}

void ack_on_setack(struct node *node, struct peer *sender, const struct message *message)
{
    struct job *job = node_find_job(node, &message->job_id);
    size_t may_have = message->number;

    if (job == NULL) {
        node_note(node, BEHAVIOUR_ACK_OF_UNKNOWN);
        answer(node, sender, &message->job_id, false);
        return;
    }
    if (job->state == JOB_WAIT_REPL) {
        node_note(node, BEHAVIOUR_ACK_ENDS_ADDJOB);
        if (!replication_achieve(job))
            return;
    }
    become_acked(job);
    if (node_set_size(&job->delivered) <= may_have) {
        job_rearm(job);
        answer(node, sender, &message->job_id, true);
        return;
    }
    /* We know of more holders than the sender does, so we lead. */
    node_note(node, BEHAVIOUR_ACK_HANDED_OVER);
    if (may_have == 0)
        answer(node, sender, &message->job_id, true);
    collect_now(job);
}

void ack_on_gotack(struct node *node, struct peer *sender, const struct message *message)
{
    struct job *job = node_find_job(node, &message->job_id);
    bool is_known = message->number != 0;
    bool is_dummy;

    if (job == NULL || job->state != JOB_ACKED)
        return;
    is_dummy = node_set_is_empty(&job->delivered);
    if (is_dummy && is_known) {
        node_note(node, BEHAVIOUR_DUMMY_ACK_ENDS);
        node_drop_job(job); /* the sender will see to the rest */
        return;
    }
    if (is_known || node_set_has(&job->delivered, sender->index)) {
        node_set_add(&job->delivered, sender->index);
        if (!node_set_is_empty(&job->confirmed))
            node_set_add(&job->confirmed, sender->index);
    } else if (is_dummy) {
        node_set_add(&job->confirmed, sender->index);
        if (node_set_size(&job->confirmed) >= node->known_count) {
            node_drop_job(job);
            return;
        }
    }
    if (!is_dummy && !node_set_is_empty(&job->confirmed) &&
        node_set_size(&job->confirmed) >= node_set_size(&job->delivered)) {
        message_tell_holders(job, MSG_DELJOB, 0, 0);
        node_note(node, BEHAVIOUR_ACK_COLLECTED);
        node_drop_job(job);
    }
}

void ack_on_deljob(struct node *node, struct peer *sender, const struct message *message)
{
    struct job *job = node_find_job(node, &message->job_id);

    (void)sender;
    if (job != NULL)
        node_drop_job(job);
}
