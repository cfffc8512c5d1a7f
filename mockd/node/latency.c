/* SPDX-License-Identifier: MIT */
/* As Disque's latencyAddSample: of several slow commands in one second, the slowest is the sample. */
#include "mockd/node/latency.h"

#include <string.h>

void latency_add(struct latency *latency, int64_t now_s, int64_t latency_ms)
{
    struct latency_sample *last = &latency->samples[latency->count > 0 ? latency->count - 1 : 0];

    if (latency->count > 0 && last->at_s == now_s) {
        last->latency_ms = last->latency_ms < latency_ms ? latency_ms : last->latency_ms;
        return;
    }
    if (latency->count == LATENCY_SAMPLES_MAX)
        memmove(latency->samples, latency->samples + 1, --latency->count * sizeof(latency->samples[0]));
    latency->samples[latency->count++] = (struct latency_sample){now_s, latency_ms};
    if (latency->max_ms < latency_ms)
        latency->max_ms = latency_ms;
}

bool latency_reset(struct latency *latency)
{
    bool had_any = latency->count > 0;

    *latency = (struct latency){0};
    return had_any;
}
