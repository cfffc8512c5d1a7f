/* SPDX-License-Identifier: MIT */
/* The cluster, the passing of time, and repetition. */
#include "scenarios/runner/step_flow.h"

#include "mockd/mockd.h"
#include "scenarios/runner/run.h"

#include <inttypes.h>
#include <stdio.h>

#define CONFIG_PREFIX "config."

/* One option of the cluster step. */
struct option {
    const char *key;
    bool (*set)(struct parser *parser, struct slice value, struct cluster_options *options);
    bool is_mock_only;
};

static bool set_seed(struct parser *parser, struct slice value, struct cluster_options *options)
{
    int64_t seed;

    if (!cursor_number(&parser->cursor, value, "the seed", 0, INT64_MAX, &seed))
        return false;
    options->has_seed = true;
    options->seed = (uint64_t)seed;
    return true;
}

static bool set_choice(struct parser *parser, struct slice value, const char *yes, const char *no,
                       bool *is_no)
{
    *is_no = slice_is(value, no);
    return *is_no || slice_is(value, yes) ||
           cursor_fail(&parser->cursor, value.data, "expected %s or %s", yes, no);
}

static bool set_jitter(struct parser *parser, struct slice value, struct cluster_options *options)
{
    return set_choice(parser, value, "on", "off", &options->no_jitter);
}

static bool set_joined(struct parser *parser, struct slice value, struct cluster_options *options)
{
    return set_choice(parser, value, "yes", "no", &options->apart);
}

static bool set_link(struct parser *parser, struct slice value, struct cluster_options *options)
{
    return cursor_duration(&parser->cursor, value, &options->link_delay_us);
}

static bool set_patience(struct parser *parser, struct slice value, struct cluster_options *options)
{
    return cursor_duration(&parser->cursor, value, &options->patience_us);
}

/* config.NAME=VALUE: one line more of what the nodes' configuration files say. */
static bool set_config(struct parser *parser, struct slice name, struct slice value,
                       struct cluster_options *options)
{
    struct text line = {0}, all = {0};
    bool is_good;

    text_printf(&line, "%.*s %.*s\n", (int)name.size, name.data, (int)value.size, value.data);
    is_good = mockd_check(&(struct mockd_options){.config = line.data}) == NULL;
    text_printf(&all, "%s%s", options->config != NULL ? options->config : "", line.data);
    if (is_good)
        options->config = arena_copy(&parser->scenario->arena, text_slice(&all)).data;
    text_fini(&line);
    text_fini(&all);
    return is_good || cursor_fail(&parser->cursor, name.data, "not what CONFIG SET takes: %.*s %.*s",
                                  (int)name.size, name.data, (int)value.size, value.data);
}

static const struct option cluster_table[] = {
    {"seed", set_seed, false}, {"jitter", set_jitter, true},      {"joined", set_joined, true},
    {"link", set_link, true},  {"patience", set_patience, false},
};

static bool set_option(struct parser *parser, struct slice word, struct cluster_options *options)
{
    const char *equals = memchr(word.data, '=', word.size);
    struct slice key = {word.data, equals == NULL ? word.size : (size_t)(equals - word.data)};
    struct slice value = {key.data + key.size + 1, equals == NULL ? 0 : word.size - key.size - 1};
    size_t prefix = strlen(CONFIG_PREFIX);

    for (size_t i = 0; equals != NULL && i < ARRAY_LEN(cluster_table); i++) {
        if (!slice_is(key, cluster_table[i].key))
            continue;
        if (cluster_table[i].is_mock_only && options->mock_only == NULL)
            options->mock_only = cluster_table[i].key;
        return cluster_table[i].set(parser, value, options);
    }
    if (equals != NULL && key.size > prefix && memcmp(key.data, CONFIG_PREFIX, prefix) == 0) {
        if (options->mock_only == NULL)
            options->mock_only = CONFIG_PREFIX;
        return set_config(parser, (struct slice){key.data + prefix, key.size - prefix}, value, options);
    }
    return cursor_fail(
        &parser->cursor, word.data,
        "unknown option: %.*s (there are seed=, jitter=, joined=, link=, patience= and config.NAME=)",
        (int)word.size, word.data);
}

/* The names that exist from the start. Their values are known when it runs. */
static void bind_node_names(struct parser *parser)
{
    static const char *const facts[] = {"id", "prefix", "host", "port"};
    char node[8], name[16];

    for (int i = 0; i < parser->scenario->cluster.nodes; i++) {
        node_index_to_name(i, node);
        for (size_t j = 0; j < ARRAY_LEN(facts); j++) {
            snprintf(name, sizeof(name), "%s.%s", node, facts[j]);
            vars_bind(parser->cursor.names, slice_of(name), slice_of(""));
        }
    }
}

bool step_cluster_parse(struct parser *parser)
{
    struct cluster_options *options = &parser->scenario->cluster;
    struct cursor *cursor = &parser->cursor;
    int64_t nodes;

    *options = (struct cluster_options){.link_delay_us = -1, .patience_us = -1};
    cursor_skip_blanks(cursor);
    if (!cursor_number(cursor, cursor_take_word(cursor), "the number of nodes", 1, NODES_MAX, &nodes))
        return false;
    options->nodes = (int)nodes;
    bind_node_names(parser);
    for (cursor_skip_blanks(cursor); !cursor_is_at_end(cursor); cursor_skip_blanks(cursor))
        if (!set_option(parser, cursor_take_word(cursor), options))
            return false;
    return true;
}

static bool take_duration(struct parser *parser, int64_t *duration_us)
{
    cursor_skip_blanks(&parser->cursor);
    return cursor_duration(&parser->cursor, cursor_take_word(&parser->cursor), duration_us) &&
           parse_end_of_line(parser);
}

bool step_wait_parse(struct parser *parser)
{
    return take_duration(parser, &parser->step->duration_us);
}

bool step_wait_run(struct run *run, const struct step *step)
{
    run_wait(run, step->duration_us, NULL, NULL);
    return !run->has_failed;
}

bool step_within_parse(struct parser *parser)
{
    struct cursor *cursor = &parser->cursor;
    const char *at;

    cursor_skip_blanks(cursor);
    at = cursor->at;
    parser->within_at = parser->step_at;
    return take_duration(parser, &parser->within_us) &&
           (parser->within_us > 0 || cursor_fail(cursor, at, "within needs a time above 0"));
}

static bool take_counter(struct parser *parser)
{
    struct cursor *cursor = &parser->cursor;
    struct slice word, name;

    cursor_skip_blanks(cursor);
    if (cursor_is_at_end(cursor))
        return true;
    word = cursor_take_word(cursor);
    if (!slice_is(word, "as"))
        return cursor_fail(cursor, word.data, "expected: as NAME");
    cursor_skip_blanks(cursor);
    word = cursor_take_word(cursor);
    name = cursor_name_at(word.data, word.data + word.size);
    if (word.size == 0 || name.size != word.size || memchr(name.data, '.', name.size) != NULL)
        return cursor_fail(cursor, word.data, "expected a name for the turn's number");
    if (vars_get(cursor->names, name, NULL))
        return cursor_fail(cursor, name.data, "$%.*s is bound already", (int)name.size, name.data);
    vars_bind(cursor->names, name, slice_of(""));
    parser->step->counter = name;
    return parse_end_of_line(parser);
}

bool step_repeat_parse(struct parser *parser)
{
    struct cursor *cursor = &parser->cursor;

    if (parser->depth == REPEATS_MAX)
        return cursor_fail(cursor, parser->step_at, "more than %d repeats within each other", REPEATS_MAX);
    parser->repeats[parser->depth].step = parser->scenario->step_count - 1;
    parser->repeats[parser->depth].at = parser->step_at;
    parser->repeats[parser->depth++].mark = vars_mark(cursor->names);
    cursor_skip_blanks(cursor);
    return cursor_number(cursor, cursor_take_word(cursor), "how often", 1, 1000000000,
                         &parser->step->turns) &&
           take_counter(parser);
}

bool step_end_parse(struct parser *parser)
{
    if (parser->depth == 0)
        return cursor_fail(&parser->cursor, parser->step_at, "end without a repeat");
    parser->depth--;
    parser->scenario->steps[parser->repeats[parser->depth].step].end = parser->scenario->step_count - 1;
    vars_rollback(parser->cursor.names, parser->repeats[parser->depth].mark);
    return parse_end_of_line(parser);
}

bool step_repeat_run(struct run *run, const struct step *step)
{
    size_t index = (size_t)(step - run->scenario->steps), mark = vars_mark(&run->vars);
    char number[24];
    bool ok = true;

    for (int64_t turn = 1; ok && turn <= step->turns; turn++) {
        snprintf(number, sizeof(number), "%" PRId64, turn);
        if (step->counter.size > 0)
            vars_bind(&run->vars, step->counter, slice_of(number));
        ok = run_steps(run, index + 1, step->end);
        if (ok) /* what failed is still to be shown with its names */
            vars_rollback(&run->vars, mark);
    }
    return ok;
}
