/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_ROLL_H
#define MOCKD_SIM_ROLL_H

#include "mockd/sim/list.h"

#include <stdint.h>

/* Entries in the order in which they came, each with a number that is never used again, so that they can be
 * walked a few at a time while others come and go. */
struct roll {
    struct link entries;
    uint64_t last;           /* number given */
    struct roll_entry *mark; /* where the last walk stopped; NULL: nowhere */
};

/* Lives inside its owner. */
struct roll_entry {
    struct link link;
    uint64_t number; /* from 1; 0: on no roll */
};

void roll_init(struct roll *roll);
void roll_add(struct roll *roll, struct roll_entry *entry);
void roll_remove(struct roll *roll, struct roll_entry *entry);

/* The first entry; the one after this one; NULL at the end. */
struct roll_entry *roll_first(const struct roll *roll);
struct roll_entry *roll_next(const struct roll *roll, const struct roll_entry *entry);

/* The first entry whose number is not below this one, or NULL. Costs nothing where roll_mark was left, else a
 * walk from the start. */
struct roll_entry *roll_from(const struct roll *roll, uint64_t number);

/* Notes that a walk is to go on here. */
void roll_mark(struct roll *roll, struct roll_entry *entry);

#endif
