/* SPDX-License-Identifier: MIT */
#include "mockd/sim/bus.h"
#include "mockd/sim/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PLACES = 3, DELAY_US = 1000, BOX_MAX = 8 };

struct box {
    int count;
    int kinds[BOX_MAX]; /* of the parcels that came */
};

/* Three places, A opens a channel to B. */
struct net {
    struct clock *clock;
    struct bus *bus;
    struct box boxes[PLACES];
    struct channel channel;
    int lost; /* how often that channel was */
    bool answers;
    struct fate fate;
    int freed;
};

struct item {
    struct parcel parcel;
    struct net *net;
};

static void free_item(struct parcel *parcel)
{
    struct item *item = OWNER_OF(parcel, struct item, parcel);

    item->net->freed++;
    free(item);
}

static struct parcel *item_new(struct net *net, int kind)
{
    struct item *item = xcalloc(1, sizeof(*item));

    item->net = net;
    item->parcel.kind = kind;
    item->parcel.free = free_item;
    return &item->parcel;
}

static void on_parcel(void *receiver, struct parcel *parcel)
{
    struct box *box = receiver;
    struct net *net = OWNER_OF(parcel, struct item, parcel)->net;

    box->kinds[box->count++] = parcel->kind;
    if (net->answers && !parcel->is_back)
        bus_answer(parcel, item_new(net, parcel->kind * 10));
    parcel->free(parcel);
}

static void on_lost(struct channel *channel)
{
    OWNER_OF(channel, struct net, channel)->lost++;
}

static struct fate decide(void *ctx, const struct parcel *parcel, int64_t delay_us)
{
    const struct net *net = ctx;

    (void)parcel;
    (void)delay_us;
    return net->fate;
}

static int set_up(void **state)
{
    struct net *net = xcalloc(1, sizeof(*net));

    net->clock = clock_new(CLOCK_VIRTUAL, 0);
    net->bus = bus_new(net->clock, PLACES, DELAY_US);
    net->channel.on_lost = on_lost;
    for (int i = 0; i < PLACES; i++)
        bus_attach(net->bus, i, on_parcel, &net->boxes[i]);
    bus_open(net->bus, &net->channel, 0, 1);
    *state = net;
    return 0;
}

static int tear_down(void **state)
{
    struct net *net = *state;

    bus_close(&net->channel);
    bus_free(net->bus);
    clock_free(net->clock);
    free(net);
    return 0;
}

static void send(struct net *net, int kind)
{
    bus_send(&net->channel, item_new(net, kind));
}

static void advance(struct net *net, int64_t duration_us)
{
    int64_t until_us = clock_now_us(net->clock) + duration_us;
    int64_t next_us;

    clock_fire(net->clock);
    while ((next_us = clock_next_us(net->clock)) <= until_us) {
        clock_move(net->clock, next_us);
        clock_fire(net->clock);
    }
    clock_move(net->clock, until_us);
}

static void places_have_names(void **state)
{
    struct bus *bus = bus_new(NULL, 1000, DELAY_US);

    (void)state;
    assert_string_equal(bus_name(bus, 0), "A");
    assert_string_equal(bus_name(bus, 25), "Z");
    assert_string_equal(bus_name(bus, 26), "AA");
    assert_string_equal(bus_name(bus, 999), "ALL");
    assert_string_equal(bus_name(bus, -1), "?");
    bus_free(bus);
}

static void parcels_arrive_after_the_delay_in_order(void **state)
{
    struct net *net = *state;

    send(net, 1);
    send(net, 2);
    advance(net, DELAY_US - 1);
    assert_int_equal(net->boxes[1].count, 0);
    advance(net, 1);

    assert_int_equal(net->boxes[1].count, 2);
    assert_int_equal(net->boxes[1].kinds[0], 1);
    assert_int_equal(net->boxes[1].kinds[1], 2);
}

static void an_answer_comes_back_on_the_same_channel(void **state)
{
    struct net *net = *state;

    net->answers = true;
    send(net, 1);
    advance(net, 2 * DELAY_US);

    assert_int_equal(net->boxes[0].count, 1);
    assert_int_equal(net->boxes[0].kinds[0], 10);
}

static void what_is_on_its_way_goes_with_the_bus(void **state)
{
    struct net *net = *state;

    send(net, 1);
    send(net, 2);
    bus_close(&net->channel);
    bus_free(net->bus);
    net->bus = NULL;

    assert_int_equal(net->freed, 2);
    assert_true(clock_next_us(net->clock) == CLOCK_NEVER);
}

static void what_was_sent_before_the_channel_was_closed_arrives(void **state)
{
    struct net *net = *state;

    net->answers = true;
    send(net, 1);
    bus_close(&net->channel);
    advance(net, 2 * DELAY_US);

    assert_int_equal(net->boxes[1].count, 1);
    assert_int_equal(net->boxes[0].count, 0);
    assert_int_equal(net->lost, 0);
}

static void an_answer_is_lost_with_the_channel(void **state)
{
    struct net *net = *state;

    net->answers = true;
    send(net, 1);
    advance(net, DELAY_US);
    bus_close(&net->channel);
    advance(net, DELAY_US);

    assert_int_equal(net->boxes[0].count, 0);
}

static void who_goes_loses_what_is_on_its_way_and_is_missed(void **state)
{
    struct net *net = *state;

    send(net, 1);
    bus_detach(net->bus, 1);
    assert_int_equal(net->freed, 1);
    assert_true(bus_is_open(&net->channel));
    advance(net, DELAY_US);

    assert_int_equal(net->lost, 1);
    assert_false(bus_is_open(&net->channel));
}

static void what_who_goes_has_sent_arrives(void **state)
{
    struct net *net = *state;

    send(net, 1);
    bus_close(&net->channel);
    bus_detach(net->bus, 0);
    advance(net, DELAY_US);

    assert_int_equal(net->boxes[1].count, 1);
}

static void where_nobody_is_a_channel_is_refused_at_once(void **state)
{
    struct net *net = *state;

    bus_close(&net->channel);
    bus_detach(net->bus, 1);
    bus_open(net->bus, &net->channel, 0, 1);
    send(net, 1);
    assert_true(bus_is_open(&net->channel));
    advance(net, 0);

    assert_int_equal(net->lost, 1);
    assert_int_equal(net->freed, 1);
}

static void an_address_of_no_place_is_refused_too(void **state)
{
    struct net *net = *state;

    bus_close(&net->channel);
    bus_open(net->bus, &net->channel, 0, -1);
    send(net, 1);
    advance(net, 0);

    assert_int_equal(net->lost, 1);
    assert_int_equal(net->freed, 1);
}

static void a_channel_to_oneself_works(void **state)
{
    struct net *net = *state;

    bus_close(&net->channel);
    bus_open(net->bus, &net->channel, 0, 0);
    net->answers = true;
    send(net, 1);
    advance(net, 2 * DELAY_US);

    assert_int_equal(net->boxes[0].count, 2);
    assert_int_equal(net->boxes[0].kinds[1], 10);
}

static void a_loss_that_nobody_can_tell_of_is_noticed_when_something_is_sent(void **state)
{
    struct net *net = *state;

    bus_set_fate(net->bus, decide, net);
    net->fate = (struct fate){.what = FATE_IS_LOST};
    bus_detach(net->bus, 1);
    bus_attach(net->bus, 1, on_parcel, &net->boxes[1]);
    net->fate = (struct fate){.what = FATE_ARRIVES, .delay_us = DELAY_US};
    advance(net, 10 * DELAY_US);
    assert_int_equal(net->lost, 0);
    send(net, 1);
    advance(net, 2 * DELAY_US);

    assert_int_equal(net->boxes[1].count, 0);
    assert_int_equal(net->lost, 1);
}

static void a_shorter_delay_does_not_overtake(void **state)
{
    struct net *net = *state;

    bus_set_fate(net->bus, decide, net);
    net->fate = (struct fate){.what = FATE_ARRIVES, .delay_us = 5000};
    send(net, 1);
    net->fate.delay_us = 1000;
    send(net, 2);
    advance(net, 4999);
    assert_int_equal(net->boxes[1].count, 0);
    advance(net, 1);

    assert_int_equal(net->boxes[1].count, 2);
    assert_int_equal(net->boxes[1].kinds[0], 1);
}

static void a_parcel_that_may_overtake_does(void **state)
{
    struct net *net = *state;

    bus_set_fate(net->bus, decide, net);
    net->fate = (struct fate){.what = FATE_ARRIVES, .delay_us = 5000};
    send(net, 1);
    net->fate = (struct fate){.what = FATE_ARRIVES, .delay_us = 1000, .may_overtake = true};
    send(net, 2);
    advance(net, 5000);

    assert_int_equal(net->boxes[1].kinds[0], 2);
    assert_int_equal(net->boxes[1].kinds[1], 1);
}

static void what_is_held_waits_for_its_release(void **state)
{
    struct net *net = *state;

    bus_set_fate(net->bus, decide, net);
    net->fate = (struct fate){.what = FATE_IS_HELD};
    send(net, 1);
    send(net, 2);
    bus_close(&net->channel);
    advance(net, 1000000);
    assert_int_equal(net->boxes[1].count, 0);
    bus_release(net->bus, 1, 0);
    bus_release(net->bus, 0, 1);
    advance(net, DELAY_US);

    assert_int_equal(net->boxes[1].count, 2);
    assert_int_equal(net->boxes[1].kinds[0], 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(places_have_names),
        TEST(parcels_arrive_after_the_delay_in_order),
        TEST(an_answer_comes_back_on_the_same_channel),
        TEST(what_is_on_its_way_goes_with_the_bus),
        TEST(what_was_sent_before_the_channel_was_closed_arrives),
        TEST(an_answer_is_lost_with_the_channel),
        TEST(who_goes_loses_what_is_on_its_way_and_is_missed),
        TEST(what_who_goes_has_sent_arrives),
        TEST(where_nobody_is_a_channel_is_refused_at_once),
        TEST(an_address_of_no_place_is_refused_too),
        TEST(a_channel_to_oneself_works),
        TEST(a_loss_that_nobody_can_tell_of_is_noticed_when_something_is_sent),
        TEST(a_shorter_delay_does_not_overtake),
        TEST(a_parcel_that_may_overtake_does),
        TEST(what_is_held_waits_for_its_release),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
