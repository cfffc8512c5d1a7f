/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_JOB_H
#define MOCKD_NODE_JOB_H

#include "mockd/node/job_id.h"
#include "mockd/node/node_set.h"
#include "mockd/sim/clock.h"
#include "mockd/sim/map.h"
#include "mockd/sim/roll.h"

struct node;
struct queue;
struct copies_waiter;

enum job_state {
    JOB_WAIT_REPL, /* made here, its producer waits for copies */
    JOB_ACTIVE,    /* held, not in the queue: delayed, delivered, a copy, or dequeued */
    JOB_QUEUED,    /* in this node's queue */
    JOB_ACKED,     /* kept only as a proof of delivery until garbage collection ends */
    JOB_STATE_COUNT,
};

enum job_flag {
    JOB_BCAST_QUEUED = 1,    /* tell the others when it is queued */
    JOB_BCAST_WILLQUEUE = 2, /* warn the others before it is queued */
    JOB_DELIVERED = 4,       /* fetched here at least once; never sent to others */
};

/* The others are warned so long before a job is queued. */
enum { JOB_WILLQUEUE_LEAD_MS = 500 };

/* What one node knows of a job (§6.1). The node owns it, and is found by job_node. There may be a million of
 * them, so that no byte is left between fields, and states that exclude each other share memory. */
struct job {
    struct job_id id;
    int64_t ctime_ns;
    int64_t qtime_ms;          /* when it is queued again; 0: never */
    struct node_set delivered; /* who may have a copy, and hears about the job */
    union {
        struct { /* JOB_QUEUED */
            struct queue *in_queue;
            struct job *parent; /* in the queue's tree */
            struct job *left;
            struct job *right;
        };
        struct {                          /* JOB_WAIT_REPL, JOB_ACKED */
            struct node_set confirmed;    /* who has a copy; who has the ACK, once a try was made */
            struct copies_waiter *waiter; /* JOB_WAIT_REPL: its producer */
            int64_t gc_at_ms;             /* JOB_ACKED: the next try */
        };
    };
    struct roll_entry by_age; /* among all jobs of the node */
    struct map_link by_id;    /* so */
    struct timer timer;       /* at the job's awake time */
    uint32_t etime_s;
    uint32_t delay_s;
    uint32_t retry_s; /* 0: delivered at most once */
    uint32_t nacks;
    uint32_t deliveries; /* additional ones */
    uint32_t queue_size;
    uint32_t body_size;
    uint16_t repl; /* how many nodes shall hold it */
    uint8_t state; /* enum job_state; changed by job_move only */
    uint8_t flags; /* of enum job_flag */
    uint8_t gc_count;
    bool is_dummy; /* an ACK of a job that is not known here: no queue, no body */
    char data[];   /* the queue's name, then the body */
};

/* A job that no node knows yet, with no times set. */
struct job *job_new(struct node *node, const struct job_id *id, enum job_state state, struct bytes queue,
                    struct bytes body);

/* For a job that is in no queue and not registered. NULL is fine. */
void job_free(struct job *job);

struct bytes job_queue_name(const struct job *job);
struct bytes job_body(const struct job *job);

/* "wait-repl", "active", "queued", "acked" */
const char *job_state_name(enum job_state state);

/* The only place that changes job->state. What belongs to the old one alone is gone, and what belongs to the
 * new one is zero. */
void job_move(struct job *job, enum job_state to);

/* Who has confirmed; nobody, in states in which that does not matter. */
const struct node_set *job_confirmed(const struct job *job);

/* A delay or retry time in ms. Disque multiplies in 32 bits: from 4294968 s on it wraps around (S-04). */
static inline int64_t job_span_ms(uint32_t span_s)
{
    return (uint32_t)(span_s * 1000u);
}

/* When the job's timer has to run next (§9.1), in ms. */
int64_t job_awake_ms(const struct job *job);

/* Arms the job's timer anew, after something that job_awake_ms reads has changed. */
void job_rearm(struct job *job);

/* Moves the time of the next queueing, and the timer with it. */
void job_set_qtime(struct job *job, int64_t qtime_ms);

/* What travels of a job (§8.1): a copy that shares nothing with it. */
struct job_copy {
    struct job_id id;
    uint8_t flags;
    uint16_t repl;
    uint32_t ttl_s;
    uint32_t delay_s;
    uint32_t retry_s;
    uint32_t nacks;
    uint32_t deliveries;
    uint32_t queue_size;
    uint32_t body_size;
    uint32_t delivered_count;
    int64_t ctime_ns;
    char data[]; /* the queue's name, the body, the IDs of the nodes that may have a copy, 40 bytes each */
};

/* To be freed by free(). */
struct job_copy *job_copy_new(const struct job *job);

struct job_copy *job_copy_clone(const struct job_copy *copy);

/* A job made from a copy that came from another node: active, not registered, of the nodes only those that
 * this node knows (§8.1). */
struct job *job_from_copy(struct node *node, const struct job_copy *copy);

/* Adds the nodes that a copy names, and this node knows, to a job's own. */
void job_add_delivered(struct job *job, const struct job_copy *copy);

#endif
