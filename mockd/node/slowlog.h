/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_SLOWLOG_H
#define MOCKD_NODE_SLOWLOG_H

#include "mockd/sim/bytes.h"
#include "mockd/sim/list.h"

/* The commands that took long, newest first (§2.2). */
struct slowlog {
    struct link entries; /* of struct slow_command */
    size_t count;
    int64_t next_id;
};

/* One of them, with its arguments as far as they are kept. */
struct slow_command {
    struct link link;
    int64_t id; /* from 0, ever growing */
    int64_t at_s;
    int64_t duration_us;
    size_t argc;
    struct buffer argv[];
};

void slowlog_init(struct slowlog *slowlog);

/* Forgets all commands, but not how many there have been. */
void slowlog_clear(struct slowlog *slowlog);

/* Forgets the oldest, until there are no more than that. */
void slowlog_shorten(struct slowlog *slowlog, size_t count_max);

/* Keeps a copy of a command that ended at this time. */
void slowlog_add(struct slowlog *slowlog, int64_t at_s, int64_t duration_us, const struct bytes *argv,
                 size_t argc);

#endif
