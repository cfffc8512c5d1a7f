/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_EVENTS_H
#define SCENARIOS_RUNNER_EVENTS_H

#include <stddef.h>
#include <stdio.h>

#define EVENTS_KEPT    12
#define EVENT_SIZE_MAX 160

/* The last events of a cluster, for who has to explain a failure; and a log of all of them, if wanted. All
 * zero is empty, without a log. */
struct events {
    char lines[EVENTS_KEPT][EVENT_SIZE_MAX];
    size_t count; /* of all that came: the last is in lines[(count - 1) % EVENTS_KEPT] */
    FILE *log;    /* the caller's, or NULL */
};

/* Takes an event: mockd_options.on_event, with a struct events as its context. */
void events_take(void *ctx, const char *line);

/* The i-th of the last events, the oldest first; NULL beyond them. */
const char *events_at(const struct events *events, size_t i);

#endif
