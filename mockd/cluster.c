/* SPDX-License-Identifier: MIT */
/* Owns the world that the nodes live in. */
#include "mockd/cluster.h"

#include "mockd/front/loop.h"
#include "mockd/front/tamper.h"
#include "mockd/load/load.h"
#include "mockd/node/audit.h"
#include "mockd/node/config_file.h"
#include "mockd/node/membership.h"
#include "mockd/node/node.h"
#include "mockd/sim/bus.h"
#include "mockd/sim/fault.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINK_DELAY_US = 1000, BASE_PORT = 7711, NODES_MAX = 1000 };

static_assert(NODES_MAX == 1000 && CLUSTER_PORT_MAX == 55535, "cluster_check says so in words");

#define HOST "127.0.0.1"

struct mockd {
    struct clock *clock;
    struct bus *bus;
    struct ledger ledger;
    struct faults *faults;
    struct tampers *tampers;
    struct mockd_outcome outcome;
    struct log log;
    struct audit *audit; /* NULL: none */
    uint64_t behaviours[BEHAVIOUR_COUNT];
    struct loop *loop;
    bool is_loop_lent;
    struct site site;
    int size;
    char host[HOST_SIZE];
    struct machine *machines;
    struct loads *loads;
};

static struct mockd_options with_defaults(const struct mockd_options *given)
{
    struct mockd_options options = given != NULL ? *given : (struct mockd_options){0};

    if (options.nodes == 0)
        options.nodes = 1;
    if (options.seed == 0)
        options.seed = 1;
    if (options.link_delay_us == 0)
        options.link_delay_us = LINK_DELAY_US;
    if (options.link_delay_us < 0)
        options.link_delay_us = 0;
    if (options.base_port == 0)
        options.base_port = BASE_PORT;
    return options;
}

/* What the file may say is also what a node starts with. */
static bool is_config(const char *text)
{
    struct config_flaw flaw;
    struct config config;
    bool is_good;

    config_init(&config);
    is_good = config_would_take(bytes_of(text)) && config_file_read(&config, bytes_of(text), NULL, &flaw);
    config_fini(&config);
    return is_good;
}

const char *cluster_check(const struct mockd_options *given)
{
    struct mockd_options options = with_defaults(given);

    if (options.nodes < 1 || options.nodes > NODES_MAX)
        return "a cluster has 1 to 1000 nodes";
    if (options.base_port < 1 || options.base_port > CLUSTER_PORT_MAX - options.nodes + 1)
        return "a node's port is between 1 and 55535";
    if (options.config != NULL && !is_config(options.config))
        return "the configuration has a line that is no NAME VALUE of CONFIG SET";
    return NULL;
}

static void join(struct mockd *cluster)
{
    for (int i = 0; i < cluster->size; i++) {
        struct node *node = cluster->machines[i].node;

        for (int k = 0; k < cluster->size && node != NULL; k++)
            if (k != i && cluster->machines[k].node != NULL)
                membership_join(node, cluster->machines[k].node);
        if (node != NULL)
            membership_review(node);
    }
}

static bool is_calm(void *ctx, int64_t since_us)
{
    const struct mockd *cluster = ctx;

    for (int i = 0; i < cluster->size; i++)
        if (!machine_is_calm(&cluster->machines[i], since_us))
            return false;
    return faults_are_calm(cluster->faults, since_us);
}

static bool is_held(void *ctx, const struct job_id *id)
{
    const struct mockd *cluster = ctx;

    for (int i = 0; i < cluster->size; i++)
        if (cluster->machines[i].node != NULL && node_find_job(cluster->machines[i].node, id) != NULL)
            return true;
    return false;
}

/* All of them before a node starts: its nodes.conf may name any. */
static void give_addresses(struct mockd *cluster, const int *ports, const struct mockd_options *options)
{
    for (int i = 0; i < options->nodes; i++)
        bus_set_address(cluster->bus, i, cluster->host, ports != NULL ? ports[i] : options->base_port + i);
}

static void add_machines(struct mockd *cluster, const struct cluster_options *given,
                         const struct mockd_options *options)
{
    cluster->site = (struct site){.clock = cluster->clock,
                                  .bus = cluster->bus,
                                  .log = &cluster->log,
                                  .loop = cluster->loop,
                                  .audit = cluster->audit,
                                  .behaviours = cluster->behaviours,
                                  .seed = options->seed,
                                  .process_id = given->process_id,
                                  .no_jitter = options->no_jitter,
                                  .config = options->config,
                                  .config_source = given->config};
    for (; cluster->size < options->nodes; cluster->size++)
        machine_init(&cluster->machines[cluster->size], &cluster->site, cluster->size,
                     given->disks != NULL ? &given->disks[cluster->size] : NULL);
}

struct mockd *cluster_new(const struct cluster_options *given)
{
    struct mockd_options options = with_defaults(&given->options);
    struct mockd *cluster = xcalloc(1, sizeof(*cluster));

    cluster->machines = xcalloc((size_t)options.nodes, sizeof(cluster->machines[0]));
    cluster->clock = clock_new(given->mode, MOCKD_EPOCH_US);
    if (given->speed != 0)
        clock_set_speed(cluster->clock, given->speed);
    cluster->bus = bus_new(cluster->clock, options.nodes, options.link_delay_us);
    bus_set_aliases(cluster->bus, given->is_here, given->here_ctx);
    ledger_init(&cluster->ledger);
    cluster->faults = faults_new(cluster->bus, options.seed, &cluster->ledger);
    cluster->tampers = tampers_new(options.seed, &cluster->ledger);
    cluster->is_loop_lent = given->loop != NULL;
    cluster->loop = given->loop != NULL ? given->loop : loop_new(NULL, NULL);
    loop_restart(cluster->loop, cluster->clock, cluster->tampers);
    cluster->log = (struct log){.clock = cluster->clock,
                                .on_event = options.on_event,
                                .ctx = options.event_ctx,
                                .heartbeats = options.log_heartbeats};
    snprintf(cluster->host, sizeof(cluster->host), "%s", given->host != NULL ? given->host : HOST);
    if (options.audits)
        cluster->audit = audit_new(is_calm, is_held, cluster);
    give_addresses(cluster, given->ports, &options);
    add_machines(cluster, given, &options);
    cluster->loads = loads_new(cluster->clock, &cluster->ledger, cluster->machines);
    if (!options.apart)
        join(cluster);
    return cluster;
}

/* Clients go first: what they wait for belongs to the nodes. */
void cluster_free(struct mockd *cluster)
{
    if (cluster == NULL)
        return;
    loads_free(cluster->loads);
    if (cluster->is_loop_lent)
        loop_restart(cluster->loop, NULL, NULL);
    else
        loop_free(cluster->loop);
    for (int i = 0; i < cluster->size; i++)
        machine_fini(&cluster->machines[i]);
    free(cluster->machines);
    audit_free(cluster->audit);
    tampers_free(cluster->tampers);
    faults_free(cluster->faults);
    ledger_fini(&cluster->ledger);
    bus_free(cluster->bus);
    clock_free(cluster->clock);
    log_fini(&cluster->log);
    free(cluster);
}

struct node *cluster_node(const struct mockd *cluster, int index)
{
    return cluster->machines[index].node;
}

struct machine *cluster_machine(const struct mockd *cluster, int index)
{
    return &cluster->machines[index];
}

void cluster_watch_accepting(struct mockd *cluster, machine_accepting_fn *on_accepting, void *ctx)
{
    cluster->site.on_accepting = on_accepting;
    cluster->site.accepting_ctx = ctx;
}

const char *cluster_problem(const struct mockd *cluster, int index)
{
    return cluster->machines[index].problem;
}

bool cluster_has_ended(const struct mockd *cluster)
{
    for (int i = 0; i < cluster->size; i++)
        if (!cluster->machines[i].has_ended)
            return false;
    return true;
}

void cluster_crash(struct mockd *cluster, int index)
{
    machine_end(&cluster->machines[index], true);
}

void cluster_stop(struct mockd *cluster, int index)
{
    machine_end(&cluster->machines[index], false);
}

const char *cluster_restart(struct mockd *cluster, int index)
{
    machine_start(&cluster->machines[index]);
    return cluster->machines[index].problem;
}

struct bus *cluster_bus(const struct mockd *cluster)
{
    return cluster->bus;
}

struct loop *cluster_loop(const struct mockd *cluster)
{
    return cluster->loop;
}

struct clock *cluster_clock(const struct mockd *cluster)
{
    return cluster->clock;
}

struct faults *cluster_faults(const struct mockd *cluster)
{
    return cluster->faults;
}

struct tampers *cluster_tampers(const struct mockd *cluster)
{
    return cluster->tampers;
}

const struct audit *cluster_audit(const struct mockd *cluster)
{
    return cluster->audit;
}

struct loads *cluster_loads(const struct mockd *cluster)
{
    return cluster->loads;
}

struct ledger *cluster_ledger(struct mockd *cluster)
{
    return &cluster->ledger;
}

uint64_t cluster_met(const struct mockd *cluster, enum behaviour behaviour)
{
    return cluster->behaviours[behaviour];
}

uint64_t *cluster_received(struct mockd *cluster, int index)
{
    return cluster->machines[index].received;
}

struct mockd_outcome *cluster_outcome(struct mockd *cluster)
{
    return &cluster->outcome;
}
