/* SPDX-License-Identifier: MIT */
/* The worker's calls. Those that are started in one step go out in one write: the acknowledgements of one
 * batch with the request for the next. */
#include "client/worker.h"

#include <stdlib.h>

/* While jobs are worked on a GETJOB that waits keeps their acknowledgements and WORKING waiting behind it;
 * the server looks at its timeouts every 100 ms. */
enum { BUSY_POLL_MS = 100, STOPPING_TRIES = 3 };

/* What trying again does not help against. */
static bool is_fatal(int rc)
{
    return rc == DISQ_NOAUTH || rc == DISQ_INVALID || rc == DISQ_ERR || rc == DISQ_BADID;
}

static void push(struct disq_worker *worker, struct disq_errand errand)
{
    worker->errands[(worker->errand_first + worker->errand_count++) % worker->errand_size] = errand;
}

static void push_sent(struct disq_worker *worker, struct disq_task *task)
{
    task->state = DISQ_TASK_SENT;
    worker->sent[(worker->sent_first + worker->sent_count++) % worker->task_count] = task;
}

static struct disq_task *pop_sent(struct disq_worker *worker)
{
    struct disq_task *task = worker->sent[worker->sent_first];

    worker->sent_first = (worker->sent_first + 1) % worker->task_count;
    worker->sent_count--;
    return task;
}

/* A call failed: nothing more is asked of the nodes for a while. */
static void note_failure(struct disq_worker *worker, int rc)
{
    if (is_fatal(rc))
        worker->rc = rc;
    worker->failures++;
    worker->pause_until_us =
        worker->client->now_us + disq_search_backoff_us(worker->client, worker->failures);
}

static void note_success(struct disq_worker *worker)
{
    worker->failures = 0;
    worker->pause_until_us = 0;
}

/* ---- Ends ---- */

static void end_fetch(struct disq_worker *worker, const struct disq_errand *errand)
{
    struct disq_job *jobs = NULL;
    int rc = disq_finish_jobs(worker->client, &jobs);

    (void)errand;
    worker->is_fetching = false;
    if (rc == 0)
        note_success(worker);
    else
        note_failure(worker, rc);
    while (jobs != NULL) {
        struct disq_job *job = jobs;

        jobs = job->next;
        job->next = NULL;
        if (worker->busy_count < worker->task_count)
            disq_task_take(worker, job);
        else /* more than was asked for */
            disq_job_free(worker->client, job);
    }
}

/* An acknowledgement is worth trying again, and again, but not for ever when the worker is to stop. */
static bool gives_up(const struct disq_worker *worker)
{
    return worker->is_stopping && worker->failures > STOPPING_TRIES;
}

static void end_ack(struct disq_worker *worker, const struct disq_errand *errand)
{
    int rc = disq_finish(worker->client);

    if (rc == 0)
        note_success(worker);
    else
        note_failure(worker, rc);
    for (size_t i = 0; i < errand->count; i++) {
        struct disq_task *task = pop_sent(worker);

        if (rc == 0 || gives_up(worker))
            disq_task_free(worker, task);
        else
            task->state = DISQ_TASK_TO_ACK;
    }
}

/* Not sent twice; without it the retry time brings the jobs back. */
static void end_nack(struct disq_worker *worker, const struct disq_errand *errand)
{
    int rc = disq_finish(worker->client);

    worker->counts.left += rc != 0 ? (int64_t)errand->count : 0;
    for (size_t i = 0; i < errand->count; i++)
        disq_task_free(worker, pop_sent(worker));
}

/* Only what was added again is acknowledged: rather twice than not at all. */
static void end_add(struct disq_worker *worker, const struct disq_errand *errand)
{
    struct disq_task *task = pop_sent(worker);

    (void)errand;
    if (disq_finish(worker->client) == 0) {
        worker->counts.dead += task->is_dead;
        task->state = DISQ_TASK_TO_ACK;
        return;
    }
    worker->counts.left++;
    disq_task_free(worker, task);
}

/* It answers the retry time; 0, too late and unknown: there is nothing to be postponed. */
static void end_beat(struct disq_worker *worker, const struct disq_errand *errand)
{
    struct disq_task *task = errand->beating;
    int64_t retry_s = 0;
    int rc = disq_finish_number(worker->client, &retry_s);

    task->is_beating = false;
    if (task->state == DISQ_TASK_LEFT)
        disq_task_free(worker, task);
    else if (rc == 0 && retry_s > 0 && retry_s <= INT32_MAX)
        task->beat_at_us = worker->client->now_us + retry_s * 1000000 / 2;
    else if (rc == DISQ_TIMEOUT || rc == DISQ_CLOSED || rc == DISQ_CANNOT_CONNECT || rc == DISQ_NO_MEMORY)
        task->beat_at_us = worker->client->now_us + disq_search_backoff_us(worker->client, 1);
    else
        task->beat_at_us = DISQ_NEVER;
}

void disq_errands_collect(struct disq_worker *worker)
{
    static void (*const end[])(struct disq_worker * worker, const struct disq_errand *errand) = {
        [DISQ_ERRAND_FETCH] = end_fetch, [DISQ_ERRAND_ACK] = end_ack,   [DISQ_ERRAND_NACK] = end_nack,
        [DISQ_ERRAND_ADD] = end_add,     [DISQ_ERRAND_BEAT] = end_beat,
    };

    while (worker->errand_count > 0 && disq_is_done(worker->client)) {
        const struct disq_errand *errand = &worker->errands[worker->errand_first];

        end[errand->kind](worker, errand);
        worker->errand_first = (worker->errand_first + 1) % worker->errand_size;
        worker->errand_count--;
    }
}

/* ---- Starts ---- */

void disq_errands_beat(struct disq_worker *worker)
{
    struct disq *client = worker->client;

    if (disq_task_next_beat_us(worker) > client->now_us)
        return;
    for (size_t i = 0; i < worker->task_count; i++) {
        struct disq_task *task = &worker->tasks[i];
        bool beats = task->state == DISQ_TASK_FETCHED || task->state == DISQ_TASK_PENDING;

        if (!beats || task->is_beating || task->beat_at_us > client->now_us ||
            disq_working_start(client, task->job->id) != 0)
            continue;
        task->is_beating = true;
        worker->counts.heartbeats++;
        push(worker, (struct disq_errand){.kind = DISQ_ERRAND_BEAT, .beating = task});
    }
}

/* What is to be done with the tasks in this state cannot even begin: their jobs come back some time. */
static void fail_to_start(struct disq_worker *worker, enum disq_task_state state, int rc)
{
    note_failure(worker, rc);
    for (size_t i = 0; i < worker->task_count && gives_up(worker); i++) {
        if (worker->tasks[i].state != state)
            continue;
        worker->counts.left++;
        disq_task_free(worker, &worker->tasks[i]);
    }
}

typedef int start_ids(struct disq *client, const char *const *ids, size_t count);

/* One call for all tasks in that state. */
static void start_batch(struct disq_worker *worker, enum disq_errand_kind kind, enum disq_task_state state,
                        start_ids *start)
{
    size_t count = 0;
    int rc;

    for (size_t i = 0; i < worker->task_count; i++) {
        if (worker->tasks[i].state == state)
            worker->ids[count++] = worker->tasks[i].job->id;
    }
    if (count == 0)
        return;
    if ((rc = start(worker->client, worker->ids, count)) != 0) {
        fail_to_start(worker, state, rc);
        return;
    }
    push(worker, (struct disq_errand){.kind = kind, .count = count});
    for (size_t i = 0; i < worker->task_count; i++) {
        if (worker->tasks[i].state == state)
            push_sent(worker, &worker->tasks[i]);
    }
}

static int start_add(struct disq_worker *worker, const struct disq_task *task)
{
    struct disq_addjob_options options = worker->options.add;
    const struct disq_job *job = task->job;
    char *body;
    size_t size;
    int rc;

    if (task->is_dead) {
        options.queue_size = worker->options.dead_queue_size;
        options.delay_s = 0;
        return disq_addjob_start(worker->client, worker->options.dead_queue, job->body, job->body_size,
                                 &options);
    }
    options.queue_size = job->queue_size;
    options.delay_s = disq_task_pause_s(worker, task);
    if ((body = disq_task_body(task, &size)) == NULL)
        return DISQ_NO_MEMORY;
    rc = disq_addjob_start(worker->client, job->queue, body, size, &options);
    free(body);
    return rc;
}

static void start_adds(struct disq_worker *worker)
{
    for (size_t i = 0; i < worker->task_count; i++) {
        struct disq_task *task = &worker->tasks[i];
        int rc;

        if (task->state != DISQ_TASK_TO_ADD)
            continue;
        if ((rc = start_add(worker, task)) != 0) {
            fail_to_start(worker, DISQ_TASK_TO_ADD, rc);
            return;
        }
        push(worker, (struct disq_errand){.kind = DISQ_ERRAND_ADD, .count = 1});
        push_sent(worker, task);
    }
}

/* How many jobs may come. Those whose acknowledgement is under way are not in hand any more. */
static int64_t room(const struct disq_worker *worker)
{
    int64_t in_hand = (int64_t)(worker->busy_count - worker->sent_count);
    int64_t allowed = worker->options.in_flight - in_hand;
    int64_t slots = (int64_t)(worker->task_count - worker->busy_count);

    return allowed < slots ? allowed : slots;
}

static void start_fetch(struct disq_worker *worker)
{
    const struct disq_worker_options *options = &worker->options;
    int64_t count = room(worker);
    bool is_busy = worker->busy_count > worker->sent_count;
    struct disq_getjob_options getjob = {
        .queues = worker->queues,
        .queue_count = worker->queue_count,
        .count = count < options->batch ? count : options->batch,
        .timeout_ms = is_busy && options->poll_ms > BUSY_POLL_MS ? BUSY_POLL_MS : options->poll_ms,
        .withcounters = options->deliveries_max > 0,
    };
    int rc;

    if (worker->is_fetching || worker->is_stopping || count <= 0)
        return;
    if ((rc = disq_getjob_start(worker->client, NULL, &getjob)) != 0) {
        note_failure(worker, rc);
        return;
    }
    worker->is_fetching = true;
    push(worker, (struct disq_errand){.kind = DISQ_ERRAND_FETCH});
}

void disq_errands_start(struct disq_worker *worker)
{
    start_ids *ack = worker->options.fast_ack ? disq_fastack_start : disq_ackjob_start;

    disq_errands_beat(worker);
    if (disq_task_next(worker) != NULL || worker->pause_until_us > worker->client->now_us)
        return; /* what is done goes out when the batch is */
    start_batch(worker, DISQ_ERRAND_ACK, DISQ_TASK_TO_ACK, ack);
    start_batch(worker, DISQ_ERRAND_NACK, DISQ_TASK_TO_NACK, disq_nack_start);
    start_adds(worker);
    start_fetch(worker);
}
