/* SPDX-License-Identifier: MIT */
#include "scenarios/lab/lab.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/socket.h>

static int setup(void **state)
{
    *state = lab_new(&(struct mockd_options){.nodes = 2, .seed = 7});
    return *state == NULL;
}

static int setup_on_sockets(void **state)
{
    *state = lab_new_on_sockets(&(struct mockd_options){.nodes = 2, .seed = 7});
    return *state == NULL;
}

static int teardown(void **state)
{
    lab_free(*state);
    return 0;
}

static int connect_to(struct lab *lab, const char *address)
{
    return lab->env.connect(lab->env.ctx, address);
}

static int wait_for(struct lab *lab, int handle, unsigned wanted, int64_t duration_us)
{
    struct disq_ready ready = {.handle = handle, .wanted = wanted};

    return lab->env.wait(lab->env.ctx, &ready, 1, lab->env.now_us(lab->env.ctx) + duration_us);
}

static ssize_t send_text(struct lab *lab, int handle, const char *text)
{
    return lab->env.send(lab->env.ctx, handle, text, strlen(text));
}

static void a_command_is_answered_without_time_passing(void **state)
{
    struct lab *lab = *state;
    int handle = connect_to(lab, "A");
    char reply[16];

    assert_true(handle >= 0);
    assert_int_equal(send_text(lab, handle, "PING\r\n"), 6);
    assert_int_equal(wait_for(lab, handle, DISQ_READABLE, 1000000), 1);

    assert_int_equal(lab->env.recv(lab->env.ctx, handle, reply, sizeof(reply)), 7);
    assert_memory_equal(reply, "+PONG\r\n", 7);
    assert_int_equal(lab->env.now_us(lab->env.ctx), MOCKD_EPOCH_US);
    assert_int_equal(lab->env.recv(lab->env.ctx, handle, reply, sizeof(reply)), DISQ_AGAIN);
}

static void a_handle_may_be_a_socket(void **state)
{
    struct lab *lab = *state;
    int handle = connect_to(lab, "A"), type = 0;
    socklen_t size = sizeof(type);

    assert_int_equal(getsockopt(handle, SOL_SOCKET, SO_TYPE, &type, &size), 0);
    assert_int_equal(type, SOCK_STREAM);
    lab->env.close(lab->env.ctx, handle);
}

/* Nor in memory is there anything else to wait for. */
static void an_end_that_nobody_looks_for_is_not_waited_for(void **state)
{
    struct lab *lab = *state;
    int handle = connect_to(lab, "A");

    assert_int_equal(mockd_crash(lab->cluster, "A"), 0);
    assert_int_equal(wait_for(lab, handle, 0, 1000000), 0);
    assert_int_equal(lab->env.now_us(lab->env.ctx), MOCKD_EPOCH_US + 1000000);
    assert_int_equal(wait_for(lab, handle, DISQ_READABLE, 1000000), 1);
    assert_int_equal(lab->env.now_us(lab->env.ctx), MOCKD_EPOCH_US + 1000000);
    lab->env.close(lab->env.ctx, handle);
}

static void waiting_lets_time_pass_up_to_the_deadline(void **state)
{
    struct lab *lab = *state;
    int handle = connect_to(lab, "127.0.0.1:7712");

    assert_true(handle >= 0);
    assert_int_equal(wait_for(lab, handle, DISQ_READABLE, 1234567), 0);
    assert_int_equal(lab->env.now_us(lab->env.ctx), MOCKD_EPOCH_US + 1234567);
    assert_int_equal(lab->env.wait(lab->env.ctx, NULL, 0, MOCKD_EPOCH_US + 2000000), 0);
    assert_int_equal(lab->env.now_us(lab->env.ctx), MOCKD_EPOCH_US + 2000000);
    assert_int_equal(wait_for(lab, handle, DISQ_WRITABLE, 1000000), 1);
    assert_int_equal(lab->env.now_us(lab->env.ctx), MOCKD_EPOCH_US + 2000000);
}

static void an_unknown_address_is_refused(void **state)
{
    assert_int_equal(connect_to(*state, "C"), DISQ_REFUSED);
    assert_int_equal(connect_to(*state, "127.0.0.1:1"), DISQ_REFUSED);
}

static void handles_are_used_again(void **state)
{
    struct lab *lab = *state;
    int first = connect_to(lab, "A"), second = connect_to(lab, "A");

    assert_true(first >= 0 && second >= 0 && first != second);
    lab->env.close(lab->env.ctx, first);
    assert_int_equal(connect_to(lab, "B"), first);
    for (int i = 0; i < 40; i++)
        assert_true(connect_to(lab, "B") > second);
}

static void a_handle_that_is_no_more_is_lost(void **state)
{
    struct lab *lab = *state;
    int handle = connect_to(lab, "A");
    char byte;

    lab->env.close(lab->env.ctx, handle);
    lab->env.close(lab->env.ctx, handle);

    assert_int_equal(send_text(lab, handle, "PING\r\n"), DISQ_RESET);
    assert_int_equal(lab->env.recv(lab->env.ctx, -1, &byte, 1), DISQ_RESET);
    assert_int_equal(lab->env.recv(lab->env.ctx, 1000, &byte, 1), DISQ_RESET);
    assert_int_equal(wait_for(lab, handle, DISQ_READABLE, 1000000), 1);
}

static void the_end_of_a_connection_is_told(void **state)
{
    struct lab *lab = *state;
    int handle = connect_to(lab, "A");
    char reply[16];

    send_text(lab, handle, "QUIT\r\n");
    assert_int_equal(wait_for(lab, handle, DISQ_READABLE, 1000000), 1);
    assert_int_equal(lab->env.recv(lab->env.ctx, handle, reply, sizeof(reply)), 5);
    assert_int_equal(lab->env.recv(lab->env.ctx, handle, reply, sizeof(reply)), 0);
    assert_int_equal(send_text(lab, handle, "PING\r\n"), DISQ_RESET);
}

static void the_seed_decides_what_is_random(void **state)
{
    struct lab *lab = *state;
    struct lab *same = lab_new(&(struct mockd_options){.nodes = 1, .seed = 7});
    struct lab *other = lab_new(NULL);
    uint64_t first = lab->env.random(lab->env.ctx);

    assert_non_null(same);
    assert_non_null(other);
    assert_true(first == same->env.random(same->env.ctx));
    assert_true(first != other->env.random(other->env.ctx));
    assert_true(first != lab->env.random(lab->env.ctx));
    lab_free(same);
    lab_free(other);
}

static void a_cluster_that_cannot_be_is_none(void **state)
{
    (void)state;
    assert_null(lab_new(&(struct mockd_options){.nodes = -1}));
    lab_free(NULL);
}

#define TEST(name)       cmocka_unit_test_setup_teardown(name, setup, teardown)
#define ON_SOCKETS(name) cmocka_unit_test_setup_teardown(name, setup_on_sockets, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_command_is_answered_without_time_passing),
        ON_SOCKETS(a_command_is_answered_without_time_passing),
        TEST(waiting_lets_time_pass_up_to_the_deadline),
        ON_SOCKETS(waiting_lets_time_pass_up_to_the_deadline),
        ON_SOCKETS(a_handle_may_be_a_socket),
        TEST(an_end_that_nobody_looks_for_is_not_waited_for),
        ON_SOCKETS(an_end_that_nobody_looks_for_is_not_waited_for),
        TEST(an_unknown_address_is_refused),
        ON_SOCKETS(an_unknown_address_is_refused),
        TEST(handles_are_used_again),
        TEST(a_handle_that_is_no_more_is_lost),
        TEST(the_end_of_a_connection_is_told),
        ON_SOCKETS(the_end_of_a_connection_is_told),
        TEST(the_seed_decides_what_is_random),
        cmocka_unit_test(a_cluster_that_cannot_be_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
