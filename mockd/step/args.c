/* SPDX-License-Identifier: MIT */
/* Each kind of step reads its own words. What numbers, durations, nodes and links look like, and how it is
 * said what is wrong with one, is the same for all. */
#include "mockd/step/args.h"

#include "mockd/node/message.h"
#include "mockd/sim/line.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

int args_split(char *text, const char **argv)
{
    struct line line = {text, text + strlen(text)};
    enum line_result result;
    struct bytes word;
    int argc = 0;

    while ((result = line_next(&line, &word)) == LINE_WORD) {
        char *end = text + (word.data - text) + word.size;

        if (end == line.at && line.at < line.end)
            line.at++;
        *end = '\0';
        argv[argc++] = word.data;
    }
    return result == LINE_END ? argc : -1;
}

const char *args_peek(const struct args *args)
{
    return args->at < args->argc ? args->argv[args->at] : NULL;
}

const char *args_last(const struct args *args)
{
    return args->argv[args->at - 1];
}

static void set_outcome(struct mockd_outcome *outcome, int word, const char *format, va_list rest)
    __attribute__((format(printf, 3, 0)));

static void set_outcome(struct mockd_outcome *outcome, int word, const char *format, va_list rest)
{
    outcome->word = word;
    vsnprintf(outcome->text, sizeof(outcome->text), format, rest);
}

bool args_fail(const struct args *args, const char *format, ...)
{
    va_list rest;

    va_start(rest, format);
    set_outcome(args->outcome, args->at, format, rest);
    va_end(rest);
    return false;
}

bool args_fail_last(const struct args *args, const char *format, ...)
{
    va_list rest;

    va_start(rest, format);
    set_outcome(args->outcome, args->at - 1, format, rest);
    va_end(rest);
    return false;
}

bool args_take(struct args *args, const char *word)
{
    const char *next = args_peek(args);

    if (next == NULL || strcasecmp(next, word) != 0)
        return false;
    args->at++;
    return true;
}

bool args_end(const struct args *args)
{
    const char *next = args_peek(args);

    return next == NULL || args_fail(args, "nothing more was expected: %s", next);
}

/* A, B … Z, AA, AB …. */
bool args_read_node(const struct args *args, struct bytes name, int *node)
{
    int index = 0;

    for (size_t i = 0; i < name.size && index <= args->nodes; i++) {
        if (!isalpha((unsigned char)name.data[i]))
            return args_fail(args, "not a node: %.*s", BYTES_ARG(name));
        index = index * 26 + toupper((unsigned char)name.data[i]) - 'A' + 1;
    }
    *node = index - 1;
    if (name.size == 0)
        return args_fail(args, "expected a node");
    return index <= args->nodes ||
           args_fail(args, "no node %.*s in a cluster of %d", BYTES_ARG(name), args->nodes);
}

bool args_take_node(struct args *args, int *node)
{
    const char *next = args_peek(args);

    if (!args_read_node(args, bytes_of(next != NULL ? next : ""), node))
        return false;
    args->at++;
    return true;
}

static bool is_any(struct bytes name)
{
    return bytes_is_word(name, "*") || bytes_is_word(name, "any");
}

static bool read_end(const struct args *args, struct bytes name, int *node)
{
    if (!is_any(name))
        return args_read_node(args, name, node);
    *node = -1;
    return true;
}

/* Cuts it in two at a sign. */
static bool split(struct bytes text, const char *sign, struct bytes *left, struct bytes *right)
{
    const char *at = memmem(text.data, text.size, sign, strlen(sign));

    if (at == NULL)
        return false;
    *left = (struct bytes){text.data, (size_t)(at - text.data)};
    right->data = at + strlen(sign);
    right->size = text.size - left->size - strlen(sign);
    return true;
}

bool args_take_link(struct args *args, int *from, int *to, bool *is_both_ways)
{
    const char *next = args_peek(args);
    struct bytes text = bytes_of(next != NULL ? next : ""), left, right, rest;

    *is_both_ways = split(text, "<->", &left, &right);
    if (is_any(text)) {
        left = right = text;
    } else if (!*is_both_ways && !split(text, "->", &left, &right)) {
        if (!split(text, ":", &left, &right))
            return args_fail(args, "expected a link, such as A->B, A<->B, *->B or A:B, A:B:both, any:B");
        *is_both_ways = split(right, ":", &right, &rest);
        if (*is_both_ways && !bytes_is_word(rest, "both"))
            return args_fail(args, "expected A:B:both, not :%.*s", BYTES_ARG(rest));
    }
    if (!read_end(args, left, from) || !read_end(args, right, to))
        return false;
    if (*from == *to && *from >= 0)
        return args_fail(args, "a node has no link to itself");
    args->at++;
    return true;
}

/* Reads digits at the start of a text; how many, or 0 if there are none or too many. */
static size_t read_digits(struct bytes text, uint64_t *number)
{
    size_t size = 0;

    for (*number = 0; size < text.size && isdigit((unsigned char)text.data[size]); size++)
        *number = *number * 10 + (uint64_t)(text.data[size] - '0');
    return size <= 15 ? size : 0;
}

bool args_take_times(struct args *args, uint64_t *times)
{
    const char *next = args_peek(args);
    struct bytes digits;

    *times = 1;
    if (next == NULL || (next[0] != 'x' && next[0] != 'X'))
        return true;
    digits = bytes_of(next + 1);
    if (read_digits(digits, times) != digits.size || digits.size == 0)
        return args_fail(args, "expected how often, such as x2: %s", next);
    args->at++;
    return true;
}

bool args_is_name(const char *text)
{
    return islower((unsigned char)text[0]) &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

bool args_take_name(struct args *args, char **name)
{
    const char *next = args_peek(args);

    if (next == NULL || !args_is_name(next))
        return args_fail(args, "expected a name of a-z, then 0-9, _ and - too: %s", next != NULL ? next : "");
    *name = xmemdup(next, strlen(next) + 1);
    args->at++;
    return true;
}

bool args_take_label(struct args *args, char **name)
{
    if (args->at + 1 >= args->argc || strcmp(args->argv[args->at + 1], "=") != 0)
        return true;
    if (!args_take_name(args, name))
        return false;
    args->at++;
    return true;
}

bool args_take_number(struct args *args, uint64_t *number)
{
    if (!args_read_number(args, bytes_of(args_peek(args) != NULL ? args_peek(args) : ""), number))
        return false;
    args->at++;
    return true;
}

bool args_read_number(const struct args *args, struct bytes text, uint64_t *number)
{
    return (text.size > 0 && read_digits(text, number) == text.size) ||
           args_fail(args, "expected a number: %.*s", BYTES_ARG(text));
}

bool args_read_positive_duration(const struct args *args, struct bytes text, int64_t *duration_us)
{
    return args_read_duration(args, text, duration_us) &&
           (*duration_us > 0 || args_fail(args, "expected some time: %.*s", BYTES_ARG(text)));
}

bool args_read_yes(const struct args *args, struct bytes text, bool *yes)
{
    *yes = bytes_is_word(text, "yes");
    return *yes || bytes_is_word(text, "no") || args_fail(args, "expected yes or no: %.*s", BYTES_ARG(text));
}

bool args_read_range(const struct args *args, struct bytes text, struct range *range)
{
    struct bytes low = text, high = text;

    split(text, "..", &low, &high);
    if (low.size > 0 && read_digits(low, &range->min) == low.size && high.size > 0 &&
        read_digits(high, &range->max) == high.size && range->min <= range->max)
        return true;
    return args_fail(args, "not a number or a range: %.*s (such as 3 or 3..5)", BYTES_ARG(text));
}

bool args_take_duration(struct args *args, int64_t *duration_us)
{
    if (!args_read_duration(args, bytes_of(args_peek(args) != NULL ? args_peek(args) : ""), duration_us))
        return false;
    args->at++;
    return true;
}

bool args_take_within(struct args *args, int64_t *duration_us)
{
    *duration_us = 0;
    return !args_take(args, "within") || args_take_duration(args, duration_us);
}

bool args_take_some_times(struct args *args, uint64_t *times)
{
    if (!args_take_times(args, times))
        return false;
    return *times > 0 || args_fail_last(args, "expected how often, such as x2: %s", args_last(args));
}

const char *args_option(const struct args *args, const char *key)
{
    const char *next = args_peek(args);
    size_t size = strlen(key);

    if (next == NULL || strncasecmp(next, key, size) != 0 || next[size] != '=')
        return NULL;
    return next + size + 1;
}

bool args_read_duration(const struct args *args, struct bytes text, int64_t *duration_us)
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
    uint64_t number;
    size_t size = read_digits(text, &number);
    struct bytes unit = {text.data + size, text.size - size};

    for (size_t i = 0; size > 0 && i < ARRAY_LEN(units); i++) {
        if (!bytes_equal(unit, bytes_of(units[i].name)) || number > (uint64_t)(INT64_MAX / 4 / units[i].us))
            continue;
        *duration_us = (int64_t)number * units[i].us;
        return true;
    }
    return args_fail(args, "not a duration: %.*s (such as 50ms, 2s, 1m, 3h, 1d)", BYTES_ARG(text));
}

/* 0%, 100%, and what is between them, with up to four digits behind a point. */
bool args_read_chance(const struct args *args, struct bytes text, uint32_t *chance)
{
    uint64_t whole, part = 0;
    size_t size = read_digits(text, &whole), part_size = 0;

    if (size > 0 && size < text.size && text.data[size] == '.') {
        part_size = read_digits((struct bytes){text.data + size + 1, text.size - size - 1}, &part);
        size = part_size > 0 && part_size <= 4 ? size + 1 + part_size : 0;
    }
    for (; part_size < 4; part_size++)
        part *= 10;
    *chance = (uint32_t)(whole * 10000 + part);
    if (size > 0 && size + 1 == text.size && text.data[size] == '%' && whole <= 100 && *chance <= 1000000)
        return true;
    return args_fail(args, "not a chance: %.*s (such as 5%% or 0.5%%)", BYTES_ARG(text));
}

bool args_read_kinds(const struct args *args, struct bytes text, uint32_t *kinds)
{
    struct bytes name = text, rest = {0};

    *kinds = 0;
    for (bool has_more = true; has_more; name = rest) {
        int type;

        has_more = split(name, ",", &name, &rest);
        type = message_find((struct bytes){name.data, name.size});
        if (type < 0)
            return args_fail(args, "no message is called %.*s", BYTES_ARG(name));
        *kinds |= UINT32_C(1) << type;
    }
    return true;
}
