/* SPDX-License-Identifier: MIT */
/* Bytes that may hold anything, and the memory that they live in. */
#include "mockd/sim/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

struct bytes bytes_until_nul(struct bytes bytes)
{
    const char *nul = bytes.size > 0 ? memchr(bytes.data, '\0', bytes.size) : NULL;

    return (struct bytes){bytes.data, nul != NULL ? (size_t)(nul - bytes.data) : bytes.size};
}

struct bytes bytes_cut(struct bytes *bytes, char end)
{
    const char *at = bytes->size > 0 ? memchr(bytes->data, end, bytes->size) : NULL;
    struct bytes part = {bytes->data, at != NULL ? (size_t)(at - bytes->data) : bytes->size};
    size_t used = part.size + (at != NULL);

    *bytes = (struct bytes){bytes->data + used, bytes->size - used};
    return part;
}

bool bytes_cut_at(struct bytes *bytes, char end, struct bytes *part)
{
    size_t size = bytes->size;

    *part = bytes_cut(bytes, end);
    return part->size < size;
}

bool bytes_is_word_of_size(struct bytes bytes, const char *word, size_t size)
{
    return strncasecmp(bytes.data, word, size) == 0 && (bytes.size == size || bytes.data[size] == '\0');
}

bool bytes_to_integer(struct bytes bytes, int64_t *value)
{
    struct bytes text = bytes_until_nul(bytes);
    bool is_negative = text.size > 0 && text.data[0] == '-';
    uint64_t limit = (uint64_t)INT64_MAX + is_negative;
    size_t i = text.size > 0 && (is_negative || text.data[0] == '+');
    uint64_t sum = 0;

    if (i == text.size && i > 0)
        return false;
    for (; i < text.size; i++) {
        unsigned digit = (unsigned)(unsigned char)text.data[i] - '0';

        if (digit > 9 || sum > (limit - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = (int64_t)(is_negative ? 0 - sum : sum);
    return true;
}

void buffer_fini(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}

void buffer_grow(struct buffer *buffer, size_t size)
{
    size_t capacity = buffer->capacity < 64 ? 64 : buffer->capacity * 2;

    if (capacity < buffer->size + size)
        capacity = buffer->size + size;
    buffer->data = xrealloc(buffer->data, capacity);
    buffer->capacity = capacity;
}

void buffer_add(struct buffer *buffer, const void *bytes, size_t size)
{
    if (size == 0)
        return;
    memcpy(buffer_reserve(buffer, size), bytes, size);
    buffer->size += size;
}

void buffer_add_text(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

void buffer_vprintf(struct buffer *buffer, const char *format, va_list args)
{
    va_list again;
    int size;

    va_copy(again, args);
    size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (size < 0)
        abort();
    vsnprintf(buffer_reserve(buffer, (size_t)size + 1), (size_t)size + 1, format, args);
    buffer->size += (size_t)size;
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    buffer_vprintf(buffer, format, args);
    va_end(args);
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

void buffer_consume(struct buffer *buffer, size_t size)
{
    buffer->size -= size;
    if (buffer->size > 0)
        memmove(buffer->data, buffer->data + size, buffer->size);
}

static void *or_stop(void *memory)
{
    if (memory == NULL) {
        fputs("mockd: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *xmalloc(size_t size)
{
    return or_stop(malloc(size > 0 ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
    return or_stop(calloc(count > 0 ? count : 1, size > 0 ? size : 1));
}

void *xrealloc(void *old, size_t size)
{
    return or_stop(realloc(old, size > 0 ? size : 1));
}

void *xmemdup(const void *bytes, size_t size)
{
    void *copy = xmalloc(size);

    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}
