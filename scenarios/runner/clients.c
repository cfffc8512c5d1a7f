/* SPDX-License-Identifier: MIT */
/* The clients of a scenario: which handle has which name, which call is under way, and what is asked of them.
 */
#include "scenarios/runner/clients.h"

#include "scenarios/runner/calls.h"

#include <stdlib.h>
#include <string.h>

struct client {
    struct disq *handle;        /* NULL: not open yet */
    const struct call *call;    /* under way, or NULL */
    const struct step *blocked; /* the call's step, if it was expected to block */
};

struct clients {
    size_t count;
    struct client list[];
};

static struct client *client_of(const struct run *run, const struct step *step)
{
    return &run->clients->list[step->client];
}

void clients_init(struct run *run)
{
    size_t count = run->scenario->client_count;

    run->clients = must_calloc(1, sizeof(struct clients) + count * sizeof(struct client));
    run->clients->count = count;
}

struct disq *clients_handle(const struct run *run, size_t index)
{
    return index < run->clients->count ? run->clients->list[index].handle : NULL;
}

static void client_close(struct client *client)
{
    if (client->handle != NULL)
        disq_cancel(client->handle);
    disq_free(client->handle);
    *client = (struct client){0};
}

void clients_fini(struct run *run)
{
    for (size_t i = 0; run->clients != NULL && i < run->clients->count; i++)
        client_close(&run->clients->list[i]);
    free(run->clients);
    run->clients = NULL;
}

void clients_process(struct run *run)
{
    for (size_t i = 0; i < run->clients->count; i++)
        if (run->clients->list[i].call != NULL)
            disq_process(run->clients->list[i].handle);
}

size_t clients_wants(const struct run *run, struct disq_ready *ready, size_t size)
{
    size_t count = 0;

    for (size_t i = 0; i < run->clients->count; i++) {
        const struct client *client = &run->clients->list[i];
        size_t room = count < size ? size - count : 0;

        if (client->call != NULL)
            count += disq_wants(client->handle, room > 0 ? ready + count : NULL, room);
    }
    return count;
}

int64_t clients_next_deadline(const struct run *run)
{
    int64_t next_us = DISQ_NEVER;

    for (size_t i = 0; i < run->clients->count; i++) {
        const struct client *client = &run->clients->list[i];
        int64_t deadline_us = client->call != NULL ? disq_next_deadline(client->handle) : DISQ_NEVER;

        next_us = deadline_us < next_us ? deadline_us : next_us;
    }
    return next_us;
}

static bool is_done(void *ctx)
{
    const struct client *client = ctx;

    return disq_is_done(client->handle);
}

/* The result of a call that is done, as a value. */
static struct value finish(struct run *run, struct client *client)
{
    struct value result = value_nil();
    int rc = client->call->finish(client->handle, &run->arena, &result);

    client->call = NULL;
    client->blocked = NULL;
    return rc == 0 ? result : value_failure(&run->arena, slice_of(disq_error_name(rc)));
}

bool clients_check_blocked(struct run *run)
{
    for (size_t i = 0; i < run->clients->count; i++) {
        struct client *client = &run->clients->list[i];
        const struct step *was = client->blocked;
        struct value result;

        if (was == NULL || !is_done(client))
            continue;
        result = finish(run, client);
        if (run->step != NULL)
            return run_fail(run, was, &result, "blocked, until line %d", run->step->line);
        return run_fail(run, was, &result, "blocked, until the end of the file");
    }
    return true;
}

static bool check_collected(struct run *run, const struct client *client)
{
    return client->blocked == NULL || run_fail_text(run, client->blocked, NULL, "its result to be asked for");
}

bool clients_check_leftovers(struct run *run)
{
    for (size_t i = 0; i < run->clients->count; i++)
        if (!check_collected(run, &run->clients->list[i]))
            return false;
    return true;
}

/* Sets an option from its word. The text must last as long as the options are used. */
static int set_option(struct disq_options *options, const struct word *word, struct slice text,
                      struct arena *arena)
{
    return disq_options_set(options, arena_copy(arena, word->key).data, text.data);
}

static bool check_option(struct cursor *cursor, struct disq_options *options, const struct word *word)
{
    struct text expanded = {0};
    struct slice text;
    int rc;

    template_expand(&word->text, cursor->names, &expanded);
    text = arena_copy(cursor->arena, text_slice(&expanded));
    text_fini(&expanded);
    rc = set_option(options, word, text, cursor->arena);
    if (rc == DISQ_UNKNOWN)
        return cursor_fail(cursor, word->at, "a client has no option %.*s", (int)word->key.size,
                           word->key.data);
    if (rc != 0 && template_is_literal(&word->text))
        return cursor_fail(cursor, word->at, "%.*s cannot be %s", (int)word->key.size, word->key.data,
                           text.data);
    return true;
}

bool clients_check_open(struct parser *parser)
{
    const struct words *words = &parser->step->words;
    struct disq_options options = {0};

    for (size_t i = 0; i < words->count; i++)
        if (!check_option(&parser->cursor, &options, &words->list[i]))
            return false;
    return true;
}

bool clients_run_open(struct run *run, const struct step *step)
{
    struct client *client = client_of(run, step);
    struct slice name = run->scenario->clients[step->client];
    struct disq_options options = {.env = target_env_of(run->target, arena_copy(&run->arena, name).data)};

    if (!check_collected(run, client)) /* in a `repeat` */
        return false;
    for (size_t i = 0; i < step->words.count; i++) {
        const struct word *word = &step->words.list[i];

        if (set_option(&options, word, run_word(run, word), &run->arena) != 0)
            return run_fail_text(run, step, NULL, "a value of %.*s", (int)word->key.size, word->key.data);
    }
    client_close(client);
    client->handle = disq_new(&options);
    if (client->handle == NULL)
        return run_fail_text(run, step, NULL, "options that make a client");
    return true;
}

bool clients_check_call(struct parser *parser)
{
    return call_check(&parser->cursor, &parser->step->words);
}

/* A client is open when a call of it is run: the parser has seen to that, unless its step is in a `repeat`.
 */
static bool check_free(struct run *run, const struct step *step)
{
    const struct client *client = client_of(run, step);

    if (client->handle == NULL)
        return run_fail_text(run, step, NULL, "a client that was made");
    if (client->call != NULL)
        return run_fail_text(run, step, NULL, "a client that is not blocked (line %d is)",
                             client->blocked->line);
    return true;
}

static bool collect(struct run *run, const struct step *step)
{
    struct client *client = client_of(run, step);
    struct value result;

    if (!run_wait(run, run->patience_us, is_done, client)) {
        disq_cancel(client->handle);
        finish(run, client);
        return run_fail_text(run, step, "no answer", "an answer");
    }
    result = finish(run, client);
    return run_expect(run, step, &result);
}

static bool expect_blocked(struct run *run, const struct step *step)
{
    struct client *client = client_of(run, step);
    struct value result;

    if (!run_wait(run, run->target->probe_us, is_done, client)) {
        client->blocked = step;
        return !run->has_failed;
    }
    result = finish(run, client);
    return run_fail(run, step, &result, "blocked");
}

bool clients_run_call(struct run *run, const struct step *step)
{
    struct client *client = client_of(run, step);
    struct value failure;
    int rc;

    if (!check_free(run, step))
        return false;
    if (!call_start(run, step, client->handle, &rc))
        return false;
    if (rc != 0) {
        failure = value_failure(&run->arena, slice_of(disq_error_name(rc)));
        return run_expect(run, step, &failure);
    }
    client->call = call_find(&step->words);
    return step->expect.kind == EXPECT_BLOCKED ? expect_blocked(run, step) : collect(run, step);
}

bool clients_run_collect(struct run *run, const struct step *step)
{
    struct client *client = client_of(run, step);

    if (client->call == NULL)
        return run_fail_text(run, step, NULL, "a call that was blocked");
    client->blocked = NULL;
    return collect(run, step);
}

/* The name of the node with this ID: nil for none. */
static struct value node_value(struct run *run, const char *id)
{
    char name[8];

    for (int i = 0; i < run->target->node_count; i++) {
        if (strcmp(run->target->nodes[i].id, id) == 0) {
            node_index_to_name(i, name);
            return value_bulk(&run->arena, slice_of(name));
        }
    }
    return value_nil();
}

static struct value ask_node(struct run *run, struct disq *handle)
{
    return node_value(run, disq_node(handle));
}

static struct value ask_home(struct run *run, struct disq *handle)
{
    return node_value(run, disq_home(handle));
}

static struct value ask_error(struct run *run, struct disq *handle)
{
    return value_bulk(&run->arena, slice_of(disq_error_text(handle)));
}

/* Prefixes and counts, taking turns. */
static struct value ask_origins(struct run *run, struct disq *handle)
{
    size_t count = disq_origins(handle, NULL, 0);
    struct disq_origin *origins = arena_new(&run->arena, count, sizeof(*origins));
    struct value value = value_array(&run->arena, count * 2);

    count = disq_origins(handle, origins, count);
    for (size_t i = 0; i < count; i++) {
        value.items[2 * i] = value_bulk(&run->arena, slice_of(origins[i].prefix));
        value.items[2 * i + 1] = value_integer(origins[i].jobs);
    }
    return value;
}

static const struct question {
    const char *name;
    struct value (*ask)(struct run *run, struct disq *handle);
} questions[] = {
    {"node", ask_node},
    {"home", ask_home},
    {"error", ask_error},
    {"origins", ask_origins},
};

static const struct question *question_find(const struct step *step)
{
    for (size_t i = 0; i < ARRAY_LEN(questions); i++)
        if (slice_is(template_literal(&step->words.list[0].text), questions[i].name))
            return &questions[i];
    return NULL;
}

bool clients_check_ask(struct parser *parser)
{
    if (question_find(parser->step) != NULL)
        return true;
    return cursor_fail(&parser->cursor, parser->step->words.list[0].at,
                       "expected what to ask for: node, home, error or origins");
}

bool clients_run_ask(struct run *run, const struct step *step)
{
    struct client *client = client_of(run, step);
    struct value value;

    if (client->handle == NULL)
        return run_fail_text(run, step, NULL, "a client that was made");
    value = question_find(step)->ask(run, client->handle);
    return run_expect(run, step, &value);
}
