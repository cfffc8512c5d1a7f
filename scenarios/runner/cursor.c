/* SPDX-License-Identifier: MIT */
/* What all parsers of the language share: blanks, words, names, numbers and durations. */
#include "scenarios/runner/cursor.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

bool cursor_fail(struct cursor *cursor, const char *at, const char *format, ...)
{
    va_list args;

    if (cursor->wrong_at != NULL)
        return false;
    cursor->wrong_at = at;
    va_start(args, format);
    vsnprintf(cursor->wrong, sizeof(cursor->wrong), format, args);
    va_end(args);
    return false;
}

void cursor_skip_blanks(struct cursor *cursor)
{
    while (cursor->at < cursor->end && is_blank(*cursor->at))
        cursor->at++;
}

bool cursor_take(struct cursor *cursor, const char *text)
{
    size_t size = strlen(text);

    if ((size_t)(cursor->end - cursor->at) < size || memcmp(cursor->at, text, size) != 0)
        return false;
    cursor->at += size;
    return true;
}

struct slice cursor_take_word(struct cursor *cursor)
{
    const char *begin = cursor->at;

    while (cursor->at < cursor->end && !is_blank(*cursor->at))
        cursor->at++;
    return (struct slice){begin, (size_t)(cursor->at - begin)};
}

static bool is_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_';
}

struct slice cursor_name_at(const char *at, const char *end)
{
    const char *dot, *p = at;

    if (p == end || !is_name_start(*p))
        return (struct slice){at, 0};
    while (p < end && (is_name_start(*p) || is_digit(*p)))
        p++;
    dot = p;
    if (p < end && *p == '.')
        for (p++; p < end && islower((unsigned char)*p);)
            p++;
    if (p == dot + 1)
        p = dot;
    return (struct slice){at, (size_t)(p - at)};
}

bool cursor_check_name(struct cursor *cursor, const char *at, struct slice name)
{
    if (vars_get(cursor->names, name, NULL))
        return true;
    return cursor_fail(cursor, at, "nothing has bound $%.*s", (int)name.size, name.data);
}

/* Reads the digits that a text begins with; how many, 0 also if they are too many. */
static size_t read_digits(struct slice text, int64_t *number)
{
    size_t i;

    *number = 0;
    for (i = 0; i < text.size && is_digit(text.data[i]); i++) {
        int digit = text.data[i] - '0';

        if (*number > (INT64_MAX - digit) / 10)
            return 0;
        *number = *number * 10 + digit;
    }
    return i;
}

bool cursor_number(struct cursor *cursor, struct slice word, const char *what, int64_t low, int64_t high,
                   int64_t *number)
{
    if (word.size > 0 && read_digits(word, number) == word.size && *number >= low && *number <= high)
        return true;
    return cursor_fail(cursor, word.data, "%s must be a number from %" PRId64 " to %" PRId64, what, low,
                       high);
}

bool cursor_duration(struct cursor *cursor, struct slice word, int64_t *duration_us)
{
    static const struct {
        const char *name;
        int64_t us;
    } units[] = {
        {"ms", 1000},
        {"s", 1000000},
        {"m", 60000000},
        {"h", INT64_C(3600000000)},
        {"d", INT64_C(86400000000)},
    };
    int64_t number;
    size_t digits = read_digits(word, &number);

    for (size_t i = 0; digits > 0 && i < ARRAY_LEN(units); i++) {
        if (!slice_is((struct slice){word.data + digits, word.size - digits}, units[i].name))
            continue;
        /* A century is more than any clock here can take. */
        if (number > INT64_C(36500) * 86400000000 / units[i].us)
            break;
        *duration_us = number * units[i].us;
        return true;
    }
    return cursor_fail(cursor, word.data, "expected a duration such as 50ms, 10s, 5m, 2h or 1d");
}
