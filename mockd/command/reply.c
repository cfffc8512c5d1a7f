/* SPDX-License-Identifier: MIT */
/* The only file of this folder that knows what the protocol looks like: commands say what they answer, not
 * how. */
#include "mockd/command/reply.h"

#include <inttypes.h>
#include <stdio.h>

enum { HEAD_MAX = 24 };

static void add_line(struct buffer *out, char type, const char *text, size_t size)
{
    char *line = buffer_reserve(out, size + 3);

    line[0] = type;
    memcpy(line + 1, text, size);
    memcpy(line + 1 + size, "\r\n", 2);
    out->size += size + 3;
}

void reply_status(struct buffer *out, const char *text)
{
    add_line(out, '+', text, strlen(text));
}

void reply_status_bytes(struct buffer *out, struct bytes text)
{
    add_line(out, '+', text.data, text.size);
}

/* Makes one line of what was appended since out->size was `at`. */
static void end_error(struct buffer *out, size_t at)
{
    for (size_t i = at; i < out->size; i++)
        if (out->data[i] == '\r' || out->data[i] == '\n')
            out->data[i] = ' ';
    buffer_add_text(out, "\r\n");
}

void reply_error(struct buffer *out, const char *format, ...)
{
    size_t at = out->size;
    va_list args;

    buffer_add_text(out, "-");
    va_start(args, format);
    buffer_vprintf(out, format, args);
    va_end(args);
    end_error(out, at);
}

void reply_error_bytes(struct buffer *out, struct bytes line)
{
    size_t at = out->size;

    buffer_add_text(out, "-");
    buffer_add(out, line.data, line.size);
    end_error(out, at);
}

/* Writes a type and a number as a line into head; its size. printf would cost more than the command. */
static size_t format_head(char head[HEAD_MAX], char type, int64_t value)
{
    char digits[HEAD_MAX];
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    size_t count = 0;
    size_t size = 0;

    if (value >= 0 && value < 10) { /* as most are */
        memcpy(head, (char[]){type, (char)('0' + value), '\r', '\n'}, 4);
        return 4;
    }
    do
        digits[count++] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    head[size++] = type;
    if (value < 0)
        head[size++] = '-';
    while (count > 0)
        head[size++] = digits[--count];
    head[size++] = '\r';
    head[size++] = '\n';
    return size;
}

static void add_head(struct buffer *out, char type, int64_t value)
{
    out->size += format_head(buffer_reserve(out, HEAD_MAX), type, value);
}

void reply_integer(struct buffer *out, int64_t value)
{
    add_head(out, ':', value);
}

void reply_bulk(struct buffer *out, struct bytes bytes)
{
    add_head(out, '$', (int64_t)bytes.size);
    buffer_add(out, bytes.data, bytes.size);
    buffer_add(out, "\r\n", 2);
}

void reply_text(struct buffer *out, const char *text)
{
    reply_bulk(out, bytes_of(text));
}

void reply_number_text(struct buffer *out, int64_t number)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64, number);
    reply_text(out, text);
}

void reply_nil(struct buffer *out)
{
    buffer_add(out, "$-1\r\n", 5);
}

void reply_nil_array(struct buffer *out)
{
    buffer_add(out, "*-1\r\n", 5);
}

void reply_array(struct buffer *out, size_t count)
{
    add_head(out, '*', (int64_t)count);
}

void reply_array_at(struct buffer *out, size_t at, size_t count)
{
    char head[HEAD_MAX];
    size_t size = format_head(head, '*', (int64_t)count);

    buffer_reserve(out, size);
    memmove(out->data + at + size, out->data + at, out->size - at);
    memcpy(out->data + at, head, size);
    out->size += size;
}

void reply_syntax_error(struct buffer *out)
{
    reply_error(out, "ERR syntax error");
}

void reply_not_an_integer(struct buffer *out)
{
    reply_error(out, "ERR value is not an integer or out of range");
}

void reply_bad_id(struct buffer *out)
{
    reply_error(out, "BADID Invalid Job ID format.");
}

void reply_leaving(struct buffer *out)
{
    reply_error(out, "LEAVING This node is leaving the cluster, please connect to a different one");
}
