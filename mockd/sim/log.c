/* SPDX-License-Identifier: MIT */
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

static void add_escaped(struct buffer *buffer, unsigned char c)
{
    static const char names[256] = {
        ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't', ['\a'] = 'a', ['\b'] = 'b', ['\\'] = '\\', ['"'] = '"'};

    if (names[c] != '\0')
        buffer_printf(buffer, "\\%c", names[c]);
    else if (c < ' ' || c > '~')
        buffer_printf(buffer, "\\x%02x", c);
    else
        buffer_add(buffer, &c, 1);
}

void buffer_add_quoted(struct buffer *buffer, struct bytes bytes, size_t limit)
{
    buffer_add_text(buffer, "\"");
    for (size_t i = 0; i < bytes.size && i < limit; i++)
        add_escaped(buffer, (unsigned char)bytes.data[i]);
    buffer_add_text(buffer, bytes.size > limit ? "\"..." : "\"");
}
