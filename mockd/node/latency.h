/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_LATENCY_H
#define MOCKD_NODE_LATENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LATENCY_SAMPLES_MAX = 160 };

struct latency_sample {
    int64_t at_s;
    int64_t latency_ms;
};

/* The slow commands of the latency monitor, a sample a second, oldest first (§2.2). Of the events that Disque
 * tells apart only "command" ever comes: commands take no time here but for DEBUG SLEEP. */
struct latency {
    struct latency_sample samples[LATENCY_SAMPLES_MAX];
    size_t count;
    int64_t max_ms; /* of all time, but not of what only raised a sample */
};

/* A command took so long. */
void latency_add(struct latency *latency, int64_t now_s, int64_t latency_ms);

/* Forgets all samples. Were there any? */
bool latency_reset(struct latency *latency);

#endif
