/* SPDX-License-Identifier: MIT */
/* Formats requests without allocating: hiredis' own formatter makes a new string for each. */
#include "client/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COUNT_ROOM = 24, /* kept free in front for "*N\r\n", as N is known at the end only */
    NUMBER_ROOM = 24,
    FRAME_ROOM = NUMBER_ROOM + 5, /* of an argument: "$N\r\n" and "\r\n" */
    FIRST_CAPACITY = 256,
    KEPT_MAX = 65536,
};

static bool grow(struct disq_request *request, size_t size)
{
    size_t capacity = request->capacity > 0 ? request->capacity : FIRST_CAPACITY;
    char *buffer;

    if (request->has_failed || size > SIZE_MAX / 4 || size > SIZE_MAX / 4 - request->end)
        return false;
    while (capacity - request->end < size)
        capacity *= 2;
    buffer = realloc(request->buffer, capacity);
    if (buffer == NULL)
        return false;
    request->buffer = buffer;
    request->capacity = capacity;
    return true;
}

static inline bool make_room(struct disq_request *request, size_t size)
{
    return size <= request->capacity - request->end || grow(request, size);
}

/* Writes the digits so that they end before `end`, and returns where they start. */
static char *format_number(char *end, uint64_t number)
{
    do {
        *--end = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return end;
}

/* There is no room for anything any more. */
static void fail(struct disq_request *request)
{
    request->has_failed = true;
    request->end = request->capacity;
}

void disq_request_begin(struct disq_request *request)
{
    request->has_failed = false;
    request->arg_count = 0;
    request->end = 0; /* so that all of the buffer is room */
    if (!make_room(request, COUNT_ROOM))
        fail(request);
    else
        request->begin = request->end = COUNT_ROOM;
}

/* Writes a size, mostly one of two digits at most, and returns where it ends. */
static inline char *write_size(char *to, size_t size)
{
    char digits[NUMBER_ROOM];
    const char *first;

    if (size < 100) {
        if (size >= 10)
            *to++ = (char)('0' + size / 10);
        *to++ = (char)('0' + size % 10);
        return to;
    }
    first = format_number(digits + sizeof(digits), size);
    memcpy(to, first, (size_t)(digits + sizeof(digits) - first));
    return to + (digits + sizeof(digits) - first);
}

void disq_request_add(struct disq_request *request, const void *bytes, size_t size)
{
    size_t room = request->capacity - request->end;
    char *to;

    if ((room < FRAME_ROOM || room - FRAME_ROOM < size) &&
        (size > SIZE_MAX / 8 || !grow(request, size + FRAME_ROOM))) {
        fail(request);
        return;
    }
    to = request->buffer + request->end;
    *to++ = '$';
    to = write_size(to, size);
    *to++ = '\r';
    *to++ = '\n';
    if (size > 0)
        memcpy(to, bytes, size);
    to[size] = '\r';
    to[size + 1] = '\n';
    request->end = (size_t)(to + size + 2 - request->buffer);
    request->arg_count++;
}

void disq_request_add_word(struct disq_request *request, const char *word)
{
    disq_request_add(request, word, strlen(word));
}

void disq_request_add_number(struct disq_request *request, int64_t number)
{
    char digits[NUMBER_ROOM];
    uint64_t magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    char *first = format_number(digits + sizeof(digits), magnitude);

    if (number < 0)
        *--first = '-';
    disq_request_add(request, first, (size_t)(digits + sizeof(digits) - first));
}

int disq_request_end(struct disq_request *request)
{
    char *head;

    if (request->has_failed)
        return DISQ_NO_MEMORY;
    head = request->buffer + request->begin;
    *--head = '\n';
    *--head = '\r';
    head = format_number(head, request->arg_count);
    *--head = '*';
    request->begin = (size_t)(head - request->buffer);
    return 0;
}

int disq_request_append(struct disq_request *request, const struct disq_request *other)
{
    size_t size = other->end - other->begin;

    if (!make_room(request, size))
        return DISQ_NO_MEMORY;
    memcpy(request->buffer + request->end, other->buffer + other->begin, size);
    request->end += size;
    return 0;
}

/* Where the argument's "$N\r\n…\r\n" starts. */
static size_t offset_of(const struct disq_request *request, size_t index)
{
    size_t at = COUNT_ROOM;

    for (size_t i = 0; i < index; i++) {
        char *after;
        size_t size = strtoul(request->buffer + at + 1, &after, 10);

        at = (size_t)(after - request->buffer) + 2 + size + 2;
    }
    return at;
}

int disq_request_set_number(struct disq_request *request, size_t index, int64_t number)
{
    char digits[NUMBER_ROOM];
    char arg[2 * NUMBER_ROOM];
    size_t from = offset_of(request, index);
    size_t to = offset_of(request, index + 1);
    size_t digit_count = (size_t)snprintf(digits, sizeof(digits), "%lld", (long long)number);
    size_t size = (size_t)snprintf(arg, sizeof(arg), "$%zu\r\n%s\r\n", digit_count, digits);

    if (!make_room(request, size))
        return DISQ_NO_MEMORY;
    memmove(request->buffer + from + size, request->buffer + to, request->end - to);
    memcpy(request->buffer + from, arg, size);
    request->end = request->end - (to - from) + size;
    return 0;
}

void disq_request_trim(struct disq_request *request)
{
    if (request->capacity > KEPT_MAX)
        disq_request_fini(request);
}

void disq_request_fini(struct disq_request *request)
{
    free(request->buffer);
    *request = (struct disq_request){0};
}
