/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_STEP_CLUSTER_LINE_H
#define MOCKD_STEP_CLUSTER_LINE_H

#include "mockd/step/args.h"

/* How a cluster is to be made, in the words of a scenario's first step. */
struct cluster_line {
    struct mockd_options options;
    struct buffer config; /* all lines that were asked for; options.config refers to it */
};

#define CLUSTER_LINE_USAGE                                                                                   \
    "N [seed=S] [jitter=on|off] [joined=yes|no] [link=D] [audit=yes|no] [config.NAME=VALUE ...]"

/* Reads the words that are left into options that are at their defaults; config is empty. */
bool cluster_line_read(struct args *args, struct cluster_line *line);

void cluster_line_fini(struct cluster_line *line);

#endif
