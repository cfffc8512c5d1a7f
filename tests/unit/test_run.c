/* SPDX-License-Identifier: MIT */
#include "scenarios/runner/parse.h"
#include "scenarios/runner/run.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A scenario that was run on a cluster in process. */
struct fixture {
    struct scenario *scenario;
    struct target *target;
    struct run run;
    bool passed;
};

static int setup(void **state)
{
    *state = must_calloc(1, sizeof(struct fixture));
    return 0;
}

static void clear(struct fixture *f)
{
    if (f->scenario != NULL)
        run_fini(&f->run);
    target_free(f->target);
    scenario_free(f->scenario);
    *f = (struct fixture){0};
}

static int teardown(void **state)
{
    clear(*state);
    free(*state);
    return 0;
}

static void run(struct fixture *f, const char *text)
{
    struct parse_error error;
    struct text why = {0};
    struct scenario *scenario = parse_scenario("x.scn", text, strlen(text), &error);

    clear(f);
    if (scenario == NULL)
        fail_msg("%d:%d: %s", error.line, error.column, error.what);
    f->target = target_mock_new(&scenario->cluster, 1, false, NULL, NULL, &why);
    assert_non_null(f->target);
    f->scenario = scenario;
    f->passed = run_scenario(&f->run, f->scenario, f->target);
}

static void assert_passes(struct fixture *f, const char *text)
{
    run(f, text);
    if (!f->passed)
        fail_msg("line %d: expected %s, got %s", f->run.failure.step->line, f->run.failure.expected.data,
                 f->run.failure.got.data);
}

static void assert_fails(struct fixture *f, const char *text, int line, const char *expected, const char *got)
{
    run(f, text);
    assert_false(f->passed);
    assert_int_equal(f->run.failure.step->line, line);
    assert_string_equal(f->run.failure.expected.data, expected);
    assert_string_equal(f->run.failure.got.size > 0 ? f->run.failure.got.data : "", got);
}

static int64_t elapsed_us(const struct fixture *f)
{
    return run_now_us(&f->run) - f->run.start_us;
}

static void a_reply_is_compared(void **state)
{
    assert_passes(*state, "cluster 1\nA> PING\n  +PONG\nA> PING $A.port\n  \"7711\"\n");
    assert_fails(*state, "cluster 1\nA> PING\n  [+PONG,\n   \"x\"]\n", 2, "[+PONG,\n\"x\"]", "+PONG");
    assert_fails(*state, "cluster 1\nA> NOSUCH\n", 2, "no error", "-ERR unknown command 'NOSUCH'");
    assert_passes(*state, "cluster 1\nA> PING\n");
}

static void a_blocked_command_is_collected(void **state)
{
    assert_passes(
        *state,
        "cluster 1\nA.w> GETJOB FROM q\n  blocked\nA> ADDJOB q b 0\n  $j\nA.w<\n  [[\"q\", $j, \"b\"]]\n");
}

static void what_answers_is_not_blocked(void **state)
{
    assert_fails(*state, "cluster 1\nA> PING\n  blocked\n", 2, "blocked", "+PONG");
}

static void a_late_answer_is_found_by_the_next_step(void **state)
{
    struct fixture *f = *state;

    run(f, "cluster 1\nA.w> GETJOB FROM q\n  blocked\nA> ADDJOB q b 0\nA> PING\nA.w<\n  _\n");
    assert_false(f->passed);
    assert_int_equal(f->run.failure.step->line, 2);
    assert_int_equal(f->run.failure.found->line, 5);
    assert_string_equal(f->run.failure.expected.data, "blocked, until line 5");

    run(f, "cluster 1\nA.w> GETJOB FROM q\n  blocked\nA> ADDJOB q b 0\n");
    assert_false(f->passed);
    assert_string_equal(f->run.failure.expected.data, "blocked, until the end of the file");
    assert_null(f->run.failure.found);
}

static void leftovers_are_found(void **state)
{
    assert_fails(*state, "cluster 1\nA.w> GETJOB FROM q\n  blocked\n", 2, "its reply to be asked for", "");
    assert_fails(*state, "cluster 1\nA.w>> \"PING\\r\\nPING\\r\\n\"\nA.w<\n  +PONG\n", 3,
                 "nothing left to read on A.w", "+PONG");
    assert_fails(*state, "cluster 1\nA>> \"PING\\r\\n\"\n", 2, "nothing left to read on A", "+PONG");
}

static void a_client_made_anew_must_not_be_blocked(void **state)
{
    struct fixture *f = *state;

    assert_fails(
        f, "cluster 1\nrepeat 2\nclient w nodes=A\nw: getjob q\n  blocked\nend\nA> ADDJOB q b 0\nw<\n  _\n",
        4, "its result to be asked for", "");
    assert_int_equal(f->run.failure.found->line, 3);
    assert_passes(
        f, "cluster 1\nrepeat 2\nclient w nodes=A\nw: getjob q\n  blocked\nA> ADDJOB q b 0\nw<\n  _\nend\n");
}

static void a_value_that_cannot_be_fails_its_call(void **state)
{
#define BIND "cluster 1\nclient w nodes=A\nA> PING in\n  $x\nA> PING -1\n  $y\n"
    assert_fails(*state, BIND "w: addjob q b retry=$x\n", 7, "a value of retry", "in");
    assert_fails(*state, BIND "w: qpeek q $x\n  nil[]\n", 7, "a value of count", "in");
    assert_fails(*state, BIND "w: pause q $y\n", 7, "a value of state", "-1");
    assert_fails(*state, BIND "w: cluster_leave $y\n", 7, "a value of cluster_leave", "-1");
    assert_passes(*state, BIND "w: qpeek q $y\n  nil[]\nw: pause q $x\n  1\nw: pause q\n  1\n");
#undef BIND
}

static void a_blocked_connection_takes_no_command(void **state)
{
    assert_fails(*state, "cluster 1\nA> GETJOB FROM q\n  blocked\nA> PING\n", 4,
                 "a connection that is not blocked (line 2 is)", "");
    assert_passes(*state, "cluster 1\nA> GETJOB FROM q\n  blocked\nA close\nA> PING\n  +PONG\n");
}

static void patience_is_cluster_time(void **state)
{
    struct fixture *f = *state;

    assert_fails(f, "cluster 1\nA> GETJOB FROM q\n", 2, "no error", "no reply in 1 min 0.000 s");
    assert_int_equal(elapsed_us(f), 60000000);
    assert_fails(f, "cluster 1 patience=2s\nA> GETJOB FROM q\n  nil\n", 2, "nil", "no reply in 2.000 s");
    assert_int_equal(elapsed_us(f), 2000000);
}

static void time_passes_as_it_is_told(void **state)
{
    struct fixture *f = *state;

    assert_passes(f, "cluster 1\nA> PING\n");
    assert_int_equal(elapsed_us(f), 0);
    assert_passes(f, "cluster 1\nwait 1h\n");
    assert_int_equal(elapsed_us(f), INT64_C(3600000000));
    assert_passes(f, "cluster 1\nA> GETJOB TIMEOUT 250 FROM q\n  nil[]\n");
    assert_int_equal(elapsed_us(f), 300000);
}

static void within_asks_again_every_50_ms(void **state)
{
    struct fixture *f = *state;

    assert_passes(f, "cluster 1 jitter=off\nA> ADDJOB q b 0 DELAY 1\nwithin 2s\nA> QLEN q\n  1\n");
    assert_int_equal(elapsed_us(f) / 50000 * 50000, elapsed_us(f));
    assert_in_range(elapsed_us(f), 1000000, 1100000);
    assert_fails(f, "cluster 1\nwithin 120ms\nA> QLEN q\n  1\n", 3, "1", "0");
    assert_int_equal(elapsed_us(f), 120000);
    assert_fails(f, "cluster 1\nwithin 120ms\nA> PING\n  refused\n", 3, "refused", "+PONG");
    assert_int_equal(elapsed_us(f), 120000);
}

static void within_ends_though_nothing_is_answered(void **state)
{
    struct fixture *f = *state;

    assert_fails(f, "cluster 1\nwithin 1s\nA> GETJOB TIMEOUT 50000 FROM q\n", 3, "no error",
                 "no reply in 1.000 s");
    assert_int_equal(elapsed_us(f), 1000000);
    assert_fails(f, "cluster 1\nwithin 10m\nA> GETJOB TIMEOUT 5000000 FROM q\n", 3, "no error",
                 "no reply in 1 min 0.000 s");
    assert_int_equal(elapsed_us(f), 600000000);
}

static void what_was_not_answered_in_time_is_asked_on_a_new_connection(void **state)
{
    struct fixture *f = *state;

    assert_passes(
        f, "cluster 1\nfault A on PING : delay 90s\nwithin 5m\nA> PING x\n  \"x\"\nA> PING\n  +PONG\n");
    assert_in_range(elapsed_us(f), 60000000, 61000000);
    assert_passes(f, "cluster 1\nfault A on PING : cut 3\nwithin 1s\nA> PING\n  +PONG\n");
}

static void nothing_means_that_nothing_comes(void **state)
{
    assert_passes(*state, "cluster 1\nA>> \"PI\"\nA<\n  nothing\nA>> \"NG\\r\\n\"\nA<\n  +PONG\n");
    assert_fails(*state, "cluster 1\nA> PING\n  nothing\n", 2, "nothing", "+PONG");
}

static void a_closed_connection_is_opened_anew(void **state)
{
    assert_passes(*state, "cluster 1\nA>> \"QUIT\\r\\n\"\nA<\n  +OK\nA<\n  closed\nA> PING\n  +PONG\n");
    assert_passes(*state, "cluster 1\nA> QUIT\n  +OK\nA> PING\n  +PONG\n");
    assert_fails(*state, "cluster 1\nA> QUIT\n  closed\n", 2, "closed", "+OK");
    assert_fails(*state, "cluster 1\nA> QUIT\n  +OK\nA<\n  +OK\n", 4, "+OK", "the connection was closed");
    assert_fails(*state, "cluster 1\nA> QUIT\n  +OK\nA<\n  reset\n", 4, "reset", "the connection was closed");
    assert_fails(*state, "cluster 1\nA> PING\n  refused\n", 2, "refused", "+PONG");
    assert_fails(*state, "cluster 1\nA close\n", 2, "an open connection", "the connection is not open");
}

static void a_turn_forgets_what_it_bound(void **state)
{
    struct fixture *f = *state;

    assert_passes(
        f, "cluster 1\nrepeat 3 as i\nA> PING \"${i}\"\n  $x\nrepeat 2 as j\nA> ADDJOB q \"${x}${j}\" 0\n"
           "  $job\nend\nend\nA> GETJOB COUNT 10 FROM q\n  [[\"q\", _, \"11\"], [\"q\", _, \"12\"], "
           "[\"q\", _, \"21\"], [\"q\", _, \"22\"], [\"q\", _, \"31\"], [\"q\", _, \"32\"]]\n");
    assert_fails(f, "cluster 1\nrepeat 3 as i\nA> PING \"${i}\"\n  \"1\"\nend\n", 3, "\"1\"", "\"2\"");
}

static int broken_wait(void *ctx, struct disq_ready *ready, size_t count, int64_t deadline_us)
{
    (void)ctx, (void)ready, (void)count, (void)deadline_us;
    return DISQ_TIMEOUT;
}

static void a_cluster_that_never_rests_fails(void **state)
{
    static const char text[] = "cluster 1\nA> PING\n  +PONG\n";
    struct fixture *f = *state;
    struct parse_error error;
    struct text why = {0};

    f->scenario = parse_scenario("x.scn", text, sizeof(text) - 1, &error);
    f->target = target_mock_new(&f->scenario->cluster, 1, false, NULL, NULL, &why);
    f->target->env.wait = broken_wait;

    assert_false(run_scenario(&f->run, f->scenario, f->target));
    assert_int_equal(f->run.failure.step->line, 2);
    assert_string_equal(f->run.failure.expected.data, "the cluster to come to rest");
}

static void a_cluster_that_cannot_be_is_told(void **state)
{
    struct cluster_options options = {.nodes = 0, .link_delay_us = -1};
    struct text why = {0};

    (void)state;
    options.nodes = -1;
    assert_null(target_mock_new(&options, 3, false, NULL, NULL, &why));
    assert_string_equal(why.data, "there cannot be a cluster of -1 nodes with seed 3");
    text_fini(&why);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_reply_is_compared),
        TEST(a_blocked_command_is_collected),
        TEST(what_answers_is_not_blocked),
        TEST(a_late_answer_is_found_by_the_next_step),
        TEST(leftovers_are_found),
        TEST(a_client_made_anew_must_not_be_blocked),
        TEST(a_value_that_cannot_be_fails_its_call),
        TEST(a_blocked_connection_takes_no_command),
        TEST(patience_is_cluster_time),
        TEST(time_passes_as_it_is_told),
        TEST(within_asks_again_every_50_ms),
        TEST(within_ends_though_nothing_is_answered),
        TEST(what_was_not_answered_in_time_is_asked_on_a_new_connection),
        TEST(nothing_means_that_nothing_comes),
        TEST(a_closed_connection_is_opened_anew),
        TEST(a_turn_forgets_what_it_bound),
        TEST(a_cluster_that_never_rests_fails),
        TEST(a_cluster_that_cannot_be_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
