/* SPDX-License-Identifier: MIT */
#ifndef DISQ_WORKER_H
#define DISQ_WORKER_H

/* What a worker is made of:
 *
 *     task.c     the jobs in hand: what is to be done about each, and when
 *     errand.c   the calls that this takes, started and ended in turn
 *     worker.c   the worker: one step after the other until it has stopped
 */

#include "client/client.h"

#include <stdatomic.h>

enum disq_task_state {
    DISQ_TASK_FREE,
    DISQ_TASK_FETCHED, /* not handled yet */
    DISQ_TASK_PENDING, /* the handler works on it still */
    DISQ_TASK_TO_ADD,  /* to be added again, or to the dead letters, and acknowledged then */
    DISQ_TASK_TO_ACK,
    DISQ_TASK_TO_NACK,
    DISQ_TASK_SENT, /* one of the three, by a call that is under way */
    DISQ_TASK_LEFT, /* nothing more is said, but WORKING is still to be answered */
};

/* A job in hand. */
struct disq_task {
    enum disq_task_state state;
    struct disq_job *job;
    int64_t beat_at_us; /* DISQ_NEVER: no WORKING any more */
    bool is_beating;    /* WORKING is under way */
    bool is_dead;       /* to be added to the dead letters */
};

enum disq_errand_kind {
    DISQ_ERRAND_FETCH,
    DISQ_ERRAND_ACK,
    DISQ_ERRAND_NACK,
    DISQ_ERRAND_ADD,
    DISQ_ERRAND_BEAT,
};

/* A call under way; they end in the order of their starts. */
struct disq_errand {
    enum disq_errand_kind kind;
    size_t count; /* of its tasks, in worker->sent from the oldest on; 0 for a fetch */
    struct disq_task *beating;
};

struct disq_worker {
    struct disq *client;
    struct disq_worker_options options;
    char *text; /* a copy of all names in them */
    struct disq_bytes *queues;
    size_t queue_count;

    struct disq_task *tasks;
    size_t task_count; /* for those in flight, and as many that are about to be gone */
    size_t busy_count; /* those that are not free */

    struct disq_errand *errands; /* a ring */
    size_t errand_size;
    size_t errand_first;
    size_t errand_count;
    struct disq_task **sent; /* a ring too: the tasks of ACK, NACK and ADD */
    size_t sent_first;
    size_t sent_count;
    const char **ids; /* room for the call that is being made */

    bool is_fetching;
    unsigned failures;      /* of fetches or acks, one after the other */
    int64_t pause_until_us; /* after a failure */
    int rc;                 /* what ended it, or 0 */
    atomic_bool is_stopping;
    struct disq_worker_counts counts;
};

/* ---- task.c ---- */

/* A job was received. */
void disq_task_take(struct disq_worker *worker, struct disq_job *job);

/* The next one to be handled, or NULL. */
struct disq_task *disq_task_next(struct disq_worker *worker);

/* What became of it. */
void disq_task_conclude(struct disq_worker *worker, struct disq_task *task, enum disq_outcome outcome);

/* Has the job been delivered too often? */
bool disq_task_is_dead(const struct disq_worker *worker, const struct disq_task *task);

/* Writes the body of the job to be added again, its attempts in front, into a buffer that is the caller's.
 * NULL: out of memory. */
char *disq_task_body(const struct disq_task *task, size_t *size);

/* How long it is to wait until then. */
int64_t disq_task_pause_s(const struct disq_worker *worker, const struct disq_task *task);

/* Forgets the job, which is given back. */
void disq_task_free(struct disq_worker *worker, struct disq_task *task);

/* When the first WORKING is due; DISQ_NEVER. */
int64_t disq_task_next_beat_us(const struct disq_worker *worker);

/* ---- errand.c ---- */

/* Ends the calls that are done. */
void disq_errands_collect(struct disq_worker *worker);

/* Starts those that are due; or of them only WORKING. */
void disq_errands_start(struct disq_worker *worker);
void disq_errands_beat(struct disq_worker *worker);

#endif
