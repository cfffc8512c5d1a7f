/* SPDX-License-Identifier: MIT */
/* One row a call: its words, its options, its halves, and what its result looks like as a reply. */
#include "scenarios/runner/calls.h"

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

static int addjob_finish(struct disq *client, struct arena *arena, struct value *result)
{
    char id[DISQ_ID_SIZE + 1];
    int rc = disq_finish_id(client, id);

    if (rc == 0)
        *result = value_bulk(arena, slice_of(id));
    return rc;
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

static struct value job_value(struct arena *arena, const struct disq_job *job)
{
    struct value value = value_array(arena, 3);

    value.items[0] = value_bulk(arena, (struct slice){job->queue, job->queue_size});
    value.items[1] = value_bulk(arena, (struct slice){job->id, DISQ_ID_SIZE});
    value.items[2] = value_bulk(arena, (struct slice){job->body, job->body_size});
    return value;
}

static int getjob_finish(struct disq *client, struct arena *arena, struct value *result)
{
    struct disq_job *jobs = NULL;
    int rc = disq_finish_jobs(client, &jobs);
    size_t count = 0;

    for (const struct disq_job *job = jobs; job != NULL; job = job->next)
        count++;
    *result = count > 0 ? value_array(arena, count) : value_nil_array();
    count = 0;
    for (const struct disq_job *job = jobs; job != NULL; job = job->next)
        result->items[count++] = job_value(arena, job);
    disq_jobs_free(client, jobs);
    return rc;
}

static int start_acks(struct disq *client, const struct call_args *args,
                      int (*start)(struct disq *client, const char *const *ids, size_t count))
{
    const char *ids[WORDS_MAX];

    for (size_t i = 0; i < args->count; i++)
        ids[i] = args->positional[i].data;
    return start(client, ids, args->count);
}

static int ackjob_start(struct disq *client, const struct call_args *args)
{
    return start_acks(client, args, disq_ackjob_start);
}

static int fastack_start(struct disq *client, const struct call_args *args)
{
    return start_acks(client, args, disq_fastack_start);
}

static int number_finish(struct disq *client, struct arena *arena, struct value *result)
{
    int64_t number = 0;
    int rc = disq_finish_number(client, &number);

    (void)arena;
    *result = value_integer(number);
    return rc;
}

static int qlen_start(struct disq *client, const struct call_args *args)
{
    return disq_qlen_start(client, args->positional[0].data, args->positional[0].size);
}

static int ping_start(struct disq *client, const struct call_args *args)
{
    (void)args;
    return disq_ping_start(client);
}

static int ping_finish(struct disq *client, struct arena *arena, struct value *result)
{
    int rc = disq_finish(client);

    *result = value_status(arena, slice_of("PONG"));
    return rc;
}

static int hello_start(struct disq *client, const struct call_args *args)
{
    (void)args;
    return disq_hello_start(client);
}

/* [version, "id", ["id", "address", priority] …] */
static int hello_finish(struct disq *client, struct arena *arena, struct value *result)
{
    struct disq_hello hello = {0};
    int rc = disq_finish_hello(client, &hello);

    if (rc != 0)
        return rc;
    *result = value_array(arena, 2 + hello.node_count);
    result->items[0] = value_integer(hello.version);
    result->items[1] = value_bulk(arena, slice_of(hello.id));
    for (size_t i = 0; i < hello.node_count; i++) {
        struct value *node = &result->items[2 + i];

        *node = value_array(arena, 3);
        node->items[0] = value_bulk(arena, slice_of(hello.nodes[i].id));
        node->items[1] = value_bulk(arena, slice_of(hello.nodes[i].address));
        node->items[2] = value_integer(hello.nodes[i].priority);
    }
    return 0;
}

/* clang-format off */
static const struct call calls[] = {
    {"addjob",  2, 2,             addjob_options, ARRAY_LEN(addjob_options), addjob_start,  addjob_finish},
    {"getjob",  1, WORDS_MAX - 1, getjob_options, ARRAY_LEN(getjob_options), getjob_start,  getjob_finish},
    {"ackjob",  1, WORDS_MAX - 1, NULL, 0,                                   ackjob_start,  number_finish},
    {"fastack", 1, WORDS_MAX - 1, NULL, 0,                                   fastack_start, number_finish},
    {"qlen",    1, 1,             NULL, 0,                                   qlen_start,    number_finish},
    {"hello",   0, 0,             NULL, 0,                                   hello_start,   hello_finish},
    {"ping",    0, 0,             NULL, 0,                                   ping_start,    ping_finish},
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
