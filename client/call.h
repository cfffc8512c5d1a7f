/* SPDX-License-Identifier: MIT */
#ifndef DISQ_CALL_H
#define DISQ_CALL_H

/* The call under way: one part for each node that it is for, mostly one. */

#include "client/part.h"

enum disq_command_flags {
    DISQ_IDEMPOTENT = 1,   /* sent again when its answer was lost */
    DISQ_CREATES = 2,      /* a lost answer is DISQ_MAYBE_SENT */
    DISQ_MOVES = 4,        /* goes on elsewhere after -LEAVING */
    DISQ_TAKES_ERRORS = 8, /* an error reply is a reply */
};

/* A row per command. */
struct disq_command {
    const char *name;
    unsigned flags;

    /* 0, DISQ_PROTOCOL or DISQ_NO_MEMORY. */
    int (*on_reply)(struct disq *client, struct disq_part *part, const struct disq_conn *conn,
                    const struct disq_reply *reply);
};

struct disq_call {
    const struct disq_command *command; /* NULL: no call is under way */
    uint64_t serial;
    struct disq_part *parts;
    struct disq_part *spare;
    bool is_done;
    bool may_repeat;
    int rc;

    int64_t timeout_ms;       /* for a reply; below 0: none */
    size_t server_timeout_at; /* which argument has the server's timeout; 0: none is to be kept up to date */
    int64_t server_timeout_ms;
    int64_t server_until_us; /* 0: not sent yet */

    int64_t number;                 /* answered */
    const struct disq_reply *reply; /* of a raw command */
    char id[DISQ_ID_SIZE + 1];      /* of the job added */
};

/* Begins a call: 0, DISQ_BUSY or DISQ_INVALID: no client. */
int disq_call_begin(struct disq *client, const struct disq_command *command);

/* A further part, its request still to be made, or NULL: out of memory. */
struct disq_part *disq_call_add(struct disq *client, enum disq_role role, struct disq_node *node);

/* Ends the sending half: sends what can be sent. rc is how making the requests went; if that is not 0 the
 * call did not take place. Returns it. */
int disq_call_send(struct disq *client, int rc);

/* Sends parts whose connections have become ready, looks for connections, and finds out if all is done. */
void disq_call_step(struct disq *client);

/* Done, all of it, with this error. */
void disq_call_fail(struct disq *client, int rc);

/* The receiving half of that command: its result, or DISQ_AGAIN, DISQ_INVALID (it is not this call that is
 * under way). When it is done the handle is free for the next. */
int disq_call_finish(struct disq *client, const struct disq_command *command);

void disq_call_fini(struct disq_call *call);

#endif
