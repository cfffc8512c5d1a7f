/* SPDX-License-Identifier: MIT */
/* A step may need time, and time passes only while the loop runs: so the loop has to go on between a request
 * and its reply. */
#include "mockd/daemon/pending_requests.h"

#include "mockd/cluster.h"
#include "mockd/command/reply.h"
#include "mockd/front/loop.h"
#include "mockd/front/service.h"
#include "mockd/sim/list.h"
#include "mockd/step/args.h"

#include <stdlib.h>

struct pending_requests {
    struct cluster_owner *owner;
    struct link requests; /* the oldest first */
};

struct pending_request {
    struct link link;
    struct caller *caller;
    int64_t again_at_us;     /* when it is looked at next, at the latest */
    struct mockd_step *step; /* NULL: it is about time only */
    int64_t since_us;
    bool until_reply;
    uint64_t replies; /* that there had been before */
};

static int64_t now_us(const struct pending_requests *pending)
{
    return mockd_now_us(cluster_owner_current(pending->owner));
}

static void pending_request_free(struct pending_request *request)
{
    list_remove(&request->link);
    mockd_step_free(request->step);
    free(request);
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

/* Runs a step. If it is over it replies, and gives true. */
static bool run_step(const struct pending_requests *pending, struct caller *caller, struct mockd_step *step,
                     int64_t *again_at_us)
{
    struct mockd_outcome outcome;
    int rc = mockd_step_run(cluster_owner_current(pending->owner), step, &outcome);

    *again_at_us = outcome.again_at_us;
    if (rc != MOCKD_AGAIN)
        reply_outcome(caller_reply(caller), rc, &outcome);
    return rc != MOCKD_AGAIN;
}

/* The same for a time that is to pass. */
static bool end_wait(const struct pending_requests *pending, const struct pending_request *request)
{
    bool is_answered =
        request->until_reply && loop_replies(cluster_owner_loop(pending->owner)) != request->replies;

    if (!is_answered && now_us(pending) < request->again_at_us)
        return false;
    reply_integer(caller_reply(request->caller), (now_us(pending) - request->since_us) / 1000);
    return true;
}

/* The same for either. */
static bool go_on(const struct pending_requests *pending, struct pending_request *request)
{
    if (request->step == NULL)
        return end_wait(pending, request);
    return now_us(pending) >= request->again_at_us &&
           run_step(pending, request->caller, request->step, &request->again_at_us);
}

/* Who is released may ask for more at once, which changes what is pending, or all the cluster. */
static void release_all(struct link *over)
{
    while (!list_is_empty(over)) {
        struct pending_request *request = OWNER_OF(over->next, struct pending_request, link);
        struct caller *caller = request->caller;

        pending_request_free(request);
        caller_release(caller);
    }
}

static int64_t pending_requests_on_rest(void *ctx)
{
    struct pending_requests *pending = ctx;
    int64_t next_us = CLOCK_NEVER;
    struct link over;

    list_init(&over);
    LIST_FOR_EACH_SAFE (link, &pending->requests) {
        struct pending_request *request = OWNER_OF(link, struct pending_request, link);

        if (go_on(pending, request)) {
            list_remove(link);
            list_append(&over, link);
        }
    }
    release_all(&over);
    LIST_FOR_EACH (link, &pending->requests) {
        const struct pending_request *request = OWNER_OF(link, struct pending_request, link);

        next_us = request->again_at_us < next_us ? request->again_at_us : next_us;
    }
    return next_us;
}

struct pending_requests *pending_requests_new(struct cluster_owner *owner)
{
    struct pending_requests *pending = xcalloc(1, sizeof(*pending));

    pending->owner = owner;
    list_init(&pending->requests);
    loop_on_rest(cluster_owner_loop(owner), pending_requests_on_rest, pending);
    return pending;
}

void pending_requests_free(struct pending_requests *pending)
{
    LIST_FOR_EACH_SAFE (link, &pending->requests)
        pending_request_free(OWNER_OF(link, struct pending_request, link));
    loop_on_rest(cluster_owner_loop(pending->owner), NULL, NULL);
    free(pending);
}

static struct pending_request *begin(struct pending_requests *pending, struct caller *caller,
                                     int64_t again_at_us)
{
    struct pending_request *request = xcalloc(1, sizeof(*request));

    request->caller = caller;
    request->since_us = now_us(pending);
    request->again_at_us = again_at_us;
    request->replies = loop_replies(cluster_owner_loop(pending->owner));
    list_append(&pending->requests, &request->link);
    caller_hold(caller);
    return request;
}

void pending_requests_run_step(struct pending_requests *pending, struct caller *caller, struct args *args)
{
    struct mockd_step *step = mockd_step_new(args->nodes, args->argc, args->argv, args->outcome);
    int64_t again_at_us;

    if (step == NULL)
        reply_error(caller_reply(caller), "ERR %s", args->outcome->text);
    else if (!run_step(pending, caller, step, &again_at_us))
        begin(pending, caller, again_at_us)->step = step;
    else
        mockd_step_free(step);
}

void pending_requests_advance(struct pending_requests *pending, struct caller *caller, int64_t duration_us,
                              bool until_reply)
{
    begin(pending, caller, now_us(pending) + duration_us)->until_reply = until_reply;
}

void pending_requests_drop(struct pending_requests *pending)
{
    struct link dropped;

    list_take(&dropped, &pending->requests);
    LIST_FOR_EACH (link, &dropped)
        reply_error(caller_reply(OWNER_OF(link, struct pending_request, link)->caller),
                    "FAILED another cluster has taken the place of this one");
    release_all(&dropped);
}
