/* SPDX-License-Identifier: MIT */
/* Owns the world that the nodes live in, and is the library's face: mockd.h is thin over it. */
#include "mockd/cluster.h"

#include "mockd/command/client.h"
#include "mockd/front/loop.h"
#include "mockd/front/memory.h"
#include "mockd/front/tamper.h"
#include "mockd/node/membership.h"
#include "mockd/node/node.h"
#include "mockd/sim/bus.h"
#include "mockd/sim/fault.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINK_DELAY_US = 1000, BASE_PORT = 7711, NODES_MAX = 1000 };

#define HOST "127.0.0.1"

struct mockd {
    struct clock *clock;
    struct bus *bus;
    struct ledger ledger;
    struct faults *faults;
    struct tampers *tampers;
    struct mockd_outcome outcome;
    struct log log;
    struct loop *loop;
    int size;
    char host[HOST_SIZE];
    struct node *nodes[];
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

const char *cluster_check(const struct mockd_options *given)
{
    struct mockd_options options = with_defaults(given);

    if (options.nodes < 1 || options.nodes > NODES_MAX)
        return "a cluster has 1 to 1000 nodes";
    if (options.base_port < 1 || options.base_port + options.nodes - 1 > CLUSTER_PORT_MAX)
        return "a node's port is between 1 and 55535";
    return NULL;
}

static struct node *make_node(struct mockd *cluster, const struct mockd_options *options, int index, int port)
{
    bus_set_address(cluster->bus, index, cluster->host, port);
    return node_new(&(struct node_options){
        .place = index,
        .seed = options->seed,
        .no_jitter = options->no_jitter,
        .clock = cluster->clock,
        .bus = cluster->bus,
        .log = &cluster->log,
    });
}

static void join(struct mockd *cluster)
{
    for (int i = 0; i < cluster->size; i++) {
        for (int k = 0; k < cluster->size; k++)
            if (k != i)
                membership_join(cluster->nodes[i], cluster->nodes[k]);
        membership_review(cluster->nodes[i]);
    }
}

struct mockd *cluster_new(const struct cluster_options *given)
{
    struct mockd_options options = with_defaults(&given->options);
    struct mockd *cluster = xcalloc(1, sizeof(*cluster) + (size_t)options.nodes * sizeof(cluster->nodes[0]));

    cluster->clock = clock_new(given->mode, MOCKD_EPOCH_US);
    if (given->speed != 0)
        clock_set_speed(cluster->clock, given->speed);
    cluster->bus = bus_new(cluster->clock, options.nodes, options.link_delay_us);
    ledger_init(&cluster->ledger);
    cluster->faults = faults_new(cluster->bus, options.seed, &cluster->ledger);
    cluster->tampers = tampers_new(options.seed, &cluster->ledger);
    cluster->loop = loop_new(cluster->clock, cluster->tampers);
    cluster->log = (struct log){.clock = cluster->clock,
                                .on_event = options.on_event,
                                .ctx = options.event_ctx,
                                .heartbeats = options.log_heartbeats};
    snprintf(cluster->host, sizeof(cluster->host), "%s", given->host != NULL ? given->host : HOST);
    for (; cluster->size < options.nodes; cluster->size++) {
        int port = given->ports != NULL ? given->ports[cluster->size] : options.base_port + cluster->size;

        cluster->nodes[cluster->size] = make_node(cluster, &options, cluster->size, port);
    }
    if (!options.apart)
        join(cluster);
    return cluster;
}

/* Clients go first: what they wait for belongs to the nodes. */
void cluster_free(struct mockd *cluster)
{
    if (cluster == NULL)
        return;
    loop_free(cluster->loop);
    for (int i = 0; i < cluster->size; i++)
        node_free(cluster->nodes[i]);
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
    return cluster->nodes[index];
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

struct ledger *cluster_ledger(struct mockd *cluster)
{
    return &cluster->ledger;
}

void cluster_set_frozen(struct mockd *cluster, int index, bool is_frozen)
{
    struct node *node = cluster->nodes[index];

    if (is_frozen == node->is_frozen)
        return;
    node->is_frozen = is_frozen;
    if (is_frozen) {
        gate_shut(&node->gate);
        return;
    }
    gate_open(&node->gate, cluster->clock);
    client_wake_all(node);
}

void cluster_set_refusing(struct mockd *cluster, int index, bool is_refusing)
{
    cluster->nodes[index]->is_refusing = is_refusing;
}

struct mockd_outcome *cluster_outcome(struct mockd *cluster)
{
    return &cluster->outcome;
}

const char *mockd_strerror(int error)
{
    switch ((enum mockd_error)error) {
    case MOCKD_AGAIN:
        return "nothing to read yet";
    case MOCKD_RESET:
        return "the connection is gone";
    case MOCKD_TIMEOUT:
        return "time reached the deadline";
    case MOCKD_STUCK:
        return "the cluster does not come to rest";
    case MOCKD_INVALID:
        return "an argument that cannot be";
    case MOCKD_FAILED:
        return "it is not as it should be";
    }
    return error == 0 ? "no error" : "unknown error";
}

struct mockd *mockd_new(const struct mockd_options *options)
{
    struct cluster_options all = {.mode = CLOCK_VIRTUAL};

    if (cluster_check(options) != NULL)
        return NULL;
    if (options != NULL)
        all.options = *options;
    return cluster_new(&all);
}

void mockd_free(struct mockd *cluster)
{
    cluster_free(cluster);
}

int mockd_node_count(const struct mockd *cluster)
{
    return cluster->size;
}

static const struct node *node_at(const struct mockd *cluster, int index)
{
    return index >= 0 && index < cluster->size ? cluster->nodes[index] : NULL;
}

const char *mockd_node_name(const struct mockd *cluster, int index)
{
    const struct node *node = node_at(cluster, index);

    return node != NULL ? node->name : NULL;
}

const char *mockd_node_id(const struct mockd *cluster, int index)
{
    const struct node *node = node_at(cluster, index);

    return node != NULL ? node->self->id.text : NULL;
}

const char *mockd_node_host(const struct mockd *cluster, int index)
{
    return node_at(cluster, index) != NULL ? cluster->host : NULL;
}

int mockd_node_port(const struct mockd *cluster, int index)
{
    const struct node *node = node_at(cluster, index);

    return node != NULL ? node->self->address.port : -1;
}

int64_t mockd_now_us(const struct mockd *cluster)
{
    return clock_now_us(cluster->clock);
}

int mockd_run(struct mockd *cluster, int64_t deadline_us, bool (*done)(void *ctx), void *ctx)
{
    return loop_run(cluster->loop, deadline_us, done, ctx);
}

int mockd_advance(struct mockd *cluster, int64_t duration_us)
{
    int64_t now_us = clock_now_us(cluster->clock);
    int rc;

    if (duration_us < 0 || duration_us > INT64_MAX - now_us)
        return MOCKD_INVALID;
    rc = loop_run(cluster->loop, now_us + duration_us, NULL, NULL);
    return rc == MOCKD_TIMEOUT ? 0 : rc;
}

/* The node of this name, which may have a dot and more behind it, or of this address; NULL if there is none.
 */
static struct node *find_node(const struct mockd *cluster, const char *name)
{
    size_t size = strcspn(name, ".");
    char address[HOST_SIZE + 8];

    for (int i = 0; i < cluster->size; i++) {
        struct node *node = cluster->nodes[i];

        snprintf(address, sizeof(address), "%s:%d", cluster->host, node->self->address.port);
        if (strcmp(name, address) == 0 || bytes_equal((struct bytes){name, size}, bytes_of(node->name)))
            return node;
    }
    return NULL;
}

struct mockd_conn *mockd_connect(struct mockd *cluster, const char *name)
{
    struct node *node = find_node(cluster, name);
    const char *dot = strchr(name, '.');
    struct mockd_conn *conn;

    if (node == NULL || node->is_refusing)
        return NULL;
    conn = memory_connect(cluster->loop, node);
    if (dot != NULL && !isdigit((unsigned char)name[0]))
        mockd_set_name(conn, dot + 1);
    return conn;
}
