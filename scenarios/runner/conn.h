/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_CONN_H
#define SCENARIOS_RUNNER_CONN_H

/* One connection to a node, over whatever environment. */

#include "client/disq.h"
#include "scenarios/runner/value.h"

enum conn_state {
    CONN_NONE, /* not opened, or closed by us */
    CONN_OPEN,
    CONN_CLOSED,  /* by the other side; bytes may be left to read, as in the next two */
    CONN_RESET,   /* lost */
    CONN_REFUSED, /* never came about */
    CONN_GARBAGE, /* gave bytes that are no reply */
    CONN_STATE_COUNT,
};

struct conn {
    const struct disq_env *env;
    enum conn_state state;
    int handle; /* while open */
    struct text in;
    struct text out;
};

/* Starts to connect; conn must be CONN_NONE. env must outlive it. */
void conn_open(struct conn *conn, const struct disq_env *env, const char *address);

/* Closes it and forgets what it holds: CONN_NONE. */
void conn_close(struct conn *conn);

/* Takes bytes to send. */
void conn_write(struct conn *conn, struct slice bytes);

/* Sends and receives what can be without waiting. */
void conn_process(struct conn *conn);

/* Is there anything to read: bytes, or a state that is not open? */
bool conn_is_readable(const struct conn *conn);

/* Would conn_read give a reply, or is there no hope of one? */
bool conn_is_answered(const struct conn *conn);

/* Takes the next reply, made in the arena; false if there is none yet. */
bool conn_read(struct conn *conn, struct arena *arena, struct value *value);

/* What became of it, for people: "the connection was closed". */
const char *conn_state_text(const struct conn *conn);

#endif
