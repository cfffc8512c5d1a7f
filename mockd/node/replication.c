/* SPDX-License-Identifier: MIT */
/* How a job gets its copies: REPLJOB and GOTJOB (§5.1, §8.2, §8.3). */
#include "mockd/node/replication.h"

#include "mockd/node/membership.h"
#include "mockd/node/message.h"
#include "mockd/node/queue.h"
#include "mockd/node/requeue.h"

#include <stdlib.h>

bool replication_is_external(const struct node *node)
{
    return node->self->is_leaving || memory_level(node) > MEMORY_FINE;
}

static bool is_external(const struct job *job)
{
    return !node_set_has(&job->delivered, job_node(job)->self->index);
}

static size_t choose(struct job *job, size_t more)
{
    size_t count;
    size_t added = 0;
    struct peer **peers = membership_shuffle(job_node(job), &count);

    for (size_t i = 0; i < count && added < more; i++) {
        if (!bus_is_open(&peers[i]->link) || node_set_has(&job->delivered, peers[i]->index))
            continue;
        node_set_add(&job->delivered, peers[i]->index);
        added++;
    }
    free(peers);
    return added;
}

static void send_copy(struct job *job, struct peer *to, unsigned flags)
{
    struct message *message = message_new(MSG_REPLJOB);

    message->flags = flags;
    message_add_job(message, job);
    message_send(job_node(job), to, message);
}

/* Everybody is sent the job again, not only the new ones: the list of holders in it has grown. */
size_t replication_ask(struct job *job, size_t more, unsigned flags)
{
    struct node *node = job_node(job);
    size_t added = choose(job, more);

    NODE_SET_FOR_EACH (index, &job->delivered) {
        bool has_confirmed = node_set_has(job_confirmed(job), index);

        if (node->peers[index] == node->self || (has_confirmed && added == 0))
            continue;
        send_copy(job, node->peers[index], has_confirmed ? MSG_NOREPLY : flags);
    }
    return added;
}

void replication_wait(struct job *job, struct copies_waiter *waiter, size_t others)
{
    job->waiter = waiter;
    if (!is_external(job))
        node_set_add(&job->confirmed, job_node(job)->self->index);
    node_add_job(job_node(job), job);
    replication_ask(job, others, 0);
}

bool replication_on_visit(struct job *job)
{
    bool is_asked = replication_ask(job, 1, 0) > 0;

    if (is_asked)
        node_note(job_node(job), BEHAVIOUR_EXTRA_COPY);
    return is_asked;
}

void replication_pass_on(struct job *job, const struct node_set *to)
{
    struct node *node = job_node(job);
    size_t index = node_set_next(to, 0);

    if (node_set_size(to) == 0)
        return;
    for (uint64_t skip = rng_below(&node->picks, node_set_size(to)); skip > 0; skip--)
        index = node_set_next(to, index + 1);
    node_note(node, BEHAVIOUR_EXTERNAL_REPLICATION);
    message_send(node, node->peers[index], message_about_job(MSG_ENQUEUE, &job->id, 0, job->delay_s));
}

/* Nothing of the wait is left in the job by then. */
static void answer(struct copies_waiter *waiter, const struct job *job, bool is_achieved)
{
    if (waiter != NULL)
        waiter->on_end(waiter, job, is_achieved);
}

bool replication_achieve(struct job *job)
{
    struct copies_waiter *waiter = job->waiter;
    struct node_set holders = job->confirmed;
    bool is_kept = !is_external(job);

    job->confirmed = (struct node_set){0};
    job_move(job, JOB_ACTIVE);
    answer(waiter, job, true);
    if (!is_kept)
        replication_pass_on(job, &holders);
    node_set_clear(&holders);
    if (!is_kept) {
        node_drop_job(job);
        return false;
    }
    if (job->delay_s > 0 || !requeue_enqueue(job, false))
        job_rearm(job);
    aof_add(job);
    return true;
}

void replication_give_up(struct job *job)
{
    struct copies_waiter *waiter = job->waiter;

    node_note(job_node(job), BEHAVIOUR_COPIES_TAKEN_BACK);
    message_tell_holders(job, MSG_DELJOB, 0, 0);
    job->waiter = NULL;
    answer(waiter, job, false);
}

void replication_forget_waiter(struct job *job)
{
    job->waiter = NULL;
}

static bool takes_copies(struct node *node, const struct job_copy *copy)
{
    struct queue *queue = queue_find(node, (struct bytes){copy->data, copy->queue_size});

    return !replication_is_external(node) && (queue == NULL || !queue_is_paused(queue, PAUSED_IN));
}

void replication_on_repljob(struct node *node, struct peer *sender, const struct message *message)
{
    const struct job_copy *copy = message->jobs[0];
    struct job *job = node_find_job(node, &copy->id);

    if (!takes_copies(node, copy)) {
        node_note(node, BEHAVIOUR_COPY_REFUSED);
        return;
    }
    if (job != NULL) {
        job_add_delivered(job, copy);
        node_note(node, BEHAVIOUR_COPY_NEWS);
    } else {
        job = job_from_copy(node, copy);
        job->flags |= JOB_BCAST_QUEUED;
        node_add_job(node, job);
        aof_add(job);
        node_note(node, BEHAVIOUR_REPLICATION);
    }
    if ((message->flags & MSG_NOREPLY) == 0)
        message_send(node, sender, message_about_job(MSG_GOTJOB, &copy->id, 0, 0));
}

void replication_on_gotjob(struct node *node, struct peer *sender, const struct message *message)
{
    struct job *job = node_find_job(node, &message->job_id);

    if (job == NULL)
        return;
    if (job->state != JOB_WAIT_REPL) {
        node_note(node, BEHAVIOUR_LATE_COPY);
        return;
    }
    node_set_add(&job->confirmed, sender->index);
    if (node_set_size(&job->confirmed) == job->repl)
        replication_achieve(job);
}
