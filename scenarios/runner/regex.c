/* SPDX-License-Identifier: MIT */
/* What is a scenario's in a regex, and what is POSIX's: where it ends, which names stand in it, and that a
 * backslash before a letter is a mistake. */
#include "scenarios/runner/regex.h"

#include "scenarios/runner/ere.h"

#include <ctype.h>

/* Adds an escaped character as it has to be written so that it stands for itself. */
static bool take_escape(struct template *regex, struct cursor *cursor)
{
    struct text literal = {0};
    const char *escaped = cursor->at + 1;

    if (escaped == cursor->end)
        return cursor_fail(cursor, cursor->at, "the regex is not closed");
    if (isalpha((unsigned char)*escaped))
        return cursor_fail(cursor, cursor->at, "a backslash before a letter means nothing in a regex: \\%c",
                           *escaped);
    ere_add_literal(&literal, (struct slice){escaped, 1});
    template_add(regex, cursor, arena_copy(cursor->arena, text_slice(&literal)));
    text_fini(&literal);
    cursor->at += 2;
    return true;
}

/* Takes "[…]" as it is: variables and escapes mean nothing there. */
static bool take_bracket(struct template *regex, struct cursor *cursor)
{
    const char *begin = cursor->at, *p = begin + 1;

    if (p < cursor->end && *p == '^')
        p++;
    for (const char *first = p; p < cursor->end && *p != '/' && (*p != ']' || p == first); p++) {
        if (*p == '\\' && p + 1 < cursor->end) {
            if (isalpha((unsigned char)p[1]))
                return cursor_fail(cursor, p, "a backslash before a letter means nothing in a regex: \\%c",
                                   p[1]);
            if (p[1] == '/')
                p++;
        } else if (*p == '[' && p + 1 < cursor->end && p[1] == ':') {
            while (p + 2 < cursor->end && p[2] != '/' && !(p[1] == ':' && p[2] == ']'))
                p++;
            p += p + 2 < cursor->end && p[2] == ']' ? 2 : 0;
        }
    }
    if (p < cursor->end && *p == ']')
        p++;
    template_add(regex, cursor, (struct slice){begin, (size_t)(p - begin)});
    cursor->at = p;
    return true;
}

static bool take_part(struct template *regex, struct cursor *cursor)
{
    switch (*cursor->at) {
    case '\\':
        return take_escape(regex, cursor);
    case '[':
        return take_bracket(regex, cursor);
    default:
        return template_take(regex, cursor);
    }
}

/* Would it be a regex, whatever its variables hold? */
static bool check(const struct template *regex, struct cursor *cursor, const char *at)
{
    struct text expression = {0};
    const char *error;

    for (size_t i = 0; i < regex->count; i++)
        text_add(&expression, regex->parts[i].is_name ? slice_of("x") : regex->parts[i].text);
    error = ere_check(text_slice(&expression));
    text_fini(&expression);
    return error == NULL || cursor_fail(cursor, at, "bad regex: %s", error);
}

bool regex_take(struct template *regex, struct cursor *cursor)
{
    const char *begin = cursor->at++;

    while (cursor->at < cursor->end && *cursor->at != '/')
        if (!take_part(regex, cursor))
            return false;
    if (cursor_is_at_end(cursor))
        return cursor_fail(cursor, begin, "the regex is not closed");
    cursor->at++;
    return check(regex, cursor, begin);
}

bool regex_matches(const struct template *regex, const struct vars *vars, struct slice subject)
{
    struct text expression = {0};
    bool found;

    for (size_t i = 0; i < regex->count; i++) {
        struct slice part = regex->parts[i].text;

        if (!regex->parts[i].is_name)
            text_add(&expression, part);
        else if (vars_get(vars, part, &part))
            ere_add_literal(&expression, part);
    }
    found = ere_search(text_slice(&expression), subject);
    text_fini(&expression);
    return found;
}
