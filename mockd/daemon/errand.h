/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_ERRAND_H
#define MOCKD_DAEMON_ERRAND_H

#include "mockd/daemon/cluster_owner.h"

#include <stdbool.h>
#include <stdint.h>

struct args;
struct caller;

/* What was asked for at the control port, and takes its time: callers are held meanwhile. Virtual time passes
 * for it, as far as the errand that ends first needs. */
struct errands;

/* The owner is borrowed, whose loop does nothing else when all is at rest. */
struct errands *errands_new(struct cluster_owner *owner);

/* Callers are gone. */
void errands_free(struct errands *errands);

/* Does the step that these words are, and replies. */
void errands_step(struct errands *errands, struct caller *caller, struct args *args);

/* Lets so much time pass, or less if a client of some node is answered before. Replies once all is at rest:
 * how many milliseconds it were. */
void errands_advance(struct errands *errands, struct caller *caller, int64_t duration_us, bool until_reply);

/* Ends all with an error: the cluster has changed. */
void errands_drop(struct errands *errands);

#endif
