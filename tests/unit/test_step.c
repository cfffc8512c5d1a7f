/* SPDX-License-Identifier: MIT */
#include "mockd/mockd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof(array)[0])

static int set_up(void **state)
{
    *state = mockd_new(&(struct mockd_options){.nodes = 28});
    return *state != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    mockd_free(*state);
    return 0;
}

static void what_cannot_be_is_said(void **state)
{
    static const char *const lines[][2] = {
        {"", "no such step: "},
        {"explode A", "no such step: explode"},
        {"hold", "expected a link, such as A->B, A<->B, *->B or A:B, A:B:both, any:B"},
        {"hold A", "expected a link, such as A->B, A<->B, *->B or A:B, A:B:both, any:B"},
        {"hold A->", "expected a node"},
        {"hold A->1", "not a node: 1"},
        {"hold A->AC", "no node AC in a cluster of 28"},
        {"hold A->AAAAAAAAAAAAAAAAAAAAAA", "no node AAAAAAAAAAAAAAAAAAAAAA in a cluster of 28"},
        {"hold B->B", "a node has no link to itself"},
        {"hold A:B:twice", "expected A:B:both, not :twice"},
        {"hold A->B x2", "nothing more was expected: x2"},
        {"hold A->B only=PING,PUNG", "no message is called PUNG"},
        {"release A->B now", "nothing more was expected: now"},
        {"link A->B", "expected what the link does, such as loss=10%"},
        {"link A->B only=PING", "expected what the link does, such as loss=10%"},
        {"link A->B speed=3",
         "not an option of a link: speed=3 (there are delay=, loss=, dup=, reorder= and only=)"},
        {"link A->B delay=3", "not a duration: 3 (such as 50ms, 2s, 1m, 3h, 1d)"},
        {"link A->B delay=s", "not a duration: s (such as 50ms, 2s, 1m, 3h, 1d)"},
        {"link A->B delay=3s..", "not a duration:  (such as 50ms, 2s, 1m, 3h, 1d)"},
        {"link A->B delay=9999999999999999s",
         "not a duration: 9999999999999999s (such as 50ms, 2s, 1m, 3h, 1d)"},
        {"link A->B delay=999999999999999d",
         "not a duration: 999999999999999d (such as 50ms, 2s, 1m, 3h, 1d)"},
        {"link A->B delay=3s..2s", "a range goes from the shorter to the longer: 3s..2s"},
        {"link A->B loss=101%", "not a chance: 101% (such as 5% or 0.5%)"},
        {"link A->B loss=100.1%", "not a chance: 100.1% (such as 5% or 0.5%)"},
        {"link A->B loss=1.00001%", "not a chance: 1.00001% (such as 5% or 0.5%)"},
        {"link A->B dup=.5%", "not a chance: .5% (such as 5% or 0.5%)"},
        {"link A->B reorder=5", "not a chance: 5 (such as 5% or 0.5%)"},
        {"drop A->B", "expected a message, such as SETACK"},
        {"drop A->B PUNG", "no message is called PUNG"},
        {"drop A->B PING 2", "nothing more was expected: 2"},
        {"drop A->B PING x", "expected how often, such as x2: x"},
        {"drop A->B PING x0", "expected how often, such as x2: x0"},
        {"partition", "expected groups of nodes, such as A B | C"},
        {"partition A", "expected groups of nodes, such as A B | C"},
        {"partition A |", "expected groups of nodes, such as A B | C"},
        {"partition | A", "a group has at least one node"},
        {"partition A | B A", "A is in a group already"},
        {"freeze", "expected a node"},
        {"thaw A AC", "no node AC in a cluster of 28"},
        {"skew A", "expected how far its clock is ahead or behind, such as +3s or -3s"},
        {"skew A 3s", "expected how far its clock is ahead or behind, such as +3s or -3s"},
        {"skew A +3", "not a duration: 3 (such as 50ms, 2s, 1m, 3h, 1d)"},
        {"skew A +3651d", "a clock is not that wrong: +3651d (at most 3650d)"},
        {"skew A +3s B", "nothing more was expected: B"},
        {"fault", "expected whose connections: NODE, NODE.CONN, a client, or any"},
        {"fault AC : close", "no node AC in a cluster of 28"},
        {"fault 9A : close", "not a name: 9A"},
        {"fault A.9 : close", "not a name: 9"},
        {"fault A. : close", "not a name: "},
        {"fault Late = A : close", "expected a name of a-z, then 0-9, _ and - too: Late"},
        {"fault A", "expected on COMMAND, after N, xN, always, optional or : ACTION"},
        {"fault A sometimes : close", "expected on COMMAND, after N, xN, always, optional or : ACTION"},
        {"fault A on FLY : close", "no such command: FLY"},
        {"fault A on", "no such command: "},
        {"fault A after x : close", "expected a number: x"},
        {"fault A x : close", "expected how often, such as x2: x"},
        {"fault A : explode",
         "no such action (there are error, reply, close, reset, half-close, silence, garbage, cut, "
         "dribble, delay, dup)"},
        {"fault A :",
         "no such action (there are error, reply, close, reset, half-close, silence, garbage, cut, "
         "dribble, delay, dup)"},
        {"fault A : close now", "nothing more was expected: now"},
        {"fault A : error", "expected the reply"},
        {"fault A : error ERR", "expected an error, such as \"-LEAVING I am going\": ERR"},
        {"fault A : reply", "expected the reply"},
        {"fault A : reply [1,2", "not a value from here on: "},
        {"fault A : reply '[1 2]'", "not a value from here on: 2]"},
        {"fault A : reply '{\"a\": 1}x'", "not a value from here on: x"},
        {"fault A : reply '\"a'", "not a value from here on: "},
        {"fault A : reply '\"\\q\"'", "not a value from here on: q\""},
        {"fault A : reply 99999999999999999999", "not a value from here on: 99999999999999999999"},
        {"fault A : reply [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
         "not a value from here on: 1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"},
        {"fault A : garbage 0", "expected a number of bytes up to 1048576"},
        {"fault A : cut 1048577", "expected a number of bytes up to 1048576"},
        {"fault A : cut", "expected a number: "},
        {"fault A : delay", "not a duration:  (such as 50ms, 2s, 1m, 3h, 1d)"},
        {"fault A : dribble 3", "expected every DURATION"},
        {"unfault", "expected a name of a-z, then 0-9, _ and - too: "},
        {"unfault late", "no fault is called late"},
        {"hits late", "expected a number: "},
        {"hits late 1", "no fault is called late"},
        {"hits late 1 within", "not a duration:  (such as 50ms, 2s, 1m, 3h, 1d)"},
        {"expect", "expected a node"},
        {"expect A", "no such command: "},
        {"expect A FLY", "no such command: FLY"},
        {"expect A PING xx", "expected how often, such as x2: xx"},
        {"produce", "expected a node"},
        {"produce A", "expected queue=QUEUE"},
        {"produce P = A queue=q", "expected a name of a-z, then 0-9, _ and - too: P"},
        {"produce A queue=q count=some", "expected a number: some"},
        {"produce A queue=q every=0s", "expected some time: 0s"},
        {"produce A queue=q async=maybe", "expected yes or no: maybe"},
        {"produce A queue=q work=1s", "not an option: work=1s (there are queue=, count=, every=, timeout=, "
                                      "async=, replicate=, ttl=, retry=, "
                                      "delay= and maxlen=)"},
        {"consume A queue=q retry=1", "not an option: retry=1 (there are queue=, count=, ack= and work=)"},
        {"chaos", "expected for DURATION"},
        {"chaos for 3", "not a duration: 3 (such as 50ms, 2s, 1m, 3h, 1d)"},
        {"chaos for 3s", "expected how often something happens, such as crash=1/10s"},
        {"chaos for 3s crash=1", "not a rate: 1 (such as 1/10s)"},
        {"chaos for 3s crash=0/1s", "a fault comes once a millisecond to once an hour: crash=0/1s"},
        {"chaos for 3s crash=1/2h", "a fault comes once a millisecond to once an hour: crash=1/2h"},
        {"chaos for 3s crash=1/1s lasting=0ms", "expected some time: 0ms"},
        {"chaos for 3s crash=1/1s lasting=3650d", "a fault lasts an hour at most: 3650d"},
        {"crash B A A", "A was named before"},
        {"chaos for 3s flood=1/1s",
         "not an option of chaos: flood=1/1s (there are crash=, stop=, freeze=, partition=, "
         "link= and lasting=)"},
        {"produce A queue=q timeout=x", "not a duration: x (such as 50ms, 2s, 1m, 3h, 1d)"},
        {"produce A queue=q retry=x", "expected a number: x"},
        {"consume A queue=q count=x", "expected a number: x"},
        {"consume A queue=q ack=x", "expected yes or no: x"},
        {"consume A queue=q work=0ms", "expected some time: 0ms"},
        {"settle within soon", "not a duration: soon (such as 50ms, 2s, 1m, 3h, 1d)"},
        {"settle soon", "nothing more was expected: soon"},
        {"check", "expected what to check: delivery or converged"},
        {"check nothing", "expected what to check: delivery or converged"},
        {"check delivery lost=many", "not a number or a range: many (such as 3 or 3..5)"},
        {"check delivery lost=5..3", "not a number or a range: 5..3 (such as 3 or 3..5)"},
        {"check delivery found=1",
         "not what can be found: found=1 (there are lost=, unexpected=, at-most-once=, "
         "resurrected=, imported-ack-lost= and duplicates=)"},
        {"check delivery", "this cluster does not audit its jobs"},
        {"check converged soon", "nothing more was expected: soon"},
        {"met", "no behaviour of nodes is called "},
        {"met flight", "no behaviour of nodes is called flight"},
        {"fault A x0 : close", "expected how often, such as x2: x0"},
        {"heal A", "nothing more was expected: A"},
        {"hold \"A->B", "a quote has no end, or no blank behind it"},
    };

    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        assert_int_equal(mockd_step(*state, lines[i][0]), MOCKD_INVALID);
        assert_string_equal(mockd_why(*state), lines[i][1]);
    }
}

static void the_word_that_is_wrong_is_told(void **state)
{
    static const char *const argv[] = {"partition", "A", "|", "B", "AZ"};
    struct mockd_outcome outcome;

    (void)state;

    assert_null(mockd_step_new(28, 5, argv, &outcome));

    assert_int_equal(outcome.word, 4);
}

static void what_can_be_is_done(void **state)
{
    static const char *const lines[] = {
        "link A->AB loss=0% dup=0.5% reorder=12.3456% delay=1ms..2ms only=ping,Pong",
        "link A:AB:BOTH loss=100%",
        "hold *<->any",
        "hold \"A->B\" only=SETACK",
        "release *->*",
        "partition A b C | d 'AA'",
        "heal",
        "expect A ping x0",
        "skew a -3650d",
        "fault slow = any always optional : delay 1s",
        "fault A.worker on GETJOB after 3 x2 optional : execute-then close",
        "fault worker optional : reply '[[], {}, {\"a\": nil, \"b\": +x}, -ERR y, \"\\x00\\n\", nil[]]'",
        "hits slow 0",
        "unfault slow",
        "unfault slow",
        "refuse A B",
        "accept B A",
    };

    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        assert_int_equal(mockd_step(*state, lines[i]), 0);
        assert_string_equal(mockd_why(*state), "");
    }
    assert_null(mockd_leftover(*state));
}

static void what_a_node_that_is_down_cannot_do_fails(void **state)
{
    assert_int_equal(mockd_step(*state, "restart B"), MOCKD_FAILED);
    assert_string_equal(mockd_why(*state), "B is up");
    assert_int_equal(mockd_step(*state, "crash B C"), 0);
    assert_int_equal(mockd_step(*state, "crash C"), MOCKD_FAILED);
    assert_string_equal(mockd_why(*state), "C is down");
    assert_int_equal(mockd_step(*state, "freeze A B"), MOCKD_FAILED);
    assert_string_equal(mockd_why(*state), "B is down");
    assert_int_equal(mockd_step(*state, "crash A C"), MOCKD_FAILED);
    assert_true(mockd_node_is_up(*state, 0));
    assert_int_equal(mockd_step(*state, "restart C B"), 0);
}

static void what_is_not_so_is_waited_for(void **state)
{
    int64_t before_us = mockd_now_us(*state);

    assert_int_equal(mockd_step(*state, "expect B PING x2 within 5s"), MOCKD_FAILED);

    assert_string_equal(mockd_why(*state), "ping 2 times on B");
    assert_string_equal(mockd_got(*state), "0 times");
    assert_int_equal(mockd_now_us(*state), before_us + 5000000);
}

static void what_has_not_come_to_rest_is_told(void **state)
{
    struct mockd *cluster = mockd_new(&(struct mockd_options){.nodes = 2});
    struct mockd_conn *conn = mockd_connect(cluster, "A");

    (void)state;
    assert_int_equal(mockd_step(cluster, "partition A | B"), 0);
    mockd_send(conn, "ADDJOB q body 0 REPLICATE 2\r\n", 29);
    assert_int_equal(mockd_advance(cluster, 1000), 0);

    assert_int_equal(mockd_step(cluster, "check converged"), MOCKD_FAILED);
    assert_string_equal(mockd_why(cluster), "no job in a transient state");
    assert_string_equal(mockd_got(cluster) + 40, " is wait-repl on A");

    mockd_close(conn);
    assert_int_equal(mockd_step(cluster, "check converged within 10s"), 0);
    assert_int_equal(mockd_step(cluster, "crash B"), 0);
    assert_int_equal(mockd_step(cluster, "restart B"), 0);
    assert_int_equal(mockd_step(cluster, "check converged"), MOCKD_FAILED);
    assert_string_equal(mockd_why(cluster), "every node to know every other");
    assert_string_equal(mockd_got(cluster), "B has no link to A");
    mockd_free(cluster);
}

/* Sends a request to A, whatever comes of it. */
static void ask(struct mockd *cluster, const char *request)
{
    struct mockd_conn *conn = mockd_connect(cluster, "A");

    mockd_send(conn, request, strlen(request));
    assert_int_equal(mockd_advance(cluster, 10000), 0);
    mockd_close(conn);
}

static void a_job_that_comes_twice_is_told(void **state)
{
    struct mockd *cluster = mockd_new(&(struct mockd_options){.audits = true});

    (void)state;
    ask(cluster, "ADDJOB q body 0 RETRY 1\r\nGETJOB FROM q\r\n");
    assert_int_equal(mockd_advance(cluster, 3000000), 0);
    ask(cluster, "GETJOB FROM q\r\n");

    assert_int_equal(mockd_step(cluster, "check delivery duplicates=0"), MOCKD_FAILED);
    assert_string_equal(mockd_why(cluster), "duplicates=0");
    assert_memory_equal(mockd_got(cluster), "1, first D-", 11);
    assert_int_equal(mockd_step(cluster, "check delivery duplicates=2..3"), MOCKD_FAILED);
    assert_string_equal(mockd_why(cluster), "duplicates=2..3");
    assert_int_equal(mockd_step(cluster, "check delivery duplicates=1"), 0);
    assert_string_equal(mockd_why(cluster), "1 added, 1 delivered, duplicates=1");
    mockd_free(cluster);
}

static void a_node_that_cannot_start_does_not_settle(void **state)
{
    struct mockd *cluster = mockd_new(&(struct mockd_options){.config = "hz 10\n"});

    (void)state;
    ask(cluster, "CONFIG SET aof-enqueue-jobs-once yes\r\nCONFIG REWRITE\r\n");
    assert_int_equal(mockd_step(cluster, "crash A"), 0);

    assert_int_equal(mockd_step(cluster, "settle"), MOCKD_FAILED);
    assert_string_equal(mockd_why(cluster), "A to start");
    assert_string_equal(mockd_got(cluster), "aof-enqueue-jobs-once needs an append-only file");
    mockd_free(cluster);
}

static void what_is_asynchronous_is_so_in_the_background(void **state)
{
    assert_int_equal(mockd_step(*state, "produce p = A queue=q count=2 async=yes timeout=5s"), 0);
    assert_int_equal(mockd_step(*state, "hits p 2 within 10ms"), 0);
}

static void a_load_is_left_over_until_it_is_over(void **state)
{
    assert_int_equal(mockd_step(*state, "produce A queue=q count=2 every=1s replicate=1"), 0);
    assert_int_equal(mockd_step(*state, "consume c = A queue=q"), 0);
    assert_string_equal(mockd_leftover(*state), "produce A queue=q count=2 every=1s replicate=1");
    assert_string_equal(mockd_why(*state), "it is still running");

    assert_int_equal(mockd_step(*state, "hits c 2 within 1s"), 0);
    assert_string_equal(mockd_leftover(*state), "consume c = A queue=q");
    assert_string_equal(mockd_why(*state), "it goes on until it is settled");

    assert_int_equal(mockd_step(*state, "settle"), 0);
    assert_null(mockd_leftover(*state));
}

static void what_does_not_settle_is_told(void **state)
{
    assert_int_equal(mockd_step(*state, "produce A queue=q count=2 every=3s"), 0);

    assert_int_equal(mockd_step(*state, "settle within 1s"), MOCKD_FAILED);
    assert_string_equal(mockd_why(*state), "an end of produce A queue=q count=2 every=3s");
    assert_string_equal(mockd_got(*state), "it is still running");

    assert_int_equal(mockd_step(*state, "settle within 5s"), MOCKD_FAILED);
    assert_string_equal(mockd_why(*state), "no job left to be delivered");
    assert_string_equal(mockd_got(*state) + 40, " is queued on A");
}

static void chaos_is_left_over_until_it_is_settled(void **state)
{
    assert_int_equal(mockd_step(*state, "chaos for 10s crash=1/1s stop=1/1s link=1/1s partition=1/1s"), 0);
    assert_string_equal(mockd_leftover(*state),
                        "chaos for 10s crash=1/1s stop=1/1s link=1/1s partition=1/1s");
    assert_string_equal(mockd_why(*state), "no settle came after it");

    assert_int_equal(mockd_step(*state, "settle within 1m"), 0);
    assert_null(mockd_leftover(*state));

    assert_int_equal(mockd_step(*state, "chaos for 10s freeze=1/1s"), 0);
    assert_non_null(mockd_leftover(*state));
}

static void a_node_alone_has_no_links(void **state)
{
    struct mockd *cluster = mockd_new(NULL);

    (void)state;
    assert_int_equal(mockd_step(cluster, "chaos for 1s crash=1/1s link=1/1s"), MOCKD_INVALID);
    assert_string_equal(mockd_why(cluster), "a cluster of one node has no links");
    assert_int_equal(mockd_step(cluster, "chaos for 1m crash=1/1s freeze=1/1s"), 0);
    mockd_free(cluster);
}

static void a_drop_that_finds_nothing_is_left_over(void **state)
{
    assert_int_equal(mockd_step(*state, "drop A->B SETACK x2"), 0);

    assert_string_equal(mockd_leftover(*state), "drop A->B SETACK x2");
}

static void a_drop_that_is_healed_is_left_over_too(void **state)
{
    assert_int_equal(mockd_step(*state, "drop A->B SETACK"), 0);
    assert_int_equal(mockd_step(*state, "heal"), 0);

    assert_string_equal(mockd_leftover(*state), "drop A->B SETACK");
}

static void a_drop_that_found_something_is_not(void **state)
{
    assert_int_equal(mockd_step(*state, "drop A->B PING x1000000"), 0);

    assert_int_equal(mockd_advance(*state, 60000000), 0);

    assert_null(mockd_leftover(*state));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_cannot_be_is_said, set_up, tear_down),
        cmocka_unit_test(the_word_that_is_wrong_is_told),
        cmocka_unit_test_setup_teardown(what_can_be_is_done, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_node_that_is_down_cannot_do_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_so_is_waited_for, set_up, tear_down),
        cmocka_unit_test(what_has_not_come_to_rest_is_told),
        cmocka_unit_test(a_job_that_comes_twice_is_told),
        cmocka_unit_test(a_node_that_cannot_start_does_not_settle),
        cmocka_unit_test_setup_teardown(what_is_asynchronous_is_so_in_the_background, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_load_is_left_over_until_it_is_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_settle_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(chaos_is_left_over_until_it_is_settled, set_up, tear_down),
        cmocka_unit_test(a_node_alone_has_no_links),
        cmocka_unit_test_setup_teardown(a_drop_that_finds_nothing_is_left_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_drop_that_is_healed_is_left_over_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_drop_that_found_something_is_not, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
