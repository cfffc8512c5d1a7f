/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_TAMPER_H
#define MOCKD_FRONT_TAMPER_H

#include "mockd/sim/bytes.h"
#include "mockd/sim/ledger.h"

struct session;
struct tamper;

/* What is done to clients whose requests fit a rule: an error instead of their reply, half of it, none at
 * all. The loop has one of these, for all its sessions. */
struct tampers;

enum { TAMPER_NAME_SIZE = 64 };

/* What an action has to be told. */
enum tamper_needs {
    TAMPER_NEEDS_NOTHING,
    TAMPER_NEEDS_BYTES, /* a reply */
    TAMPER_NEEDS_COUNT, /* of bytes */
    TAMPER_NEEDS_DURATION,
    TAMPER_NEEDS_BOTH, /* count and duration */
};

/* A row of the table of actions. */
struct tamper_action {
    const char *name;
    enum tamper_needs needs;
    bool runs; /* the command takes effect; else only if the rule says so */
    /* The reply is complete, the output from `start` on; if the command was not run it is empty. */
    void (*act)(struct session *session, const struct tamper *tamper, size_t start);
};

struct tamper_rule {
    char node[TAMPER_NAME_SIZE];    /* its name; "": any */
    char client[TAMPER_NAME_SIZE];  /* the name of a connection; "": any */
    char command[TAMPER_NAME_SIZE]; /* "": any */
    uint64_t after;                 /* so many that fit are left alone first */
    uint64_t times;                 /* UINT64_MAX: always */
    const struct tamper_action *action;
    bool runs;
    char *bytes; /* of TAMPER_NEEDS_BYTES: the reply */
    size_t size;
    uint64_t count;
    int64_t duration_us;
};

/* No rules yet. The ledger is borrowed, and outlives them. */
struct tampers *tampers_new(uint64_t seed, struct ledger *ledger);

/* The sessions are gone by now. NULL is fine. */
void tampers_free(struct tampers *tampers);

const struct tamper_action *tamper_action_find(const char *name);

/* Writes the names of all, for people, and gives the text. */
const char *tamper_action_names(char *text, size_t size);

/* From now on; where several rules fit the newest counts. Copies the rule. Name (NULL: none) and text are for
 * the ledger. */
struct ledger_entry *tamper_add(struct tampers *tampers, const struct tamper_rule *rule, const char *name,
                                const char *text, bool is_needed);

/* Ends the rule of this entry; false if it is not one of these. */
bool tamper_end(struct tampers *tampers, const struct ledger_entry *entry);

/* What is to be done to this request, which counts as a hit, or NULL. The session gives it back. */
struct tamper *tamper_take(struct tampers *tampers, const struct session *session, struct bytes command);

/* Is the command to be run all the same? */
bool tamper_runs(const struct tamper *tamper);

/* The reply is complete: does it, and takes it off the session. */
void tamper_finish(struct session *session);

/* The session goes: only takes it off. */
void tamper_abandon(struct session *session);

#endif
