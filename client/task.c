/* SPDX-License-Identifier: MIT */
/* A job that is added again is a new job to Disque, with no deliveries behind it. How often it was tried
 * stands in front of its body, where only workers of this library look. */
#include "client/worker.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 9 };

/* No text starts with a NUL, and few bytes do with this one. */
static const char mark[] = "\0disq:attempts=";

#define MARK_SIZE (sizeof(mark) - 1)

/* How long WORKING is put off when nothing is known of the job's retry time, which it answers: half of the
 * shortest that there is. */
#define FIRST_BEAT_US INT64_C(500000)

static void take_off_mark(struct disq_job *job)
{
    const char *digit = job->body + MARK_SIZE;
    int64_t attempts = 0;

    if (job->body_size <= MARK_SIZE || memcmp(job->body, mark, MARK_SIZE) != 0)
        return;
    for (int i = 0; i < DIGITS_MAX && *digit >= '0' && *digit <= '9'; i++)
        attempts = attempts * 10 + (*digit++ - '0');
    if (*digit++ != '\n')
        return;
    job->attempts = attempts;
    job->body_size -= (size_t)(digit - job->body);
    job->body = digit;
}

static int64_t deliveries(const struct disq_job *job)
{
    return 1 + job->nacks + job->additional_deliveries + job->attempts;
}

char *disq_task_body(const struct disq_task *task, size_t *size)
{
    const struct disq_job *job = task->job;
    char *body = malloc(MARK_SIZE + DIGITS_MAX + 2 + job->body_size);
    size_t at = MARK_SIZE;

    if (body == NULL)
        return NULL;
    memcpy(body, mark, MARK_SIZE);
    at += (size_t)sprintf(body + at, "%09" PRId64 "\n", deliveries(job) % 1000000000);
    memcpy(body + at, job->body, job->body_size);
    *size = at + job->body_size;
    return body;
}

static int64_t first_beat_us(const struct disq_worker *worker)
{
    if (worker->options.no_heartbeat)
        return DISQ_NEVER;
    if (worker->options.retry_s == 0)
        return worker->client->now_us + FIRST_BEAT_US;
    return worker->client->now_us + worker->options.retry_s * 1000000 / 2;
}

void disq_task_take(struct disq_worker *worker, struct disq_job *job)
{
    struct disq_task *task = worker->tasks;

    while (task->state != DISQ_TASK_FREE)
        task++;
    take_off_mark(job);
    *task = (struct disq_task){
        .state = DISQ_TASK_FETCHED,
        .job = job,
        .beat_at_us = first_beat_us(worker),
    };
    worker->busy_count++;
}

struct disq_task *disq_task_next(struct disq_worker *worker)
{
    for (size_t i = 0; i < worker->task_count && worker->busy_count > 0; i++) {
        if (worker->tasks[i].state == DISQ_TASK_FETCHED)
            return &worker->tasks[i];
    }
    return NULL;
}

bool disq_task_is_dead(const struct disq_worker *worker, const struct disq_task *task)
{
    int64_t max = worker->options.deliveries_max;

    return max > 0 && deliveries(task->job) > max;
}

int64_t disq_task_pause_s(const struct disq_worker *worker, const struct disq_task *task)
{
    int64_t pause_s = worker->options.later_initial_s;

    for (int64_t i = 0; i < task->job->attempts && pause_s < worker->options.later_max_s; i++)
        pause_s *= 2;
    return pause_s < worker->options.later_max_s ? pause_s : worker->options.later_max_s;
}

void disq_task_conclude(struct disq_worker *worker, struct disq_task *task, enum disq_outcome outcome)
{
    struct disq_worker_counts *counts = &worker->counts;

    switch (outcome) {
    case DISQ_JOB_DONE:
        counts->done++;
        task->state = DISQ_TASK_TO_ACK;
        return;
    case DISQ_JOB_FAILED:
        counts->failed++;
        task->state = DISQ_TASK_TO_NACK;
        return;
    case DISQ_JOB_LATER:
        counts->later++;
        task->state = DISQ_TASK_TO_ADD;
        return;
    case DISQ_JOB_LEFT:
        counts->left++;
        if (task->is_beating)
            task->state = DISQ_TASK_LEFT;
        else
            disq_task_free(worker, task);
        return;
    case DISQ_JOB_PENDING:
        task->state = DISQ_TASK_PENDING;
        return;
    }
}

void disq_task_free(struct disq_worker *worker, struct disq_task *task)
{
    disq_job_free(worker->client, task->job);
    *task = (struct disq_task){.state = DISQ_TASK_FREE};
    worker->busy_count--;
}

int64_t disq_task_next_beat_us(const struct disq_worker *worker)
{
    int64_t next_us = DISQ_NEVER;

    for (size_t i = 0; i < worker->task_count && worker->busy_count > 0; i++) {
        const struct disq_task *task = &worker->tasks[i];
        bool beats = task->state == DISQ_TASK_FETCHED || task->state == DISQ_TASK_PENDING;

        if (beats && !task->is_beating && task->beat_at_us < next_us)
            next_us = task->beat_at_us;
    }
    return next_us;
}
