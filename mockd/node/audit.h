/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_AUDIT_H
#define MOCKD_NODE_AUDIT_H

#include "mockd/node/node.h"

/* What became of every job of a run, as nobody in the cluster knows it: all nodes tell what they did, and it
 * is found out which jobs were lost, and which were delivered though they should not have been. */
struct audit;

/* What a node tells of a job that it knows by now. */
enum audit_event {
    AUDIT_ANSWERED,  /* its ADDJOB was, with its ID */
    AUDIT_DELIVERED, /* to a client */
    AUDIT_IMPORTED,  /* it came here by federation */
    AUDIT_ACKED,     /* by ACKJOB */
    AUDIT_DELETED,   /* by FASTACK or DELJOB */
    AUDIT_EXPIRED,   /* its time to live was over here */
    AUDIT_FORGOTTEN, /* this node lost its memory */
    AUDIT_RESTORED,  /* and has the job again from its file */
};

/* How a job can fail to be delivered once. */
enum audit_finding {
    AUDIT_LOST,        /* added, never delivered, and held by none, though enough nodes kept their memory */
    AUDIT_UNEXPECTED,  /* delivered, but never added */
    AUDIT_TWICE,       /* delivered at most once, and that twice */
    AUDIT_RESURRECTED, /* delivered after its ACKJOB, while nothing was wrong with the cluster */
    AUDIT_IMPORTED_ACK_LOST, /* the same, as Disque does it with jobs that it moved (S-05, S-31) */
    AUDIT_DUPLICATE,         /* delivered once more in any other way */
    AUDIT_FINDING_COUNT,
};

struct audit_report {
    uint64_t added;     /* jobs whose ADDJOB was answered with their ID */
    uint64_t maybe;     /* whose ADDJOB was not, but may have left copies */
    uint64_t delivered; /* at least once */
    uint64_t found[AUDIT_FINDING_COUNT];
    struct job_id first[AUDIT_FINDING_COUNT]; /* of those found, if any */
};

/* Was nothing wrong with the cluster since then? */
typedef bool audit_calm_fn(void *ctx, int64_t since_us);

/* Does any node hold this job? */
typedef bool audit_held_fn(void *ctx, const struct job_id *id);

struct audit *audit_new(audit_calm_fn *is_calm, audit_held_fn *is_held, void *ctx);

/* NULL is fine. */
void audit_free(struct audit *audit);

/* What is to be said of the run so far. */
void audit_report(const struct audit *audit, int64_t now_us, struct audit_report *report);

/* For node_audit and node_audit_made. */
void audit_take(struct audit *audit, const struct job_id *id, enum audit_event event);
void audit_take_made(struct audit *audit, int64_t now_us, int64_t ends_at_us, const struct job *job);

static inline void node_audit(struct node *node, const struct job_id *id, enum audit_event event)
{
    if (node->audit != NULL)
        audit_take(node->audit, id, event);
}

/* An ADDJOB made this job. */
static inline void node_audit_made(struct node *node, const struct job *job)
{
    if (node->audit != NULL)
        audit_take_made(node->audit, clock_now_us(node->clock),
                        node_clock_us(node, (int64_t)job->etime_s * 1000), job);
}

#endif
