/* SPDX-License-Identifier: MIT */
/* The runner knows no fault by its name: what is no step of its own is handed to mockd word by word. */
#include "scenarios/runner/step_mock.h"

#include "mockd/mockd.h"
#include "scenarios/runner/run.h"

#include <stdlib.h>

/* The first word of a line. */
static struct slice name_of(const char *line, size_t size)
{
    struct slice name = {line, 0};

    while (name.size < size && line[name.size] != '\0' && !is_blank(line[name.size]))
        name.size++;
    return name;
}

bool step_mock_is(struct slice word)
{
    const char *usage;

    for (int i = 0; (usage = mockd_step_usage(i)) != NULL; i++)
        if (slice_equal(word, name_of(usage, strlen(usage))))
            return true;
    return false;
}

/* Its words as C strings, in the arena: the name, and what the variables make of the rest. */
static const char **make_argv(struct arena *arena, const struct step *step, const struct vars *vars)
{
    const char **argv = arena_new(arena, step->words.count + 1, sizeof(*argv));

    argv[0] = arena_copy(arena, name_of(step->source.data, step->source.size)).data;
    for (size_t i = 0; i < step->words.count; i++) {
        struct text text = {0};

        template_expand(&step->words.list[i].text, vars, &text);
        argv[i + 1] = arena_copy(arena, text_slice(&text)).data;
        text_fini(&text);
    }
    return argv;
}

static struct mockd_step *read_step(struct arena *arena, const struct step *step, const struct vars *vars,
                                    int nodes, struct mockd_outcome *outcome)
{
    return mockd_step_new(nodes, (int)step->words.count + 1, make_argv(arena, step, vars), outcome);
}

static bool fail_at(struct parser *parser, const struct mockd_outcome *outcome)
{
    const struct words *words = &parser->step->words;
    const char *at = parser->step_at;

    if ((size_t)outcome->word > words->count)
        at = parser->cursor.end;
    else if (outcome->word > 0)
        at = words->list[outcome->word - 1].at;
    return cursor_fail(&parser->cursor, at, "%s", outcome->text);
}

/* Does a value come next, as in `fault … : reply VALUE`? */
static bool is_before_value(const struct words *words)
{
    size_t colon = 0;

    while (colon < words->count && !word_is(&words->list[colon], ":"))
        colon++;
    return colon + 1 < words->count && word_is(&words->list[words->count - 1], "reply");
}

/* Blanks and quotes of a value do not part words. */
static bool take_words(struct parser *parser)
{
    struct cursor *cursor = &parser->cursor;
    struct words *words = &parser->step->words;

    return words_take_until(words, cursor, is_before_value) &&
           (cursor_is_at_end(cursor) || words_take_value(words, cursor));
}

/* What has variables in it is looked at when they have values. */
bool step_mock_parse(struct parser *parser)
{
    struct words *words = &parser->step->words;
    struct mockd_outcome outcome;
    struct mockd_step *read;

    if (!take_words(parser))
        return false;
    for (size_t i = 0; i < words->count; i++)
        if (!template_is_literal(&words->list[i].text))
            return true;
    read = read_step(parser->cursor.arena, parser->step, parser->cursor.names,
                     parser->scenario->cluster.nodes, &outcome);
    mockd_step_free(read);
    return read != NULL || fail_at(parser, &outcome);
}

/* Waits as a step that takes time asks for, until it is over. */
static bool run_to_end(struct run *run, const struct step *step, struct mockd_step *read)
{
    struct mockd_outcome outcome;
    int rc;

    while ((rc = mockd_step_run(run->target->mock, read, &outcome)) == MOCKD_AGAIN) {
        run_wait(run, outcome.again_at_us - run_now_us(run), NULL, NULL);
        if (run->has_failed)
            return false;
    }
    if (rc == 0 && outcome.text[0] != '\0')
        text_printf(&run->notes, "line %d: %s\n", step->line, outcome.text);
    return rc == 0 ||
           run_fail_text(run, step, outcome.got[0] != '\0' ? outcome.got : NULL, "%s", outcome.text);
}

bool step_mock_run(struct run *run, const struct step *step)
{
    struct mockd_outcome outcome;
    struct mockd_step *read =
        read_step(&run->arena, step, &run->vars, run->scenario->cluster.nodes, &outcome);
    bool ok = read != NULL ? run_to_end(run, step, read)
                           : run_fail_text(run, step, NULL, "a step that can be: %s", outcome.text);

    mockd_step_free(read);
    return ok;
}

static bool is_written_so(struct run *run, const struct step *step, const char *text)
{
    const char **argv = make_argv(&run->arena, step, &run->vars);

    for (size_t i = 0; i <= step->words.count; i++) {
        size_t size = strlen(argv[i]);

        if (strncmp(text, argv[i], size) != 0 || text[size] != (i < step->words.count ? ' ' : '\0'))
            return false;
        text += size + 1;
    }
    return true;
}

/* The step that was to be said; the last of the scenario if it had other variables then. */
static const struct step *step_written_so(struct run *run, const char *text)
{
    const struct step *last = &run->scenario->steps[run->scenario->step_count - 1];

    for (const struct step *step = run->scenario->steps; step <= last; step++)
        if (step_mock_is(name_of(step->source.data, step->source.size)) && is_written_so(run, step, text))
            return step;
    return last;
}

bool step_mock_check_leftovers(struct run *run)
{
    const char *leftover = run->target->mock != NULL ? mockd_leftover(run->target->mock) : NULL;

    return leftover == NULL ||
           run_fail_text(run, step_written_so(run, leftover), mockd_why(run->target->mock), "%s", leftover);
}
