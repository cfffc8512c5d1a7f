/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_PENDING_REQUESTS_H
#define MOCKD_DAEMON_PENDING_REQUESTS_H

#include "mockd/daemon/cluster_owner.h"

#include <stdbool.h>
#include <stdint.h>

struct args;
struct caller;

/* What was asked for at the control port, and takes its time: callers are held meanwhile. Virtual time passes
 * for it, as far as the request that ends first needs. */
struct pending_requests;

/* The owner is borrowed, whose loop does nothing else when all is at rest. */
struct pending_requests *pending_requests_new(struct cluster_owner *owner);

/* Callers are gone. */
void pending_requests_free(struct pending_requests *pending);

/* Does the step that these words are, and replies. */
void pending_requests_run_step(struct pending_requests *pending, struct caller *caller, struct args *args);

/* Lets so much time pass, or less if a client of some node is answered before. Replies once all is at rest:
 * how many milliseconds it were. */
void pending_requests_advance(struct pending_requests *pending, struct caller *caller, int64_t duration_us,
                              bool until_reply);

/* Ends all with an error: the cluster has changed. */
void pending_requests_drop(struct pending_requests *pending);

#endif
