/* SPDX-License-Identifier: MIT */
/* Replies are measured before they are read, so that half of one costs no memory. */
#include "scenarios/runner/wire.h"

#include <stdlib.h>

#define DEPTH_MAX 32

/* The line at this place, without its sign and its end; and the place behind it. */
static bool line_at(struct slice bytes, size_t at, struct slice *line, size_t *next)
{
    const char *begin, *end = NULL;

    if (at + 1 >= bytes.size)
        return false;
    begin = bytes.data + at + 1;
    for (const char *p = begin; (p = memchr(p, '\r', (size_t)(bytes.data + bytes.size - p))) != NULL; p++) {
        if (p + 1 < bytes.data + bytes.size && p[1] == '\n') {
            end = p;
            break;
        }
    }
    if (end == NULL)
        return false;
    *line = (struct slice){begin, (size_t)(end - begin)};
    *next = (size_t)(end + 2 - bytes.data);
    return true;
}

static bool integer_of(struct slice line, int64_t *integer)
{
    char digits[24], *end;

    if (line.size == 0 || line.size >= sizeof(digits))
        return false;
    memcpy(digits, line.data, line.size);
    digits[line.size] = '\0';
    *integer = strtoll(digits, &end, 10);
    return *end == '\0';
}

static enum wire_result measure(struct slice bytes, size_t *at, int depth);

static enum wire_result measure_items(struct slice bytes, size_t *at, int64_t count, int depth)
{
    enum wire_result result = WIRE_REPLY;

    if (depth == DEPTH_MAX)
        return WIRE_GARBAGE;
    while (count-- > 0 && result == WIRE_REPLY)
        result = measure(bytes, at, depth + 1);
    return result;
}

/* Moves *at behind the reply that begins there. */
static enum wire_result measure(struct slice bytes, size_t *at, int depth)
{
    char sign = *at < bytes.size ? bytes.data[*at] : '\0';
    struct slice line;
    int64_t number;

    if (*at < bytes.size && memchr("+-:$*", sign, 5) == NULL)
        return WIRE_GARBAGE;
    if (!line_at(bytes, *at, &line, at))
        return WIRE_PARTIAL;
    if (sign == '+' || sign == '-')
        return WIRE_REPLY;
    if (!integer_of(line, &number))
        return WIRE_GARBAGE;
    if (sign == '*')
        return measure_items(bytes, at, number, depth);
    if (sign == ':' || number < 0)
        return WIRE_REPLY;
    if (bytes.size - *at < 2 || (uint64_t)number > bytes.size - *at - 2)
        return WIRE_PARTIAL;
    *at += (size_t)number + 2;
    return WIRE_REPLY;
}

enum wire_result wire_measure(struct slice bytes, size_t *size)
{
    size_t at = 0;
    enum wire_result result = measure(bytes, &at, 0);

    if (result == WIRE_REPLY)
        *size = at;
    return result;
}

static struct value parse(struct arena *arena, struct slice bytes, size_t *at)
{
    char sign = bytes.data[*at];
    struct slice line = {0};
    struct value value;
    int64_t number = 0;

    line_at(bytes, *at, &line, at);
    if (sign == '+')
        return value_status(arena, line);
    if (sign == '-')
        return value_error(arena, line);
    integer_of(line, &number);
    if (sign == ':')
        return value_integer(number);
    if (number < 0)
        return sign == '$' ? value_nil() : value_nil_array();
    if (sign == '$') {
        *at += (size_t)number + 2;
        return value_bulk(arena, (struct slice){bytes.data + *at - number - 2, (size_t)number});
    }
    value = value_array(arena, (size_t)number);
    for (size_t i = 0; i < value.count; i++)
        value.items[i] = parse(arena, bytes, at);
    return value;
}

struct value wire_parse(struct arena *arena, struct slice bytes)
{
    size_t at = 0;

    return parse(arena, bytes, &at);
}

void wire_add_request(struct text *out, size_t count)
{
    text_printf(out, "*%zu\r\n", count);
}

void wire_add_argument(struct text *out, struct slice argument)
{
    text_printf(out, "$%zu\r\n", argument.size);
    text_add(out, argument);
    text_add(out, slice_of("\r\n"));
}
