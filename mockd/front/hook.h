/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_HOOK_H
#define MOCKD_FRONT_HOOK_H

#include "mockd/mockd.h"
#include "mockd/sim/bytes.h"
#include "mockd/sim/list.h"

struct session;

/* Whoever wants to answer requests in place of the nodes. Hooks are in a list, the newest first. */
struct mockd_hook *hook_add(struct link *hooks, const char *command, mockd_hook_fn *fn, void *ctx);
void hook_free(struct mockd_hook *hook);
void hooks_free(struct link *hooks);

/* Asks the hooks for this command; true if one of them has seen to the request. */
bool hooks_take(const struct link *hooks, struct session *session, const struct bytes *argv, size_t argc);

#endif
