/* SPDX-License-Identifier: MIT */
/* Cuts a file into lines and lines into steps; what a step's words mean is in the table of steps. */
#include "scenarios/runner/parse.h"

#include "scenarios/runner/steps.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

bool parse_end_of_line(struct parser *parser)
{
    struct cursor *cursor = &parser->cursor;

    cursor_skip_blanks(cursor);
    return cursor_is_at_end(cursor) || cursor_fail(cursor, cursor->at, "nothing more was expected: %.*s",
                                                   (int)(cursor->end - cursor->at), cursor->at);
}

void node_index_to_name(int index, char name[8])
{
    char letters[8];
    size_t count = 0;

    for (int i = index + 1; i > 0; i = (i - 1) / 26)
        letters[count++] = (char)('A' + (i - 1) % 26);
    for (size_t i = 0; i < count; i++)
        name[i] = letters[count - 1 - i];
    name[count] = '\0';
}

/* The index that belongs to a name of capitals; beyond all limits if it is too long. */
static int node_name_to_index(struct slice name)
{
    int index = 0;

    for (size_t i = 0; i < name.size && index <= NODES_MAX; i++)
        index = index * 26 + name.data[i] - 'A' + 1;
    return index - 1;
}

/* Takes a name of a connection or a client: [a-z][a-z0-9_-]*. */
static struct slice take_small_name(struct cursor *cursor)
{
    const char *begin = cursor->at;

    if (!islower((unsigned char)cursor_peek(cursor)))
        return (struct slice){begin, 0};
    while (islower((unsigned char)cursor_peek(cursor)) || is_digit(cursor_peek(cursor)) ||
           cursor_peek(cursor) == '_' || cursor_peek(cursor) == '-')
        cursor->at++;
    return (struct slice){begin, (size_t)(cursor->at - begin)};
}

/* The index of this connection among the scenario's, which it joins if it is new. */
static int find_conn(struct parser *parser, int node, struct slice name, struct slice label)
{
    struct scenario *scenario = parser->scenario;

    for (size_t i = 0; i < scenario->conn_count; i++)
        if (scenario->conns[i].node == node && slice_equal(scenario->conns[i].name, name))
            return (int)i;
    scenario->conns =
        arena_grow(&scenario->arena, scenario->conns, scenario->conn_count, sizeof(*scenario->conns));
    scenario->conns[scenario->conn_count] =
        (struct scenario_conn){.node = node, .name = name, .label = arena_copy(&scenario->arena, label)};
    return (int)scenario->conn_count++;
}

/* The word behind a connection: `>`, `>>`, `<`, or a word after blanks. */
static struct slice take_operator(struct cursor *cursor)
{
    const char *begin = cursor->at;

    if (cursor_take(cursor, ">>") || cursor_take(cursor, ">") || cursor_take(cursor, "<"))
        return (struct slice){begin, (size_t)(cursor->at - begin)};
    cursor_skip_blanks(cursor);
    return cursor_take_word(cursor);
}

static bool unknown_step(struct parser *parser)
{
    const char *at = parser->step_at, *end = at;

    while (end < parser->cursor.end && !is_blank(*end))
        end++;
    return cursor_fail(&parser->cursor, at, "unknown step: %.*s", (int)(end - at > 60 ? 60 : end - at), at);
}

/* A step on a connection: NODE, NODE.CONN. */
static bool take_node_subject(struct parser *parser)
{
    struct cursor *cursor = &parser->cursor;
    struct slice node = {cursor->at, 0}, name = {"", 0}, label = node;
    int index;

    for (; isupper((unsigned char)cursor_peek(cursor)); node.size++)
        cursor->at++;
    index = node_name_to_index(node);
    if (cursor_take(cursor, ".") && (name = take_small_name(cursor)).size == 0)
        return cursor_fail(cursor, cursor->at, "a connection's name begins with a small letter");
    label.size = (size_t)(cursor->at - label.data);
    parser->step->kind = step_kind_find(STEP_NODE, take_operator(cursor));
    if (parser->step->kind == NULL)
        return unknown_step(parser);
    if (index >= parser->scenario->cluster.nodes && parser->scenario->cluster.nodes > 0)
        return cursor_fail(cursor, node.data, "no node %.*s in a cluster of %d", (int)node.size, node.data,
                           parser->scenario->cluster.nodes);
    parser->step->conn = find_conn(parser, index, name, label);
    return true;
}

static bool take_client_subject(struct parser *parser, struct slice name)
{
    const struct scenario *scenario = parser->scenario;

    parser->step->kind = step_kind_find(STEP_CLIENT, (struct slice){parser->cursor.at++, 1});
    for (size_t i = 0; i < scenario->client_count; i++) {
        parser->step->client = (int)i;
        if (slice_equal(scenario->clients[i], name))
            return true;
    }
    return cursor_fail(&parser->cursor, name.data, "no client %.*s", (int)name.size, name.data);
}

/* Finds out which kind of step the line is. */
static bool take_subject(struct parser *parser)
{
    struct cursor *cursor = &parser->cursor;
    struct slice word;

    if (isupper((unsigned char)cursor_peek(cursor)))
        return take_node_subject(parser);
    word = take_small_name(cursor);
    if (word.size > 0 && !cursor_is_at_end(cursor) && memchr(":?<", cursor_peek(cursor), 3) != NULL)
        return take_client_subject(parser, word);
    if (!cursor_is_at_end(cursor) && !is_blank(cursor_peek(cursor)))
        return unknown_step(parser);
    parser->step->kind = step_kind_find(STEP_BARE, word);
    return parser->step->kind != NULL || unknown_step(parser);
}

/* `cluster` is the only step that may come first, and only there. */
static bool check_order(struct parser *parser)
{
    unsigned flags = parser->step->kind->flags;
    bool is_cluster = flags & STEP_COMES_FIRST;

    if (is_cluster && parser->scenario->cluster.nodes > 0)
        return cursor_fail(&parser->cursor, parser->step_at, "cluster comes only once");
    if (!is_cluster && parser->scenario->cluster.nodes == 0)
        return cursor_fail(&parser->cursor, parser->step_at, "cluster must be the first step");
    if (parser->within_at != NULL && !(flags & STEP_CAN_REPEAT))
        return cursor_fail(&parser->cursor, parser->within_at, "within must be followed by a send");
    return true;
}

static bool begin_step(struct parser *parser, const char *begin, const char *end, int line)
{
    struct scenario *scenario = parser->scenario;

    scenario->steps =
        arena_grow(&scenario->arena, scenario->steps, scenario->step_count, sizeof(*scenario->steps));
    parser->step = &scenario->steps[scenario->step_count++];
    *parser->step = (struct step){.line = line, .source = {begin, (size_t)(end - begin)}};
    parser->step_at = begin;
    parser->reply = (struct slice){0};
    parser->cursor.at = begin;
    parser->cursor.end = end;
    return take_subject(parser) && check_order(parser) && parser->step->kind->parse(parser);
}

/* What stands under the step: one of the words alone, or a value. */
static bool take_expect(struct parser *parser)
{
    static const char *const words[EXPECT_KIND_COUNT] = {
        [EXPECT_BLOCKED] = "blocked", [EXPECT_NOTHING] = "nothing", [EXPECT_CLOSED] = "closed",
        [EXPECT_RESET] = "reset",     [EXPECT_REFUSED] = "refused",
    };
    struct expect *expect = &parser->step->expect;
    struct cursor *cursor = &parser->cursor;

    expect->source = parser->reply;
    if (parser->reply.size == 0)
        return true;
    expect->kind = EXPECT_VALUE;
    for (int i = 0; i < EXPECT_KIND_COUNT; i++)
        if (words[i] != NULL && slice_is(parser->reply, words[i]))
            expect->kind = (enum expect_kind)i;
    if (expect->kind != EXPECT_VALUE)
        return true;
    cursor->at = parser->reply.data;
    cursor->end = cursor->at + parser->reply.size;
    return pattern_take(&expect->pattern, cursor);
}

/* All of a step has been read: its lines are over. */
static bool end_step(struct parser *parser)
{
    struct step *step = parser->step;
    const struct expect *expect;

    if (step == NULL)
        return true;
    if (!take_expect(parser))
        return false;
    expect = &step->expect;
    if (step->kind->expects != 0 && !(step->kind->expects & (1u << expect->kind))) {
        if (expect->kind == EXPECT_NO_ERROR)
            return cursor_fail(&parser->cursor, parser->step_at, "expected a value under this line");
        return cursor_fail(&parser->cursor, expect->source.data, "%.*s cannot stand here",
                           (int)expect->source.size, expect->source.data);
    }
    if (expect->kind == EXPECT_VALUE && expect->pattern.kind == PATTERN_FAILURE &&
        !(step->kind->flags & STEP_CAN_FAIL))
        return cursor_fail(&parser->cursor, expect->source.data, "only a client's call ends with a !code");
    if (step->kind->check != NULL && !step->kind->check(parser))
        return false;
    parser->step = NULL;
    return true;
}

static bool take_reply_line(struct parser *parser, const char *begin, const char *end)
{
    if (parser->step == NULL || parser->step->kind->expects == 0)
        return cursor_fail(&parser->cursor, begin, "an indented line under no send");
    if (parser->reply.size == 0)
        parser->reply.data = begin;
    parser->reply.size = (size_t)(end - parser->reply.data);
    return true;
}

static bool take_line(struct parser *parser, const char *begin, const char *end, int line)
{
    const char *first = begin;

    while (end > begin && is_blank(end[-1]))
        end--;
    while (first < end && is_blank(*first))
        first++;
    if (first < end && *first != '#' && first > begin)
        return take_reply_line(parser, first, end);
    if (!end_step(parser))
        return false;
    if (first == end)
        return true;
    if (*first != '#')
        return begin_step(parser, begin, end, line);
    for (first++; first < end && is_blank(*first);)
        first++;
    if (parser->scenario->title.data == NULL)
        parser->scenario->title = (struct slice){first, (size_t)(end - first)};
    return true;
}

static bool take_file(struct parser *parser)
{
    const char *at = parser->scenario->source.data, *end = at + parser->scenario->source.size;

    for (int line = 1; at < end; line++) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));

        if (line_end == NULL)
            line_end = end;
        if (!take_line(parser, at, line_end, line))
            return false;
        at = line_end < end ? line_end + 1 : end;
    }
    if (!end_step(parser))
        return false;
    if (parser->within_at != NULL)
        return cursor_fail(&parser->cursor, parser->within_at, "within must be followed by a send");
    if (parser->depth > 0)
        return cursor_fail(&parser->cursor, parser->repeats[parser->depth - 1].at, "repeat has no end");
    if (parser->scenario->cluster.nodes == 0)
        return cursor_fail(&parser->cursor, end, "there is no cluster step");
    for (size_t i = parser->scenario->step_count; i > 0; i--)
        if (parser->scenario->steps[i - 1].kind->flags & STEP_MOCK_ONLY)
            parser->scenario->mock_only = &parser->scenario->steps[i - 1];
    return true;
}

static void locate(const struct scenario *scenario, const struct cursor *cursor, struct parse_error *error)
{
    const char *line = scenario->source.data;

    *error = (struct parse_error){.line = 1};
    for (const char *p = line; p < cursor->wrong_at; p++) {
        if (*p != '\n')
            continue;
        error->line++;
        line = p + 1;
    }
    error->column = (int)(cursor->wrong_at - line) + 1;
    snprintf(error->what, sizeof(error->what), "%s", cursor->wrong);
}

struct scenario *parse_scenario(const char *path, const void *bytes, size_t size, struct parse_error *error)
{
    struct scenario *scenario = must_calloc(1, sizeof(*scenario));
    struct vars names = {0};
    struct parser parser = {.scenario = scenario, .cursor = {.arena = &scenario->arena, .names = &names}};
    struct slice source = {bytes, size};

    if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        source = (struct slice){source.data + 3, size - 3};
    scenario->source = arena_copy(&scenario->arena, source);
    scenario->path = arena_copy(&scenario->arena, slice_of(path)).data;
    if (!take_file(&parser)) {
        locate(scenario, &parser.cursor, error);
        scenario_free(scenario);
        scenario = NULL;
    }
    vars_fini(&names);
    return scenario;
}

void scenario_free(struct scenario *scenario)
{
    if (scenario == NULL)
        return;
    arena_fini(&scenario->arena);
    free(scenario);
}
