/* SPDX-License-Identifier: MIT */
/* What malloc uses differs from one build to the next, and a test of maxmemory would fail with it: so memory
 * is counted by a formula. */
#include "mockd/node/memory.h"

#include "mockd/node/audit.h"
#include "mockd/node/node.h"
#include "mockd/node/queue.h"

enum { TIGHT_PERCENT = 75, FULL_PERCENT = 95, MISSES_MAX = 11 };

enum memory_level memory_level(const struct node *node)
{
    return node->memory_level;
}

void memory_review(struct node *node)
{
    int64_t max_bytes = config_number(&node->config, CONFIG_MAXMEMORY);
    double used_percent = max_bytes > 0 ? (double)node->memory_bytes * 100 / (double)max_bytes : 100;
    enum memory_level level = used_percent > FULL_PERCENT    ? MEMORY_FULL
                              : used_percent > TIGHT_PERCENT ? MEMORY_TIGHT
                                                             : MEMORY_FINE;

    if (level == node->memory_level)
        return;
    node->memory_level = level;
    queues_review(node);
}

void memory_count(struct node *node, int64_t bytes)
{
    node->memory_bytes += bytes;
    if (node->memory_bytes > node->memory_peak_bytes)
        node->memory_peak_bytes = node->memory_bytes;
    memory_review(node);
}

/* Jobs that nobody will miss: processed ones, and those that had their only delivery. */
static bool is_expendable(const struct job *job)
{
    return job->state == JOB_ACKED ||
           (job->state == JOB_ACTIVE && job->retry_s == 0 && (job->flags & JOB_DELIVERED) != 0);
}

/* Disque draws jobs at random; here they are looked at in the order in which they came. */
static bool evict(struct node *node)
{
    struct roll_entry *next = roll_first(&node->jobs_by_age);
    int misses = 0;

    while (next != NULL && node->memory_level == MEMORY_FULL && misses < MISSES_MAX) {
        struct job *job = OWNER_OF(next, struct job, by_age);

        next = roll_next(&node->jobs_by_age, next);
        if (is_expendable(job)) {
            node_note(node, BEHAVIOUR_EVICTION);
            node_audit(node, &job->id, AUDIT_FORGOTTEN);
            node_drop_job(job);
            misses = 0;
        } else {
            misses++;
        }
    }
    return node->memory_level != MEMORY_FULL;
}

bool memory_make_room(struct node *node)
{
    if (node->memory_level != MEMORY_FULL || config_number(&node->config, CONFIG_MAXMEMORY) == 0)
        return true;
    return config_number(&node->config, CONFIG_MAXMEMORY_POLICY) == EVICT_ACKS && evict(node);
}
