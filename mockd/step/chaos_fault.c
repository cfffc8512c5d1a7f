/* SPDX-License-Identifier: MIT */
/* Which nodes a fault draws, and in which order, decides what a seed stands for: a change here changes every
 * run of chaos. */
#include "mockd/step/chaos_fault.h"

static int draw_node(const struct mockd *cluster, struct rng *rng)
{
    return (int)rng_below(rng, (uint64_t)mockd_node_count(cluster));
}

/* A node that is not this one; there are at least two. */
static int draw_other(const struct mockd *cluster, struct rng *rng, int node)
{
    uint64_t others = (uint64_t)mockd_node_count(cluster) - 1;

    return (node + 1 + (int)rng_below(rng, others)) % mockd_node_count(cluster);
}

static void write_of_node(const struct mockd *cluster, struct rng *rng, const char *verb,
                          const char *opposite, struct buffer *begin, struct buffer *end)
{
    const char *name = mockd_node_name(cluster, draw_node(cluster, rng));

    buffer_printf(begin, "%s %s", verb, name);
    buffer_printf(end, "%s %s", opposite, name);
}

static void write_crash(const struct mockd *cluster, struct rng *rng, unsigned number, struct buffer *begin,
                        struct buffer *end)
{
    (void)number;
    write_of_node(cluster, rng, "crash", "restart", begin, end);
}

static void write_stop(const struct mockd *cluster, struct rng *rng, unsigned number, struct buffer *begin,
                       struct buffer *end)
{
    (void)number;
    write_of_node(cluster, rng, "stop", "restart", begin, end);
}

static void write_freeze(const struct mockd *cluster, struct rng *rng, unsigned number, struct buffer *begin,
                         struct buffer *end)
{
    (void)number;
    write_of_node(cluster, rng, "freeze", "thaw", begin, end);
}

/* Each side has a node to begin with; the others choose. */
static void write_partition(const struct mockd *cluster, struct rng *rng, unsigned number,
                            struct buffer *begin, struct buffer *end)
{
    int left = draw_node(cluster, rng), right = draw_other(cluster, rng, left);
    struct buffer others = {0};

    buffer_printf(begin, "partition chaos-%u = %s", number, mockd_node_name(cluster, left));
    buffer_printf(&others, " | %s", mockd_node_name(cluster, right));
    for (int i = 0; i < mockd_node_count(cluster); i++)
        if (i != left && i != right)
            buffer_printf(rng_below(rng, 2) ? begin : &others, " %s", mockd_node_name(cluster, i));
    buffer_printf(begin, "%s", others.data);
    buffer_printf(end, "unfault chaos-%u", number);
    buffer_fini(&others);
}

static void write_link(const struct mockd *cluster, struct rng *rng, unsigned number, struct buffer *begin,
                       struct buffer *end)
{
    int from = draw_node(cluster, rng), to = draw_other(cluster, rng, from);

    buffer_printf(begin, "link chaos-%u = %s->%s delay=1ms..200ms loss=20%% dup=5%% reorder=10%%", number,
                  mockd_node_name(cluster, from), mockd_node_name(cluster, to));
    buffer_printf(end, "unfault chaos-%u", number);
}

const struct chaos_fault chaos_faults[CHAOS_FAULT_COUNT] = {
    {"crash", false, write_crash},        {"stop", false, write_stop}, {"freeze", false, write_freeze},
    {"partition", true, write_partition}, {"link", true, write_link},
};
