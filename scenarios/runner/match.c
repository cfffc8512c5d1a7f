/* SPDX-License-Identifier: MIT */
/* Compares what came with what was expected. Names are bound on the way and unbound where the way was wrong.
 */
#include "scenarios/runner/match.h"

#include "scenarios/runner/pairing.h"
#include "scenarios/runner/regex.h"

/* Elements in any order, of which several items want the same name to be bound, are tried in all orders if
 * need be. After so many they count as unequal. */
#define TRIES_MAX 1000000

struct matching {
    struct vars *vars;
    struct arena arena;
    int tries;
    bool is_loose; /* names that nothing has bound yet may be anything, and are not bound */
};

static bool match_value(struct matching *m, const struct pattern *pattern, const struct value *value);

static bool match_any(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    (void)m, (void)pattern, (void)value;
    return true;
}

static bool match_nil(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    (void)m, (void)pattern;
    return value->kind == VALUE_NIL;
}

static bool match_nil_array(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    (void)m, (void)pattern;
    return value->kind == VALUE_NIL_ARRAY;
}

static bool match_integer(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    (void)m;
    return value->kind == VALUE_INTEGER && value->integer >= pattern->low && value->integer <= pattern->high;
}

static bool is_unknown(const struct matching *m, const struct template *text)
{
    for (size_t i = 0; m->is_loose && i < text->count; i++)
        if (text->parts[i].is_name && !vars_get(m->vars, text->parts[i].text, NULL))
            return true;
    return false;
}

static bool match_bulk(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    struct text text = {0};
    bool is_equal;

    if (value->kind != VALUE_BULK || is_unknown(m, &pattern->text))
        return value->kind == VALUE_BULK;
    if (pattern->text.count == 1 && !pattern->text.parts[0].is_name)
        return slice_equal(pattern->text.parts[0].text, value->text);
    template_expand(&pattern->text, m->vars, &text);
    is_equal = slice_equal(text_slice(&text), value->text);
    text_fini(&text);
    return is_equal;
}

static bool match_regex(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    return (value->kind == VALUE_BULK || value->kind == VALUE_STATUS) &&
           (is_unknown(m, &pattern->text) || regex_matches(&pattern->text, m->vars, value->text));
}

static bool match_name(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    struct slice text, bound;

    if (!value_text(&m->arena, value, &text))
        return false;
    if (vars_get(m->vars, pattern->word, &bound))
        return slice_equal(bound, text);
    if (!m->is_loose)
        vars_bind(m->vars, pattern->word, text);
    return true;
}

static bool match_status_name(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    return value->kind == VALUE_STATUS && match_name(m, pattern, value);
}

static bool match_status(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    (void)m;
    return value->kind == VALUE_STATUS && slice_equal(pattern->word, value->text);
}

static bool match_error(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    (void)m;
    return value->kind == VALUE_ERROR && slice_equal(pattern->word, value->text);
}

static bool match_error_code(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    size_t size = pattern->word.size;

    (void)m;
    return value->kind == VALUE_ERROR && value->text.size >= size &&
           memcmp(value->text.data, pattern->word.data, size) == 0 &&
           (value->text.size == size || value->text.data[size] == ' ');
}

static bool match_failure(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    (void)m;
    return value->kind == VALUE_FAILURE && slice_equal(pattern->word, value->text);
}

static bool has_right_size(const struct pattern *pattern, size_t expected, const struct value *value,
                           size_t got)
{
    return value->kind == VALUE_ARRAY && (got == expected || (pattern->more && got > expected));
}

static bool match_array(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    if (!has_right_size(pattern, pattern->count, value, value->count))
        return false;
    for (size_t i = 0; i < pattern->count; i++)
        if (!match_value(m, &pattern->items[i], &value->items[i]))
            return false;
    return true;
}

/* The first element for item i that leaves one for each of the others, whatever names it binds. */
static bool match_from(struct matching *m, const struct pattern *pattern, size_t i, const struct value *value,
                       struct pairing *pairing)
{
    size_t mark = vars_mark(m->vars);

    if (i == pattern->count)
        return true;
    for (size_t j = 0; j < value->count; j++) {
        if (!pairing_fix(pairing, i, j))
            continue;
        if (match_value(m, &pattern->items[i], &value->items[j])) {
            if (match_from(m, pattern, i + 1, value, pairing))
                return true;
            if (m->tries++ > TRIES_MAX)
                return false;
        }
        vars_rollback(m->vars, mark);
    }
    return false;
}

/* Which items and elements fit, were they alone. */
static void find_fits(struct matching *m, const struct pattern *pattern, const struct value *value,
                      struct pairing *pairing)
{
    bool was_loose = m->is_loose;

    m->is_loose = true;
    for (size_t i = 0; i < pattern->count; i++)
        for (size_t j = 0; j < value->count; j++)
            if (match_value(m, &pattern->items[i], &value->items[j]))
                pairing_allow(pairing, i, j);
    m->is_loose = was_loose;
}

/* That each item can have an element of its own is known before any order is tried. */
static bool match_set(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    struct pairing pairing;
    bool is_match;

    if (!has_right_size(pattern, pattern->count, value, value->count))
        return false;
    pairing_init(&pairing, pattern->count, value->count);
    find_fits(m, pattern, value, &pairing);
    is_match = pairing_complete(&pairing) && (m->is_loose || match_from(m, pattern, 0, value, &pairing));
    pairing_fini(&pairing);
    return is_match;
}

/* Has the map this key, once, with this value? */
static bool match_entry(struct matching *m, const struct pattern *key, const struct pattern *item,
                        const struct value *map)
{
    const struct value *found = NULL;

    for (size_t i = 0; i < map->count; i += 2) {
        const struct value *at = &map->items[i];

        if (at->kind != VALUE_BULK || !match_value(m, key, at))
            continue;
        if (m->is_loose && match_value(m, item, at + 1))
            return true;
        if (found != NULL && !m->is_loose)
            return false;
        found = at + 1;
    }
    return found != NULL && match_value(m, item, found);
}

static bool match_map(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    if (value->count % 2 != 0 || !has_right_size(pattern, pattern->count / 2, value, value->count / 2))
        return false;
    for (size_t i = 0; i < pattern->count; i += 2)
        if (!match_entry(m, &pattern->items[i], &pattern->items[i + 1], value))
            return false;
    return true;
}

static bool match_value(struct matching *m, const struct pattern *pattern, const struct value *value)
{
    static bool (*const matchers[])(struct matching * m, const struct pattern *pattern,
                                    const struct value *value) = {
        [PATTERN_ANY] = match_any,
        [PATTERN_NIL] = match_nil,
        [PATTERN_NIL_ARRAY] = match_nil_array,
        [PATTERN_INTEGER] = match_integer,
        [PATTERN_BULK] = match_bulk,
        [PATTERN_REGEX] = match_regex,
        [PATTERN_NAME] = match_name,
        [PATTERN_STATUS] = match_status,
        [PATTERN_STATUS_NAME] = match_status_name,
        [PATTERN_ERROR] = match_error,
        [PATTERN_ERROR_CODE] = match_error_code,
        [PATTERN_FAILURE] = match_failure,
        [PATTERN_ARRAY] = match_array,
        [PATTERN_SET] = match_set,
        [PATTERN_MAP] = match_map,
    };

    return matchers[pattern->kind](m, pattern, value);
}

bool match(const struct pattern *pattern, const struct value *value, struct vars *vars)
{
    struct matching m = {.vars = vars};
    size_t mark = vars_mark(vars);
    bool is_match = match_value(&m, pattern, value);

    if (!is_match)
        vars_rollback(vars, mark);
    arena_fini(&m.arena);
    return is_match;
}
