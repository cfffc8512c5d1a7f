/* SPDX-License-Identifier: MIT */
#ifndef DISQ_COMMAND_H
#define DISQ_COMMAND_H

/* What the calls have in common: making a request. */

#include "client/call.h"

/* The largest timeout that can be asked for, 31 years: in microseconds it can still be added to any time. */
#define DISQ_TIMEOUT_MAX_MS INT64_C(1000000000000)

/* Adds a call's only part, its request begun with the command's name. NULL: out of memory. */
struct disq_request *disq_command_request(struct disq_call *call, enum disq_role role);

/* Adds a queue's name; size 0: it ends with its NUL. */
void disq_command_add_queue(struct disq_request *request, const char *queue, size_t size);

/* Adds an option and its value, unless that is 0. */
void disq_command_add_option(struct disq_request *request, const char *name, int64_t number);

static inline bool disq_is_within(int64_t number, int64_t min, int64_t max)
{
    return number >= min && number <= max;
}

#endif
