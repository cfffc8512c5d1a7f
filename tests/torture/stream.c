/* SPDX-License-Identifier: MIT */
#include "tests/torture/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void stream_need(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "torture: %s\n", what);
    abort();
}

void stream_add(struct stream *stream, const char *bytes, size_t size)
{
    size_t left = stream_size(stream);

    if (size > stream->capacity - stream->end) {
        char *larger = malloc(2 * (left + size));

        stream_need(larger != NULL, "out of memory");
        if (left > 0)
            memcpy(larger, stream_bytes(stream), left);
        free(stream->bytes);
        *stream = (struct stream){.bytes = larger, .end = left, .capacity = 2 * (left + size)};
    }
    if (size > 0)
        memcpy(stream->bytes + stream->end, bytes, size);
    stream->end += size;
}

void stream_drop(struct stream *stream, size_t size)
{
    stream->begin += size;
}

size_t stream_size(const struct stream *stream)
{
    return stream->end - stream->begin;
}

const char *stream_bytes(const struct stream *stream)
{
    return stream->bytes != NULL ? stream->bytes + stream->begin : "";
}

static size_t message(const char *bytes, size_t size)
{
    const char *newline = size > 0 ? memchr(bytes, '\n', size) : NULL;
    size_t at = newline != NULL ? (size_t)(newline - bytes) + 1 : 0;
    long number = at > 0 ? strtol(bytes + 1, NULL, 10) : 0;

    if (at == 0 || (bytes[0] != '$' && bytes[0] != '*') || number < 0)
        return at;
    if (bytes[0] == '$')
        return at + (size_t)number + 2 <= size ? at + (size_t)number + 2 : 0;
    for (; number > 0; number--) {
        size_t element = message(bytes + at, size - at);

        if (element == 0)
            return 0;
        at += element;
    }
    return at;
}

size_t stream_message(const struct stream *stream)
{
    return message(stream_bytes(stream), stream_size(stream));
}

void stream_fini(struct stream *stream)
{
    free(stream->bytes);
    *stream = (struct stream){0};
}
