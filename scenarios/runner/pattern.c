/* SPDX-License-Identifier: MIT */
/* Reads one expected reply. What a value is shows in its first character. */
#include "scenarios/runner/pattern.h"

#include "scenarios/runner/regex.h"

#include <ctype.h>

#define DEPTH_MAX 64

static bool take_value(struct pattern *pattern, struct cursor *cursor, int depth);

/* May a word end here? */
static bool is_word_end(const struct cursor *cursor)
{
    char c = cursor_peek(cursor);

    return cursor_is_at_end(cursor) || is_blank(c) || c == ',' || c == ']' || c == '}' || c == ':';
}

static bool not_a_value(struct cursor *cursor, const char *at)
{
    const char *end = at;

    while (end < cursor->end && !is_blank(*end))
        end++;
    return cursor_fail(cursor, at, "not a value: %.*s", (int)(end - at > 40 ? 40 : end - at), at);
}

/* The text of a status or an error: the rest of the line, or of the element. */
static struct slice take_text(struct cursor *cursor, int depth)
{
    const char *begin = cursor->at, *end;

    while (cursor->at < cursor->end && memchr("\n,]}", *cursor->at, depth > 0 ? 4 : 1) == NULL)
        cursor->at++;
    for (end = cursor->at; end > begin && is_blank(end[-1]);)
        end--;
    return (struct slice){begin, (size_t)(end - begin)};
}

static bool take_any(struct pattern *pattern, struct cursor *cursor, int depth)
{
    const char *at = cursor->at++;

    (void)depth;
    pattern->kind = PATTERN_ANY;
    return is_word_end(cursor) || not_a_value(cursor, at);
}

static bool take_nil(struct pattern *pattern, struct cursor *cursor, int depth)
{
    const char *at = cursor->at;

    (void)depth;
    if (!cursor_take(cursor, "nil"))
        return not_a_value(cursor, at);
    pattern->kind = cursor_take(cursor, "[]") ? PATTERN_NIL_ARRAY : PATTERN_NIL;
    return is_word_end(cursor) || not_a_value(cursor, at);
}

/* A string or a regex ends on the line that it begins on; gives back where the cursor ended. */
static const char *end_at_line(struct cursor *cursor)
{
    const char *end = cursor->end;
    const char *line_end = memchr(cursor->at, '\n', (size_t)(end - cursor->at));

    if (line_end != NULL)
        cursor->end = line_end;
    return end;
}

static bool take_bulk(struct pattern *pattern, struct cursor *cursor, int depth)
{
    const char *end = end_at_line(cursor);
    bool ok;

    (void)depth;
    pattern->kind = PATTERN_BULK;
    ok = template_take_quoted(&pattern->text, cursor);
    cursor->end = end;
    return ok;
}

static bool take_regex(struct pattern *pattern, struct cursor *cursor, int depth)
{
    const char *end = end_at_line(cursor);
    bool ok;

    (void)depth;
    pattern->kind = PATTERN_REGEX;
    ok = regex_take(&pattern->text, cursor);
    cursor->end = end;
    return ok;
}

/* A name that is not bound yet is bound from here on; those of nodes always are. */
static bool bind_name(struct pattern *pattern, struct cursor *cursor, const char *at)
{
    if (memchr(pattern->word.data, '.', pattern->word.size) != NULL)
        return cursor_check_name(cursor, at, pattern->word);
    if (!vars_get(cursor->names, pattern->word, NULL))
        vars_bind(cursor->names, pattern->word, slice_of(""));
    return true;
}

static bool take_name(struct pattern *pattern, struct cursor *cursor, int depth)
{
    const char *at = cursor->at++;

    (void)depth;
    pattern->kind = PATTERN_NAME;
    pattern->word = cursor_name_at(cursor->at, cursor->end);
    cursor->at += pattern->word.size;
    if (pattern->word.size == 0 || !is_word_end(cursor))
        return not_a_value(cursor, at);
    return bind_name(pattern, cursor, at);
}

static bool take_status(struct pattern *pattern, struct cursor *cursor, int depth)
{
    const char *at = cursor->at++;
    struct slice text = take_text(cursor, depth), name;

    pattern->kind = PATTERN_STATUS;
    pattern->word = text;
    if (text.size < 2 || text.data[0] != '$')
        return true;
    name = cursor_name_at(text.data + 1, text.data + text.size);
    if (name.size != text.size - 1)
        return true;
    pattern->kind = PATTERN_STATUS_NAME;
    pattern->word = name;
    return bind_name(pattern, cursor, at);
}

static bool take_error(struct pattern *pattern, struct cursor *cursor, int depth)
{
    cursor->at++;
    pattern->word = take_text(cursor, depth);
    pattern->kind =
        memchr(pattern->word.data, ' ', pattern->word.size) != NULL ? PATTERN_ERROR : PATTERN_ERROR_CODE;
    return true;
}

static bool take_failure(struct pattern *pattern, struct cursor *cursor, int depth)
{
    const char *at = cursor->at++;
    const char *p = cursor->at;

    while (p < cursor->end && (islower((unsigned char)*p) || *p == '-' || *p == '_'))
        p++;
    pattern->kind = PATTERN_FAILURE;
    pattern->word = (struct slice){cursor->at, (size_t)(p - cursor->at)};
    cursor->at = p;
    if (pattern->word.size == 0 || !is_word_end(cursor))
        return not_a_value(cursor, at);
    return depth == 0 || cursor_fail(cursor, at, "!%.*s cannot be part of a value", (int)pattern->word.size,
                                     pattern->word.data);
}

/* Takes an integer with its sign. */
static bool take_integer(struct cursor *cursor, int64_t *integer)
{
    bool is_negative = cursor_take(cursor, "-");
    const char *begin = cursor->at;

    *integer = 0;
    for (; is_digit(cursor_peek(cursor)); cursor->at++) {
        int digit = *cursor->at - '0';

        if (__builtin_mul_overflow(*integer, 10, integer) ||
            __builtin_add_overflow(*integer, is_negative ? -digit : digit, integer))
            return false;
    }
    return cursor->at > begin;
}

static bool take_range(struct pattern *pattern, struct cursor *cursor, int depth)
{
    const char *at = cursor->at;

    (void)depth;
    pattern->kind = PATTERN_INTEGER;
    if (!take_integer(cursor, &pattern->low))
        return not_a_value(cursor, at);
    pattern->high = pattern->low;
    if (cursor_take(cursor, "..") && !take_integer(cursor, &pattern->high))
        return not_a_value(cursor, at);
    if (!is_word_end(cursor))
        return not_a_value(cursor, at);
    return pattern->low <= pattern->high ||
           cursor_fail(cursor, at, "the range is empty: its first end is above its second");
}

static bool take_minus(struct pattern *pattern, struct cursor *cursor, int depth)
{
    char next = cursor->end - cursor->at > 1 ? cursor->at[1] : '\0';

    if (isupper((unsigned char)next))
        return take_error(pattern, cursor, depth);
    return take_range(pattern, cursor, depth);
}

static struct pattern *add_item(struct pattern *pattern, struct cursor *cursor)
{
    struct pattern *item;

    pattern->items = arena_grow(cursor->arena, pattern->items, pattern->count, sizeof(*pattern->items));
    item = &pattern->items[pattern->count++];
    *item = (struct pattern){0};
    return item;
}

/* Takes the value of a map's key, which was just taken. */
static bool take_map_value(struct pattern *pattern, struct cursor *cursor, const char *key_at, int depth)
{
    enum pattern_kind key = pattern->items[pattern->count - 1].kind;
    const char *at = cursor->at;

    cursor_skip_blanks(cursor);
    if (!cursor_take(cursor, ":"))
        return cursor_fail(cursor, at, "expected : and the value of this key");
    if (key != PATTERN_BULK && key != PATTERN_NAME)
        return cursor_fail(cursor, key_at, "a key is \"text\" or $name");
    return take_value(add_item(pattern, cursor), cursor, depth);
}

/* Takes an element, or a key and its value. What the first of a set is decides for all. */
static bool take_item(struct pattern *pattern, struct cursor *cursor, int depth)
{
    bool is_first = pattern->count == 0;
    struct pattern *item = add_item(pattern, cursor);
    size_t mark = vars_mark(cursor->names);
    const char *at = cursor->at, *behind;

    if (!take_value(item, cursor, depth))
        return false;
    if (pattern->kind == PATTERN_ARRAY)
        return true;
    behind = cursor->at;
    cursor_skip_blanks(cursor);
    if (is_first && cursor_peek(cursor) == ':')
        pattern->kind = PATTERN_MAP;
    cursor->at = behind;
    if (pattern->kind == PATTERN_SET)
        return true;
    if (item->kind == PATTERN_NAME && vars_mark(cursor->names) > mark) {
        vars_rollback(cursor->names, mark);
        return cursor_check_name(cursor, at, item->word);
    }
    return take_map_value(pattern, cursor, at, depth);
}

static bool take_items(struct pattern *pattern, struct cursor *cursor, int depth)
{
    const char *begin = cursor->at++;
    char close = *begin == '[' ? ']' : '}';

    pattern->kind = *begin == '[' ? PATTERN_ARRAY : PATTERN_SET;
    if (depth == DEPTH_MAX)
        return cursor_fail(cursor, begin, "too many brackets within each other");
    for (;;) {
        cursor_skip_blanks(cursor);
        if (cursor_peek(cursor) == close) {
            cursor->at++;
            return true;
        }
        if (!cursor_is_at_end(cursor) && (pattern->more || (pattern->count > 0 && *cursor->at != ',')))
            return cursor_fail(cursor, cursor->at, "expected %s%c", pattern->more ? "" : ", or ", close);
        if (!cursor_is_at_end(cursor) && pattern->count > 0)
            cursor->at++;
        cursor_skip_blanks(cursor);
        if (cursor_is_at_end(cursor))
            return cursor_fail(cursor, begin, "%c is not closed", *begin);
        if (cursor_take(cursor, "..."))
            pattern->more = true;
        else if (!take_item(pattern, cursor, depth + 1))
            return false;
    }
}

static bool take_value(struct pattern *pattern, struct cursor *cursor, int depth)
{
    static bool (*const takers[128])(struct pattern * pattern, struct cursor * cursor, int depth) = {
        ['"'] = take_bulk,    ['/'] = take_regex, ['$'] = take_name,  ['+'] = take_status, ['-'] = take_minus,
        ['!'] = take_failure, ['['] = take_items, ['{'] = take_items, ['_'] = take_any,    ['n'] = take_nil,
        ['0'] = take_range,   ['1'] = take_range, ['2'] = take_range, ['3'] = take_range,  ['4'] = take_range,
        ['5'] = take_range,   ['6'] = take_range, ['7'] = take_range, ['8'] = take_range,  ['9'] = take_range,
    };
    unsigned char first;

    cursor_skip_blanks(cursor);
    first = (unsigned char)cursor_peek(cursor);
    if (cursor_is_at_end(cursor))
        return cursor_fail(cursor, cursor->at, "expected a value");
    if (first >= ARRAY_LEN(takers) || takers[first] == NULL)
        return not_a_value(cursor, cursor->at);
    return takers[first](pattern, cursor, depth);
}

bool pattern_take(struct pattern *pattern, struct cursor *cursor)
{
    *pattern = (struct pattern){0};
    if (!take_value(pattern, cursor, 0))
        return false;
    cursor_skip_blanks(cursor);
    if (!cursor_is_at_end(cursor))
        return cursor_fail(cursor, cursor->at, "text after the value");
    return true;
}
