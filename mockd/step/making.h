/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_STEP_MAKING_H
#define MOCKD_STEP_MAKING_H

#include "mockd/step/args.h"

/* How a cluster is to be made, in the words of a scenario's first step. */
struct making {
    struct mockd_options options;
    struct buffer config; /* all lines that were asked for; options.config refers to it */
};

#define MAKING_USAGE                                                                                         \
    "N [seed=S] [jitter=on|off] [joined=yes|no] [link=D] [audit=yes|no] [config.NAME=VALUE ...]"

/* Reads the words that are left into options that are at their defaults; config is empty. */
bool making_read(struct args *args, struct making *making);

void making_fini(struct making *making);

#endif
