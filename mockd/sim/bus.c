/* SPDX-License-Identifier: MIT */
/* A parcel is a timer, so the clock decides what arrives first, as it does for all else. That nobody is at
 * the other end is told by a parcel too, which may be late or lost like any other. */
#include "mockd/sim/bus.h"

#include "mockd/sim/bytes.h"

#include <stdlib.h>

enum { THERE, BACK };

struct place {
    char name[BUS_NAME_SIZE];
    const char *host;
    int port;
    bus_deliver_fn *deliver; /* NULL: nobody is there */
    void *receiver;
    struct gate *gate;
    struct link channels; /* that others opened to it */
};

struct bus {
    struct clock *clock;
    int place_count;
    int64_t delay_us;
    bus_fate_fn *fate;
    void *fate_ctx;
    bus_alias_fn *is_alias; /* NULL: each has one address */
    void *alias_ctx;
    struct link parcels; /* on their way, or held, in the order in which they were sent */
    struct place places[];
};

void bus_write_name(int place, char name[BUS_NAME_SIZE])
{
    char *at = name + BUS_NAME_SIZE - 1;
    size_t size = 1;

    *at = '\0';
    for (int rest = place + 1; rest > 0; rest = (rest - 1) / 26, size++)
        *--at = (char)('A' + (rest - 1) % 26);
    memmove(name, at, size);
}

struct bus *bus_new(struct clock *clock, int places, int64_t delay_us)
{
    struct bus *bus = xcalloc(1, sizeof(*bus) + (size_t)places * sizeof(struct place));

    bus->clock = clock;
    bus->place_count = places;
    bus->delay_us = delay_us;
    list_init(&bus->parcels);
    for (int i = 0; i < places; i++) {
        bus_write_name(i, bus->places[i].name);
        bus->places[i].host = "";
        list_init(&bus->places[i].channels);
    }
    return bus;
}

static void take_off(struct parcel *parcel)
{
    list_remove(&parcel->on_bus);
    list_remove(&parcel->on_channel);
}

static void lose(struct parcel *parcel)
{
    clock_disarm(parcel->bus->clock, &parcel->timer);
    take_off(parcel);
    parcel->free(parcel);
}

void bus_free(struct bus *bus)
{
    if (bus == NULL)
        return;
    LIST_FOR_EACH_SAFE (link, &bus->parcels)
        lose(OWNER_OF(link, struct parcel, on_bus));
    free(bus);
}

void bus_set_fate(struct bus *bus, bus_fate_fn *fate, void *ctx)
{
    bus->fate = fate;
    bus->fate_ctx = ctx;
}

static struct fate fate_of(const struct bus *bus, const struct parcel *parcel)
{
    if (parcel->to < 0)
        return (struct fate){.what = FATE_IS_LOST};
    if (bus->fate != NULL)
        return bus->fate(bus->fate_ctx, parcel, bus->delay_us);
    return (struct fate){.what = FATE_ARRIVES, .delay_us = bus->delay_us};
}

/* Timers of one instant fire in the order in which they were armed, so equal times keep a channel in order.
 */
static void arm(struct parcel *parcel, int64_t delay_us, bool may_overtake)
{
    struct channel *channel = parcel->channel;
    int64_t at_us = clock_now_us(parcel->bus->clock) + delay_us;

    if (channel != NULL && !may_overtake) {
        int64_t *last_at_us = &channel->last_at_us[parcel->is_back ? BACK : THERE];

        if (at_us < *last_at_us)
            at_us = *last_at_us;
        *last_at_us = at_us;
    }
    clock_arm(parcel->bus->clock, &parcel->timer, at_us);
}

static void free_signal(struct parcel *parcel)
{
    free(parcel);
}

static struct parcel *signal_new(void)
{
    struct parcel *signal = xcalloc(1, sizeof(*signal));

    signal->kind = BUS_SIGNAL;
    signal->free = free_signal;
    return signal;
}

static void parcel_on_arrival(struct timer *timer);

static void put(struct channel *channel, struct parcel *parcel, bool is_back)
{
    parcel->from = is_back ? channel->to : channel->from;
    parcel->to = is_back ? channel->from : channel->to;
    parcel->is_back = is_back;
    parcel->channel = channel;
    parcel->bus = channel->bus;
    parcel->timer = (struct timer){.fire = parcel_on_arrival};
    if (parcel->to >= 0)
        parcel->timer.gate = channel->bus->places[parcel->to].gate;
    list_append(&channel->bus->parcels, &parcel->on_bus);
    list_append(&channel->parcels, &parcel->on_channel);
}

static void send_along(struct channel *channel, struct parcel *parcel, bool is_back)
{
    struct fate fate;
    struct parcel *twin = NULL;

    put(channel, parcel, is_back);
    fate = fate_of(channel->bus, parcel);
    if (fate.what == FATE_IS_LOST)
        lose(parcel);
    if (fate.what != FATE_ARRIVES)
        return;
    if (fate.is_doubled && parcel->clone != NULL)
        put(channel, twin = parcel->clone(parcel), is_back);
    arm(parcel, fate.delay_us, fate.may_overtake);
    if (twin != NULL)
        arm(twin, fate.delay_us, fate.may_overtake);
}

/* The other end answers that it knows of no such channel, as TCP's resets do. */
static void tell_lost(struct channel *channel)
{
    send_along(channel, signal_new(), true);
}

static void hear_lost(struct channel *channel)
{
    bus_close(channel);
    channel->on_lost(channel);
}

static void parcel_on_arrival(struct timer *timer)
{
    struct parcel *parcel = OWNER_OF(timer, struct parcel, timer);
    struct channel *channel = parcel->channel;
    struct place *place;

    take_off(parcel);
    if (parcel->kind != BUS_SIGNAL && (channel == NULL || !channel->is_dead || parcel->is_back)) {
        place = &parcel->bus->places[parcel->to];
        place->deliver(place->receiver, parcel);
        return;
    }
    if (parcel->kind == BUS_SIGNAL)
        hear_lost(channel);
    else
        tell_lost(channel);
    parcel->free(parcel);
}

void bus_release(struct bus *bus, int from, int to)
{
    LIST_FOR_EACH (link, &bus->parcels) {
        struct parcel *parcel = OWNER_OF(link, struct parcel, on_bus);

        if ((from < 0 || parcel->from == from) && (to < 0 || parcel->to == to) &&
            !timer_is_armed(&parcel->timer))
            arm(parcel, bus->delay_us, false);
    }
}

void bus_count(const struct bus *bus, int from, int to, size_t *moving, size_t *held)
{
    *moving = *held = 0;
    LIST_FOR_EACH (link, &bus->parcels) {
        const struct parcel *parcel = OWNER_OF(link, const struct parcel, on_bus);

        if (parcel->from == from && parcel->to == to)
            ++*(timer_is_armed(&parcel->timer) ? moving : held);
    }
}

static bool is_late(const struct parcel *parcel)
{
    return !timer_is_armed(&parcel->timer) ||
           parcel->timer.at_us > clock_now_us(parcel->bus->clock) + parcel->bus->delay_us;
}

void bus_catch_up(struct bus *bus)
{
    LIST_FOR_EACH (link, &bus->parcels) {
        struct parcel *parcel = OWNER_OF(link, struct parcel, on_bus);

        if (!is_late(parcel))
            continue;
        /* Nothing on this channel is due later than this one will be. */
        if (parcel->channel != NULL)
            parcel->channel->last_at_us[parcel->is_back ? BACK : THERE] = 0;
        arm(parcel, bus->delay_us, false);
    }
}

const struct clock *bus_clock(const struct bus *bus)
{
    return bus->clock;
}

int bus_place_count(const struct bus *bus)
{
    return bus->place_count;
}

const char *bus_name(const struct bus *bus, int place)
{
    return place >= 0 ? bus->places[place].name : "?";
}

void bus_set_address(struct bus *bus, int place, const char *host, int port)
{
    bus->places[place].host = host;
    bus->places[place].port = port;
}

const char *bus_host(const struct bus *bus, int place)
{
    return bus->places[place].host;
}

int bus_port(const struct bus *bus, int place)
{
    return bus->places[place].port;
}

void bus_set_aliases(struct bus *bus, bus_alias_fn *is_alias, void *ctx)
{
    bus->is_alias = is_alias;
    bus->alias_ctx = ctx;
}

static bool is_at(const struct bus *bus, const struct place *place, const char *host)
{
    return strcmp(place->host, host) == 0 || (bus->is_alias != NULL && bus->is_alias(bus->alias_ctx, host));
}

int bus_find(const struct bus *bus, const char *host, int port)
{
    for (int i = 0; i < bus->place_count; i++)
        if (bus->places[i].port == port && is_at(bus, &bus->places[i], host))
            return i;
    return -1;
}

void bus_attach(struct bus *bus, int place, bus_deliver_fn *deliver, void *receiver)
{
    bus->places[place].deliver = deliver;
    bus->places[place].receiver = receiver;
}

void bus_set_gate(struct bus *bus, int place, struct gate *gate)
{
    bus->places[place].gate = gate;
}

void bus_detach(struct bus *bus, int place)
{
    bus_set_gate(bus, place, NULL);
    bus_attach(bus, place, NULL, NULL);
    LIST_FOR_EACH_SAFE (link, &bus->parcels) {
        struct parcel *parcel = OWNER_OF(link, struct parcel, on_bus);

        if (parcel->to == place)
            lose(parcel);
    }
    LIST_FOR_EACH (link, &bus->places[place].channels) {
        struct channel *channel = OWNER_OF(link, struct channel, at_place);

        if (!channel->is_dead)
            tell_lost(channel);
        channel->is_dead = true;
    }
}

/* A host where nobody listens refuses at once; one behind a cut link says nothing. */
static void be_refused(struct channel *channel)
{
    struct parcel *signal = signal_new();

    put(channel, signal, true);
    if (channel->to < 0 || fate_of(channel->bus, signal).what == FATE_ARRIVES)
        arm(signal, 0, true);
    else
        lose(signal);
}

void bus_open(struct bus *bus, struct channel *channel, int from, int to)
{
    channel->bus = bus;
    channel->from = from;
    channel->to = to;
    channel->last_at_us[THERE] = channel->last_at_us[BACK] = 0;
    channel->is_dead = to < 0 || bus->places[to].deliver == NULL;
    list_init(&channel->at_place);
    list_init(&channel->parcels);
    if (to >= 0)
        list_append(&bus->places[to].channels, &channel->at_place);
    if (channel->is_dead)
        be_refused(channel);
}

void bus_close(struct channel *channel)
{
    if (!bus_is_open(channel))
        return;
    LIST_FOR_EACH_SAFE (link, &channel->parcels) {
        struct parcel *parcel = OWNER_OF(link, struct parcel, on_channel);

        if (channel->is_dead || parcel->is_back) {
            lose(parcel);
        } else {
            list_remove(&parcel->on_channel);
            parcel->channel = NULL;
        }
    }
    list_remove(&channel->at_place);
    channel->bus = NULL;
}

void bus_send(struct channel *channel, struct parcel *parcel)
{
    send_along(channel, parcel, false);
}

void bus_answer(const struct parcel *received, struct parcel *parcel)
{
    if (received->channel != NULL)
        send_along(received->channel, parcel, true);
    else
        parcel->free(parcel);
}
