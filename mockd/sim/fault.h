/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_FAULT_H
#define MOCKD_SIM_FAULT_H

#include "mockd/sim/bus.h"
#include "mockd/sim/ledger.h"

/* What links do to messages besides carrying them. Without a fault the bus does not even ask. */
struct faults;

/* What a rule may say about the messages that it is for. */
enum fault_kind {
    FAULT_LOSES,    /* some of them, by chance */
    FAULT_DOUBLES,  /* so */
    FAULT_REORDERS, /* so: they take longer, and others overtake them */
    FAULT_DELAYS,
    FAULT_HOLDS, /* until they are released */
    FAULT_DROPS, /* the next so many */
    FAULT_KIND_COUNT,
};

#define FAULT_SAYS(kind)     (1u << FAULT_##kind)
#define FAULT_ALL_KINDS      UINT32_MAX
#define FAULT_CHANCE_CERTAIN 1000000

/* Where several rules say something about a message, the newest counts. */
struct fault_rule {
    int from; /* a place; -1: any */
    int to;
    bool is_both_ways;
    uint32_t kinds; /* of messages: 1 << parcel.kind each, or FAULT_ALL_KINDS */

    unsigned says;                      /* FAULT_SAYS of what follows */
    uint32_t chances[FAULT_KIND_COUNT]; /* of LOSES, DOUBLES, REORDERS, HOLDS: of a million */
    int64_t delay_min_us;               /* of DELAYS */
    int64_t delay_max_us;
    uint64_t left; /* of DROPS */
};

/* No faults yet, on this bus. Bus and ledger are borrowed and outlive them. */
struct faults *faults_new(struct bus *bus, uint64_t seed, struct ledger *ledger);

/* NULL is fine. */
void faults_free(struct faults *faults);

/* From now on. The name (which may be NULL) and the text are for the ledger, whose entry it
 * gives; only a drop needs to be hit. */
struct ledger_entry *fault_add(struct faults *faults, const struct fault_rule *rule, const char *name,
                               const char *text);

/* Ends the rule, or partition, of this entry; what it held goes on. */
void fault_end(struct faults *faults, const struct ledger_entry *entry);

/* What was held on these links goes on, and nothing more is held. */
void fault_release(struct faults *faults, int from, int to, bool is_both_ways);

/* Messages between places of different groups are lost, both ways, besides what earlier partitions take.
 * Group 0 is cut from nobody. The groups, one of each place, are copied. Name and text as above. */
struct ledger_entry *fault_partition(struct faults *faults, const int *groups, const char *name,
                                     const char *text);

/* Have all links been as new since then? */
bool faults_are_calm(const struct faults *faults, int64_t since_us);

/* Every link as new; what was held goes on. */
void fault_heal(struct faults *faults);

#endif
