/* SPDX-License-Identifier: MIT */
/* A call is written with the library's own names and in a scenario's own units; a table for each call joins
 * the two. */
#include "scenarios/runner/call_words.h"

static int64_t unit_us(enum unit unit)
{
    return unit == UNIT_MS ? 1000 : 1000000;
}

static bool read_duration(struct slice text, enum unit unit, int64_t *number)
{
    struct cursor cursor = {.at = text.data, .end = text.data + text.size};
    int64_t duration_us;

    if (!cursor_duration(&cursor, text, &duration_us) || duration_us % unit_us(unit) != 0)
        return false;
    *number = duration_us / unit_us(unit);
    return true;
}

static bool read_option(const struct call_option *option, struct slice text, void *options)
{
    struct cursor cursor = {.at = text.data, .end = text.data + text.size};
    void *field = (char *)options + option->offset;
    int64_t number;

    if (option->unit == UNIT_SWITCH) {
        *(bool *)field = slice_is(text, "yes");
        return slice_is(text, "yes") || slice_is(text, "no");
    }
    if (!cursor_number(&cursor, text, option->name, INT64_MIN, INT64_MAX, &number) &&
        (option->unit == UNIT_NONE || !read_duration(text, option->unit, &number)))
        return false;
    *(int64_t *)field = number;
    return true;
}

const struct call_option *call_option_of(const struct call *call, const struct word *word)
{
    for (size_t i = 0; i < call->option_count; i++)
        if (slice_is(word->key, call->options[i].name))
            return &call->options[i];
    return NULL;
}

const char *call_wrong_value(const struct call *call, const struct word *word, size_t place,
                             struct slice text)
{
    union {
        struct disq_addjob_options addjob;
        struct disq_getjob_options getjob;
    } scratch;
    const struct call_option *option = call_option_of(call, word);

    if (option != NULL)
        return read_option(option, text, &scratch) ? NULL : option->name;
    if (call->choice == NULL || call->choice->place != place || call->choice->can_be(text))
        return NULL;
    return call->choice->name;
}

void call_read_options(const struct call_option *list, size_t count, const struct call_args *args,
                       void *options)
{
    for (size_t i = 1; i < args->words->count; i++)
        for (size_t k = 0; k < count; k++)
            if (slice_is(args->words->list[i].key, list[k].name))
                read_option(&list[k], args->texts[i], options);
}
