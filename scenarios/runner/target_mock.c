/* SPDX-License-Identifier: MIT */
/* A cluster of its own for every scenario, in this process and in virtual time. */
#include "scenarios/runner/target.h"

#include "scenarios/lab/lab.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PATIENCE_US   60000000
#define LINK_DELAY_US 1000

static void target_mock_free(struct target *target)
{
    lab_free(target->impl);
    free(target->nodes);
    free(target);
}

static const struct disq_env *target_mock_env_of(struct target *target, const char *name)
{
    return lab_env(target->impl, name);
}

static void fill_node(struct target_node *node, const struct mockd *cluster, int index)
{
    snprintf(node->id, sizeof(node->id), "%s", mockd_node_id(cluster, index));
    snprintf(node->host, sizeof(node->host), "%s", mockd_node_host(cluster, index));
    node->port = mockd_node_port(cluster, index);
    snprintf(node->address, sizeof(node->address), "%s:%d", node->host, node->port);
}

struct target *target_mock_new(const struct cluster_options *options, uint64_t seed, bool is_on_sockets,
                               void (*on_event)(void *ctx, const char *line), void *event_ctx,
                               struct text *error)
{
    int64_t delay_us = options->link_delay_us < 0 ? LINK_DELAY_US : options->link_delay_us;
    struct mockd_options cluster = {
        .nodes = options->nodes,
        .seed = seed,
        .link_delay_us = delay_us > 0 ? delay_us : -1, /* to mockd, 0 is the default */
        .no_jitter = options->no_jitter,
        .apart = options->apart,
        .audits = true,
        .config = options->config,
        .on_event = on_event,
        .event_ctx = event_ctx,
    };
    struct lab *lab = is_on_sockets ? lab_new_on_sockets(&cluster) : lab_new(&cluster);
    struct target *target;

    if (lab == NULL) {
        text_printf(error, "there cannot be a cluster of %d nodes with seed %" PRIu64, options->nodes, seed);
        return NULL;
    }
    target = must_calloc(1, sizeof(*target));
    target->env = lab->env;
    target->mock = lab->cluster;
    target->confuses_resets = is_on_sockets; /* a pair of sockets cannot be reset */
    target->impl = lab;
    target->env_of = target_mock_env_of;
    target->free = target_mock_free;
    target->patience_us = PATIENCE_US;
    /* What a command makes a node ask of the others is on its way then, and so is what they answer: on a real
     * cluster that is over before anybody could look. */
    target->probe_us = 2 * delay_us;
    target->node_count = options->nodes;
    target->nodes = must_calloc((size_t)options->nodes, sizeof(*target->nodes));
    for (int i = 0; i < options->nodes; i++)
        fill_node(&target->nodes[i], lab->cluster, i);
    return target;
}

const struct disq_env *target_env_of(struct target *target, const char *name)
{
    return target->env_of != NULL ? target->env_of(target, name) : &target->env;
}

void target_free(struct target *target)
{
    if (target != NULL)
        target->free(target);
}
