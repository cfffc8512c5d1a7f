/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_BYTES_H
#define MOCKD_SIM_BYTES_H

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes that somebody else owns. They may hold NULs, and end without one. */
struct bytes {
    const char *data;
    size_t size;
};

static inline struct bytes bytes_of(const char *text)
{
    return (struct bytes){text, strlen(text)};
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* What a C string would be of them: up to the first NUL. */
struct bytes bytes_until_nul(struct bytes bytes);

/* What they have before this end, or all; they lose both. */
struct bytes bytes_cut(struct bytes *bytes, char end);

/* The same; false if there is no such end. */
bool bytes_cut_at(struct bytes *bytes, char end, struct bytes *part);

/* Are they, as a C string in whatever case, this word of so many letters? They have to be that many at least.
 */
bool bytes_is_word_of_size(struct bytes bytes, const char *word, size_t size);

/* The same of any bytes and any word. Most are another word, and the first letter shows it, without a call.
 */
static inline bool bytes_is_word(struct bytes bytes, const char *word)
{
    size_t size = strlen(word);

    return bytes.size >= size && (size == 0 || ((bytes.data[0] ^ word[0]) & ~0x20) == 0) &&
           bytes_is_word_of_size(bytes, word, size);
}

/* Reads a whole integer of a C string as Disque does: strtoll in base 10, no leading blank, nothing behind
 * it; no bytes at all are 0 (§1.4). */
bool bytes_to_integer(struct bytes bytes, int64_t *value);

static inline int bytes_print_size(struct bytes bytes)
{
    return bytes.size < INT_MAX ? (int)bytes.size : INT_MAX;
}

/* For printf's "%.*s", which ends at the first NUL. */
#define BYTES_ARG(bytes) bytes_print_size(bytes), (bytes).data

/* Growable bytes. All zero is an empty buffer. */
struct buffer {
    char *data;
    size_t size;
    size_t capacity;
};

void buffer_fini(struct buffer *buffer);

/* Has more memory from now on, with room for that many more bytes. */
void buffer_grow(struct buffer *buffer, size_t size);

/* Makes room for that many more bytes, and gives the place where they go; the caller adds to size. */
static inline char *buffer_reserve(struct buffer *buffer, size_t size)
{
    if (buffer->capacity - buffer->size < size)
        buffer_grow(buffer, size);
    return buffer->data + buffer->size;
}

void buffer_add(struct buffer *buffer, const void *bytes, size_t size);
void buffer_add_text(struct buffer *buffer, const char *text);

/* These leave a NUL behind what they add, which does not count. */
void buffer_printf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_vprintf(struct buffer *buffer, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Appends bytes in quotes, escaped as in C, with "..." in place of what is beyond limit bytes. */
void buffer_add_quoted(struct buffer *buffer, struct bytes bytes, size_t limit);

/* Drops bytes from the front. */
void buffer_consume(struct buffer *buffer, size_t size);

/* Memory for what must exist: these stop the process when there is none. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
void *xmemdup(const void *bytes, size_t size);

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#endif
