/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_NODE_H
#define MOCKD_NODE_NODE_H

#include "mockd/node/aof.h"
#include "mockd/node/behaviour.h"
#include "mockd/node/config_file.h"
#include "mockd/node/disk.h"
#include "mockd/node/job.h"
#include "mockd/node/latency.h"
#include "mockd/node/memory.h"
#include "mockd/node/peer.h"
#include "mockd/node/slowlog.h"
#include "mockd/node/visit.h"
#include "mockd/sim/clock.h"
#include "mockd/sim/list.h"
#include "mockd/sim/log.h"
#include "mockd/sim/map.h"
#include "mockd/sim/rng.h"
#include "mockd/sim/roll.h"

struct audit;

enum { TICK_US = 100000 };

/* A node that was forgotten, and that gossip does not bring back before this time. */
struct barred {
    struct node_id id;
    int64_t until_ms;
};

enum { NODE_COMMANDS_MAX = 32 };

struct command_stats {
    uint64_t calls;
    uint64_t us;
};

/* What CONFIG RESETSTAT clears. */
struct node_stats {
    uint64_t connections;
    uint64_t rejected;
    uint64_t commands;
    uint64_t input_bytes;
    uint64_t output_bytes;
    struct command_stats of[NODE_COMMANDS_MAX]; /* each command */
};

/* The process of a node ends, and is started again so much later; or not, if that is NODE_STAYS_DOWN. Called
 * from inside the node, which does nothing more: its owner is to free it a moment later. */
typedef void node_exit_fn(void *ctx, int64_t restart_us);

#define NODE_STAYS_DOWN INT64_C(-1)

/* One node: what it knows and does, without sockets. It speaks to others by the bus only, and to its clients
 * by functions that they gave. */
struct node {
    const char *name; /* its place's */
    int process_id;   /* that INFO shows; 0: 1 */
    struct clock *clock;
    struct bus *bus;
    struct log *log;
    struct disk *disk; /* with what outlives it */
    struct aof aof;
    node_exit_fn *on_exit;
    void *exit_ctx;
    struct audit *audit;  /* of all jobs; or NULL */
    uint64_t *behaviours; /* how often each of them happened; or NULL */
    int64_t start_at_us;  /* where its grid of ticks begins */
    int64_t skew_us;      /* how far its wall clock is ahead of the cluster's */
    bool has_jitter;
    struct rng identity;   /* node IDs, of which CLUSTER RESET HARD takes another */
    struct node_id run_id; /* of this run of the server; INFO shows it */
    struct rng ids;
    struct rng jitter;
    struct rng picks;  /* which nodes come first */
    struct rng gossip; /* who gets a PING, and what it tells of whom */
    struct rng names;  /* of nodes whose handshake is under way */

    struct peer *self;   /* peers[0] */
    struct peer **peers; /* all that there ever were, by index */
    size_t peer_count;
    struct peer **known; /* those that were not forgotten, by ID, which is how they are listed */
    size_t known_count;
    struct peer **reachable; /* of these, those that may be asked for copies, as of the last tick (§7.4) */
    size_t reachable_count;
    bool is_reachable_stale;
    struct barred *barred;
    size_t barred_count;
    struct timer heartbeat;
    uint64_t messages_sent;
    uint64_t messages_received;

    struct config config;
    struct config_source config_source;
    enum memory_level memory_level;
    int64_t memory_bytes; /* used, by the formula of memory.h */
    int64_t memory_peak_bytes;

    struct map jobs;
    struct roll jobs_by_age;
    int64_t last_ctime_ns;

    struct map queues;
    struct roll queues_by_age;
    struct link signalled; /* queues whose waiters are to be served */

    struct visits visits;
    struct roll clients;     /* what they are is known to commands only */
    uint64_t client_count;   /* how many came, ever */
    bool is_refusing;        /* new ones */
    size_t monitor_count;    /* of them, are shown all commands */
    int64_t paused_until_ms; /* until when no client's request is run */
    struct timer pause_ends;
    struct gate gate;        /* shut while it does nothing at all */
    bool is_frozen;          /* which is so because it was stopped from outside */
    struct timer sleep_ends; /* DEBUG SLEEP */
    struct node_stats stats;
    uint64_t *received; /* how often each command came since a test looked last; or NULL */
    struct slowlog slowlog;
    struct latency latency;
};

struct node_options {
    int place;    /* on the bus, which knows its address */
    uint64_t run; /* how often it was started before: nothing that is random comes again */
    uint64_t seed;
    int process_id; /* that INFO shows; 0: 1 */
    bool no_jitter;
    int64_t skew_us;
    struct config_source config;
    struct clock *clock;
    struct bus *bus;
    struct log *log;
    struct disk *disk;
    node_exit_fn *on_exit; /* NULL: nobody is told */
    void *exit_ctx;
    struct audit *audit;  /* NULL: none */
    uint64_t *behaviours; /* BEHAVIOUR_COUNT counters; or NULL */
    uint64_t *received;   /* NODE_COMMANDS_MAX counters; or NULL */
};

/* A node that knows only itself. Clock, bus, log, disk, audit and counters are borrowed. */
struct node *node_new(const struct node_options *options);

/* Takes over what its disk holds, as at the start of its process. NULL, or why it cannot start: then it is to
 * be freed. */
const char *node_load(struct node *node);

/* For commands: the process ends itself as soon as this command is over (see node_exit_fn). */
void node_exit(struct node *node, int64_t restart_us);

/* nodes.conf, and the configuration file if there is one, become what the node knows. 0, or what errno says:
 * they cannot be written. */
int node_save_roster(struct node *node);
int node_save_config(struct node *node);

/* Frees it with its jobs and queues. Its clients have gone before. NULL is fine. */
void node_free(struct node *node);

/* "A", "B" … */
const char *node_name(const struct node *node);
struct log *node_log(struct node *node);

/* What its wall clock shows. All that a node does goes by that, deadlines too. */
int64_t node_now_us(const struct node *node);
int64_t node_now_ms(const struct node *node);

/* Present unix time in whole seconds. */
int64_t node_now_s(const struct node *node);

/* This behaviour has happened: counts it. */
static inline void node_note(struct node *node, enum behaviour behaviour)
{
    if (node->behaviours != NULL)
        node->behaviours[behaviour]++;
}

/* The cluster's time when its wall clock shows this. */
int64_t node_clock_us(const struct node *node, int64_t at_ms);

/* Sets its wall clock so far ahead of the cluster's, or behind it: what is due is due earlier, or later. */
void node_skew(struct node *node, int64_t skew_us);

/* -250 … +249 ms, or 0 if jitter is off. */
int64_t node_jitter_ms(struct node *node);

/* How long the server waits between two rounds of what it does now and then: its hz, in whole milliseconds.
 */
int64_t node_cron_period_us(const struct node *node);

/* The first point of the node's grid of this period that is at this time of the cluster or later, and after
 * now (§9.1). */
int64_t node_tick_at_us(const struct node *node, int64_t period_us, int64_t at_us);

/* Serves the clients that wait on queues which got jobs. Comes after each command, message and timer. */
void node_settle(struct node *node);

/* The node that a job is on. */
static inline struct node *job_node(const struct job *job)
{
    return OWNER_OF(job->timer.gate, struct node, gate);
}

/* The job of this ID, or NULL. */
struct job *node_find_job(const struct node *node, const struct job_id *id);

size_t node_job_count(const struct node *node);
size_t node_queue_count(const struct node *node);

/* Takes a job that it does not know yet, and runs its timer from now on. */
void node_add_job(struct node *node, struct job *job);

/* Forgets a job and frees it. One whose producer waits ends that wait, and the copies (§5.1). */
void node_drop_job(struct job *job);

/* Drops all jobs and queues. Clients that wait for them are told (§2.4). */
void node_flush(struct node *node);

/* The creation stamp of a new job: nanoseconds, growing. */
int64_t node_next_ctime(struct node *node);

#endif
