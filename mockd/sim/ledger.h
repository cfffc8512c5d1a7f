/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_LEDGER_H
#define MOCKD_SIM_LEDGER_H

#include "mockd/sim/list.h"

#include <stdint.h>

/* Which faults were asked for, and how often each came to be: who names one can ask, and one that never was,
 * though it should have been, is a mistake of the test. */
struct ledger {
    struct link entries; /* the newest first */
};

struct ledger_entry {
    char *name; /* NULL: none */
    char *text; /* how it was asked for */
    bool is_needed;
    bool is_over;
    uint64_t hits;
    struct link place;
};

void ledger_init(struct ledger *ledger);
void ledger_fini(struct ledger *ledger);

/* A new entry, which the ledger owns until ledger_close. The texts are copied; name may be NULL. */
struct ledger_entry *ledger_open(struct ledger *ledger, const char *name, const char *text, bool is_needed);

/* The fault is over. The entry stays only if there is something left to tell. */
void ledger_close(struct ledger_entry *entry);

/* The newest of this name, or NULL. */
struct ledger_entry *ledger_find(const struct ledger *ledger, const char *name);

/* The oldest that should have been hit and never was, or NULL. */
const struct ledger_entry *ledger_missed(const struct ledger *ledger);

#endif
