/* SPDX-License-Identifier: MIT */
/* A cluster on a thread of its own, and clients that block. */
#include "client/disq.h"
#include "mockd/mockd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { ADDRESS_SIZE = 32 };

static struct mockd_server *serve(const struct mockd_serve_options *options)
{
    char error[200] = "";
    struct mockd_server *server = mockd_serve(options, error, sizeof(error));

    if (server == NULL)
        fail_msg("%s", error);
    return server;
}

static int set_up(void **state)
{
    *state = serve(&(struct mockd_serve_options){.cluster = {.nodes = 3, .seed = 7}});
    return 0;
}

static int set_up_leaping(void **state)
{
    *state = serve(&(struct mockd_serve_options){.cluster = {.nodes = 3, .seed = 7}, .leaps = true});
    return 0;
}

static int tear_down(void **state)
{
    mockd_server_free(*state);
    return 0;
}

static struct disq *client_of(const struct mockd_server *server, int node)
{
    char address[ADDRESS_SIZE];
    struct disq *client;

    snprintf(address, sizeof(address), "127.0.0.1:%d", mockd_server_port(server, node));
    client = disq_new(&(struct disq_options){.nodes = address});
    assert_non_null(client);
    return client;
}

static void note_time(struct mockd *cluster, void *now_us)
{
    *(int64_t *)now_us = mockd_now_us(cluster);
}

static void a_job_travels_to_a_client_that_blocks(void **state)
{
    struct disq *producer = client_of(*state, 0), *consumer = client_of(*state, 2);
    struct disq_job *job = NULL;

    assert_int_equal(disq_addjob(producer, "mail", "hello", 5, NULL, NULL), 0);
    assert_int_equal(disq_getjob(consumer, "mail", NULL, &job), 0);
    assert_string_equal(job->body, "hello");
    assert_int_equal(disq_ackjob(consumer, &job->id, 1, NULL), 0);

    disq_job_free(consumer, job);
    disq_free(consumer);
    disq_free(producer);
}

static void steps_are_done_meanwhile(void **state)
{
    struct disq *client = client_of(*state, 0);
    struct mockd_outcome outcome;

    assert_int_equal(disq_ping(client), 0);
    assert_int_equal(mockd_server_step(*state, "expect A PING", &outcome), 0);
    assert_int_equal(mockd_server_step(*state, "crash A", NULL), 0);
    assert_int_equal(mockd_server_step(*state, "crash A", &outcome), MOCKD_FAILED);
    assert_string_equal(outcome.text, "A is down");
    assert_int_equal(mockd_server_step(*state, "crush A", &outcome), MOCKD_INVALID);
    assert_int_equal(mockd_server_step(*state, "restart A", NULL), 0);
    assert_int_equal(disq_ping(client), 0);

    disq_free(client);
}

static void a_step_may_take_its_time(void **state)
{
    struct mockd_outcome outcome;

    assert_int_equal(mockd_server_step(*state, "produce A queue=q count=3 every=10s", NULL), 0);
    assert_int_equal(mockd_server_step(*state, "consume B queue=q", NULL), 0);
    assert_int_equal(mockd_server_step(*state, "expect A ADDJOB x3 within 1m", &outcome), 0);
}

static void time_leaps_while_a_client_is_blocked(void **state)
{
    const struct disq_getjob_options a_minute = {.timeout_ms = 60000};
    struct disq *client = client_of(*state, 0);
    int64_t before_us = 0, after_us = 0;
    struct disq_job *job = NULL;

    mockd_server_call(*state, note_time, &before_us);
    assert_int_equal(disq_getjob(client, "mail", &a_minute, &job), 0);
    mockd_server_call(*state, note_time, &after_us);

    assert_null(job);
    assert_true(after_us - before_us >= 60000000);
    disq_free(client);
}

static void a_descriptor_is_a_connection_too(void **state)
{
    int fd = mockd_server_connect_fd(*state, "B.worker");
    char reply[8] = "";

    assert_true(fd >= 0);
    assert_int_equal(send(fd, "PING\r\n", 6, 0), 6);
    assert_int_equal(recv(fd, reply, 7, MSG_WAITALL), 7);
    assert_string_equal(reply, "+PONG\r\n");
    close(fd);
    assert_int_equal(mockd_server_connect_fd(*state, "D"), -1);
}

static void it_goes_on_when_clients_have_shut_down_all_nodes(void **state)
{
    for (int node = 0; node < 3; node++) {
        struct disq *client = client_of(*state, node);
        const struct disq_bytes shutdown = {"SHUTDOWN", 8};

        assert_int_not_equal(disq_command(client, &shutdown, 1, NULL), 0);
        disq_free(client);
    }

    assert_int_equal(mockd_server_step(*state, "restart A B C", NULL), 0);
    assert_int_equal(mockd_server_step(*state, "check converged within 1m", NULL), 0);
    a_job_travels_to_a_client_that_blocks(state);
}

static void what_cannot_be_is_said(void **state)
{
    const int port = mockd_server_port(*state, 0);
    char error[200], expected[200];

    assert_int_equal(mockd_server_port(*state, 3), -1);
    assert_null(mockd_serve(&(struct mockd_serve_options){.cluster = {.nodes = -1}}, error, sizeof(error)));
    assert_non_null(strstr(error, "nodes"));
    assert_null(mockd_serve(&(struct mockd_serve_options){.speed = -1}, error, sizeof(error)));
    assert_non_null(strstr(error, "speed"));
    assert_null(
        mockd_serve(&(struct mockd_serve_options){.cluster = {.base_port = port}}, error, sizeof(error)));
    snprintf(expected, sizeof(expected), "cannot listen at 127.0.0.1 port %d: Address already in use", port);
    assert_string_equal(error, expected);
    assert_null(mockd_serve(&(struct mockd_serve_options){.speed = -1}, NULL, 0));
    mockd_server_free(NULL);
}

int main(void)
{
#define TEST(name)    cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define LEAPING(name) cmocka_unit_test_setup_teardown(name, set_up_leaping, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_job_travels_to_a_client_that_blocks),
        LEAPING(a_job_travels_to_a_client_that_blocks),
        TEST(steps_are_done_meanwhile),
        LEAPING(a_step_may_take_its_time),
        LEAPING(time_leaps_while_a_client_is_blocked),
        TEST(a_descriptor_is_a_connection_too),
        LEAPING(it_goes_on_when_clients_have_shut_down_all_nodes),
        TEST(what_cannot_be_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
