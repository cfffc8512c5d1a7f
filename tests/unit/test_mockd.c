/* SPDX-License-Identifier: MIT */
#include "mockd/mockd.h"

#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MS      INT64_C(1000)
#define SECONDS (1000 * MS)

static int setup(void **state)
{
    *state = mockd_new(&(struct mockd_options){.nodes = 3, .seed = 7});
    return *state == NULL;
}

static int teardown(void **state)
{
    mockd_free(*state);
    return 0;
}

static void say(struct mockd_conn *conn, const char *text)
{
    assert_int_equal(mockd_send(conn, text, strlen(text)), strlen(text));
}

static void assert_answer(struct mockd_conn *conn, const char *expected)
{
    char got[1024] = "";
    ssize_t size = mockd_recv(conn, got, sizeof(got) - 1);

    assert_true(size > 0);
    assert_string_equal(got, expected);
}

static void assert_in_answer(struct mockd_conn *conn, const char *expected)
{
    char got[1024] = "";
    ssize_t size = mockd_recv(conn, got, sizeof(got) - 1);

    assert_true(size > 0);
    assert_non_null(strstr(got, expected));
}

static bool is_readable(void *conn)
{
    return mockd_is_readable(conn);
}

static void options_that_cannot_be_make_no_cluster(void **state)
{
    static const struct mockd_options bad[] = {
        {.nodes = -1},
        {.nodes = 1001},
        {.base_port = 55536},
        {.base_port = -1},
        {.nodes = 2, .base_port = INT_MAX},
        {.nodes = 3, .base_port = 55534},
    };

    (void)state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_null(mockd_new(&bad[i]));
}

static void no_options_make_one_node(void **state)
{
    struct mockd *cluster = mockd_new(NULL);

    (void)state;

    assert_int_equal(mockd_node_count(cluster), 1);
    assert_string_equal(mockd_node_name(cluster, 0), "A");
    assert_string_equal(mockd_node_host(cluster, 0), "127.0.0.1");
    assert_int_equal(mockd_node_port(cluster, 0), 7711);
    assert_int_equal(mockd_now_us(cluster), MOCKD_EPOCH_US);
    mockd_free(cluster);
}

static void nodes_beyond_the_last_are_none(void **state)
{
    struct mockd *cluster = *state;

    assert_null(mockd_node_name(cluster, 3));
    assert_null(mockd_node_id(cluster, -1));
    assert_null(mockd_node_host(cluster, 3));
    assert_int_equal(mockd_node_port(cluster, 3), -1);
    assert_null(mockd_connect(cluster, "D"));
    assert_null(mockd_connect(cluster, "127.0.0.1:7714"));
}

static void names_go_on_after_z(void **state)
{
    struct mockd *cluster = mockd_new(&(struct mockd_options){.nodes = 704, .apart = true});

    (void)state;

    assert_string_equal(mockd_node_name(cluster, 25), "Z");
    assert_string_equal(mockd_node_name(cluster, 26), "AA");
    assert_string_equal(mockd_node_name(cluster, 701), "ZZ");
    assert_string_equal(mockd_node_name(cluster, 702), "AAA");
    mockd_free(cluster);
}

static void node_ids_come_from_the_seed(void **state)
{
    struct mockd *same = mockd_new(&(struct mockd_options){.nodes = 2, .seed = 7});
    struct mockd *other = mockd_new(&(struct mockd_options){.nodes = 2, .seed = 8});

    assert_string_equal(mockd_node_id(same, 0), mockd_node_id(*state, 0));
    assert_string_not_equal(mockd_node_id(other, 0), mockd_node_id(*state, 0));
    assert_string_not_equal(mockd_node_id(same, 0), mockd_node_id(same, 1));
    assert_int_equal(strspn(mockd_node_id(same, 0), "0123456789abcdef"), 40);
    mockd_free(same);
    mockd_free(other);
}

static void nothing_happens_until_the_cluster_runs(void **state)
{
    struct mockd_conn *conn = mockd_connect(*state, "A");
    char byte;

    say(conn, "PING\r\n");
    assert_false(mockd_is_readable(conn));
    assert_int_equal(mockd_recv(conn, &byte, 1), MOCKD_AGAIN);
    assert_int_equal(mockd_advance(*state, 0), 0);

    assert_true(mockd_is_readable(conn));
    assert_answer(conn, "+PONG\r\n");
    assert_int_equal(mockd_now_us(*state), MOCKD_EPOCH_US);
}

static void a_node_is_reached_by_its_address_too(void **state)
{
    struct mockd_conn *conn = mockd_connect(*state, "127.0.0.1:7712");
    char expected[64];

    snprintf(expected, sizeof(expected), "$40\r\n%s\r\n", mockd_node_id(*state, 1));
    say(conn, "CLUSTER MYID\r\n");
    mockd_advance(*state, 0);

    assert_answer(conn, expected);
}

static void three_copies_take_two_messages_of_a_millisecond(void **state)
{
    struct mockd_conn *conn = mockd_connect(*state, "A");

    say(conn, "ADDJOB q body 0\r\n");

    assert_int_equal(mockd_run(*state, MOCKD_EPOCH_US + 10 * SECONDS, is_readable, conn), 0);
    assert_int_equal(mockd_now_us(*state), MOCKD_EPOCH_US + 2 * MS);
}

static void an_unknown_command_is_named_whole(void **state)
{
    struct mockd_conn *conn = mockd_connect(*state, "A");
    char name[3001];
    char expected[3100];
    char request[3100];
    char got[3100] = "";

    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    snprintf(request, sizeof(request), "%s\r\n", name);
    snprintf(expected, sizeof(expected), "-ERR unknown command '%s'\r\n", name);
    say(conn, request);
    mockd_advance(*state, 0);

    assert_true(mockd_recv(conn, got, sizeof(got) - 1) > 0);
    assert_string_equal(got, expected);
}

static void time_stops_at_the_deadline(void **state)
{
    struct mockd_conn *conn = mockd_connect(*state, "A");
    int64_t deadline_us = MOCKD_EPOCH_US + 1234567;

    say(conn, "GETJOB FROM q\r\n");

    assert_int_equal(mockd_run(*state, deadline_us, is_readable, conn), MOCKD_TIMEOUT);
    assert_int_equal(mockd_now_us(*state), deadline_us);
    assert_int_equal(mockd_run(*state, deadline_us - 1, is_readable, conn), MOCKD_TIMEOUT);
    assert_int_equal(mockd_now_us(*state), deadline_us);
}

static void time_cannot_be_moved_back(void **state)
{
    assert_int_equal(mockd_advance(*state, -1), MOCKD_INVALID);
    assert_int_equal(mockd_advance(*state, INT64_MAX), MOCKD_INVALID);
    assert_int_equal(mockd_now_us(*state), MOCKD_EPOCH_US);
}

static void a_closed_connection_ends_after_its_replies(void **state)
{
    struct mockd_conn *conn = mockd_connect(*state, "A");
    char byte;

    say(conn, "QUIT\r\n");
    mockd_advance(*state, 0);

    assert_answer(conn, "+OK\r\n");
    assert_true(mockd_is_readable(conn));
    assert_int_equal(mockd_recv(conn, &byte, 1), 0);
    assert_int_equal(mockd_send(conn, "PING\r\n", 6), MOCKD_RESET);
    mockd_close(conn);
}

static void a_client_that_closes_leaves_its_queue(void **state)
{
    struct mockd_conn *worker = mockd_connect(*state, "A");
    struct mockd_conn *other = mockd_connect(*state, "A");

    say(worker, "GETJOB FROM q\r\n");
    mockd_advance(*state, 0);
    mockd_close(worker);
    say(other, "ADDJOB q body 0 REPLICATE 1\r\nQLEN q\r\n");
    mockd_advance(*state, 0);

    char got[256] = "";
    assert_true(mockd_recv(other, got, sizeof(got) - 1) > 4);
    assert_string_equal(got + strlen(got) - 4, ":1\r\n");
}

static void a_crash_resets_connections_after_what_they_were_sent(void **state)
{
    struct mockd_conn *conn = mockd_connect(*state, "A");
    char byte;

    say(conn, "PING\r\n");
    assert_int_equal(mockd_advance(*state, 0), 0);
    say(conn, "PING\r\n");
    assert_int_equal(mockd_crash(*state, "A"), 0);

    assert_answer(conn, "+PONG\r\n");
    assert_true(mockd_is_readable(conn));
    assert_int_equal(mockd_recv(conn, &byte, 1), MOCKD_RESET);
    assert_int_equal(mockd_send(conn, "PING\r\n", 6), MOCKD_RESET);
    assert_null(mockd_connect(*state, "A"));
    mockd_close(conn);
}

static void a_node_that_crashed_is_restarted_with_the_same_id(void **state)
{
    const char *id = mockd_node_id(*state, 0);
    struct mockd_conn *conn;

    assert_int_equal(mockd_restart(*state, "A"), MOCKD_INVALID);
    assert_int_equal(mockd_crash(*state, "A"), 0);
    assert_int_equal(mockd_crash(*state, "A"), MOCKD_INVALID);
    assert_int_equal(mockd_crash(*state, "D"), MOCKD_INVALID);
    assert_int_equal(mockd_restart(*state, "D"), MOCKD_INVALID);
    assert_false(mockd_node_is_up(*state, 0));
    assert_string_equal(mockd_node_id(*state, 0), id);
    assert_int_equal(mockd_node_port(*state, 0), 7711);
    assert_int_equal(mockd_restart(*state, "127.0.0.1:7711"), 0);
    assert_true(mockd_node_is_up(*state, 0));

    conn = mockd_connect(*state, "A");
    say(conn, "CLUSTER MYID\r\n");
    assert_int_equal(mockd_advance(*state, 0), 0);
    assert_in_answer(conn, id);
}

static void a_cluster_can_be_freed_while_clients_wait(void **state)
{
    struct mockd *cluster = mockd_new(&(struct mockd_options){.nodes = 2});
    struct mockd_conn *worker = mockd_connect(cluster, "A");
    struct mockd_conn *producer = mockd_connect(cluster, "B");

    (void)state;
    say(worker, "GETJOB FROM q\r\n");
    say(producer, "PAUSE q in\r\nADDJOB other body 0\r\n");
    mockd_advance(cluster, 1 * MS);
    say(producer, "ADDJOB third body 0\r\n*2\r\n$4\r\nhal");

    mockd_free(cluster);
}

struct lines {
    char text[8192];
    size_t size;
};

static void keep_line(void *ctx, const char *line)
{
    struct lines *lines = ctx;
    int size = snprintf(lines->text + lines->size, sizeof(lines->text) - lines->size, "%s\n", line);

    assert_true(size > 0 && (size_t)size < sizeof(lines->text) - lines->size);
    lines->size += (size_t)size;
}

static void run_a_job(struct lines *lines, uint64_t seed)
{
    struct mockd_options options = {.nodes = 2, .seed = seed, .on_event = keep_line, .event_ctx = lines};
    struct mockd *cluster = mockd_new(&options);
    struct mockd_conn *conn = mockd_connect(cluster, "A");

    say(conn, "ADDJOB q \"a\\nb\" 0 RETRY 2\r\nGETJOB FROM q\r\n");
    mockd_advance(cluster, 5 * SECONDS);
    mockd_free(cluster);
}

static void the_event_log_tells_what_happened(void **state)
{
    static struct lines lines;

    (void)state;
    lines.size = 0;
    run_a_job(&lines, 1);

    assert_non_null(strstr(lines.text, "1700000000.000000 A.1 connected\n"));
    assert_non_null(
        strstr(lines.text, "1700000000.000000 A.1 > \"ADDJOB\" \"q\" \"a\\nb\" \"0\" \"RETRY\" \"2\"\n"));
    assert_non_null(strstr(lines.text, "1700000000.000000 A->B REPLJOB D-"));
    assert_non_null(strstr(lines.text, "1700000000.001000 A=>B REPLJOB D-"));
    assert_non_null(strstr(lines.text, "1700000000.002000 B=>A GOTJOB D-"));
    assert_non_null(strstr(lines.text, "1700000000.002000 A.1 < +D-"));
    assert_non_null(strstr(lines.text, "1700000000.002000 A queue \"q\" made\n"));
    assert_non_null(strstr(lines.text, " queued\n"));
    assert_null(strstr(lines.text, " PING"));
}

static void the_same_seed_gives_the_same_log(void **state)
{
    static struct lines first;
    static struct lines second;
    static struct lines other;

    (void)state;
    first.size = second.size = other.size = 0;
    run_a_job(&first, 5);
    run_a_job(&second, 5);
    run_a_job(&other, 6);

    assert_string_equal(first.text, second.text);
    assert_string_not_equal(first.text, other.text);
}

static void errors_have_texts(void **state)
{
    (void)state;

    for (int error = MOCKD_FAILED; error < 0; error++)
        assert_string_not_equal(mockd_strerror(error), "unknown error");
    assert_string_equal(mockd_strerror(0), "no error");
    assert_string_equal(mockd_strerror(-99), "unknown error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_that_cannot_be_make_no_cluster),
        cmocka_unit_test(no_options_make_one_node),
        cmocka_unit_test_setup_teardown(nodes_beyond_the_last_are_none, setup, teardown),
        cmocka_unit_test(names_go_on_after_z),
        cmocka_unit_test_setup_teardown(node_ids_come_from_the_seed, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_happens_until_the_cluster_runs, setup, teardown),
        cmocka_unit_test_setup_teardown(a_node_is_reached_by_its_address_too, setup, teardown),
        cmocka_unit_test_setup_teardown(three_copies_take_two_messages_of_a_millisecond, setup, teardown),
        cmocka_unit_test_setup_teardown(an_unknown_command_is_named_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(time_stops_at_the_deadline, setup, teardown),
        cmocka_unit_test_setup_teardown(time_cannot_be_moved_back, setup, teardown),
        cmocka_unit_test_setup_teardown(a_closed_connection_ends_after_its_replies, setup, teardown),
        cmocka_unit_test_setup_teardown(a_client_that_closes_leaves_its_queue, setup, teardown),
        cmocka_unit_test_setup_teardown(a_crash_resets_connections_after_what_they_were_sent, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_node_that_crashed_is_restarted_with_the_same_id, setup, teardown),
        cmocka_unit_test(a_cluster_can_be_freed_while_clients_wait),
        cmocka_unit_test(the_event_log_tells_what_happened),
        cmocka_unit_test(the_same_seed_gives_the_same_log),
        cmocka_unit_test(errors_have_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
