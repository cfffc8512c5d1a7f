/* SPDX-License-Identifier: MIT */
#include "tests/support/source_rules.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof(array)[0])

/* What the checker said of one text. */
struct verdict {
    int complaints;
    int line;
};

static void remember(void *ctx, const char *path, int line, const char *what)
{
    struct verdict *verdict = ctx;

    (void)path;
    (void)what;
    verdict->complaints++;
    verdict->line = line;
}

static int complaints(const char *path, const char *text)
{
    struct verdict verdict = {0};

    source_check(path, text, remember, &verdict);
    return verdict.complaints;
}

static void an_include_downwards_is_fine(void **state)
{
    (void)state;

    assert_int_equal(complaints("mockd/main.c", "#include \"mockd/cluster.h\"\n"), 0);
    assert_int_equal(complaints("mockd/front/session.c", "#include \"mockd/node/job.h\"\n"), 0);
    assert_int_equal(complaints("mockd/front/loop.c", "#include <event2/event.h>\n"), 0);
    assert_int_equal(complaints("client/reply.c", "#include <hiredis/read.h>\n"), 0);
    assert_int_equal(complaints("scenarios/lab/lab.c", "#include \"mockd/mockd.h\"\n"), 0);
}

static void an_include_upwards_is_found(void **state)
{
    (void)state;

    assert_int_equal(complaints("mockd/sim/bus.c", "#include \"mockd/node/node.h\"\n"), 1);
    assert_int_equal(complaints("mockd/node/node.c", "#include \"mockd/command/command.h\"\n"), 1);
    assert_int_equal(complaints("mockd/command/hello.h", "#include \"mockd/front/session.h\"\n"), 1);
    assert_int_equal(complaints("mockd/front/session.c", "#include \"mockd/cluster.h\"\n"), 1);
    assert_int_equal(complaints("mockd/cluster.c", "#include \"mockd/main.h\"\n"), 1);
}

static void a_foreign_include_is_found(void **state)
{
    (void)state;

    assert_int_equal(complaints("mockd/sim/clock.c", "#include <event2/event.h>\n"), 1);
    assert_int_equal(complaints("mockd/front/resp.c", "#include <hiredis/read.h>\n"), 1);
    assert_int_equal(complaints("client/disq.h", "#include <hiredis/read.h>\n"), 1);
    assert_int_equal(complaints("client/conn.c", "#include \"mockd/mockd.h\"\n"), 1);
    assert_int_equal(complaints("mockd/cluster.c", "#include \"client/disq.h\"\n"), 1);
    assert_int_equal(complaints("scenarios/lab/lab.c", "#include \"mockd/sim/clock.h\"\n"), 1);
    assert_int_equal(complaints("client/conn.c", "#include \"tests/support/x.h\"\n"), 1);
    assert_int_equal(complaints("client/conn.c", "#include \"pool.h\"\n"), 1);
}

static void time_and_chance_from_elsewhere_are_found(void **state)
{
    (void)state;

    assert_int_equal(complaints("mockd/node/node.c", "long now = time(NULL);\n"), 1);
    assert_int_equal(complaints("client/call.c", "clock_gettime(CLOCK_MONOTONIC, &ts);\n"), 2);
    assert_int_equal(complaints("mockd/sim/rng.c", "return rand();\n"), 1);
    assert_int_equal(complaints("tests/unit/test_x.c", "usleep (10);\n"), 1);

    assert_int_equal(complaints("client/env.c", "clock_gettime(CLOCK_MONOTONIC, &ts);\n"), 0);
    assert_int_equal(complaints("client/pool.c", "env->random(env->ctx);\n"), 0);
    assert_int_equal(complaints("client/pool.c", "uint64_t (*random)(void *ctx);\n"), 0);
    assert_int_equal(complaints("mockd/node/job.c", "job_time(job); int time = 3;\n"), 0);
}

static void comments_and_literals_are_no_code(void **state)
{
    (void)state;

    assert_int_equal(complaints("client/a.c", "/* time(2)\n * rand()\n */ // sleep(1)\n"), 0);
    assert_int_equal(complaints("client/a.c", "puts(\"time( \\\" rand()\"); char c = '\"';\n"), 0);
    assert_int_equal(complaints("client/a.c", "/* it's */ rand(); /* '\" */\n"), 1);
}

static void a_file_that_does_not_say_why_it_exists_is_found(void **state)
{
    (void)state;

    assert_false(source_says_why("mockd/front/loop.c", "/* licence */\n#include <stdio.h>\n"));
    assert_false(source_says_why("mockd/front/loop.c", "/* licence */"));

    assert_true(source_says_why("mockd/front/loop.c", "/* licence */\n/* Why. */\n"));
    assert_true(source_says_why("mockd/front/loop.h", "/* licence */\n#ifndef LOOP_H\n"));
}

static void a_complaint_names_the_line(void **state)
{
    struct verdict verdict = {0};

    (void)state;

    source_check("client/a.c", "/* one\n * two */\n\n  rand();\n", remember, &verdict);
    assert_int_equal(verdict.line, 4);
}

/* ---- The tree itself; nftw gives its callback no context, hence these. ---- */

static struct verdict tree;
static int files;

static void print(void *ctx, const char *path, int line, const char *what)
{
    remember(ctx, path, line, what);
    print_error("%s:%d: %s\n", path, line, what);
}

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;

    assert_non_null(file);
    assert_true(getdelim(&text, &size, '\0', file) >= 0);
    fclose(file);
    return text;
}

static int check_file(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
    const char *dot = strrchr(path, '.');
    char *text;

    (void)stat;
    (void)ftw;
    if (type != FTW_F || dot == NULL || (strcmp(dot, ".c") != 0 && strcmp(dot, ".h") != 0))
        return 0;
    text = read_text(path);
    if (strncmp(text, "/* SPDX-License-Identifier: MIT */\n", 35) != 0)
        print(&tree, path, 1, "the first line names the licence");
    if (!source_says_why(path, text))
        print(&tree, path, 2, "a comment says why the file exists");
    source_check(path, text, print, &tree);
    files++;
    free(text);
    return 0;
}

static void the_tree_keeps_the_rules(void **state)
{
    static const char *const folders[] = {"mockd", "client", "scenarios", "tests"};

    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(folders); i++)
        assert_int_equal(nftw(folders[i], check_file, 16, FTW_PHYS), 0);

    assert_true(files > 60);
    assert_int_equal(tree.complaints, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_include_downwards_is_fine),
        cmocka_unit_test(an_include_upwards_is_found),
        cmocka_unit_test(a_foreign_include_is_found),
        cmocka_unit_test(time_and_chance_from_elsewhere_are_found),
        cmocka_unit_test(comments_and_literals_are_no_code),
        cmocka_unit_test(a_file_that_does_not_say_why_it_exists_is_found),
        cmocka_unit_test(a_complaint_names_the_line),
        cmocka_unit_test(the_tree_keeps_the_rules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
