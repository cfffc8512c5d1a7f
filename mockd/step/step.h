/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_STEP_STEP_H
#define MOCKD_STEP_STEP_H

#include "mockd/cluster.h"
#include "mockd/front/tamper.h"
#include "mockd/load/consume.h"
#include "mockd/load/produce.h"
#include "mockd/sim/fault.h"
#include "mockd/step/args.h"

/* A kind of step: a row of the table in step.c. */
struct step_kind {
    const char *name;
    const char *usage;
    /* Reads the words behind the name; all of them. */
    bool (*read)(struct args *args, struct mockd_step *step);
    /* Does it: 0, MOCKD_AGAIN, or an error; see mockd_step_run. */
    int (*run)(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);
    /* With step_nodes_run: does it to one of the nodes. NULL, or why that cannot start. */
    const char *(*act)(struct mockd *cluster, int node, const struct mockd_step *step);
    /* It makes an entry in the ledger, which can be ended. */
    bool begins;
};

/* A step that was read. Which of the fields mean anything depends on its kind. */
struct mockd_step {
    const struct step_kind *kind;
    char *text;                 /* all of it, as it was written */
    char *name;                 /* of a fault; or NULL */
    struct ledger_entry *entry; /* that it made when it was run; or NULL */
    struct fault_rule rule;     /* what a link does */
    struct tamper_rule tamper;  /* what is done to clients */
    bool is_needed;             /* it fails the run if that is never hit */
    uint64_t count;
    size_t row;          /* of the table of commands, or of behaviours */
    int64_t within_us;   /* how long it may take */
    int64_t deadline_us; /* once it was run; 0: it was not */
    int *groups;         /* of a partition, one for each node; or NULL */
    int *nodes;          /* that it is about; or NULL */
    int node_count;
    int64_t skew_us;
    const struct check *check; /* which one */
    struct produce produce;
    struct consume consume;
    char *queue;           /* of either */
    struct buffer options; /* of produce */
    struct chaos *chaos;   /* or NULL */
    struct range *allowed; /* how often each may be found by it; or NULL */
};

/* It is not as it should be, as the outcome says, but may be tried again: MOCKD_AGAIN; or for too long:
 * MOCKD_FAILED. */
int step_wait(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);

/* Reads a step from a line. NULL: it cannot be. */
struct mockd_step *step_from_text(const struct mockd *cluster, const char *text,
                                  struct mockd_outcome *outcome);

/* Ends what an entry of the ledger is about, if it is not over. */
void step_end_entry(struct mockd *cluster, const struct ledger_entry *entry);

bool step_nodes_read(struct args *args, struct mockd_step *step);
bool step_skew_read(struct args *args, struct mockd_step *step);

/* Of nodes that are up, or down. */
int step_nodes_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);
int step_restart_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);

const char *step_crash(struct mockd *cluster, int node, const struct mockd_step *step);
const char *step_stop(struct mockd *cluster, int node, const struct mockd_step *step);
const char *step_restart(struct mockd *cluster, int node, const struct mockd_step *step);
const char *step_freeze(struct mockd *cluster, int node, const struct mockd_step *step);
const char *step_thaw(struct mockd *cluster, int node, const struct mockd_step *step);
const char *step_refuse(struct mockd *cluster, int node, const struct mockd_step *step);
const char *step_accept(struct mockd *cluster, int node, const struct mockd_step *step);
const char *step_skew(struct mockd *cluster, int node, const struct mockd_step *step);

bool step_link_read(struct args *args, struct mockd_step *step);
bool step_hold_read(struct args *args, struct mockd_step *step);
bool step_release_read(struct args *args, struct mockd_step *step);
bool step_drop_read(struct args *args, struct mockd_step *step);
bool step_partition_read(struct args *args, struct mockd_step *step);
bool step_heal_read(struct args *args, struct mockd_step *step);

bool step_fault_read(struct args *args, struct mockd_step *step);
bool step_unfault_read(struct args *args, struct mockd_step *step);
bool step_hits_read(struct args *args, struct mockd_step *step);

int step_fault_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);
int step_unfault_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);
int step_hits_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);

bool step_produce_read(struct args *args, struct mockd_step *step);
bool step_consume_read(struct args *args, struct mockd_step *step);
bool step_chaos_read(struct args *args, struct mockd_step *step);
bool step_settle_read(struct args *args, struct mockd_step *step);

int step_produce_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);
int step_consume_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);
int step_chaos_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);
int step_settle_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);

bool step_expect_read(struct args *args, struct mockd_step *step);
bool step_check_read(struct args *args, struct mockd_step *step);
bool step_met_read(struct args *args, struct mockd_step *step);

int step_expect_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);
int step_check_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);
int step_met_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);

int step_rule_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);
int step_release_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);
int step_partition_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);
int step_heal_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);

#endif
