/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_BUS_H
#define MOCKD_SIM_BUS_H

#include "mockd/sim/clock.h"
#include "mockd/sim/list.h"

/* Carries parcels between the nodes of a cluster, in virtual time, in order per pair of nodes. It does not
 * know what is in them. */
struct bus;

/* What travels; embedded in what the sender sends. */
struct parcel {
    int from;
    int to;
    void (*free)(struct parcel *parcel);
    struct timer timer; /* the rest is the bus's own */
    struct link link;
    struct bus *bus;
};

/* Called when a parcel arrives; takes it. */
typedef void bus_deliver_fn(void *receiver, struct parcel *parcel);

/* A bus between places 0 … places - 1, that takes this long to deliver. */
struct bus *bus_new(struct clock *clock, int places, int64_t delay_us);

/* Frees the bus and what is on its way. */
void bus_free(struct bus *bus);

/* Who receives at a place. */
void bus_attach(struct bus *bus, int place, bus_deliver_fn *deliver, void *receiver);

/* Takes the parcel, and delivers it. */
void bus_send(struct bus *bus, int from, int to, struct parcel *parcel);

#endif
