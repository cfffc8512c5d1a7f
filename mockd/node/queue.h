/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_QUEUE_H
#define MOCKD_NODE_QUEUE_H

#include "mockd/node/job.h"
#include "mockd/node/job_tree.h"

enum queue_pause { PAUSED_IN = 1, PAUSED_OUT = 2 };

/* From whom a queue imported jobs, and when last. */
struct source {
    size_t index; /* of the node, in node->peers */
    int64_t last_at_ms;
};

/* What a queue knows of its imports (§10); kept by federation.c. */
struct imports {
    struct source *sources;
    size_t source_count;
    int64_t broadcast_at_ms; /* the last NEEDJOBS to all */
    int64_t request_at_ms;   /* the last NEEDJOBS to sources */
    unsigned broadcasts;     /* since a new source came */
    unsigned requests;       /* since a job came */
    int64_t current_start_at_ms;
    int64_t previous_start_at_ms;
    uint32_t current;
    uint32_t previous;
};

/* The jobs of a queue that are queued on one node, in the order they were created (§5.8), and who waits for
 * one. */
struct queue {
    struct node *node;
    struct job_tree jobs;
    struct link waits; /* of struct queue_wait, in the order they blocked */
    size_t waiting_count;
    unsigned pause; /* of enum queue_pause */
    int64_t ctime_ms;
    int64_t atime_ms; /* of the last job queued or fetched */
    uint64_t jobs_in;
    uint64_t jobs_out;
    struct imports imports;
    struct map_link by_name;  /* among the node's queues */
    struct roll_entry by_age; /* so */
    struct link signal;       /* among those whose waiters are to be served */
    struct timer idle;        /* armed while nothing but time keeps it */
    size_t name_size;
    char name[];
};

/* Somebody who waits for a job from any of several queues. */
struct waiter {
    struct queue_wait *waits; /* kept from one wait to the next */
    size_t wait_count;        /* 0: does not wait */
    size_t capacity;
    /* Called with a job that was fetched for it; it waits no more. */
    void (*on_job)(struct waiter *waiter, struct job *job);
    /* Called when all queues were flushed under it; it waits no more. */
    void (*on_flush)(struct waiter *waiter);
};

/* One of them in one queue. */
struct queue_wait {
    struct link link;
    struct queue *queue;
    struct waiter *waiter;
};

/* The queue of this name, or NULL; or made if need be. */
struct queue *queue_find(struct node *node, struct bytes name);
struct queue *queue_need(struct node *node, struct bytes name);

struct bytes queue_name(const struct queue *queue);
size_t queue_len(const struct queue *queue);

/* Puts in a job, which becomes queued. Its waiters are served by node_settle. */
void queue_push(struct queue *queue, struct job *job);

/* Takes out one of its jobs, which becomes active. */
void queue_remove(struct job *job);

/* The oldest job, no longer in the queue, now active and marked as delivered; NULL if there is none or the
 * queue is paused in output. The node still owns it. */
struct job *queue_fetch(struct queue *queue);

/* Waits on these queues, each counted once. */
void waiter_wait(struct waiter *waiter, struct node *node, const struct bytes *names, size_t count);

/* Stops waiting; a queue that nothing else keeps is dropped. */
void waiter_leave(struct waiter *waiter);

/* Stops waiting and frees what the waiter kept. */
void waiter_fini(struct waiter *waiter);

/* Has the queue's waiters served at the next node_settle. */
void queue_signal(struct queue *queue);

/* Replaces the pause state. */
void queue_set_pause(struct queue *queue, unsigned pause);
bool queue_is_paused(const struct queue *queue, enum queue_pause how);

/* Gives jobs to the waiters of all queues that were signalled. */
void queues_serve(struct node *node);

/* Unused queues are now kept for another time: memory is scarcer, or less so, or the clock was set. */
void queues_review(struct node *node);

/* Drops all queues, which hold no jobs by now, and lets their waiters know. */
void queues_flush(struct node *node);

/* Drops them without a word: the node goes. */
void queues_free(struct node *node);

#endif
