/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_LINE_H
#define MOCKD_SIM_LINE_H

#include "mockd/sim/bytes.h"

/* The words of an inline request that are still to be read. The line holds no NUL. */
struct line {
    char *at;
    char *end;
};

enum line_result {
    LINE_WORD,
    LINE_END,
    LINE_BAD, /* a quote is not closed, or has more than a blank behind it */
};

/* The next word, unquoted in place: it is a part of the line, whose bytes are used up (§1.1). */
enum line_result line_next(struct line *line, struct bytes *word);

#endif
