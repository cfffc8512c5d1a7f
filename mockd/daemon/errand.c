/* SPDX-License-Identifier: MIT */
#include "mockd/daemon/errand.h"

#include "mockd/cluster.h"
#include "mockd/command/reply.h"
#include "mockd/front/loop.h"
#include "mockd/front/service.h"
#include "mockd/sim/list.h"
#include "mockd/step/args.h"

#include <stdlib.h>

struct errands {
    struct cluster_owner *owner;
    struct link pending; /* the oldest first */
};

struct errand {
    struct link place;
    struct caller *caller;
    int64_t again_at_us;     /* when it is looked at next, at the latest */
    struct mockd_step *step; /* NULL: it is about time only */
    int64_t since_us;
    bool until_reply;
    uint64_t replies; /* that there had been before */
};

static int64_t now_us(const struct errands *errands)
{
    return mockd_now_us(cluster_owner_current(errands->owner));
}

static void errand_free(struct errand *errand)
{
    list_remove(&errand->place);
    mockd_step_free(errand->step);
    free(errand);
}

static void reply_outcome(struct buffer *out, int rc, const struct mockd_outcome *outcome)
{
    if (rc == 0 && outcome->text[0] == '\0')
        reply_status(out, "OK");
    else if (rc == 0)
        reply_text(out, outcome->text);
    else if (rc == MOCKD_INVALID)
        reply_error(out, "ERR %s", outcome->text);
    else if (outcome->got[0] != '\0')
        reply_error(out, "FAILED %s, got %s", outcome->text, outcome->got);
    else
        reply_error(out, "FAILED %s", outcome->text);
}

/* Runs a step, and replies if it is over. */
static bool is_over(const struct errands *errands, struct caller *caller, struct mockd_step *step,
                    int64_t *again_at_us)
{
    struct mockd_outcome outcome;
    int rc = mockd_step_run(cluster_owner_current(errands->owner), step, &outcome);

    *again_at_us = outcome.again_at_us;
    if (rc != MOCKD_AGAIN)
        reply_outcome(caller_reply(caller), rc, &outcome);
    return rc != MOCKD_AGAIN;
}

static bool is_time_over(const struct errands *errands, const struct errand *errand)
{
    bool is_answered =
        errand->until_reply && loop_replies(cluster_owner_loop(errands->owner)) != errand->replies;

    if (!is_answered && now_us(errands) < errand->again_at_us)
        return false;
    reply_integer(caller_reply(errand->caller), (now_us(errands) - errand->since_us) / 1000);
    return true;
}

static bool errand_is_over(const struct errands *errands, struct errand *errand)
{
    if (errand->step == NULL)
        return is_time_over(errands, errand);
    return now_us(errands) >= errand->again_at_us &&
           is_over(errands, errand->caller, errand->step, &errand->again_at_us);
}

/* Who is released may ask for more at once, which changes what is pending, or all the cluster. */
static void release_all(struct link *over)
{
    while (!list_is_empty(over)) {
        struct errand *errand = LIST_OWNER(over->next, struct errand, place);
        struct caller *caller = errand->caller;

        errand_free(errand);
        caller_release(caller);
    }
}

static int64_t errands_on_rest(void *ctx)
{
    struct errands *errands = ctx;
    int64_t next_us = CLOCK_NEVER;
    struct link over;

    list_init(&over);
    LIST_FOR_EACH_SAFE (link, &errands->pending) {
        struct errand *errand = LIST_OWNER(link, struct errand, place);

        if (errand_is_over(errands, errand)) {
            list_remove(link);
            list_append(&over, link);
        }
    }
    release_all(&over);
    LIST_FOR_EACH (link, &errands->pending) {
        const struct errand *errand = LIST_OWNER(link, struct errand, place);

        next_us = errand->again_at_us < next_us ? errand->again_at_us : next_us;
    }
    return next_us;
}

struct errands *errands_new(struct cluster_owner *owner)
{
    struct errands *errands = xcalloc(1, sizeof(*errands));

    errands->owner = owner;
    list_init(&errands->pending);
    loop_on_rest(cluster_owner_loop(owner), errands_on_rest, errands);
    return errands;
}

void errands_free(struct errands *errands)
{
    LIST_FOR_EACH_SAFE (link, &errands->pending)
        errand_free(LIST_OWNER(link, struct errand, place));
    loop_on_rest(cluster_owner_loop(errands->owner), NULL, NULL);
    free(errands);
}

static struct errand *begin(struct errands *errands, struct caller *caller, int64_t again_at_us)
{
    struct errand *errand = xcalloc(1, sizeof(*errand));

    errand->caller = caller;
    errand->since_us = now_us(errands);
    errand->again_at_us = again_at_us;
    errand->replies = loop_replies(cluster_owner_loop(errands->owner));
    list_append(&errands->pending, &errand->place);
    caller_hold(caller);
    return errand;
}

void errands_step(struct errands *errands, struct caller *caller, struct args *args)
{
    struct mockd_step *step = mockd_step_new(args->nodes, args->argc, args->argv, args->outcome);
    int64_t again_at_us;

    if (step == NULL)
        reply_error(caller_reply(caller), "ERR %s", args->outcome->text);
    else if (!is_over(errands, caller, step, &again_at_us))
        begin(errands, caller, again_at_us)->step = step;
    else
        mockd_step_free(step);
}

void errands_advance(struct errands *errands, struct caller *caller, int64_t duration_us, bool until_reply)
{
    begin(errands, caller, now_us(errands) + duration_us)->until_reply = until_reply;
}

void errands_drop(struct errands *errands)
{
    struct link dropped;

    list_take(&dropped, &errands->pending);
    LIST_FOR_EACH (link, &dropped)
        reply_error(caller_reply(LIST_OWNER(link, struct errand, place)->caller),
                    "FAILED another cluster has taken the place of this one");
    release_all(&dropped);
}
