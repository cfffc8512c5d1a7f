/* SPDX-License-Identifier: MIT */
#include "mockd/sim/bus.h"

#include "mockd/sim/bytes.h"

#include <stdlib.h>

struct place {
    bus_deliver_fn *deliver;
    void *receiver;
};

struct bus {
    struct clock *clock;
    int64_t delay_us;
    struct link on_their_way;
    struct place places[];
};

struct bus *bus_new(struct clock *clock, int places, int64_t delay_us)
{
    struct bus *bus = xcalloc(1, sizeof(*bus) + (size_t)places * sizeof(struct place));

    bus->clock = clock;
    bus->delay_us = delay_us;
    list_init(&bus->on_their_way);
    return bus;
}

void bus_free(struct bus *bus)
{
    if (bus == NULL)
        return;
    LIST_FOR_EACH_SAFE (link, &bus->on_their_way) {
        struct parcel *parcel = LIST_OWNER(link, struct parcel, link);

        clock_disarm(bus->clock, &parcel->timer);
        parcel->free(parcel);
    }
    free(bus);
}

void bus_attach(struct bus *bus, int place, bus_deliver_fn *deliver, void *receiver)
{
    bus->places[place] = (struct place){deliver, receiver};
}

static void parcel_on_arrival(void *owner)
{
    struct parcel *parcel = owner;
    struct place *place = &parcel->bus->places[parcel->to];

    list_remove(&parcel->link);
    place->deliver(place->receiver, parcel);
}

/* Timers of one instant fire in the order in which they were armed: equal delays keep a link in order. */
void bus_send(struct bus *bus, int from, int to, struct parcel *parcel)
{
    parcel->from = from;
    parcel->to = to;
    parcel->bus = bus;
    parcel->timer = (struct timer){.fire = parcel_on_arrival, .owner = parcel};
    list_append(&bus->on_their_way, &parcel->link);
    clock_arm(bus->clock, &parcel->timer, clock_now_us(bus->clock) + bus->delay_us);
}
