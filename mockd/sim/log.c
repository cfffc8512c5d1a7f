/* SPDX-License-Identifier: MIT */
/* Every line begins with the cluster's time, whoever writes it, so that the logs of two runs can be compared
 * byte by byte. */
#include "mockd/sim/log.h"

#include "mockd/sim/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void log_fini(struct log *log)
{
    buffer_fini(&log->line);
}

void log_write(struct log *log, const char *format, ...)
{
    char text[1024];
    int64_t now_us;
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    now_us = clock_now_us(log->clock);
    log->line.size = 0;
    buffer_printf(&log->line, "%" PRId64 ".%06" PRId64 " %s", now_us / 1000000, now_us % 1000000, text);
    log->on_event(log->ctx, log->line.data);
}
