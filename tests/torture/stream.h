/* SPDX-License-Identifier: MIT */
#ifndef STREAM_H
#define STREAM_H

/* Bytes that come at one end and go at the other, and where the messages in them end. */

#include <stdbool.h>
#include <stddef.h>

/* Zeroed is empty. */
struct stream {
    char *bytes;
    size_t begin;
    size_t end;
    size_t capacity;
};

/* Ends the program, saying why, unless it holds. */
void stream_need(bool holds, const char *what);

void stream_add(struct stream *stream, const char *bytes, size_t size);
void stream_drop(struct stream *stream, size_t size);
size_t stream_size(const struct stream *stream);
const char *stream_bytes(const struct stream *stream);

/* The size of the first message of the Redis protocol, a reply or a request; 0 as long as it is not all
 * there. */
size_t stream_message(const struct stream *stream);

void stream_fini(struct stream *stream);

#endif
