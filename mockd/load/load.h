/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_LOAD_LOAD_H
#define MOCKD_LOAD_LOAD_H

#include "mockd/machine.h"
#include "mockd/sim/bytes.h"
#include "mockd/sim/ledger.h"

/* Clients that work in the background of a run. Each has one node, and a connection to it that it opens anew
 * when that is lost. It asks, waits for the reply, and asks again when it is time. */
struct loads;

struct load {
    const struct load_kind *kind;
    struct loads *loads;
    struct machine *machine;
    struct ledger_entry *entry; /* its hits are the jobs that it has dealt with */
    char *name;                 /* of its connections */
    struct mockd_conn *conn;    /* NULL: none now */
    struct buffer in;           /* a part of the reply */
    bool is_waiting;            /* for that reply */
    bool is_endless;
    int64_t next_at_us; /* it asks no earlier */
    struct timer timer;
    struct link link;
};

struct load_kind {
    const char *name;
    /* Is there nothing left to ask? */
    bool (*is_over)(const struct load *load);
    /* Appends the next request. One that is not to be followed at once calls load_pause. */
    void (*ask)(struct load *load, struct buffer *request);
    /* Its reply came, whole. */
    void (*take)(struct load *load, struct bytes reply);
    /* Frees the struct that the load lives in. */
    void (*free)(struct load *load);
};

/* Clock, ledger and machines are borrowed. */
struct loads *loads_new(struct clock *clock, struct ledger *ledger, struct machine *machines);

/* Before the loop is freed. NULL is fine. */
void loads_free(struct loads *loads);

/* How a load is asked for. */
struct load_order {
    int place;        /* of its node */
    const char *name; /* NULL: none */
    const char *text; /* how it was asked for */
};

/* Starts a load, and gives its entry in the ledger: takes it, all zero but for its kind and what that needs.
 */
struct ledger_entry *load_start(struct loads *loads, struct load *load, const struct load_order *order);

/* When it asks next. */
void load_pause(struct load *load, int64_t duration_us);

/* Ends the load of this entry; false if it is none. */
bool load_end(struct loads *loads, const struct ledger_entry *entry);

/* Ends all that have no end of their own. */
void loads_end_endless(struct loads *loads);

/* How the first was asked for that has an end of its own, and has not come to it; or NULL. */
const char *loads_running(const struct loads *loads);

#endif
