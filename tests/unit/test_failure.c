/* SPDX-License-Identifier: MIT */
#include "mockd/node/failure.h"
#include "mockd/node/membership.h"
#include "mockd/node/message.h"
#include "mockd/node/node.h"
#include "tests/support/nodes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { TIMEOUT_MS = 15000 };

static struct nodes *joined(int count, uint64_t seed)
{
    struct nodes *nodes = nodes_new(count, seed);

    nodes_join(nodes);
    return nodes;
}

static int tear_down(void **state)
{
    nodes_free(*state);
    return 0;
}

static int priority(const struct nodes *nodes, int by, int other)
{
    return membership_priority(nodes_seen(nodes, by, other));
}

static void kill_node(struct nodes *nodes, int index)
{
    node_free(nodes->at[index]);
    nodes->at[index] = NULL;
}

static void a_killed_node_is_unlinked_at_once_and_suspected_after_the_timeout(void **state)
{
    struct nodes *nodes = *state = joined(2, 1);

    nodes_advance(nodes, 5050);
    kill_node(nodes, 1);
    assert_int_equal(priority(nodes, 0, 1), 1);
    nodes_advance(nodes, 1);
    assert_int_equal(priority(nodes, 0, 1), 5);
    assert_int_equal(membership_reachable_count(nodes->at[0]), 1);
    /* The first PING that cannot be answered goes out at 5.1 s. */
    nodes_advance(nodes, 49 + TIMEOUT_MS);
    assert_int_equal(priority(nodes, 0, 1), 5);
    nodes_advance(nodes, 100);
    assert_int_equal(priority(nodes, 0, 1), 10);
    assert_int_equal(membership_reachable_count(nodes->at[0]), 0);
    nodes_advance(nodes, 1000000);
    assert_int_equal(priority(nodes, 0, 1), 10); /* two nodes have no majority without the other */
}

static void a_node_that_is_silent_keeps_its_link_until_it_is_suspected(void **state)
{
    struct nodes *nodes = *state = joined(2, 1);

    nodes_advance(nodes, 5050);
    nodes->is_cut[1] = true;
    nodes_advance(nodes, TIMEOUT_MS - 1050);
    assert_int_equal(priority(nodes, 0, 1), 1);
    assert_int_equal(priority(nodes, 1, 0), 1);
    nodes_advance(nodes, TIMEOUT_MS / 2 + 1100);
    assert_true(nodes_seen(nodes, 0, 1)->is_suspected);
    assert_true(nodes_seen(nodes, 1, 0)->is_suspected);
}

static void a_link_without_a_pong_is_made_anew(void **state)
{
    struct nodes *nodes = *state = joined(2, 1);
    struct peer *peer = nodes_seen(nodes, 0, 1);

    nodes_advance(nodes, 20050);
    nodes->is_cut[1] = true;
    nodes_advance(nodes, 10000);
    assert_true(peer->linked_at_ms > 1020050 + TIMEOUT_MS / 2);
    assert_true(peer->linked_at_ms < 1020050 + TIMEOUT_MS / 2 + 3000);
    assert_true(peer->ping_sent_at_ms <
                1023000); /* that of the first PING, which the new link does not change */
    nodes->is_cut[1] = false;
    nodes_advance(nodes, TIMEOUT_MS + 200);
    assert_true(peer->ping_sent_at_ms == 0 || peer->ping_sent_at_ms > 1040000);
    assert_false(peer->is_suspected);
}

static void most_nodes_agree_that_a_node_fails(void **state)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct nodes *nodes = *state = joined(3, seed);

        nodes_advance(nodes, 5050);
        kill_node(nodes, 2);
        nodes_advance(nodes, TIMEOUT_MS + 150);
        assert_true(nodes_seen(nodes, 0, 2)->is_suspected);
        assert_true(nodes_seen(nodes, 1, 2)->is_suspected);
        nodes_advance(nodes, 10000);
        assert_true(nodes_seen(nodes, 0, 2)->is_failed);
        assert_true(nodes_seen(nodes, 1, 2)->is_failed);
        assert_false(nodes_seen(nodes, 0, 2)->is_suspected);
        assert_int_equal(priority(nodes, 0, 2), 100);
        nodes_free(nodes);
        *state = NULL;
    }
}

static void a_minority_only_suspects(void **state)
{
    struct nodes *nodes = *state = joined(5, 1);

    nodes->is_cut[3] = nodes->is_cut[4] = true;
    nodes_advance(nodes, 60000);
    for (int i = 0; i < 3; i++) {
        assert_true(nodes_seen(nodes, i, 3)->is_failed);
        assert_true(nodes_seen(nodes, 3, i)->is_suspected);
        assert_false(nodes_seen(nodes, 3, i)->is_failed);
    }
    assert_int_equal(priority(nodes, 3, 4), 1);
    assert_int_equal(membership_reachable_count(nodes->at[0]), 2);
    assert_int_equal(membership_reachable_count(nodes->at[3]), 1);
}

static void a_pong_clears_what_was_thought(void **state)
{
    struct nodes *nodes = *state = joined(3, 1);

    nodes->is_cut[2] = true;
    nodes_advance(nodes, 60000);
    assert_true(nodes_seen(nodes, 0, 2)->is_failed);
    assert_true(nodes_seen(nodes, 2, 0)->is_suspected);
    nodes->is_cut[2] = false;
    nodes_advance(nodes, TIMEOUT_MS + 200);
    assert_int_equal(priority(nodes, 0, 2), 1);
    assert_int_equal(priority(nodes, 1, 2), 1);
    assert_int_equal(priority(nodes, 2, 0), 1);
    assert_int_equal(membership_reachable_count(nodes->at[0]), 2);
}

/* FAIL that B broadcasts about C, which A has heard of all the time. */
static void who_is_told_believes_it_until_the_next_pong(void **state)
{
    struct nodes *nodes = *state = joined(3, 1);
    struct message *fail = message_new(MSG_FAIL);

    nodes_advance(nodes, 500);
    fail->node_id = nodes->at[2]->self->id;
    message_send(nodes->at[1], nodes_seen(nodes, 1, 0), fail);
    nodes_advance(nodes, 1);
    assert_true(nodes_seen(nodes, 0, 2)->is_failed);
    assert_int_equal(membership_reachable_count(nodes->at[0]), 2);
    nodes_advance(nodes, 99);
    assert_int_equal(membership_reachable_count(nodes->at[0]), 1);
    nodes_advance(nodes, TIMEOUT_MS / 2 + 200);
    assert_false(nodes_seen(nodes, 0, 2)->is_failed);
}

static void nobody_believes_that_he_fails_himself(void **state)
{
    struct nodes *nodes = *state = joined(2, 1);
    struct message *fail = message_new(MSG_FAIL);

    fail->node_id = nodes->at[0]->self->id;
    message_send(nodes->at[1], nodes_seen(nodes, 1, 0), fail);
    nodes_advance(nodes, 10);
    assert_false(nodes->at[0]->self->is_failed);
    assert_int_equal(membership_priority(nodes->at[0]->self), 1);
}

/* What C reported is forgotten with it. */
static void reports_go_with_who_made_them(void **state)
{
    struct nodes *nodes = *state = joined(4, 1);
    struct peer *about = nodes_seen(nodes, 0, 3);

    nodes->is_cut[3] = true;
    nodes_advance(nodes, 60000);
    assert_true(about->is_failed);
    assert_int_equal(about->report_count, 2);
    membership_forget(nodes->at[0], nodes_seen(nodes, 0, 2));
    assert_int_equal(about->report_count, 1);
}

static void reports_count_for_twice_the_timeout(void **state)
{
    struct nodes *nodes = *state = joined(5, 1);
    struct peer *about = nodes_seen(nodes, 0, 3);

    failure_suspect(about);
    failure_report(about, nodes_seen(nodes, 0, 1));
    clock_move(nodes->clock, clock_now_us(nodes->clock) + (2 * TIMEOUT_MS + 1) * 1000);
    failure_report(about, nodes_seen(nodes, 0, 2));
    assert_false(about->is_failed);
    clock_move(nodes->clock, clock_now_us(nodes->clock) + 2 * TIMEOUT_MS * 1000);
    failure_report(about, nodes_seen(nodes, 0, 1));
    assert_true(about->is_failed);
}

/* However many report it: what this node can reach does not fail. */
static void reports_alone_are_not_enough(void **state)
{
    struct nodes *nodes = *state = joined(3, 1);
    struct peer *about = nodes_seen(nodes, 0, 2);

    failure_report(about, nodes_seen(nodes, 0, 1));
    assert_false(about->is_failed);
}

#define TEST(function) cmocka_unit_test_teardown(function, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_killed_node_is_unlinked_at_once_and_suspected_after_the_timeout),
        TEST(a_node_that_is_silent_keeps_its_link_until_it_is_suspected),
        TEST(a_link_without_a_pong_is_made_anew),
        TEST(most_nodes_agree_that_a_node_fails),
        TEST(a_minority_only_suspects),
        TEST(a_pong_clears_what_was_thought),
        TEST(who_is_told_believes_it_until_the_next_pong),
        TEST(nobody_believes_that_he_fails_himself),
        TEST(reports_go_with_who_made_them),
        TEST(reports_count_for_twice_the_timeout),
        TEST(reports_alone_are_not_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
