/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_MACHINE_H
#define MOCKD_MACHINE_H

#include "mockd/node/config_file.h"
#include "mockd/node/disk.h"
#include "mockd/node/job_id.h"
#include "mockd/sim/clock.h"

struct audit;
struct bus;
struct log;
struct mockd_conn;
struct loop;
struct node;

/* Called when a node lets clients in from now on, or no more: it has come up, or is about to go down. */
typedef void machine_accepting_fn(void *ctx, int index, bool is_accepting);

/* What all machines of a cluster have in common. */
struct site {
    struct clock *clock;
    struct bus *bus;
    struct log *log;
    struct loop *loop;
    struct audit *audit;  /* NULL: none */
    uint64_t *behaviours; /* BEHAVIOUR_COUNT counters, of all nodes together */
    uint64_t seed;
    int process_id; /* that nodes show; 0: 1 */
    bool no_jitter;
    const char *config; /* of each node that has no configuration file yet; NULL: it gets none */
    struct config_source config_source;
    machine_accepting_fn *on_accepting; /* NULL: nobody is told */
    void *accepting_ctx;
};

/* Where a node lives, whether it runs or not: its disk, and how wrong its clock is, outlast it. */
struct machine {
    struct site *site;
    int index;
    struct node *node;   /* NULL: it is down */
    const char *problem; /* why it did not start; NULL: it did */
    struct disk *disk;
    struct disk own_disk;
    struct node_id id;      /* that its node had when somebody last asked, or when it ended */
    int64_t skew_us;        /* of its clock, while the node is down */
    uint64_t runs;          /* how many there were, this one included */
    uint64_t *received;     /* NODE_COMMANDS_MAX counters, of all of them */
    int64_t troubled_at_us; /* when something was wrong with it, and is no more; 0: never */
    bool has_ended;         /* by itself, for good */
    struct timer ends;      /* by itself */
    struct timer starts;
    int64_t restart_us; /* so long after its end; or NODE_STAYS_DOWN */
};

/* Starts its node. The disk is borrowed; NULL: it has one in memory. */
void machine_init(struct machine *machine, struct site *site, int index, struct disk *disk);

/* Its clients have gone before. */
void machine_fini(struct machine *machine);

/* Starts its node, which is down, with what the disk holds; or it stays down, and there is a problem. */
void machine_start(struct machine *machine);

/* Stops its node, which is up, from doing anything, as SIGSTOP does, or lets it go on. */
void machine_set_frozen(struct machine *machine, bool is_frozen);

/* Has its node, which is up, refuse new connections, or take them again. */
void machine_set_refusing(struct machine *machine, bool is_refusing);

/* Sets the wall clock of its node, which is up, so far ahead of the cluster's. */
void machine_skew(struct machine *machine, int64_t skew_us);

/* Has nothing been wrong with it since then? */
bool machine_is_calm(const struct machine *machine, int64_t since_us);

/* Ends its node, which is up. Its connections are torn, or closed. */
void machine_end(struct machine *machine, bool is_torn);

/* A new client of its node, in memory; NULL if that is down, or refuses. */
struct mockd_conn *machine_connect(struct machine *machine);

/* Of its node, up or down; good as long as the machine. */
const struct node_id *machine_id(struct machine *machine);

#endif
