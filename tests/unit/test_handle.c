/* SPDX-License-Identifier: MIT */
#include "mockd/mockd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECONDS INT64_C(1000000)

static int set_up(void **state)
{
    *state = mockd_new(&(struct mockd_options){.nodes = 2});
    return 0;
}

static int tear_down(void **state)
{
    mockd_free(*state);
    return 0;
}

/* The reply to one request, or "" if there is none. */
static void ask(struct mockd *cluster, const char *request, char *reply, size_t size)
{
    struct mockd_conn *conn = mockd_connect(cluster, "A");
    ssize_t got;

    mockd_send(conn, request, strlen(request));
    assert_int_equal(mockd_advance(cluster, 0), 0);
    got = mockd_recv(conn, reply, size - 1);
    reply[got > 0 ? got : 0] = '\0';
    mockd_close(conn);
}

static void a_fault_of_clients_counts_its_hits(void **state)
{
    struct mockd_fault *fault = mockd_fault(*state, "fault A on PING x2 : error \"-NO\"");
    char reply[100];

    assert_non_null(fault);
    assert_int_equal(mockd_fault_hits(fault), 0);
    for (int i = 0; i < 3; i++)
        ask(*state, "PING\r\n", reply, sizeof(reply));

    assert_int_equal(mockd_fault_hits(fault), 2);
    assert_string_equal(reply, "+PONG\r\n");
}

static void it_is_ended_by_its_handle(void **state)
{
    struct mockd_fault *fault = mockd_fault(*state, "fault any always : silence");
    char reply[100];

    ask(*state, "PING\r\n", reply, sizeof(reply));
    assert_string_equal(reply, "");
    mockd_fault_end(*state, fault);
    mockd_fault_end(*state, fault);

    ask(*state, "PING\r\n", reply, sizeof(reply));
    assert_string_equal(reply, "+PONG\r\n");
    assert_int_equal(mockd_fault_hits(fault), 1);
}

static void its_hits_are_waited_for(void **state)
{
    struct mockd_fault *fault = mockd_fault(*state, "drop A->B PING x2");
    int64_t before_us = mockd_now_us(*state);

    assert_int_equal(mockd_fault_wait(*state, fault, 1, 20 * SECONDS), 0);
    assert_int_equal(mockd_fault_hits(fault), 1);
    assert_true(mockd_now_us(*state) < before_us + 10 * SECONDS);

    mockd_fault_end(*state, fault);
    assert_int_equal(mockd_fault_wait(*state, fault, 2, 20 * SECONDS), MOCKD_TIMEOUT);
}

static void a_partition_has_one(void **state)
{
    struct mockd_fault *fault = mockd_fault(*state, "partition A | B");

    assert_int_equal(mockd_fault_wait(*state, fault, 3, 20 * SECONDS), 0);
    mockd_fault_end(*state, fault);
    assert_int_equal(mockd_step(*state, "check converged within 20s"), 0);
}

static void clients_in_the_background_have_one(void **state)
{
    struct mockd_fault *producer = mockd_fault(*state, "produce A queue=q count=3");
    struct mockd_fault *consumer = mockd_fault(*state, "consume B queue=q");

    assert_int_equal(mockd_fault_wait(*state, consumer, 3, 20 * SECONDS), 0);
    assert_int_equal(mockd_fault_hits(producer), 3);
    mockd_fault_end(*state, consumer);

    assert_null(mockd_leftover(*state));
}

static void what_cannot_be_has_none(void **state)
{
    assert_null(mockd_fault(*state, "drop A->C PING"));
    assert_string_equal(mockd_why(*state), "no node C in a cluster of 2");

    assert_null(mockd_fault(*state, "heal"));
    assert_string_equal(mockd_why(*state), "this begins nothing: heal");

    assert_null(mockd_fault(*state, "restart A"));
    assert_string_equal(mockd_why(*state), "this begins nothing: restart A");
    assert_null(mockd_fault(*state, "crash A"));
    assert_true(mockd_node_is_up(*state, 0));
    assert_null(mockd_fault(*state, "chaos for 1s crash=1/100ms"));
    assert_string_equal(mockd_why(*state), "this begins nothing: chaos for 1s crash=1/100ms");
    assert_null(mockd_leftover(*state));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_fault_of_clients_counts_its_hits),
        TEST(it_is_ended_by_its_handle),
        TEST(its_hits_are_waited_for),
        TEST(a_partition_has_one),
        TEST(clients_in_the_background_have_one),
        TEST(what_cannot_be_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
