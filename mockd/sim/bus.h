/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_BUS_H
#define MOCKD_SIM_BUS_H

#include "mockd/sim/clock.h"
#include "mockd/sim/list.h"

/* The network between the nodes of a cluster, in virtual time: places, channels between them as TCP makes
 * them, and parcels on the channels. It does not know what is in a parcel. What becomes of one (its delay,
 * whether it arrives at all) may be decided by somebody else: see bus_set_fate. */
struct bus;

/* What travels; embedded in what the sender sends. */
struct parcel {
    int from;
    int to;
    int kind; /* by which a fault may pick it; BUS_SIGNAL is the bus's own */
    void (*free)(struct parcel *parcel);
    struct parcel *(*clone)(const struct parcel *parcel); /* NULL: nothing doubles it */
    struct channel *channel;                              /* the rest is the bus's own; NULL: closed since */
    bool is_back;                                         /* to the place that opened the channel */
    struct timer timer;
    struct link on_bus;
    struct link on_channel;
    struct bus *bus;
};

/* The kind of what no node sends: the news that the other end of a channel is gone, or that nobody was there
 * when it was opened. */
enum { BUS_SIGNAL = -1 };

/* A connection that one place opened to another: parcels go both ways, in order. It lives inside its owner,
 * at the place that opened it. All zero but on_lost is a closed one. */
struct channel {
    void (*on_lost)(struct channel *channel); /* it was closed, as nobody is at the other end any more */
    struct bus *bus;                          /* the rest is the bus's own; NULL: closed */
    int from;
    int to;
    bool is_dead;          /* nobody is there, which is not known here yet */
    int64_t last_at_us[2]; /* when the last parcel arrives: there, and back */
    struct link at_place;
    struct link parcels; /* on their way, or held */
};

/* Called when a parcel arrives; takes it. */
typedef void bus_deliver_fn(void *receiver, struct parcel *parcel);

/* What becomes of a parcel. */
struct fate {
    enum { FATE_ARRIVES, FATE_IS_LOST, FATE_IS_HELD } what;
    int64_t delay_us;
    bool may_overtake; /* what was sent before it on the same channel */
    bool is_doubled;   /* it arrives twice */
};

/* Asked for each parcel when it is sent, given the delay that it would have. */
typedef struct fate bus_fate_fn(void *ctx, const struct parcel *parcel, int64_t delay_us);

/* A bus between places 0 … places - 1, that takes this long to deliver. Nobody is anywhere yet. */
struct bus *bus_new(struct clock *clock, int places, int64_t delay_us);

/* Frees the bus and what is on its way. All channels are closed before. */
void bus_free(struct bus *bus);

/* From now on somebody else decides what becomes of parcels. NULL: nobody does. */
void bus_set_fate(struct bus *bus, bus_fate_fn *fate, void *ctx);

/* How many parcels are on their way from one place to another, and how many are held. */
void bus_count(const struct bus *bus, int from, int to, size_t *moving, size_t *held);

/* Parcels that were held between these places, of which -1 is any, go on in order. */
void bus_release(struct bus *bus, int from, int to);

/* All that is held, or late, arrives within the delay of the bus, in order. */
void bus_catch_up(struct bus *bus);

int bus_place_count(const struct bus *bus);
const struct clock *bus_clock(const struct bus *bus);

enum { BUS_NAME_SIZE = 8 };

/* What a place is called on every bus: A, B … Z, AA, AB … */
void bus_write_name(int place, char name[BUS_NAME_SIZE]);

/* The same; "?" if it is none. */
const char *bus_name(const struct bus *bus, int place);

/* Where a place is to be found. The host is borrowed. */
void bus_set_address(struct bus *bus, int place, const char *host, int port);
const char *bus_host(const struct bus *bus, int place);
int bus_port(const struct bus *bus, int place);

/* Places may be found at other hosts than that: asks, in the end, whether this one is another name of all. */
typedef bool bus_alias_fn(void *ctx, const char *host);
void bus_set_aliases(struct bus *bus, bus_alias_fn *is_alias, void *ctx);

/* The place at this address, or -1. */
int bus_find(const struct bus *bus, const char *host, int port);

/* Somebody is there from now on: who receives at a place. */
void bus_attach(struct bus *bus, int place, bus_deliver_fn *deliver, void *receiver);

/* What is sent to this place from now on is held up by this gate when it arrives. NULL: by none. */
void bus_set_gate(struct bus *bus, int place, struct gate *gate);

/* Nobody is there any more: what is on its way there is lost, and who has a channel to it hears of that. What
 * it sent itself still arrives. Its own channels are closed before. */
void bus_detach(struct bus *bus, int place);

/* Opens a channel, which is closed now, between two places. To where nobody is (also: to < 0) it seems to be
 * open, until on_lost is called at the same instant. */
void bus_open(struct bus *bus, struct channel *channel, int from, int to);

static inline bool bus_is_open(const struct channel *channel)
{
    return channel->bus != NULL;
}

/* What is on its way back is lost; what was sent still arrives. A closed channel may be closed. */
void bus_close(struct channel *channel);

/* Takes the parcel, and sends it along an open channel, from the place that opened it. */
void bus_send(struct channel *channel, struct parcel *parcel);

/* Takes the parcel, and sends it back where another one came from, while the channel of that one is open. */
void bus_answer(const struct parcel *received, struct parcel *parcel);

#endif
