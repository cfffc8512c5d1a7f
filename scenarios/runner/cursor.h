/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_CURSOR_H
#define SCENARIOS_RUNNER_CURSOR_H

/* A place in a scenario's text, and the first thing that was found wrong there. All parsers of the language
 * move one of these along; each returns false once something is wrong. */

#include "scenarios/runner/arena.h"
#include "scenarios/runner/vars.h"

struct cursor {
    const char *at;
    const char *end;      /* of the line, or of the reply, that is being read */
    struct arena *arena;  /* where that which is parsed is made; kept by the caller */
    struct vars *names;   /* that are bound here; the caller's */
    const char *wrong_at; /* NULL: all is well */
    char wrong[200];
};

/* Says what is wrong and where, unless something was before. Always false. */
bool cursor_fail(struct cursor *cursor, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static inline bool cursor_is_at_end(const struct cursor *cursor)
{
    return cursor->at == cursor->end;
}

/* The character here, or NUL at the end. */
static inline char cursor_peek(const struct cursor *cursor)
{
    return cursor->at < cursor->end ? *cursor->at : '\0';
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

void cursor_skip_blanks(struct cursor *cursor);

/* Takes that text if it is here. */
bool cursor_take(struct cursor *cursor, const char *text);

/* Takes everything up to a blank, which may be nothing. */
struct slice cursor_take_word(struct cursor *cursor);

/* The name at the beginning of this text, as it stands behind a `$`; its size is 0 if there is none. */
struct slice cursor_name_at(const char *at, const char *end);

/* Is the name bound? If not, that is wrong at `at`. */
bool cursor_check_name(struct cursor *cursor, const char *at, struct slice name);

/* Reads a whole word, which is to be a decimal number within the limits, or a duration ("50ms") in
 * microseconds. `what` names it in the error. */
bool cursor_number(struct cursor *cursor, struct slice word, const char *what, int64_t low, int64_t high,
                   int64_t *number);
bool cursor_duration(struct cursor *cursor, struct slice word, int64_t *duration_us);

#endif
