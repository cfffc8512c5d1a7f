/* SPDX-License-Identifier: MIT */
/* Growable text, and how bytes and times are shown to people. */
#include "scenarios/runner/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void *or_stop(void *memory)
{
    if (memory == NULL) {
        fputs("scn: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *must_calloc(size_t count, size_t size)
{
    return or_stop(calloc(count > 0 ? count : 1, size > 0 ? size : 1));
}

void *must_realloc(void *old, size_t size)
{
    return or_stop(realloc(old, size > 0 ? size : 1));
}

void text_fini(struct text *text)
{
    free(text->data);
    *text = (struct text){0};
}

char *text_reserve(struct text *text, size_t size)
{
    size_t needed = text->size + size + 1;

    if (text->capacity < needed) {
        text->capacity = text->capacity * 2 > needed ? text->capacity * 2 : needed;
        text->data = must_realloc(text->data, text->capacity);
    }
    return text->data + text->size;
}

void text_add(struct text *text, struct slice slice)
{
    char *place = text_reserve(text, slice.size);

    if (slice.size > 0)
        memcpy(place, slice.data, slice.size);
    text->size += slice.size;
    text->data[text->size] = '\0';
}

void text_add_char(struct text *text, char c)
{
    text_add(text, (struct slice){&c, 1});
}

void text_printf(struct text *text, const char *format, ...)
{
    va_list args;
    int size;

    va_start(args, format);
    size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0)
        abort();
    va_start(args, format);
    vsnprintf(text_reserve(text, (size_t)size), (size_t)size + 1, format, args);
    va_end(args);
    text->size += (size_t)size;
}

void text_consume(struct text *text, size_t size)
{
    text->size -= size;
    if (text->size > 0)
        memmove(text->data, text->data + size, text->size);
}

void text_add_quoted(struct text *text, struct slice slice)
{
    static const char plain[] = "\n\r\t\"\\", letter[] = "nrt\"\\";

    text_add_char(text, '"');
    for (size_t i = 0; i < slice.size; i++) {
        unsigned char c = (unsigned char)slice.data[i];
        const char *special = memchr(plain, c, sizeof(plain) - 1);

        if (special != NULL)
            text_printf(text, "\\%c", letter[special - plain]);
        else if (c >= ' ' && c < 0x7f)
            text_add_char(text, (char)c);
        else
            text_printf(text, "\\x%02x", c);
    }
    text_add_char(text, '"');
}

void text_add_duration(struct text *text, int64_t duration_us)
{
    int64_t seconds = duration_us / 1000000, millis = duration_us / 1000 % 1000;

    if (seconds >= 3600)
        text_printf(text, "%" PRId64 " h ", seconds / 3600);
    if (seconds >= 60)
        text_printf(text, "%" PRId64 " min ", seconds / 60 % 60);
    text_printf(text, "%" PRId64 ".%03" PRId64 " s", seconds % 60, millis);
}
