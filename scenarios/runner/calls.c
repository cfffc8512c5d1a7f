/* SPDX-License-Identifier: MIT */
/* One row a call: its words, its options, its halves, and what its result looks like as a reply. */
#include "scenarios/runner/calls.h"

#include "scenarios/runner/call_results.h"
#include "scenarios/runner/call_words.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORDS_MAX = 64 };

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

    call_read_options(addjob_options, ARRAY_LEN(addjob_options), args, &options);
    return disq_addjob_start(client, args->positional[0].data, args->positional[1].data,
                             args->positional[1].size, &options);
}

static int getjob_start(struct disq *client, const struct call_args *args)
{
    struct disq_bytes queues[WORDS_MAX];
    struct disq_getjob_options options = {.queues = queues, .queue_count = args->count};

    for (size_t i = 0; i < args->count; i++)
        queues[i] = (struct disq_bytes){args->positional[i].data, args->positional[i].size};
    call_read_options(getjob_options, ARRAY_LEN(getjob_options), args, &options);
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
OF_NOTHING(cluster_nodes)
OF_NOTHING(cluster_info)
OF_NOTHING(cluster_is_leaving)

static bool is_count(struct slice text)
{
    struct cursor cursor = {0};
    int64_t number;

    if (text.size > 0 && text.data[0] == '-')
        text = (struct slice){text.data + 1, text.size - 1};
    return cursor_number(&cursor, text, "", 0, INT64_MAX, &number);
}

static const struct call_choice qpeek_count = {1, "count", is_count};

static int qpeek_start(struct disq *client, const struct call_args *args)
{
    return disq_qpeek_start(client, args->positional[0].data, args->positional[0].size,
                            strtoll(args->positional[1].data, NULL, 10));
}

static bool read_pause(struct slice text, unsigned *state)
{
    static const char *const words[] = {"none", "in", "out", "all"};

    for (*state = 0; *state < ARRAY_LEN(words); (*state)++)
        if (slice_is(text, words[*state]))
            return true;
    return false;
}

static bool is_pause(struct slice text)
{
    return read_pause(text, &(unsigned){0});
}

static const struct call_choice pause_state = {1, "state", is_pause};

static int pause_start(struct disq *client, const struct call_args *args)
{
    unsigned state = DISQ_PAUSE_ASK;

    if (args->count > 1)
        read_pause(args->positional[1], &state);
    return disq_pause_start(client, args->positional[0].data, args->positional[0].size, state, false);
}

static int config_set_start(struct disq *client, const struct call_args *args)
{
    return disq_config_set_start(client, args->positional[0].data, args->positional[1].data);
}

static bool is_yes_or_no(struct slice text)
{
    return slice_is(text, "yes") || slice_is(text, "no");
}

static const struct call_choice leave_choice = {0, "cluster_leave", is_yes_or_no};

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
    {"addjob",             2, 2,             addjob_options, ARRAY_LEN(addjob_options), NULL,          addjob_start,             call_finish_id},
    {"getjob",             1, WORDS_MAX - 1, getjob_options, ARRAY_LEN(getjob_options), NULL,          getjob_start,             call_finish_jobs},
    {"ackjob",             1, WORDS_MAX - 1, NULL, 0,                                   NULL,          ackjob_start,             call_finish_number},
    {"fastack",            1, WORDS_MAX - 1, NULL, 0,                                   NULL,          fastack_start,            call_finish_number},
    {"nack",               1, WORDS_MAX - 1, NULL, 0,                                   NULL,          nack_start,               call_finish_number},
    {"enqueue",            1, WORDS_MAX - 1, NULL, 0,                                   NULL,          enqueue_start,            call_finish_number},
    {"dequeue",            1, WORDS_MAX - 1, NULL, 0,                                   NULL,          dequeue_start,            call_finish_number},
    {"deljob",             1, WORDS_MAX - 1, NULL, 0,                                   NULL,          deljob_start,             call_finish_number},
    {"working",            1, 1,             NULL, 0,                                   NULL,          working_start,            call_finish_number},
    {"show",               1, 1,             NULL, 0,                                   NULL,          show_start,               call_finish_reply},
    {"qlen",               1, 1,             NULL, 0,                                   NULL,          qlen_start,               call_finish_number},
    {"qpeek",              2, 2,             NULL, 0,                                   &qpeek_count,  qpeek_start,              call_finish_jobs},
    {"qstat",              1, 1,             NULL, 0,                                   NULL,          qstat_start,              call_finish_reply},
    {"pause",              1, 2,             NULL, 0,                                   &pause_state,  pause_start,              call_finish_number},
    {"hello",              0, 0,             NULL, 0,                                   NULL,          hello_start,              call_finish_hello},
    {"ping",               0, 0,             NULL, 0,                                   NULL,          ping_start,               call_finish_ping},
    {"time",               0, 0,             NULL, 0,                                   NULL,          time_start,               call_finish_number},
    {"info",               0, 1,             NULL, 0,                                   NULL,          info_start,               call_finish_reply},
    {"auth",               1, 1,             NULL, 0,                                   NULL,          auth_start,               call_finish_ok},
    {"config_get",         1, 1,             NULL, 0,                                   NULL,          config_get_start,         call_finish_reply},
    {"config_set",         2, 2,             NULL, 0,                                   NULL,          config_set_start,         call_finish_ok},
    {"cluster_nodes",      0, 0,             NULL, 0,                                   NULL,          cluster_nodes_start,      call_finish_reply},
    {"cluster_info",       0, 0,             NULL, 0,                                   NULL,          cluster_info_start,       call_finish_reply},
    {"cluster_leave",      1, 1,             NULL, 0,                                   &leave_choice, cluster_leave_start,      call_finish_ok},
    {"cluster_is_leaving", 0, 0,             NULL, 0,                                   NULL,          cluster_is_leaving_start, call_finish_number},
    {"command",            1, WORDS_MAX - 1, NULL, 0,                                   NULL,          command_start,            call_finish_reply},
};
/* clang-format on */

const struct call *call_find(const struct words *words)
{
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        if (slice_is(template_literal(&words->list[0].text), calls[i].name))
            return &calls[i];
    return NULL;
}

/* The value of a word with names is looked at when it is known. */
static bool check_word(struct cursor *cursor, const struct call *call, const struct word *word, size_t place)
{
    struct text text = {0};
    const char *wrong;

    if (word->key.size > 0 && call_option_of(call, word) == NULL)
        return cursor_fail(cursor, word->at, "%s has no option %.*s", call->name, (int)word->key.size,
                           word->key.data);
    if (!template_is_literal(&word->text))
        return true;
    template_expand(&word->text, cursor->names, &text);
    wrong = call_wrong_value(call, word, place, text_slice(&text));
    if (wrong != NULL)
        cursor_fail(cursor, word->at, "%s cannot be %.*s", wrong, (int)text.size, text.data);
    text_fini(&text);
    return wrong == NULL;
}

bool call_check(struct cursor *cursor, const struct words *words)
{
    const struct call *call = call_find(words);
    size_t positional = 0;

    if (call == NULL) {
        struct slice name = template_literal(&words->list[0].text);

        return cursor_fail(cursor, words->list[0].at, "a client has no call %.*s", (int)name.size, name.data);
    }
    for (size_t i = 1; i < words->count; i++) {
        if (!check_word(cursor, call, &words->list[i], positional))
            return false;
        positional += words->list[i].key.size == 0;
    }
    if (positional < call->min)
        return cursor_fail(cursor, cursor->end, "%s needs %zu arguments", call->name, call->min);
    if (positional > call->max)
        return cursor_fail(cursor, words->list[0].at, "%s takes %zu arguments at most", call->name,
                           call->max);
    return true;
}

bool call_start(struct run *run, const struct step *step, struct disq *client, int *rc)
{
    const struct words *words = &step->words;
    const struct call *call = call_find(words);
    struct call_args args = {
        .positional = arena_new(&run->arena, words->count, sizeof(struct slice)),
        .words = words,
        .texts = arena_new(&run->arena, words->count, sizeof(struct slice)),
    };

    for (size_t i = 1; i < words->count; i++) {
        const char *wrong;

        args.texts[i] = run_word(run, &words->list[i]);
        wrong = call_wrong_value(call, &words->list[i], args.count, args.texts[i]);
        if (wrong != NULL)
            return run_fail_text(run, step, args.texts[i].data, "a value of %s", wrong);
        if (words->list[i].key.size == 0)
            args.positional[args.count++] = args.texts[i];
    }
    *rc = call->start(client, &args);
    return true;
}
