/* SPDX-License-Identifier: MIT */
#include "mockd/sim/bus.h"
#include "mockd/sim/bytes.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { DELAY_US = 1000 };

struct box {
    int count;
    struct parcel *got[8];
};

static int freed;

static void free_parcel(struct parcel *parcel)
{
    freed++;
    free(parcel);
}

static struct parcel *parcel_new(void)
{
    struct parcel *parcel = xcalloc(1, sizeof(*parcel));

    parcel->free = free_parcel;
    return parcel;
}

static void on_parcel(void *receiver, struct parcel *parcel)
{
    struct box *box = receiver;

    box->got[box->count++] = parcel;
}

static void parcels_arrive_after_the_delay_in_order(void **state)
{
    struct clock *clock = clock_new(CLOCK_VIRTUAL, 0);
    struct bus *bus = bus_new(clock, 2, DELAY_US);
    struct parcel *first = parcel_new();
    struct parcel *second = parcel_new();
    struct box box = {0};

    (void)state;
    bus_attach(bus, 1, on_parcel, &box);
    bus_send(bus, 0, 1, first);
    bus_send(bus, 0, 1, second);
    clock_move(clock, DELAY_US - 1);
    clock_fire(clock);
    assert_int_equal(box.count, 0);
    clock_move(clock, DELAY_US);
    clock_fire(clock);

    assert_int_equal(box.count, 2);
    assert_ptr_equal(box.got[0], first);
    assert_ptr_equal(box.got[1], second);
    assert_int_equal(first->from, 0);
    free(first);
    free(second);
    bus_free(bus);
    clock_free(clock);
}

static void what_is_on_its_way_goes_with_the_bus(void **state)
{
    struct clock *clock = clock_new(CLOCK_VIRTUAL, 0);
    struct bus *bus = bus_new(clock, 2, DELAY_US);

    (void)state;
    freed = 0;
    bus_send(bus, 0, 1, parcel_new());
    bus_send(bus, 1, 0, parcel_new());
    bus_free(bus);

    assert_int_equal(freed, 2);
    assert_true(clock_next_us(clock) == CLOCK_NEVER);
    clock_free(clock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parcels_arrive_after_the_delay_in_order),
        cmocka_unit_test(what_is_on_its_way_goes_with_the_bus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
