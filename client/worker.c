/* SPDX-License-Identifier: MIT */
/* A worker takes one step at a time and never waits in one, so that it can live in any loop. */
#include "client/worker.h"

#include "client/command.h"
#include "client/link.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 16, IN_FLIGHT_MAX = 1 << 20, POLL_MS = 1000, LATER_INITIAL_S = 1, LATER_MAX_S = 3600 };

static bool can_be(const struct disq_worker_options *options)
{
    bool has_queue = options->queue != NULL || options->queue_count > 0;

    for (size_t i = 0; i < options->queue_count; i++) {
        if (options->queues == NULL || (options->queues[i].data == NULL && options->queues[i].size > 0))
            return false;
    }
    return has_queue && options->handle != NULL && disq_is_within(options->batch, 0, IN_FLIGHT_MAX) &&
           disq_is_within(options->in_flight, 0, IN_FLIGHT_MAX) &&
           disq_is_within(options->poll_ms, 0, DISQ_TIMEOUT_MAX_MS) &&
           disq_is_within(options->retry_s, 0, UINT32_MAX) &&
           disq_is_within(options->deliveries_max, 0, INT64_MAX) &&
           disq_is_within(options->later_initial_s, 0, INT32_MAX) &&
           disq_is_within(options->later_max_s, 0, INT32_MAX) &&
           (options->deliveries_max == 0) == (options->dead_queue == NULL) &&
           disq_addjob_can_be(&options->add);
}

static void default_to(int64_t *number, int64_t by_default)
{
    if (*number == 0)
        *number = by_default;
}

static void fill_in(struct disq_worker_options *options)
{
    default_to(&options->batch, BATCH);
    default_to(&options->in_flight, options->batch);
    default_to(&options->poll_ms, POLL_MS);
    default_to(&options->later_initial_s, LATER_INITIAL_S);
    default_to(&options->later_max_s, LATER_MAX_S);
    if (options->queue != NULL && options->queue_size == 0)
        options->queue_size = strlen(options->queue);
    if (options->dead_queue != NULL && options->dead_queue_size == 0)
        options->dead_queue_size = strlen(options->dead_queue);
}

static char *copy_name(char **to, const void *name, size_t size)
{
    char *copy = *to;

    if (size > 0)
        memcpy(copy, name, size);
    copy[size] = '\0';
    *to += size + 1;
    return copy;
}

/* All names one behind the other; those of queues as a list. */
static int copy_names(struct disq_worker *worker)
{
    struct disq_worker_options *options = &worker->options;
    size_t size = options->queue_size + options->dead_queue_size + 2;
    char *to;

    for (size_t i = 0; i < options->queue_count; i++)
        size += options->queues[i].size + 1;
    worker->text = to = malloc(size);
    worker->queues = calloc(options->queue_count + 1, sizeof(*worker->queues));
    if (worker->text == NULL || worker->queues == NULL)
        return DISQ_NO_MEMORY;
    if (options->queue != NULL)
        worker->queues[worker->queue_count++] =
            (struct disq_bytes){copy_name(&to, options->queue, options->queue_size), options->queue_size};
    for (size_t i = 0; i < options->queue_count; i++)
        worker->queues[worker->queue_count++] = (struct disq_bytes){
            copy_name(&to, options->queues[i].data, options->queues[i].size), options->queues[i].size};
    if (options->dead_queue != NULL)
        options->dead_queue = copy_name(&to, options->dead_queue, options->dead_queue_size);
    return 0;
}

/* Each task can have one call for itself and one WORKING under way, and there is one fetch. */
static int make_room(struct disq_worker *worker)
{
    worker->task_count = 2 * (size_t)worker->options.in_flight;
    worker->errand_size = 2 * worker->task_count + 1;
    worker->tasks = calloc(worker->task_count, sizeof(*worker->tasks));
    worker->errands = calloc(worker->errand_size, sizeof(*worker->errands));
    worker->sent = calloc(worker->task_count, sizeof(*worker->sent));
    worker->ids = calloc(worker->task_count, sizeof(*worker->ids));
    if (worker->tasks == NULL || worker->errands == NULL || worker->sent == NULL || worker->ids == NULL)
        return DISQ_NO_MEMORY;
    return 0;
}

struct disq_worker *disq_worker_new(struct disq *client, const struct disq_worker_options *options)
{
    struct disq_worker *worker;

    if (client == NULL || options == NULL || !can_be(options))
        return NULL;
    worker = calloc(1, sizeof(*worker));
    if (worker == NULL)
        return NULL;
    worker->client = client;
    worker->options = *options;
    fill_in(&worker->options);
    if (copy_names(worker) == 0 && make_room(worker) == 0)
        return worker;
    disq_worker_free(worker);
    return NULL;
}

void disq_worker_free(struct disq_worker *worker)
{
    if (worker == NULL)
        return;
    if (worker->errand_count > 0) {
        disq_cancel(worker->client);
        for (size_t i = 0; i < worker->errand_count; i++)
            disq_finish(worker->client);
    }
    for (size_t i = 0; i < worker->task_count && worker->tasks != NULL; i++) {
        if (worker->tasks[i].state != DISQ_TASK_FREE)
            disq_task_free(worker, &worker->tasks[i]);
    }
    free(worker->ids);
    free(worker->sent);
    free(worker->errands);
    free(worker->tasks);
    free(worker->queues);
    free(worker->text);
    free(worker);
}

/* ---- Work ---- */

static void look_at_the_clock(struct disq_worker *worker)
{
    const struct disq_env *env = disq_env_of(worker->client);

    worker->client->now_us = env->now_us(env->ctx);
}

static void handle_next(struct disq_worker *worker)
{
    const struct disq_worker_options *options = &worker->options;
    struct disq_task *task = disq_task_next(worker);
    enum disq_outcome outcome;

    if (task == NULL)
        return;
    if (disq_task_is_dead(worker, task)) {
        task->is_dead = true;
        task->state = DISQ_TASK_TO_ADD;
        return;
    }
    outcome = options->handle(options->ctx, worker, task->job);
    if (task->state == DISQ_TASK_FETCHED) /* disq_worker_done was not quicker */
        disq_task_conclude(worker, task, outcome);
}

static bool has_stopped(const struct disq_worker *worker)
{
    return worker->is_stopping && worker->busy_count == 0 && worker->errand_count == 0;
}

/* Jobs that no node has been asked for yet are not waited for. */
static void give_up_fetch(struct disq_worker *worker)
{
    const struct disq_call *call = worker->client->calls;

    if (!worker->is_stopping || !worker->is_fetching || worker->busy_count > 0 || worker->errand_count > 1)
        return;
    if (!call->is_done && call->parts->state == DISQ_PART_WAITING)
        disq_cancel(worker->client);
}

int disq_worker_step(struct disq_worker *worker)
{
    disq_process(worker->client);
    give_up_fetch(worker);
    disq_errands_collect(worker);
    if (worker->rc != 0)
        return worker->rc;
    handle_next(worker);
    look_at_the_clock(worker); /* that may have taken long */
    disq_errands_start(worker);
    disq_calls_step(worker->client);
    return has_stopped(worker) ? 0 : DISQ_AGAIN;
}

static int64_t earlier(int64_t one_us, int64_t other_us)
{
    return one_us < other_us ? one_us : other_us;
}

/* While no node is asked for jobs, whether the worker is to stop is looked at as often as if one were. */
int64_t disq_worker_next_deadline(struct disq_worker *worker)
{
    const struct disq *client = worker->client;
    bool pauses = worker->pause_until_us > client->now_us;
    int64_t deadline_us = earlier(disq_next_deadline(client), disq_task_next_beat_us(worker));

    if (disq_task_next(worker) != NULL || (worker->errand_count > 0 && disq_is_done(client)))
        return client->now_us;
    if (pauses)
        deadline_us = earlier(deadline_us, worker->pause_until_us);
    if (pauses || client->search.is_on)
        deadline_us = earlier(deadline_us, client->now_us + worker->options.poll_ms * 1000);
    return deadline_us;
}

int disq_worker_run(struct disq_worker *worker)
{
    struct disq *client = worker->client;
    int rc;

    while ((rc = disq_worker_step(worker)) == DISQ_AGAIN) {
        int64_t deadline_us = disq_worker_next_deadline(worker);

        if (deadline_us > client->now_us)
            rc = disq_link_wait(client, deadline_us);
        if (rc < 0 && rc != DISQ_AGAIN)
            return rc;
    }
    return rc;
}

void disq_worker_stop(struct disq_worker *worker)
{
    worker->is_stopping = true;
}

int disq_worker_done(struct disq_worker *worker, const struct disq_job *job, enum disq_outcome outcome)
{
    if (outcome < DISQ_JOB_DONE || outcome >= DISQ_JOB_PENDING)
        return DISQ_INVALID;
    for (size_t i = 0; i < worker->task_count; i++) {
        struct disq_task *task = &worker->tasks[i];
        bool is_open = task->state == DISQ_TASK_PENDING || task->state == DISQ_TASK_FETCHED;

        if (task->job == job && is_open) {
            disq_task_conclude(worker, task, outcome);
            return 0;
        }
    }
    return DISQ_INVALID;
}

void disq_worker_beat(struct disq_worker *worker)
{
    disq_process(worker->client);
    disq_errands_collect(worker);
    look_at_the_clock(worker);
    disq_errands_beat(worker);
    disq_calls_step(worker->client);
}

struct disq_worker_counts disq_worker_counts(const struct disq_worker *worker)
{
    struct disq_worker_counts counts = worker->counts;

    counts.in_hand = (int64_t)worker->busy_count;
    return counts;
}
