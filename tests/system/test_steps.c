/* SPDX-License-Identifier: MIT */
/* The table of steps against the scenarios that there are. Runs in the source folder. */
#include "scenarios/runner/files.h"
#include "scenarios/runner/parse.h"
#include "scenarios/runner/steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { KINDS_MAX = 100 };

static void note_steps(const char *path, bool *is_used)
{
    struct text content = {0};
    struct parse_error error;
    struct scenario *scenario;
    size_t count;
    const struct step_kind *kinds = step_kinds(&count);

    assert_int_equal(file_read(path, &content), 0);
    scenario = parse_scenario(path, content.data, content.size, &error);
    if (scenario == NULL)
        fail_msg("%s:%d:%d: %s", path, error.line, error.column, error.what);
    if (scenario->title.size == 0)
        fail_msg("%s has no title", path);
    for (size_t i = 0; i < scenario->step_count; i++)
        is_used[scenario->steps[i].kind - kinds] = true;
    scenario_free(scenario);
    text_fini(&content);
}

static void every_step_is_used_by_a_scenario(void **state)
{
    struct files files = {0};
    bool is_used[KINDS_MAX] = {0};
    size_t count;
    const struct step_kind *kinds = step_kinds(&count);

    (void)state;
    assert_true(count <= KINDS_MAX);
    assert_int_equal(files_add(&files, "scenarios"), 0);
    for (size_t i = 0; i < files.count; i++)
        note_steps(files.paths[i], is_used);
    files_fini(&files);

    for (size_t i = 0; i < count; i++)
        if (!is_used[i])
            fail_msg("no scenario has a step like: %s", kinds[i].usage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_is_used_by_a_scenario),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
