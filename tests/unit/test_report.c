/* SPDX-License-Identifier: MIT */
#include "scenarios/runner/parse.h"
#include "scenarios/runner/report.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A report that goes into memory. */
struct fixture {
    struct report report;
    struct events events;
    char *text;
    size_t size;
};

static int setup(void **state)
{
    struct fixture *f = must_calloc(1, sizeof(*f));

    f->report.out = open_memstream(&f->text, &f->size);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    fclose(f->report.out);
    free(f->text);
    free(f);
    return 0;
}

static struct scenario *parse(const char *path, const char *text)
{
    struct parse_error error;
    struct scenario *scenario = parse_scenario(path, text, strlen(text), &error);

    assert_non_null(scenario);
    return scenario;
}

static void run_and_report(struct fixture *f, const char *path, const char *text)
{
    struct scenario *scenario = parse(path, text);
    struct text why = {0};
    struct target *target = target_mock_new(&scenario->cluster, 7, false, events_take, &f->events, &why);
    struct run run;

    assert_non_null(target);
    if (run_scenario(&run, scenario, target))
        report_passed(&f->report, &run);
    else
        report_failed(&f->report, &run, 7, &f->events);
    run_fini(&run);
    target_free(target);
    scenario_free(scenario);
}

static const char *told(struct fixture *f)
{
    fflush(f->report.out);
    return f->text;
}

static const char passing[] = "# It waits.\ncluster 1\nwait 90s\n";
static const char failing[] =
    "# It fails.\ncluster 1\nA> PING \"a\\nb\"\n  $x\nA> PING ${x}!\n  [1,\n   $x]\n";

static void plain_lines_have_a_sign_and_the_cluster_time(void **state)
{
    struct fixture *f = *state;
    struct scenario *skipped = parse("skipped.scn", "cluster 9\n");

    report_begin(&f->report, 2);
    run_and_report(f, "waits.scn", passing);
    report_skipped(&f->report, skipped, "needs 9 nodes");
    report_end(&f->report, 1500);
    scenario_free(skipped);

    assert_string_equal(told(f), "✓ waits.scn  It waits.  (1 min 30.000 s)\n"
                                 "- skipped.scn    (skipped: needs 9 nodes)\n"
                                 "2 scenarios: 1 min 30.000 s of cluster time in 0.001 s of real time\n"
                                 "1 passed, 0 failed, 1 skipped\n");
}

static void a_failure_tells_all_that_is_known(void **state)
{
    struct fixture *f = *state;

    run_and_report(f, "fails.scn", failing);

    assert_string_equal(told(f), "✗ fails.scn  It fails.  (0.000 s)\n"
                                 "    fails.scn:5: A> PING ${x}!\n"
                                 "    expected: [1,\n"
                                 "              $x]\n"
                                 "    got:      \"a\\nb!\"\n"
                                 "    $x is \"a\\nb\"\n"
                                 "    after 0.000 s of cluster time, at 1700000000.000000, seed 7\n"
                                 "    the last events:\n"
                                 "      1700000000.000000 A.1 connected\n"
                                 "      1700000000.000000 A.1 > \"PING\" \"a\\nb\"\n"
                                 "      1700000000.000000 A.1 < $3\n"
                                 "      1700000000.000000 A.1 > \"PING\" \"a\\nb!\"\n"
                                 "      1700000000.000000 A.1 < $4\n");
}

static void who_finds_a_failure_is_named_too(void **state)
{
    struct fixture *f = *state;

    run_and_report(
        f, "x.scn",
        "# T\ncluster 1\nA.w> GETJOB FROM q\n  blocked\nA> ADDJOB q b 0\nwithin 1s\nA> QLEN q\n  0\n");

    assert_non_null(strstr(told(f), "x.scn:3: A.w> GETJOB FROM q\n    x.scn:7: A> QLEN q   (found here)\n"));
}

static void a_step_under_within_says_so(void **state)
{
    struct fixture *f = *state;

    run_and_report(f, "x.scn", "# T\ncluster 1\nwithin 1s\nA> QLEN q\n  1\n");

    assert_non_null(strstr(told(f), "x.scn:4: A> QLEN q   (within 1.000 s)\n"));
}

static void tap_says_the_same_in_its_way(void **state)
{
    struct fixture *f = *state;
    struct scenario *other = parse("other.scn", "# Other.\ncluster 9\n");

    f->report.format = REPORT_TAP;
    report_begin(&f->report, 4);
    run_and_report(f, "waits.scn", passing);
    report_skipped(&f->report, other, "needs 9 nodes");
    report_not_begun(&f->report, other, "there is no cluster");
    report_end(&f->report, 0);
    scenario_free(other);

    assert_string_equal(told(f), "TAP version 14\n1..4\n"
                                 "ok 1 - waits.scn: It waits.\n"
                                 "ok 2 - other.scn: Other. # SKIP needs 9 nodes\n"
                                 "not ok 3 - other.scn: Other.\n"
                                 "# there is no cluster\n"
                                 "# 3 scenarios: 1 min 30.000 s of cluster time in 0.000 s of real time\n"
                                 "# 1 passed, 1 failed, 1 skipped\n");
}

static void the_last_events_are_kept(void **state)
{
    struct fixture *f = *state;
    char line[EVENT_SIZE_MAX + 20];

    assert_null(events_at(&f->events, 0));
    for (int i = 0; i < EVENTS_KEPT + 3; i++) {
        snprintf(line, sizeof(line), "event %d", i);
        events_take(&f->events, line);
    }
    memset(line, 'x', sizeof(line) - 1);
    line[sizeof(line) - 1] = '\0';
    events_take(&f->events, line);

    assert_string_equal(events_at(&f->events, 0), "event 4");
    assert_int_equal(strlen(events_at(&f->events, EVENTS_KEPT - 1)), EVENT_SIZE_MAX - 1);
    assert_null(events_at(&f->events, EVENTS_KEPT));
}

static void the_log_has_all_events(void **state)
{
    struct fixture *f = *state;
    struct scenario *scenario = parse("x.scn", passing);

    f->events.log = f->report.out;
    events_take(&f->events, "one");
    events_take(&f->events, "two");
    scenario_free(scenario);

    assert_string_equal(told(f), "one\ntwo\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(plain_lines_have_a_sign_and_the_cluster_time),
        TEST(a_failure_tells_all_that_is_known),
        TEST(who_finds_a_failure_is_named_too),
        TEST(a_step_under_within_says_so),
        TEST(tap_says_the_same_in_its_way),
        TEST(the_last_events_are_kept),
        TEST(the_log_has_all_events),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
