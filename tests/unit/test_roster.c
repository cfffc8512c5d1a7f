/* SPDX-License-Identifier: MIT */
#include "mockd/node/membership.h"
#include "mockd/node/node.h"
#include "mockd/node/roster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ID_C "cccccccccccccccccccccccccccccccccccccccc"

/* One node, at the first of three places. */
struct world {
    struct clock *clock;
    struct bus *bus;
    struct log log;
    struct node *node;
};

static int set_up(void **state)
{
    struct world *world = xcalloc(1, sizeof(*world));

    world->clock = clock_new(CLOCK_VIRTUAL, 1000000);
    world->bus = bus_new(world->clock, 3, 1000);
    for (int i = 0; i < 3; i++)
        bus_set_address(world->bus, i, "127.0.0.1", 7711 + i);
    world->log = (struct log){.clock = world->clock};
    world->node = node_new(&(struct node_options){
        .place = 0, .seed = 1, .clock = world->clock, .bus = world->bus, .log = &world->log});
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    node_free(world->node);
    bus_free(world->bus);
    clock_free(world->clock);
    free(world);
    return 0;
}

static bool load(struct world *world, const char *text)
{
    return roster_load(world->node, bytes_of(text));
}

static void assert_saved(const struct world *world, const char *expected)
{
    struct buffer text = {0};

    roster_save(&text, world->node);
    assert_int_equal(text.size, strlen(expected));
    assert_memory_equal(text.data, expected, text.size);
    buffer_fini(&text);
}

static void a_node_is_what_it_was(void **state)
{
    struct world *world = *state;

    assert_true(load(world, ID_A " 127.0.0.1:7711 myself,leaving 0 0 connected\n" //
                     ID_B " 127.0.0.1:7712 fail,leaving 0 0 disconnected\n"       //
                     ID_C " :0 noaddr 0 0 disconnected\n"));

    assert_saved(world, ID_A " 127.0.0.1:7711 myself,leaving 0 0 connected\n" //
                 ID_B " 127.0.0.1:7712 fail,leaving 0 0 disconnected\n"       //
                 ID_C " :0 noaddr 0 0 disconnected\n");
    assert_int_equal(peer_find(world->node, ID_B)->address.place, 1);
    assert_int_equal(peer_find(world->node, ID_C)->address.place, -1);
}

static void what_was_sent_and_received_counts_from_now(void **state)
{
    struct world *world = *state;

    assert_true(load(world, ID_B " 127.0.0.1:7712 fail? 5 7 connected\n"));

    assert_int_equal(peer_find(world->node, ID_B)->ping_sent_ms, 1000);
    assert_int_equal(peer_find(world->node, ID_B)->pong_received_ms, 1000);
}

static void handshakes_are_not_saved(void **state)
{
    struct world *world = *state;

    assert_true(load(world, ID_A " 127.0.0.1:7711 myself 0 0 connected\n"));
    peer_add_unnamed(world->node, &(struct address){.place = 1, .port = 7712, .host = "127.0.0.1"});

    assert_saved(world, ID_A " 127.0.0.1:7711 myself 0 0 connected\n");
}

static void others_count_once_the_first_tick_has_come(void **state)
{
    struct world *world = *state;

    assert_true(load(world, ID_B " 127.0.0.1:7712 noflags 0 7 connected\n"));
    assert_int_equal(membership_reachable_count(world->node), 0);
    clock_move(world->clock, 1100000);
    clock_fire(world->clock);

    assert_int_equal(membership_reachable_count(world->node), 1);
}

static void what_is_no_roster_is_refused(void **state)
{
    struct world *world = *state;

    assert_false(load(world, "short 127.0.0.1:7712 noflags 0 0 connected\n"));
    assert_false(load(world, ID_B "\n"));
    assert_false(load(world, ID_B " nowhere noflags 0 0 connected\n"));
    assert_false(load(world, ID_B " 127.0.0.1:port noflags 0 0 connected\n"));
    assert_false(
        load(world, ID_B " a-host-name-that-is-longer-than-any-ip-address:7712 noflags 0 0 connected\n"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_node_is_what_it_was),        TEST(what_was_sent_and_received_counts_from_now),
        TEST(handshakes_are_not_saved),     TEST(others_count_once_the_first_tick_has_come),
        TEST(what_is_no_roster_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
