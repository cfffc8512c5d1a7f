/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_LEDGER_H
#define MOCKD_SIM_LEDGER_H

#include "mockd/sim/list.h"

#include <stdint.h>

/* What was asked for that goes on besides the test: faults, and clients in the background; and how often each
 * came to be. Who names one can ask, and what the end of the test must not find is said here too. */
struct ledger {
    struct link entries; /* the newest first */
};

struct ledger_entry {
    char *name;       /* NULL: none */
    char *text;       /* how it was asked for */
    const char *lack; /* what is wrong with it if the test ends now; NULL: nothing */
    bool is_over;
    bool is_kept; /* though it is over and has no name: somebody refers to it */
    uint64_t hits;
    struct link link;
};

void ledger_init(struct ledger *ledger);
void ledger_fini(struct ledger *ledger);

#define LEDGER_NEVER_HIT "it was never hit"

/* A new entry, which the ledger owns until ledger_close. Name and text are copied, lack is not; name may be
 * NULL, and so may lack. */
struct ledger_entry *ledger_open(struct ledger *ledger, const char *name, const char *text, const char *lack);

/* A fault came to be, which is all that it lacked. */
void ledger_hit(struct ledger_entry *entry);

/* It is over. The entry stays only if there is something left to tell. */
void ledger_close(struct ledger_entry *entry);

/* The newest of this name, or NULL. */
struct ledger_entry *ledger_find(const struct ledger *ledger, const char *name);

/* The oldest that lacks something, or NULL. */
const struct ledger_entry *ledger_lacking(const struct ledger *ledger);

#endif
