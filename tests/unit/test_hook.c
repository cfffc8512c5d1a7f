/* SPDX-License-Identifier: MIT */
#include "mockd/mockd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A hook that does as it is told, and what it was asked last. */
struct fixture {
    struct mockd *cluster;
    struct mockd_conn *conn;
    enum mockd_verdict verdict;
    const char *reply;
    int asked;
    int node;
    char conn_name[16];
    char arg[16];
    size_t argc;
    struct mockd_hook *own; /* it ends this when it is asked */
};

static enum mockd_verdict hook(void *ctx, const struct mockd_request *request, struct mockd_answer *answer)
{
    struct fixture *fixture = ctx;
    const struct mockd_bytes *arg = &request->argv[request->argc - 1];

    fixture->asked++;
    fixture->node = request->node;
    fixture->argc = request->argc;
    memcpy(fixture->arg, arg->data, arg->size);
    fixture->arg[arg->size] = '\0';
    strncpy(fixture->conn_name, request->conn, sizeof(fixture->conn_name) - 1);
    if (fixture->reply != NULL)
        mockd_answer(answer, fixture->reply, strlen(fixture->reply));
    if (fixture->own != NULL)
        mockd_unhook(fixture->own);
    fixture->own = NULL;
    return fixture->verdict;
}

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){.cluster = mockd_new(&(struct mockd_options){.nodes = 2})};
    fixture.conn = mockd_connect(fixture.cluster, "B.worker");
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    mockd_free(((struct fixture *)*state)->cluster);
    return 0;
}

static void say(struct fixture *fixture, const char *request)
{
    mockd_send(fixture->conn, request, strlen(request));
    assert_int_equal(mockd_advance(fixture->cluster, 0), 0);
}

static void assert_answer(struct fixture *fixture, const char *expected)
{
    char got[256] = "";

    assert_true(mockd_recv(fixture->conn, got, sizeof(got) - 1) > 0);
    assert_string_equal(got, expected);
}

static void it_sees_the_whole_request(void **state)
{
    struct fixture *fixture = *state;

    mockd_hook(fixture->cluster, "qlen", hook, fixture);
    say(fixture, "QLEN mail\r\n");

    assert_int_equal(fixture->asked, 1);
    assert_int_equal(fixture->node, 1);
    assert_string_equal(fixture->conn_name, "worker");
    assert_int_equal(fixture->argc, 2);
    assert_string_equal(fixture->arg, "mail");
}

static void what_it_passes_the_node_answers(void **state)
{
    struct fixture *fixture = *state;

    fixture->reply = "+never seen\r\n";
    mockd_hook(fixture->cluster, NULL, hook, fixture);
    say(fixture, "QLEN mail\r\n");

    assert_answer(fixture, ":0\r\n");
}

static void it_answers_in_place_of_the_node(void **state)
{
    struct fixture *fixture = *state;

    fixture->verdict = MOCKD_ANSWER;
    fixture->reply = ":7\r\n";
    mockd_hook(fixture->cluster, "QLEN", hook, fixture);
    say(fixture, "QLEN mail\r\nPING\r\n");

    assert_answer(fixture, ":7\r\n+PONG\r\n");
    assert_int_equal(mockd_step(fixture->cluster, "expect B QLEN"), 0);
}

static void it_may_know_commands_that_disque_does_not(void **state)
{
    struct fixture *fixture = *state;

    fixture->verdict = MOCKD_ANSWER;
    fixture->reply = "+flown\r\n";
    mockd_hook(fixture->cluster, "FLY", hook, fixture);
    say(fixture, "FLY away\r\n");

    assert_answer(fixture, "+flown\r\n");
}

static void it_may_close_the_connection(void **state)
{
    struct fixture *fixture = *state;
    char byte;

    fixture->verdict = MOCKD_CLOSE;
    fixture->reply = "-GONE\r\n";
    mockd_hook(fixture->cluster, "PING", hook, fixture);
    say(fixture, "PING\r\nPING\r\n");

    assert_answer(fixture, "-GONE\r\n");
    assert_int_equal(mockd_recv(fixture->conn, &byte, 1), 0);
    assert_int_equal(fixture->asked, 1);
}

static void it_may_stay_silent(void **state)
{
    struct fixture *fixture = *state;

    fixture->verdict = MOCKD_SILENCE;
    mockd_hook(fixture->cluster, "QLEN", hook, fixture);
    say(fixture, "QLEN mail\r\n");

    assert_false(mockd_is_readable(fixture->conn));
    say(fixture, "PING\r\n");
    assert_answer(fixture, "+PONG\r\n");
}

static void the_newest_is_asked_first(void **state)
{
    struct fixture *fixture = *state;
    struct fixture newest = {.verdict = MOCKD_ANSWER, .reply = ":1\r\n"};

    mockd_hook(fixture->cluster, "PING", hook, fixture);
    mockd_hook(fixture->cluster, "PING", hook, &newest);
    say(fixture, "PING\r\n");
    assert_int_equal(fixture->asked, 0);

    newest.verdict = MOCKD_PASS;
    say(fixture, "PING\r\n");
    assert_int_equal(fixture->asked, 1);
    assert_answer(fixture, ":1\r\n+PONG\r\n");
}

static void it_may_end_itself(void **state)
{
    struct fixture *fixture = *state;

    fixture->verdict = MOCKD_ANSWER;
    fixture->reply = ":1\r\n";
    fixture->own = mockd_hook(fixture->cluster, NULL, hook, fixture);
    say(fixture, "PING\r\nPING\r\n");

    assert_answer(fixture, ":1\r\n+PONG\r\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_sees_the_whole_request),       TEST(what_it_passes_the_node_answers),
        TEST(it_answers_in_place_of_the_node), TEST(it_may_know_commands_that_disque_does_not),
        TEST(it_may_close_the_connection),     TEST(it_may_stay_silent),
        TEST(the_newest_is_asked_first),       TEST(it_may_end_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
