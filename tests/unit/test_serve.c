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
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>

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

struct crowd {
    struct mockd_server *server;
    atomic_bool is_over;
};

static void *ask_and_ask(void *ctx)
{
    struct crowd *crowd = ctx;
    int fd = mockd_server_connect_fd(crowd->server, "A");
    char reply[7];

    while (!atomic_load(&crowd->is_over) && send(fd, "PING\r\n", 6, MSG_NOSIGNAL) == 6 &&
           recv(fd, reply, sizeof(reply), MSG_WAITALL) == sizeof(reply))
        continue;
    close(fd);
    return NULL;
}

static void no_crowd_of_clients_keeps_a_step_waiting(void **state)
{
    enum { CROWD = 24, STEPS = 20 };
    struct crowd crowd = {.server = *state};
    pthread_t threads[CROWD];

    for (int i = 0; i < CROWD; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_and_ask, &crowd), 0);
    for (int i = 0; i < STEPS; i++)
        assert_int_equal(mockd_server_step(*state, "heal", NULL), 0);
    atomic_store(&crowd.is_over, true);
    for (int i = 0; i < CROWD; i++)
        pthread_join(threads[i], NULL);
}

struct waiter {
    struct mockd_server *server;
    struct mockd_outcome outcome;
    int rc;
};

static void *wait_in_vain(void *ctx)
{
    struct waiter *waiter = ctx;

    waiter->rc = mockd_server_step(waiter->server, "chaos for 1h freeze=1/1h", &waiter->outcome);
    return NULL;
}

static void note_chaos(struct mockd *cluster, void *has_begun)
{
    *(bool *)has_begun = mockd_leftover(cluster) != NULL;
}

static void who_waits_for_a_step_is_told_of_the_end(void **state)
{
    struct mockd_server *server = serve(&(struct mockd_serve_options){0});
    struct waiter waiter = {.server = server};
    bool has_begun = false;
    pthread_t thread;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, wait_in_vain, &waiter), 0);
    while (!has_begun)
        assert_int_equal(mockd_server_call(server, note_chaos, &has_begun), 0);
    mockd_server_free(server);
    pthread_join(thread, NULL);

    assert_int_equal(waiter.rc, MOCKD_RESET);
    assert_string_equal(waiter.outcome.text, "the server has ended");
}

struct selfish {
    struct mockd_server *server;
    int fd;
    int call;
    int step;
    struct mockd_outcome outcome;
};

static void look_at_oneself(struct mockd *cluster, void *ctx)
{
    struct selfish *selfish = ctx;

    assert_non_null(cluster);
    selfish->fd = mockd_server_connect_fd(selfish->server, "A");
    selfish->call = mockd_server_call(selfish->server, look_at_oneself, selfish);
    selfish->step = mockd_server_step(selfish->server, "heal", &selfish->outcome);
}

static void the_thread_that_serves_does_not_wait_for_itself(void **state)
{
    struct selfish selfish = {.server = *state};

    assert_int_equal(mockd_server_call(*state, look_at_oneself, &selfish), 0);

    assert_int_equal(selfish.fd, -1);
    assert_int_equal(selfish.call, MOCKD_INVALID);
    assert_int_equal(selfish.step, MOCKD_INVALID);
    assert_string_equal(selfish.outcome.text, "the thread that serves cannot wait for itself");
}

static void a_clock_may_be_a_thousand_times_as_fast(void **state)
{
    struct mockd_server *server = serve(&(struct mockd_serve_options){.speed = 1000});
    struct mockd_outcome outcome;

    (void)state;
    assert_int_equal(mockd_server_step(server, "expect A PING within 5m", &outcome), MOCKD_FAILED);

    mockd_server_free(server);
}

/* Libevent ends the process where it finds none. */
static void without_descriptors_there_is_no_server(void **state)
{
    struct rlimit limit, few;
    int first = dup(STDIN_FILENO), failures = 0;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    for (rlim_t count = 0; count < 14; count++) {
        struct mockd_server *server;
        char error[200] = "";

        few = (struct rlimit){(rlim_t)first + count, limit.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
        server = mockd_serve(NULL, error, sizeof(error));
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        assert_true(server != NULL || strstr(error, "Too many open files") != NULL);
        failures += server == NULL;
        mockd_server_free(server);
    }
    close(first);
    assert_in_range(failures, 4, 12);
}

static void what_cannot_be_is_said(void **state)
{
    static const double speeds[] = {-1, 1e-9, 1e300, NAN, INFINITY};
    const int port = mockd_server_port(*state, 0);
    char error[200], expected[200];

    assert_int_equal(mockd_server_port(*state, 3), -1);
    assert_null(mockd_serve(&(struct mockd_serve_options){.cluster = {.nodes = -1}}, error, sizeof(error)));
    assert_non_null(strstr(error, "nodes"));
    for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++) {
        assert_null(mockd_serve(&(struct mockd_serve_options){.speed = speeds[i]}, error, sizeof(error)));
        assert_string_equal(error, "a speed is from 0.001 to 1000");
    }
    assert_null(mockd_serve(&(struct mockd_serve_options){.speed = 2, .leaps = true}, error, sizeof(error)));
    assert_string_equal(error, "a clock that leaps has no speed");
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
        LEAPING(no_crowd_of_clients_keeps_a_step_waiting),
        TEST(the_thread_that_serves_does_not_wait_for_itself),
        TEST(what_cannot_be_is_said),
        cmocka_unit_test(who_waits_for_a_step_is_told_of_the_end),
        cmocka_unit_test(a_clock_may_be_a_thousand_times_as_fast),
        cmocka_unit_test(without_descriptors_there_is_no_server),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
