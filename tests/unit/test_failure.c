/* SPDX-License-Identifier: MIT */
#include "mockd/node/failure.h"
#include "mockd/node/membership.h"
#include "mockd/node/message.h"
#include "mockd/node/node.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NODES_MAX = 5, TIMEOUT_MS = 15000 };

/* Nodes that are joined; some of them may be cut off from all others. */
struct world {
    struct clock *clock;
    struct bus *bus;
    struct log log;
    struct node *nodes[NODES_MAX];
    bool is_cut[NODES_MAX];
};

static struct fate decide(void *ctx, const struct parcel *parcel, int64_t delay_us)
{
    const struct world *world = ctx;

    if (world->is_cut[parcel->from] != world->is_cut[parcel->to])
        return (struct fate){.what = FATE_IS_LOST};
    return (struct fate){.what = FATE_ARRIVES, .delay_us = delay_us};
}

static struct world *world_new(int count, uint64_t seed)
{
    struct world *world = xcalloc(1, sizeof(*world));

    world->clock = clock_new(CLOCK_VIRTUAL, 0);
    world->bus = bus_new(world->clock, NODES_MAX, 1000);
    world->log = (struct log){.clock = world->clock};
    bus_set_fate(world->bus, decide, world);
    for (int i = 0; i < count; i++) {
        bus_set_address(world->bus, i, "127.0.0.1", 7711 + i);
        world->nodes[i] = node_new(&(struct node_options){
            .place = i, .seed = seed, .clock = world->clock, .bus = world->bus, .log = &world->log});
    }
    for (int i = 0; i < count; i++)
        for (int k = 0; k < count; k++)
            if (k != i)
                membership_join(world->nodes[i], world->nodes[k]);
    return world;
}

static void world_free(struct world *world)
{
    for (int i = 0; i < NODES_MAX; i++)
        node_free(world->nodes[i]);
    bus_free(world->bus);
    clock_free(world->clock);
    free(world);
}

static void advance(struct world *world, int64_t duration_ms)
{
    int64_t until_us = clock_now_us(world->clock) + duration_ms * 1000;
    int64_t next_us;

    while ((next_us = clock_next_us(world->clock)) <= until_us) {
        clock_move(world->clock, next_us);
        clock_fire(world->clock);
    }
    clock_move(world->clock, until_us);
}

/* What one node knows of another. */
static struct peer *seen(const struct world *world, int by, int other)
{
    for (size_t i = 0; i < world->nodes[by]->known_count; i++)
        if (world->nodes[by]->known[i]->address.place == other)
            return world->nodes[by]->known[i];
    return NULL;
}

static int priority(const struct world *world, int by, int other)
{
    return membership_priority(seen(world, by, other));
}

static void kill_node(struct world *world, int index)
{
    node_free(world->nodes[index]);
    world->nodes[index] = NULL;
}

static void a_killed_node_is_unlinked_at_once_and_suspected_after_the_timeout(void **state)
{
    struct world *world = world_new(2, 1);

    (void)state;
    advance(world, 5050);
    kill_node(world, 1);
    assert_int_equal(priority(world, 0, 1), 1);
    advance(world, 1);
    assert_int_equal(priority(world, 0, 1), 5);
    assert_int_equal(membership_reachable_count(world->nodes[0]), 1);
    /* The first PING that cannot be answered goes out at 5.1 s. */
    advance(world, 49 + TIMEOUT_MS);
    assert_int_equal(priority(world, 0, 1), 5);
    advance(world, 100);
    assert_int_equal(priority(world, 0, 1), 10);
    assert_int_equal(membership_reachable_count(world->nodes[0]), 0);
    advance(world, 1000000);
    assert_int_equal(priority(world, 0, 1), 10); /* two nodes have no majority without the other */
    world_free(world);
}

static void a_node_that_is_silent_keeps_its_link_until_it_is_suspected(void **state)
{
    struct world *world = world_new(2, 1);
    int64_t cut_at_ms = 5050;

    (void)state;
    advance(world, cut_at_ms);
    world->is_cut[1] = true;
    advance(world, TIMEOUT_MS - 1050);
    assert_int_equal(priority(world, 0, 1), 1);
    assert_int_equal(priority(world, 1, 0), 1);
    advance(world, TIMEOUT_MS / 2 + 1100);
    assert_true(seen(world, 0, 1)->is_suspected);
    assert_true(seen(world, 1, 0)->is_suspected);
    world_free(world);
}

static void a_link_without_a_pong_is_made_anew(void **state)
{
    struct world *world = world_new(2, 1);
    struct peer *peer = seen(world, 0, 1);

    (void)state;
    advance(world, 20050);
    world->is_cut[1] = true;
    advance(world, 10000);
    assert_true(peer->linked_ms > 20050 + TIMEOUT_MS / 2);
    assert_true(peer->linked_ms < 20050 + TIMEOUT_MS / 2 + 3000);
    assert_true(peer->ping_sent_ms < 23000); /* that of the first PING, which the new link does not change */
    world->is_cut[1] = false;
    advance(world, TIMEOUT_MS + 200);
    assert_true(peer->ping_sent_ms == 0 || peer->ping_sent_ms > 40000);
    assert_false(peer->is_suspected);
    world_free(world);
}

static void most_nodes_agree_that_a_node_fails(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct world *world = world_new(3, seed);

        advance(world, 5050);
        kill_node(world, 2);
        advance(world, TIMEOUT_MS + 150);
        assert_true(seen(world, 0, 2)->is_suspected);
        assert_true(seen(world, 1, 2)->is_suspected);
        advance(world, 10000);
        assert_true(seen(world, 0, 2)->is_failed);
        assert_true(seen(world, 1, 2)->is_failed);
        assert_false(seen(world, 0, 2)->is_suspected);
        assert_int_equal(priority(world, 0, 2), 100);
        world_free(world);
    }
}

static void a_minority_only_suspects(void **state)
{
    struct world *world = world_new(5, 1);

    (void)state;
    world->is_cut[3] = world->is_cut[4] = true;
    advance(world, 60000);
    for (int i = 0; i < 3; i++) {
        assert_true(seen(world, i, 3)->is_failed);
        assert_true(seen(world, 3, i)->is_suspected);
        assert_false(seen(world, 3, i)->is_failed);
    }
    assert_int_equal(priority(world, 3, 4), 1);
    assert_int_equal(membership_reachable_count(world->nodes[0]), 2);
    assert_int_equal(membership_reachable_count(world->nodes[3]), 1);
    world_free(world);
}

static void a_pong_clears_what_was_thought(void **state)
{
    struct world *world = world_new(3, 1);

    (void)state;
    world->is_cut[2] = true;
    advance(world, 60000);
    assert_true(seen(world, 0, 2)->is_failed);
    assert_true(seen(world, 2, 0)->is_suspected);
    world->is_cut[2] = false;
    advance(world, TIMEOUT_MS + 200);
    assert_int_equal(priority(world, 0, 2), 1);
    assert_int_equal(priority(world, 1, 2), 1);
    assert_int_equal(priority(world, 2, 0), 1);
    assert_int_equal(membership_reachable_count(world->nodes[0]), 2);
    world_free(world);
}

/* FAIL that B broadcasts about C, which A has heard of all the time. */
static void who_is_told_believes_it_until_the_next_pong(void **state)
{
    struct world *world = world_new(3, 1);
    struct message *fail = message_new(MSG_FAIL);

    (void)state;
    advance(world, 500);
    fail->node_id = world->nodes[2]->self->id;
    message_send(world->nodes[1], seen(world, 1, 0), fail);
    advance(world, 1);
    assert_true(seen(world, 0, 2)->is_failed);
    assert_int_equal(membership_reachable_count(world->nodes[0]), 2);
    advance(world, 99);
    assert_int_equal(membership_reachable_count(world->nodes[0]), 1);
    advance(world, TIMEOUT_MS / 2 + 200);
    assert_false(seen(world, 0, 2)->is_failed);
    world_free(world);
}

static void nobody_believes_that_he_fails_himself(void **state)
{
    struct world *world = world_new(2, 1);
    struct message *fail = message_new(MSG_FAIL);

    (void)state;
    fail->node_id = world->nodes[0]->self->id;
    message_send(world->nodes[1], seen(world, 1, 0), fail);
    advance(world, 10);
    assert_false(world->nodes[0]->self->is_failed);
    assert_int_equal(membership_priority(world->nodes[0]->self), 1);
    world_free(world);
}

/* What C reported is forgotten with it. */
static void reports_go_with_who_made_them(void **state)
{
    struct world *world = world_new(4, 1);
    struct peer *about = seen(world, 0, 3);

    (void)state;
    world->is_cut[3] = true;
    advance(world, 60000);
    assert_true(about->is_failed);
    assert_int_equal(about->report_count, 2);
    membership_forget(world->nodes[0], seen(world, 0, 2));
    assert_int_equal(about->report_count, 1);
    world_free(world);
}

static void reports_count_for_twice_the_timeout(void **state)
{
    struct world *world = world_new(5, 1);
    struct peer *about = seen(world, 0, 3);

    (void)state;
    failure_suspect(about);
    failure_report(about, seen(world, 0, 1));
    clock_move(world->clock, (2 * TIMEOUT_MS + 1) * 1000);
    failure_report(about, seen(world, 0, 2));
    assert_false(about->is_failed);
    clock_move(world->clock, (4 * TIMEOUT_MS + 1) * 1000);
    failure_report(about, seen(world, 0, 1));
    assert_true(about->is_failed);
    world_free(world);
}

/* However many report it: what this node can reach does not fail. */
static void reports_alone_are_not_enough(void **state)
{
    struct world *world = world_new(3, 1);
    struct peer *about = seen(world, 0, 2);

    (void)state;
    failure_report(about, seen(world, 0, 1));
    assert_false(about->is_failed);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_node_is_unlinked_at_once_and_suspected_after_the_timeout),
        cmocka_unit_test(a_node_that_is_silent_keeps_its_link_until_it_is_suspected),
        cmocka_unit_test(a_link_without_a_pong_is_made_anew),
        cmocka_unit_test(most_nodes_agree_that_a_node_fails),
        cmocka_unit_test(a_minority_only_suspects),
        cmocka_unit_test(a_pong_clears_what_was_thought),
        cmocka_unit_test(who_is_told_believes_it_until_the_next_pong),
        cmocka_unit_test(nobody_believes_that_he_fails_himself),
        cmocka_unit_test(reports_go_with_who_made_them),
        cmocka_unit_test(reports_count_for_twice_the_timeout),
        cmocka_unit_test(reports_alone_are_not_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
