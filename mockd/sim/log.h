/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_LOG_H
#define MOCKD_SIM_LOG_H

#include "mockd/sim/bytes.h"

struct clock;

/* The event log: lines with their time, for whoever asked. mockd.h has its grammar. */
struct log {
    const struct clock *clock;
    void (*on_event)(void *ctx, const char *line); /* NULL: off */
    void *ctx;
    bool heartbeats; /* PING and PONG too */
    struct buffer line;
};

void log_fini(struct log *log);

/* Ask before working out what to say. */
static inline bool log_is_on(const struct log *log)
{
    return log->on_event != NULL;
}

void log_write(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Its arguments are not looked at while the log is off. */
#define log_event(log, ...) (log_is_on(log) ? log_write(log, __VA_ARGS__) : (void)0)

#endif
