/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_TEXT_H
#define SCENARIOS_RUNNER_TEXT_H

/* Text that may hold any bytes, NULs too. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* Bytes that somebody else owns. */
struct slice {
    const char *data;
    size_t size;
};

static inline struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool slice_is(struct slice slice, const char *text)
{
    return slice_equal(slice, slice_of(text));
}

/* Growable text. All zero is empty. Data is NULL, or has a NUL behind its last byte. */
struct text {
    char *data;
    size_t size;
    size_t capacity;
};

void text_fini(struct text *text);
void text_add(struct text *text, struct slice slice);
void text_add_char(struct text *text, char c);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes room for that many more bytes and gives their place; the caller adds to size. */
char *text_reserve(struct text *text, size_t size);

/* Drops bytes from the front. */
void text_consume(struct text *text, size_t size);

/* Adds it in double quotes, with the escapes of the language, so that it can be pasted into a scenario. */
void text_add_quoted(struct text *text, struct slice slice);

/* Adds a duration as people read it: "1 h 2 min 3.5 s". */
void text_add_duration(struct text *text, int64_t duration_us);

static inline struct slice text_slice(const struct text *text)
{
    return (struct slice){text->data, text->size};
}

/* Memory that must be there: these stop the process when it is not. */
void *must_calloc(size_t count, size_t size);
void *must_realloc(void *old, size_t size);

#endif
