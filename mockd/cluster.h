/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_CLUSTER_H
#define MOCKD_CLUSTER_H

#include "mockd/machine.h"
#include "mockd/mockd.h"
#include "mockd/node/behaviour.h"
#include "mockd/node/peer.h"
#include "mockd/sim/clock.h"

struct bus;
struct faults;
struct ledger;
struct loads;
struct loop;
struct node;
struct tampers;

/* Behind mockd.h, and for the daemon: the same cluster on either clock. */
struct cluster_options {
    struct mockd_options options;
    enum clock_mode mode;
    double speed;     /* CLOCK_WALL: of the machine's clock; 0: the same */
    const char *host; /* that nodes tell clients and each other; NULL: 127.0.0.1 */
    bool (*is_here)(void *ctx, const char *host); /* is that the same? NULL: no other is */
    void *here_ctx;
    const int *ports;            /* of each node; NULL: base_port + index */
    int process_id;              /* that nodes show; 0: 1 */
    struct config_source config; /* besides the nodes' configuration files */
    struct disk *disks;          /* of each node, which outlive the cluster; NULL: in memory */
    struct loop *loop;           /* to go on with; it outlives the cluster. NULL: one of its own */
};

/* Why these options cannot be, or NULL. */
const char *cluster_check(const struct mockd_options *options);

/* A cluster of checked options. */
struct mockd *cluster_new(const struct cluster_options *options);

/* Frees the cluster, its nodes and their clients. NULL is fine. */
void cluster_free(struct mockd *cluster);

/* NULL while it is down. */
struct node *cluster_node(const struct mockd *cluster, int index);

struct machine *cluster_machine(const struct mockd *cluster, int index);
struct bus *cluster_bus(const struct mockd *cluster);
struct loop *cluster_loop(const struct mockd *cluster);
struct clock *cluster_clock(const struct mockd *cluster);
struct faults *cluster_faults(const struct mockd *cluster);
struct tampers *cluster_tampers(const struct mockd *cluster);
struct ledger *cluster_ledger(struct mockd *cluster);
struct loads *cluster_loads(const struct mockd *cluster);

/* NULL: the options did not ask for it. */
const struct audit *cluster_audit(const struct mockd *cluster);

/* A node that is up goes down, as by kill -9: its connections are reset, and only what it had stored stays.
 */
void cluster_crash(struct mockd *cluster, int index);

/* The same, as by SHUTDOWN: its connections are closed. */
void cluster_stop(struct mockd *cluster, int index);

/* A node that is down comes up again, at the same address, with what it had stored. NULL, or why it cannot:
 * then it stays down. */
const char *cluster_restart(struct mockd *cluster, int index);

/* Why a node could not start the last time, or NULL. */
const char *cluster_problem(const struct mockd *cluster, int index);

/* Have all nodes ended by what clients told them, and none is to come back? */
bool cluster_has_ended(const struct mockd *cluster);

void cluster_watch_accepting(struct mockd *cluster, machine_accepting_fn *on_accepting, void *ctx);

/* How often that happened. */
uint64_t cluster_met(const struct mockd *cluster, enum behaviour behaviour);

/* How often a node was sent each of the commands since a test looked last, whether it runs or not. */
uint64_t *cluster_received(struct mockd *cluster, int index);

/* What came of the last mockd_step. */
struct mockd_outcome *cluster_outcome(struct mockd *cluster);

#endif
