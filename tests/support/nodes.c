/* SPDX-License-Identifier: MIT */
#include "tests/support/nodes.h"

#include "mockd/node/membership.h"

#include <stdlib.h>

static struct fate decide(void *ctx, const struct parcel *parcel, int64_t delay_us)
{
    const struct nodes *nodes = ctx;

    if (nodes->is_cut[parcel->from] != nodes->is_cut[parcel->to])
        return (struct fate){.what = FATE_IS_LOST};
    return (struct fate){.what = FATE_ARRIVES, .delay_us = delay_us};
}

struct nodes *nodes_new(int count, uint64_t seed)
{
    struct nodes *nodes = xcalloc(1, sizeof(*nodes));

    nodes->clock = clock_new(CLOCK_VIRTUAL, 1000000000);
    nodes->bus = bus_new(nodes->clock, NODES_MAX, 1000);
    nodes->log = (struct log){.clock = nodes->clock};
    bus_set_fate(nodes->bus, decide, nodes);
    for (int i = 0; i < NODES_MAX; i++)
        bus_set_address(nodes->bus, i, "127.0.0.1", 7711 + i);
    for (int i = 0; i < count; i++)
        nodes->at[i] = node_new(&(struct node_options){.place = i,
                                                       .seed = seed,
                                                       .clock = nodes->clock,
                                                       .bus = nodes->bus,
                                                       .log = &nodes->log,
                                                       .disk = &nodes->disks[i]});
    return nodes;
}

void nodes_join(struct nodes *nodes)
{
    for (int i = 0; i < NODES_MAX; i++)
        for (int k = 0; k < NODES_MAX; k++)
            if (k != i && nodes->at[i] != NULL && nodes->at[k] != NULL)
                membership_join(nodes->at[i], nodes->at[k]);
}

void nodes_free(struct nodes *nodes)
{
    if (nodes == NULL)
        return;
    for (int i = 0; i < NODES_MAX; i++) {
        node_free(nodes->at[i]);
        disk_fini(&nodes->disks[i]);
    }
    bus_free(nodes->bus);
    clock_free(nodes->clock);
    free(nodes);
}

void nodes_advance(struct nodes *nodes, int64_t duration_ms)
{
    int64_t until_us = clock_now_us(nodes->clock) + duration_ms * 1000;
    int64_t next_us;

    while ((next_us = clock_next_us(nodes->clock)) <= until_us) {
        clock_move(nodes->clock, next_us);
        clock_fire(nodes->clock);
    }
    clock_move(nodes->clock, until_us);
}

struct peer *nodes_seen(const struct nodes *nodes, int by, int other)
{
    const struct node *node = nodes->at[by];

    for (size_t i = 0; i < node->known_count; i++)
        if (node->known[i]->address.place == other)
            return node->known[i];
    return NULL;
}
