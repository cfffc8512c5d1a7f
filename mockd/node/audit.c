/* SPDX-License-Identifier: MIT */
/* Nodes forget. The story of each job of a run is kept here until its end, so that a job that was lost can be
 * told from one that is over. */
#include "mockd/node/audit.h"

#include <stdlib.h>

/* What is known of one job. */
struct story {
    struct job_id id;
    bool is_made; /* by an ADDJOB, or from a file */
    bool is_answered;
    bool is_at_most_once;
    bool is_imported;
    bool is_acked;
    bool is_over;       /* acknowledged, deleted or expired */
    bool was_forgotten; /* by any node, ever */
    unsigned repl;      /* so many nodes have to forget it before it may be lost */
    unsigned forgotten; /* so many did */
    uint64_t deliveries;
    int64_t made_at_us;
    int64_t ends_at_us; /* when its time to live is over */
    struct map_link by_id;
    struct link link;
};

struct audit {
    struct map by_id;
    struct link stories; /* as they began */
    audit_calm_fn *is_calm;
    audit_held_fn *is_held;
    void *ctx;
    struct audit_report so_far; /* but for what is lost */
};

static struct bytes story_key(const void *entry)
{
    return job_id_bytes(&((const struct story *)entry)->id);
}

struct audit *audit_new(audit_calm_fn *is_calm, audit_held_fn *is_held, void *ctx)
{
    struct audit *audit = xcalloc(1, sizeof(*audit));

    map_init(&audit->by_id, story_key, offsetof(struct story, by_id));
    list_init(&audit->stories);
    audit->is_calm = is_calm;
    audit->is_held = is_held;
    audit->ctx = ctx;
    return audit;
}

void audit_free(struct audit *audit)
{
    if (audit == NULL)
        return;
    map_fini(&audit->by_id);
    LIST_FOR_EACH_SAFE (link, &audit->stories)
        free(OWNER_OF(link, struct story, link));
    free(audit);
}

static struct story *story_of(struct audit *audit, const struct job_id *id)
{
    struct story *story = map_get(&audit->by_id, job_id_bytes(id));

    if (story != NULL)
        return story;
    story = xcalloc(1, sizeof(*story));
    story->id = *id;
    map_add(&audit->by_id, story);
    list_append(&audit->stories, &story->link);
    return story;
}

static void note_finding(struct audit_report *report, enum audit_finding finding, const struct story *story)
{
    if (report->found[finding]++ == 0)
        report->first[finding] = story->id;
}

static enum audit_finding judge_again(const struct audit *audit, const struct story *story)
{
    if (story->is_at_most_once)
        return AUDIT_TWICE;
    if (!story->is_acked || story->was_forgotten || !audit->is_calm(audit->ctx, story->made_at_us))
        return AUDIT_DUPLICATE;
    return story->is_imported ? AUDIT_IMPORTED_ACK_LOST : AUDIT_RESURRECTED;
}

static void deliver(struct audit *audit, struct story *story)
{
    if (story->deliveries++ > 0) {
        note_finding(&audit->so_far, judge_again(audit, story), story);
        return;
    }
    audit->so_far.delivered++;
    if (!story->is_made)
        note_finding(&audit->so_far, AUDIT_UNEXPECTED, story);
}

static void answer(struct audit *audit, struct story *story)
{
    story->is_answered = true;
    audit->so_far.added++;
    audit->so_far.maybe--;
}

static void forget(struct audit *audit, struct story *story)
{
    (void)audit;
    story->was_forgotten = true;
    story->forgotten++;
}

static void restore(struct audit *audit, struct story *story)
{
    (void)audit;
    story->is_made = true; /* if not in this run, then in an earlier one */
    if (story->forgotten > 0)
        story->forgotten--;
}

static void note_import(struct audit *audit, struct story *story)
{
    (void)audit;
    story->is_imported = true;
}

static void end(struct audit *audit, struct story *story)
{
    (void)audit;
    story->is_over = true;
}

static void note_ack(struct audit *audit, struct story *story)
{
    story->is_acked = true;
    end(audit, story);
}

void audit_take(struct audit *audit, const struct job_id *id, enum audit_event event)
{
    static void (*const takers[])(struct audit * audit, struct story * story) = {
        [AUDIT_ANSWERED] = answer,  [AUDIT_DELIVERED] = deliver, [AUDIT_IMPORTED] = note_import,
        [AUDIT_ACKED] = note_ack,   [AUDIT_DELETED] = end,       [AUDIT_EXPIRED] = end,
        [AUDIT_FORGOTTEN] = forget, [AUDIT_RESTORED] = restore,
    };

    takers[event](audit, story_of(audit, id));
}

void audit_take_made(struct audit *audit, int64_t now_us, int64_t ends_at_us, const struct job *job)
{
    struct story *story = story_of(audit, &job->id);

    story->is_made = true;
    story->is_at_most_once = job->retry_s == 0;
    story->repl = job->repl;
    story->made_at_us = now_us;
    story->ends_at_us = ends_at_us;
    audit->so_far.maybe++;
}

/* Asks for nothing more than a node that holds it: whether that will ever deliver it is seen by waiting. */
static bool is_lost(const struct audit *audit, int64_t now_us, const struct story *story)
{
    return story->is_answered && !story->is_at_most_once && !story->is_over && story->ends_at_us > now_us &&
           story->deliveries == 0 && story->forgotten < story->repl &&
           !audit->is_held(audit->ctx, &story->id);
}

void audit_report(const struct audit *audit, int64_t now_us, struct audit_report *report)
{
    *report = audit->so_far;
    LIST_FOR_EACH (link, &audit->stories) {
        const struct story *story = OWNER_OF(link, const struct story, link);

        if (is_lost(audit, now_us, story))
            note_finding(report, AUDIT_LOST, story);
    }
}
