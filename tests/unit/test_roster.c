/* SPDX-License-Identifier: MIT */
#include "mockd/cluster.h"
#include "mockd/node/membership.h"
#include "mockd/node/node.h"
#include "mockd/node/roster.h"
#include "tests/support/nodes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ID_C "cccccccccccccccccccccccccccccccccccccccc"

static int set_up(void **state)
{
    *state = nodes_new(1, 1);
    return 0;
}

static int tear_down(void **state)
{
    nodes_free(*state);
    return 0;
}

static bool load(struct nodes *nodes, const char *text)
{
    return roster_load(nodes->at[0], bytes_of(text));
}

static void assert_saved(const struct nodes *nodes, const char *expected)
{
    struct buffer text = {0};

    roster_save(&text, nodes->at[0]);
    assert_int_equal(text.size, strlen(expected));
    assert_memory_equal(text.data, expected, text.size);
    buffer_fini(&text);
}

static void a_node_is_what_it_was(void **state)
{
    struct nodes *nodes = *state;

    assert_true(load(nodes, ID_A " 127.0.0.1:7711 myself,leaving 0 0 connected\n" //
                     ID_B " 127.0.0.1:7712 fail,leaving 0 0 disconnected\n"       //
                     ID_C " :0 noaddr 0 0 disconnected\n"));

    assert_saved(nodes, ID_A " 127.0.0.1:7711 myself,leaving 0 0 connected\n" //
                 ID_B " 127.0.0.1:7712 fail,leaving 0 0 disconnected\n"       //
                 ID_C " :0 noaddr 0 0 disconnected\n");
    assert_int_equal(peer_find(nodes->at[0], ID_B)->address.place, 1);
    assert_int_equal(peer_find(nodes->at[0], ID_C)->address.place, -1);
}

static void what_was_sent_and_received_counts_from_now(void **state)
{
    struct nodes *nodes = *state;

    assert_true(load(nodes, ID_B " 127.0.0.1:7712 fail? 5 7 connected\n"));

    assert_int_equal(peer_find(nodes->at[0], ID_B)->ping_sent_at_ms, 1000000);
    assert_int_equal(peer_find(nodes->at[0], ID_B)->pong_received_at_ms, 1000000);
}

static void handshakes_are_not_saved(void **state)
{
    struct nodes *nodes = *state;

    assert_true(load(nodes, ID_A " 127.0.0.1:7711 myself 0 0 connected\n"));
    peer_add_unnamed(nodes->at[0], &(struct address){.place = 1, .port = 7712, .host = "127.0.0.1"});

    assert_saved(nodes, ID_A " 127.0.0.1:7711 myself 0 0 connected\n");
}

static void the_nodes_of_a_process_find_each_other_whoever_is_first(void **state)
{
    struct disk disks[2] = {0};
    struct mockd *cluster;
    struct node *a;

    (void)state;
    disk_replace(&disks[0], DISK_ROSTER,
                 bytes_of(ID_B " 127.0.0.1:7712 noflags 0 0 disconnected\n" //
                          ID_C " :0 noaddr 0 0 disconnected\n"));
    cluster = cluster_new(&(struct cluster_options){
        .options = {.nodes = 2, .apart = true}, .mode = CLOCK_VIRTUAL, .disks = disks});
    a = cluster_node(cluster, 0);

    assert_int_equal(peer_find(a, ID_B)->address.place, 1);
    assert_int_equal(peer_find(a, ID_C)->address.place, -1);

    cluster_free(cluster);
    disk_fini(&disks[0]);
    disk_fini(&disks[1]);
}

static void others_count_once_the_first_tick_has_come(void **state)
{
    struct nodes *nodes = *state;

    assert_true(load(nodes, ID_B " 127.0.0.1:7712 noflags 0 7 connected\n"));
    assert_int_equal(membership_reachable_count(nodes->at[0]), 0);
    nodes_advance(nodes, 100);

    assert_int_equal(membership_reachable_count(nodes->at[0]), 1);
}

static void what_is_no_roster_is_refused(void **state)
{
    struct nodes *nodes = *state;

    assert_false(load(nodes, "short 127.0.0.1:7712 noflags 0 0 connected\n"));
    assert_false(load(nodes, ID_B "\n"));
    assert_false(load(nodes, ID_B " nowhere noflags 0 0 connected\n"));
    assert_false(load(nodes, ID_B " 127.0.0.1:port noflags 0 0 connected\n"));
    assert_false(
        load(nodes, ID_B " a-host-name-that-is-longer-than-any-ip-address:7712 noflags 0 0 connected\n"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_node_is_what_it_was),
        TEST(what_was_sent_and_received_counts_from_now),
        TEST(handshakes_are_not_saved),
        TEST(the_nodes_of_a_process_find_each_other_whoever_is_first),
        TEST(others_count_once_the_first_tick_has_come),
        TEST(what_is_no_roster_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
