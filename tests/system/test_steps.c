/* SPDX-License-Identifier: MIT */
/* What the scenarios have to meet, all of them together. Runs in the source folder. */
#include "mockd/mockd.h"
#include "scenarios/runner/files.h"
#include "scenarios/runner/parse.h"
#include "scenarios/runner/steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { KINDS_MAX = 100 };

/* One of those that the mock does, or of our own. */
static void note_step(const struct step *step, bool *is_used, bool *is_used_of_mock)
{
    size_t count;
    const char *usage;

    is_used[step->kind - step_kinds(&count)] = true;
    if (step->kind->usage != NULL)
        return;
    for (int i = 0; (usage = mockd_step_usage(i)) != NULL; i++)
        if (strncmp(step->source.data, usage, strcspn(usage, " ")) == 0)
            is_used_of_mock[i] = true;
}

static void note_steps(const char *path, bool *is_used, bool *is_used_of_mock)
{
    struct text content = {0};
    struct parse_error error;
    struct scenario *scenario;

    assert_int_equal(file_read(path, &content), 0);
    scenario = parse_scenario(path, content.data, content.size, &error);
    if (scenario == NULL)
        fail_msg("%s:%d:%d: %s", path, error.line, error.column, error.what);
    if (scenario->title.size == 0)
        fail_msg("%s has no title", path);
    for (size_t i = 0; i < scenario->step_count; i++)
        note_step(&scenario->steps[i], is_used, is_used_of_mock);
    scenario_free(scenario);
    text_fini(&content);
}

static void every_step_is_used_by_a_scenario(void **state)
{
    struct files files = {0};
    bool is_used[KINDS_MAX] = {0}, is_used_of_mock[KINDS_MAX] = {0};
    size_t count;
    const struct step_kind *kinds = step_kinds(&count);

    (void)state;
    assert_true(count <= KINDS_MAX);
    assert_int_equal(files_add(&files, "scenarios"), 0);
    for (size_t i = 0; i < files.count; i++)
        note_steps(files.paths[i], is_used, is_used_of_mock);
    files_fini(&files);

    for (size_t i = 0; i < count; i++)
        if (!is_used[i] && kinds[i].usage != NULL)
            fail_msg("no scenario has a step like: %s", kinds[i].usage);
    for (int i = 0; mockd_step_usage(i) != NULL; i++)
        if (!is_used_of_mock[i])
            fail_msg("no scenario has a step like: %s", mockd_step_usage(i));
}

/* disque.md's S-01 … S-38: what one would not expect, and a mock has to do all the same. */
enum { SURPRISES = 38 };

static void note_surprises(const char *path, bool *is_met)
{
    struct text content = {0};

    assert_int_equal(file_read(path, &content), 0);
    for (int i = 1; i <= SURPRISES; i++) {
        char name[8];

        snprintf(name, sizeof(name), "S-%02d", i);
        is_met[i] |= memmem(content.data, content.size, name, strlen(name)) != NULL;
    }
    text_fini(&content);
}

static void every_surprise_has_a_scenario(void **state)
{
    struct files files = {0};
    bool is_met[SURPRISES + 1] = {0};

    (void)state;
    assert_int_equal(files_add(&files, "scenarios"), 0);
    for (size_t i = 0; i < files.count; i++)
        note_surprises(files.paths[i], is_met);
    files_fini(&files);
    for (int i = 1; i <= SURPRISES; i++)
        if (!is_met[i])
            fail_msg("no scenario names S-%02d", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_is_used_by_a_scenario),
        cmocka_unit_test(every_surprise_has_a_scenario),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
