/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_COMMAND_LATENCY_REPORT_H
#define MOCKD_COMMAND_LATENCY_REPORT_H

#include "mockd/node/config.h"
#include "mockd/node/latency.h"

/* Appends what LATENCY GRAPH shows of an event that has samples: a graph in characters, each sample with its
 * age below it. */
void latency_draw(const struct latency *latency, const char *event, int64_t now_s, struct buffer *out);

/* Appends what LATENCY DOCTOR has to say. */
void latency_advise(const struct latency *latency, const char *event, int64_t now_s,
                    const struct config *config, struct buffer *out);

#endif
