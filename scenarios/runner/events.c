/* SPDX-License-Identifier: MIT */
/* A ring of lines. */
#include "scenarios/runner/events.h"

void events_take(void *ctx, const char *line)
{
    struct events *events = ctx;

    snprintf(events->lines[events->count++ % EVENTS_KEPT], EVENT_SIZE_MAX, "%s", line);
    if (events->log != NULL)
        fprintf(events->log, "%s\n", line);
}

const char *events_at(const struct events *events, size_t i)
{
    size_t kept = events->count < EVENTS_KEPT ? events->count : EVENTS_KEPT;

    return i < kept ? events->lines[(events->count - kept + i) % EVENTS_KEPT] : NULL;
}
