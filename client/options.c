/* SPDX-License-Identifier: MIT */
/* One table of options by name serves URLs, scenarios and the checks. */
#include "client/options.h"

#include "client/array.h"

#include <string.h>

enum kind { TEXT, YES_NO, NO_YES, INT, INT64, SIZE, DURATION, POLICY };

struct option {
    const char *name;
    enum kind kind;
    size_t offset;
    int64_t min;
    int64_t max;
    int64_t by_default; /* what 0 stands for */
};

#define AT(field) offsetof(struct disq_options, field)

/* clang-format off */
static const struct option table[] = {
    {"nodes",            TEXT,     AT(nodes),               0, 0, 0},
    {"password",         TEXT,     AT(password),            0, 0, 0},
    {"call_timeout",     DURATION, AT(call_timeout_ms),     0, DISQ_TIMEOUT_MAX_MS, 5000},
    {"connect_timeout",  DURATION, AT(connect_timeout_ms),  0, DISQ_TIMEOUT_MAX_MS, 5000},
    {"backoff_initial",  DURATION, AT(backoff_initial_ms),  0, DISQ_TIMEOUT_MAX_MS, 100},
    {"backoff_max",      DURATION, AT(backoff_max_ms),      0, DISQ_TIMEOUT_MAX_MS, 10000},
    {"connect_attempts", INT,      AT(connect_attempts),    0, INT32_MAX, 0},
    {"hello_interval",   DURATION, AT(hello_interval_ms),   0, DISQ_TIMEOUT_MAX_MS, 30000},
    {"reply_max",        SIZE,     AT(reply_max_bytes),     0, INT64_MAX, 1 << 30},
    {"count_origins",    YES_NO,   AT(count_origins),       0, 0, 0},
    {"origin_window",    DURATION, AT(origin_window_ms),    0, INT32_MAX, 5000},
    {"move_margin",      INT,      AT(move_margin_percent), -1, INT16_MAX, 20},
    {"move_min_jobs",    INT64,    AT(move_min_jobs),       0, INT32_MAX, 5},
    {"move_dwell",       DURATION, AT(move_dwell_ms),       -1, DISQ_TIMEOUT_MAX_MS, 1000},
    {"policy",           POLICY,   AT(policy),              0, 0, 0},
    {"ack_origin",       NO_YES,   AT(no_ack_origin),       0, 0, 0},
};
/* clang-format on */

#define OPTION_COUNT DISQ_ARRAY_LEN(table)

static void *field_of(struct disq_options *options, const struct option *option)
{
    return (char *)options + option->offset;
}

static bool is_number(enum kind kind)
{
    return kind == INT || kind == INT64 || kind == SIZE || kind == DURATION;
}

static int64_t get_number(const struct disq_options *options, const struct option *option)
{
    const void *field = (const char *)options + option->offset;
    size_t size;

    if (option->kind == INT)
        return *(const int *)field;
    if (option->kind != SIZE)
        return *(const int64_t *)field;
    size = *(const size_t *)field;
    return size < INT64_MAX ? (int64_t)size : INT64_MAX;
}

static void set_number(struct disq_options *options, const struct option *option, int64_t number)
{
    void *field = field_of(options, option);

    if (option->kind == INT)
        *(int *)field = (int)number;
    else if (option->kind == SIZE)
        *(size_t *)field = (size_t)number;
    else
        *(int64_t *)field = number;
}

/* How many milliseconds that unit has; 0: there is no such unit. */
static int64_t unit_ms(const char *unit)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"", 1}, {"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};

    for (size_t i = 0; i < DISQ_ARRAY_LEN(units); i++) {
        if (strcmp(units[i].name, unit) == 0)
            return units[i].ms;
    }
    return 0;
}

static int parse_number(const struct option *option, const char *value, int64_t *number)
{
    const char *digit = value[0] == '-' ? value + 1 : value;
    bool is_negative = digit > value;
    int64_t unit;

    *number = 0;
    if (*digit < '0' || *digit > '9')
        return DISQ_INVALID;
    for (; *digit >= '0' && *digit <= '9'; digit++) {
        if (*number > INT64_MAX / 10 - 1)
            return DISQ_INVALID;
        *number = *number * 10 + (*digit - '0');
    }
    unit = option->kind == DURATION ? unit_ms(digit) : *digit == '\0';
    if (unit == 0 || *number > INT64_MAX / unit)
        return DISQ_INVALID;
    *number *= is_negative ? -unit : unit;
    return *number >= option->min && *number <= option->max ? 0 : DISQ_INVALID;
}

static int parse_yes_no(const char *value, bool *yes)
{
    *yes = strcmp(value, "yes") == 0 || strcmp(value, "1") == 0;
    return *yes || strcmp(value, "no") == 0 || strcmp(value, "0") == 0 ? 0 : DISQ_INVALID;
}

static int parse_policy(const char *value, disq_policy **policy)
{
    if (strcmp(value, "default") != 0 && strcmp(value, "reference") != 0)
        return DISQ_INVALID;
    *policy = strcmp(value, "reference") == 0 ? disq_policy_reference : disq_policy_default;
    return 0;
}

static int set(struct disq_options *options, const struct option *option, const char *value)
{
    void *field = field_of(options, option);
    int64_t number;
    bool yes;
    int rc;

    if (option->kind == TEXT) {
        *(const char **)field = value;
        return 0;
    }
    if (option->kind == POLICY)
        return parse_policy(value, field);
    if (is_number(option->kind)) {
        if ((rc = parse_number(option, value, &number)) == 0)
            set_number(options, option, number);
        return rc;
    }
    if ((rc = parse_yes_no(value, &yes)) == 0)
        *(bool *)field = yes == (option->kind == YES_NO);
    return rc;
}

int disq_options_set(struct disq_options *options, const char *name, const char *value)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (strcmp(table[i].name, name) == 0)
            return set(options, &table[i], value);
    }
    return DISQ_UNKNOWN;
}

bool disq_options_are_in_range(const struct disq_options *options)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option *option = &table[i];

        if (is_number(option->kind) &&
            (get_number(options, option) < option->min || get_number(options, option) > option->max))
            return false;
    }
    return true;
}

void disq_options_fill_in(struct disq_options *options)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (is_number(table[i].kind) && get_number(options, &table[i]) == 0)
            set_number(options, &table[i], table[i].by_default);
    }
    if (options->policy == NULL)
        options->policy = disq_policy_default;
}
