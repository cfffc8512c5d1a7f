/* SPDX-License-Identifier: MIT */
/* When is it worth to read elsewhere? */
#include "client/disq.h"

bool disq_policy_default(void *ctx, const struct disq_view *view)
{
    int64_t best = view->best.jobs;
    int64_t current = view->current.jobs;

    (void)ctx;
    if (view->moment != DISQ_BEFORE_GETJOB || best < view->min_jobs)
        return false;
    if (view->moved_at_us != INT64_MIN && view->now_us - view->moved_at_us < view->dwell_us)
        return false;
    return best > current && best * 100 >= current * (100 + view->margin_percent);
}

bool disq_policy_reference(void *ctx, const struct disq_view *view)
{
    (void)ctx;
    return view->moment != DISQ_RECEIVED;
}
