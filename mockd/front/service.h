/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_SERVICE_H
#define MOCKD_FRONT_SERVICE_H

#include "mockd/sim/bytes.h"

struct listener;
struct loop;

/* A port whose requests, in the Redis protocol, are answered by a function instead of a node. */
struct service;

/* One who is connected to it. */
struct caller;

/* Appends one reply to this request to caller_reply; or holds the caller, and does that later. */
typedef void service_fn(void *ctx, struct caller *caller, const struct bytes *argv, size_t argc);

/* What its listener calls. */
void service_take(struct loop *loop, void *service, int fd);

/* Takes the listener, and opens it. The ctx is borrowed. */
struct service *service_new(struct listener *listener, service_fn *answer, void *ctx);

/* Closes the port and all connections, also of callers that are held. NULL is fine. */
void service_free(struct service *service);

/* Where the reply goes. */
struct buffer *caller_reply(struct caller *caller);

/* Closes the connection once its replies are sent. */
void caller_end(struct caller *caller);

/* The answer comes later: until it is released the caller stays, even if its connection ends, and none of its
 * requests are run. */
void caller_hold(struct caller *caller);

/* The answer has come. The caller may be gone afterwards. */
void caller_release(struct caller *caller);

#endif
