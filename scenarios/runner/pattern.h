/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_PATTERN_H
#define SCENARIOS_RUNNER_PATTERN_H

/* An expected reply. */

#include "scenarios/runner/template.h"
#include "scenarios/runner/value.h"

enum pattern_kind {
    PATTERN_ANY,
    PATTERN_NIL,
    PATTERN_NIL_ARRAY,
    PATTERN_INTEGER, /* low..high */
    PATTERN_BULK,
    PATTERN_REGEX,
    PATTERN_NAME,        /* $name */
    PATTERN_STATUS,      /* +text */
    PATTERN_STATUS_NAME, /* +$name */
    PATTERN_ERROR,       /* -CODE text: the whole line */
    PATTERN_ERROR_CODE,  /* -CODE: the first word */
    PATTERN_FAILURE,     /* !code, of a client */
    PATTERN_ARRAY,       /* [v, v] */
    PATTERN_SET,         /* {v, v} */
    PATTERN_MAP,         /* {"k": v}: keys and values take turns in items */
};

struct pattern {
    enum pattern_kind kind;
    int64_t low, high;
    struct template text; /* of a bulk or a regex */
    struct slice word;    /* of a name (without the $), status, error or failure (without the sign) */
    struct pattern *items;
    size_t count; /* of items */
    bool more;    /* ended with `...` */
};

/* Takes one value, and all of the cursor's text. Names that it binds are bound in the cursor's names. */
bool pattern_take(struct pattern *pattern, struct cursor *cursor);

#endif
