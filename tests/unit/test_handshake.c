/* SPDX-License-Identifier: MIT */
#include "mockd/node/handshake.h"

#include "mockd/node/membership.h"
#include "mockd/node/node.h"
#include "tests/support/nodes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { A, B, C, COUNT };

static int set_up(void **state)
{
    *state = nodes_new(COUNT, 1);
    return 0;
}

static int tear_down(void **state)
{
    nodes_free(*state);
    return 0;
}

/* Where a node listened once. */
static struct peer *know_at_old_address(struct nodes *nodes, int node, int other)
{
    struct address old = {.place = -1, .port = 7799, .host = "127.0.0.1"};

    return peer_add(nodes->at[node], &nodes->at[other]->self->id, &old);
}

static void a_host_is_an_address(void **state)
{
    struct nodes *nodes = *state;
    struct node *node = nodes->at[A];

    assert_false(handshake_with(node, bytes_of("localhost"), 7712));
    assert_false(handshake_with(node, bytes_of("127.0.0.1"), 0));
    assert_false(handshake_with(node, bytes_of("127.0.0.1"), 55536));
    assert_false(handshake_with(node, bytes_of("0000:0000:0000:0000:0000:0000:0000:0000:0000:0001"), 1));
    assert_int_equal(node->known_count, 1);
    assert_true(handshake_with(node, bytes_of("127.0.0.1"), 7712));
    assert_int_equal(node->known_count, 2);
}

static void both_know_each_other_within_two_ticks(void **state)
{
    struct nodes *nodes = *state;

    handshake_with(nodes->at[A], bytes_of("127.0.0.1"), 7712);
    nodes_advance(nodes, 102);
    assert_int_equal(membership_size(nodes->at[A]), 2);
    assert_int_equal(membership_size(nodes->at[B]), 1);
    nodes_advance(nodes, 100);

    assert_int_equal(membership_size(nodes->at[B]), 2);
    assert_string_equal(nodes->at[A]->self->address.host, "127.0.0.1");
    assert_string_equal(nodes->at[B]->self->address.host, "127.0.0.1");
}

static void who_sends_a_ping_from_elsewhere_has_moved(void **state)
{
    struct nodes *nodes = *state;
    struct peer *peer = know_at_old_address(nodes, A, B);

    membership_join(nodes->at[B], nodes->at[A]);
    nodes_advance(nodes, 5000);

    assert_int_equal(peer->address.place, B);
    assert_int_equal(peer->address.port, 7712);
    assert_true(bus_is_open(&peer->link));
}

static void gossip_tells_where_a_node_that_fails_is_now(void **state)
{
    struct nodes *nodes = *state;
    struct peer *peer = know_at_old_address(nodes, A, C);

    membership_join(nodes->at[A], nodes->at[B]);
    membership_join(nodes->at[B], nodes->at[A]);
    membership_join(nodes->at[B], nodes->at[C]);
    nodes_advance(nodes, 15000);
    assert_int_equal(peer->address.place, -1);
    nodes_advance(nodes, 20000);

    assert_int_equal(peer->address.place, C);
    assert_false(peer->is_suspected);
    assert_int_equal(membership_size(nodes->at[A]), 3);
    assert_int_equal(nodes->at[A]->known_count, 3);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_host_is_an_address),
        TEST(both_know_each_other_within_two_ticks),
        TEST(who_sends_a_ping_from_elsewhere_has_moved),
        TEST(gossip_tells_where_a_node_that_fails_is_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
