/* SPDX-License-Identifier: MIT */
/* One row a call: its words, its options, its halves, and what its result looks like as a reply. */
#include "scenarios/runner/calls.h"

#include "scenarios/runner/call_results.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORDS_MAX = 64 };

/* What a number of an option counts; with a unit it may be written in any other, as "1m". */
enum unit { UNIT_NONE, UNIT_MS, UNIT_S, UNIT_SWITCH };

struct call_option {
    const char *name;
    size_t offset; /* in the struct of options: of an int64_t, or of a bool if it is a switch */
    enum unit unit;
};

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

/* Reads every option of the call into its struct. */
static void read_options(const struct call_option *list, size_t count, const struct call_args *args,
                         void *options)
{
    for (size_t i = 1; i < args->words->count; i++)
        for (size_t k = 0; k < count; k++)
            if (slice_is(args->words->list[i].key, list[k].name))
                read_option(&list[k], args->texts[i], options);
}

#define ADDJOB(name, field, unit)                                                                            \
    {                                                                                                        \
        name, offsetof(struct disq_addjob_options, field), unit                                              \
    }
#define GETJOB(name, field, unit)                                                                            \
    {                                                                                                        \
        name, offsetof(struct disq_getjob_options, field), unit                                              \
    }

static const struct call_option addjob_options[] = {
    ADDJOB("timeout", timeout_ms, UNIT_MS),
    ADDJOB("replicate", replicate, UNIT_NONE),
    ADDJOB("ttl", ttl_s, UNIT_S),
    ADDJOB("retry", retry_s, UNIT_S),
    ADDJOB("at_most_once", at_most_once, UNIT_SWITCH),
    ADDJOB("delay", delay_s, UNIT_S),
    ADDJOB("maxlen", maxlen, UNIT_NONE),
    ADDJOB("async", async, UNIT_SWITCH),
    ADDJOB("may_repeat", may_repeat, UNIT_SWITCH),
};

static const struct call_option getjob_options[] = {
    GETJOB("timeout", timeout_ms, UNIT_MS),
    GETJOB("count", count, UNIT_NONE),
    GETJOB("nohang", nohang, UNIT_SWITCH),
    GETJOB("withcounters", withcounters, UNIT_SWITCH),
};

static int addjob_start(struct disq *client, const struct call_args *args)
{
    struct disq_addjob_options options = {.queue_size = args->positional[0].size};

    read_options(addjob_options, ARRAY_LEN(addjob_options), args, &options);
    return disq_addjob_start(client, args->positional[0].data, args->positional[1].data,
                             args->positional[1].size, &options);
}

static int getjob_start(struct disq *client, const struct call_args *args)
{
    struct disq_bytes queues[WORDS_MAX];
    struct disq_getjob_options options = {.queues = queues, .queue_count = args->count};

    for (size_t i = 0; i < args->count; i++)
        queues[i] = (struct disq_bytes){args->positional[i].data, args->positional[i].size};
    read_options(getjob_options, ARRAY_LEN(getjob_options), args, &options);
    return disq_getjob_start(client, NULL, &options);
}

static int start_of_ids(struct disq *client, const struct call_args *args,
                        int (*start)(struct disq *client, const char *const *ids, size_t count))
{
    const char *ids[WORDS_MAX];

    for (size_t i = 0; i < args->count; i++)
        ids[i] = args->positional[i].data;
    return start(client, ids, args->count);
}

#define OF_IDS(name)                                                                                         \
    static int name##_start(struct disq *client, const struct call_args *args)                               \
    {                                                                                                        \
        return start_of_ids(client, args, disq_##name##_start);                                              \
    }

OF_IDS(ackjob)
OF_IDS(fastack)
OF_IDS(nack)
OF_IDS(enqueue)
OF_IDS(dequeue)
OF_IDS(deljob)

#define OF_TEXT(name)                                                                                        \
    static int name##_start(struct disq *client, const struct call_args *args)                               \
    {                                                                                                        \
        return disq_##name##_start(client, args->count > 0 ? args->positional[0].data : NULL);               \
    }

OF_TEXT(working)
OF_TEXT(show)
OF_TEXT(info)
OF_TEXT(auth)
OF_TEXT(config_get)

#define OF_QUEUE(name)                                                                                       \
    static int name##_start(struct disq *client, const struct call_args *args)                               \
    {                                                                                                        \
        return disq_##name##_start(client, args->positional[0].data, args->positional[0].size);              \
    }

OF_QUEUE(qlen)
OF_QUEUE(qstat)

#define OF_NOTHING(name)                                                                                     \
    static int name##_start(struct disq *client, const struct call_args *args)                               \
    {                                                                                                        \
        (void)args;                                                                                          \
        return disq_##name##_start(client);                                                                  \
    }

OF_NOTHING(ping)
OF_NOTHING(time)
OF_NOTHING(hello)
OF_NOTHING(cluster_is_leaving)

static int qpeek_start(struct disq *client, const struct call_args *args)
{
    return disq_qpeek_start(client, args->positional[0].data, args->positional[0].size,
                            strtoll(args->positional[1].data, NULL, 10));
}

static int pause_start(struct disq *client, const struct call_args *args)
{
    static const char *const words[] = {"none", "in", "out", "all"};
    unsigned state = DISQ_PAUSE_ASK;

    for (unsigned i = 0; args->count > 1 && i < ARRAY_LEN(words); i++)
        if (slice_is(args->positional[1], words[i]))
            state = i;
    return disq_pause_start(client, args->positional[0].data, args->positional[0].size, state, false);
}

static int config_set_start(struct disq *client, const struct call_args *args)
{
    return disq_config_set_start(client, args->positional[0].data, args->positional[1].data);
}

static int cluster_leave_start(struct disq *client, const struct call_args *args)
{
    return disq_cluster_leave_start(client, slice_is(args->positional[0], "yes"));
}

static int command_start(struct disq *client, const struct call_args *args)
{
    struct disq_bytes words[WORDS_MAX];

    for (size_t i = 0; i < args->count; i++)
        words[i] = (struct disq_bytes){args->positional[i].data, args->positional[i].size};
    return disq_command_start(client, words, args->count);
}

/* clang-format off */
static const struct call calls[] = {
    {"addjob",             2, 2,             addjob_options, ARRAY_LEN(addjob_options), addjob_start,             call_finish_id},
    {"getjob",             1, WORDS_MAX - 1, getjob_options, ARRAY_LEN(getjob_options), getjob_start,             call_finish_jobs},
    {"ackjob",             1, WORDS_MAX - 1, NULL, 0,                                   ackjob_start,             call_finish_number},
    {"fastack",            1, WORDS_MAX - 1, NULL, 0,                                   fastack_start,            call_finish_number},
    {"nack",               1, WORDS_MAX - 1, NULL, 0,                                   nack_start,               call_finish_number},
    {"enqueue",            1, WORDS_MAX - 1, NULL, 0,                                   enqueue_start,            call_finish_number},
    {"dequeue",            1, WORDS_MAX - 1, NULL, 0,                                   dequeue_start,            call_finish_number},
    {"deljob",             1, WORDS_MAX - 1, NULL, 0,                                   deljob_start,             call_finish_number},
    {"working",            1, 1,             NULL, 0,                                   working_start,            call_finish_number},
    {"show",               1, 1,             NULL, 0,                                   show_start,               call_finish_reply},
    {"qlen",               1, 1,             NULL, 0,                                   qlen_start,               call_finish_number},
    {"qpeek",              2, 2,             NULL, 0,                                   qpeek_start,              call_finish_jobs},
    {"qstat",              1, 1,             NULL, 0,                                   qstat_start,              call_finish_reply},
    {"pause",              1, 2,             NULL, 0,                                   pause_start,              call_finish_number},
    {"hello",              0, 0,             NULL, 0,                                   hello_start,              call_finish_hello},
    {"ping",               0, 0,             NULL, 0,                                   ping_start,               call_finish_ping},
    {"time",               0, 0,             NULL, 0,                                   time_start,               call_finish_number},
    {"info",               0, 1,             NULL, 0,                                   info_start,               call_finish_reply},
    {"auth",               1, 1,             NULL, 0,                                   auth_start,               call_finish_ok},
    {"config_get",         1, 1,             NULL, 0,                                   config_get_start,         call_finish_reply},
    {"config_set",         2, 2,             NULL, 0,                                   config_set_start,         call_finish_ok},
    {"cluster_leave",      1, 1,             NULL, 0,                                   cluster_leave_start,      call_finish_ok},
    {"cluster_is_leaving", 0, 0,             NULL, 0,                                   cluster_is_leaving_start, call_finish_number},
    {"command",            1, WORDS_MAX - 1, NULL, 0,                                   command_start,            call_finish_reply},
};
/* clang-format on */

static bool has_names(const struct word *word)
{
    for (size_t i = 0; i < word->text.count; i++)
        if (word->text.parts[i].is_name)
            return true;
    return false;
}

const struct call *call_find(const struct words *words)
{
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        if (slice_is(template_literal(&words->list[0].text), calls[i].name))
            return &calls[i];
    return NULL;
}

static bool check_option(struct cursor *cursor, const struct call *call, const struct word *word)
{
    union {
        struct disq_addjob_options addjob;
        struct disq_getjob_options getjob;
    } scratch;
    struct slice text = template_literal(&word->text);

    for (size_t i = 0; i < call->option_count; i++) {
        if (!slice_is(word->key, call->options[i].name))
            continue;
        if (has_names(word) || read_option(&call->options[i], text, &scratch))
            return true;
        return cursor_fail(cursor, word->at, "%s cannot be %.*s", call->options[i].name, (int)text.size,
                           text.data);
    }
    return cursor_fail(cursor, word->at, "%s has no option %.*s", call->name, (int)word->key.size,
                       word->key.data);
}

bool call_check(struct cursor *cursor, const struct words *words)
{
    const struct call *call = call_find(words);
    size_t positional = 0;

    if (call == NULL)
        return cursor_fail(cursor, words->list[0].at, "no such call");
    for (size_t i = 1; i < words->count; i++) {
        if (words->list[i].key.size == 0)
            positional++;
        else if (!check_option(cursor, call, &words->list[i]))
            return false;
    }
    if (positional < call->min)
        return cursor_fail(cursor, cursor->end, "%s needs %zu arguments", call->name, call->min);
    if (positional > call->max)
        return cursor_fail(cursor, words->list[0].at, "%s takes %zu arguments at most", call->name,
                           call->max);
    return true;
}

int call_start(struct run *run, const struct call *call, struct disq *client, const struct words *words)
{
    struct call_args args = {
        .positional = arena_new(&run->arena, words->count, sizeof(struct slice)),
        .words = words,
        .texts = arena_new(&run->arena, words->count, sizeof(struct slice)),
    };

    for (size_t i = 1; i < words->count; i++) {
        args.texts[i] = run_word(run, &words->list[i]);
        if (words->list[i].key.size == 0)
            args.positional[args.count++] = args.texts[i];
    }
    return call->start(client, &args);
}
