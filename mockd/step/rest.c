/* SPDX-License-Identifier: MIT */
/* Whether a cluster is at rest is a question to all nodes at once, which none of them could answer. So it is
 * read from outside. */
#include "mockd/step/rest.h"

#include "mockd/cluster.h"
#include "mockd/node/node.h"

#include <stdio.h>

static bool fail(struct mockd_outcome *outcome, const char *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(struct mockd_outcome *outcome, const char *what, const char *format, ...)
{
    va_list args;

    snprintf(outcome->text, sizeof(outcome->text), "%s", what);
    va_start(args, format);
    vsnprintf(outcome->got, sizeof(outcome->got), format, args);
    va_end(args);
    return false;
}

/* What is wrong with a node in the eyes of another one, or NULL. */
static const char *flaw(const struct peer *peer)
{
    if (peer == NULL)
        return "does not know";
    if (peer->is_in_handshake)
        return "is only about to meet";
    if (peer->is_suspected || peer->is_failed)
        return "takes for failing";
    if (peer->has_no_address)
        return "has no address of";
    return bus_is_open(&peer->link) ? NULL : "has no link to";
}

static bool knows_all(const struct mockd *cluster, const struct node *node, struct mockd_outcome *outcome)
{
    for (int i = 0; i < mockd_node_count(cluster); i++) {
        const struct node *other = cluster_node(cluster, i);
        const char *wrong;

        if (other == NULL || other == node)
            continue;
        wrong = flaw(peer_find(node, other->self->id.text));
        if (wrong != NULL)
            return fail(outcome, "every node to know every other", "%s %s %s", node->name, wrong,
                        other->name);
    }
    return true;
}

/* The first job of a node that is such a one, or NULL. */
static const struct job *find_job(const struct node *node, bool (*is_such)(const struct job *job))
{
    for (struct roll_entry *entry = roll_first(&node->jobs_by_age); entry != NULL;
         entry = roll_next(&node->jobs_by_age, entry)) {
        const struct job *job = OWNER_OF(entry, const struct job, by_age);

        if (is_such(job))
            return job;
    }
    return NULL;
}

static bool has_none(const struct node *node, bool (*is_such)(const struct job *job), const char *what,
                     struct mockd_outcome *outcome)
{
    const struct job *job = find_job(node, is_such);

    return job == NULL || fail(outcome, what, "%.40s is %s on %s", job->id.text,
                               job_state_name((enum job_state)job->state), node->name);
}

static bool is_transient(const struct job *job)
{
    return job->state == JOB_WAIT_REPL || job->state == JOB_ACKED;
}

/* A job that had its only delivery stays until it expires. */
static bool is_to_be_delivered(const struct job *job)
{
    return is_transient(job) || job->state == JOB_QUEUED || job->qtime_ms != 0;
}

bool rest_is_converged(const struct mockd *cluster, struct mockd_outcome *outcome)
{
    for (int i = 0; i < mockd_node_count(cluster); i++) {
        const struct node *node = cluster_node(cluster, i);

        if (node != NULL && (!knows_all(cluster, node, outcome) ||
                             !has_none(node, is_transient, "no job in a transient state", outcome)))
            return false;
    }
    return true;
}

bool rest_is_drained(const struct mockd *cluster, struct mockd_outcome *outcome)
{
    for (int i = 0; i < mockd_node_count(cluster); i++) {
        const struct node *node = cluster_node(cluster, i);

        if (node != NULL && !has_none(node, is_to_be_delivered, "no job left to be delivered", outcome))
            return false;
    }
    return true;
}
