/* SPDX-License-Identifier: MIT */
#ifndef DISQ_CALL_H
#define DISQ_CALL_H

/* The calls under way, in the order in which they were started. Each has a part for each node that it is for,
 * mostly one. */

#include "client/hello.h"
#include "client/job.h"
#include "client/part.h"

enum { DISQ_ERROR_TEXT_SIZE = 256 };

enum disq_command_flags {
    DISQ_IDEMPOTENT = 1,   /* sent again when its answer was lost */
    DISQ_CREATES = 2,      /* a lost answer is DISQ_MAYBE_SENT */
    DISQ_MOVES = 4,        /* goes on elsewhere after -LEAVING */
    DISQ_TAKES_ERRORS = 8, /* an error reply is a reply */
};

/* What a call results in besides its code; each kind has its disq_finish_…. */
enum disq_result {
    DISQ_RESULT_NONE,
    DISQ_RESULT_NUMBER,
    DISQ_RESULT_ID,
    DISQ_RESULT_JOBS,
    DISQ_RESULT_REPLY,
    DISQ_RESULT_HELLO,
    DISQ_RESULT_COUNT,
};

/* A row per command. */
struct disq_command {
    const char *name;
    unsigned flags;
    enum disq_result result;

    /* 0, DISQ_PROTOCOL or DISQ_NO_MEMORY. */
    int (*on_reply)(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply);
};

struct disq_call {
    struct disq_call *next;
    struct disq *client;
    const struct disq_command *command;
    uint64_t serial;
    struct disq_part *parts;
    bool is_done;
    bool may_repeat;
    int rc;
    int64_t begun_at_us;

    int64_t timeout_ms;       /* for a reply; below 0: none */
    size_t server_timeout_at; /* which argument has the server's timeout; 0: none is to be kept up to date */
    int64_t server_timeout_ms;
    int64_t server_until_us; /* 0: not sent yet */

    int64_t number;                 /* the results, one of them */
    const struct disq_reply *reply; /* in the arena */
    struct disq_job *jobs;

    struct disq_arena arena;   /* from here on nothing is cleared when another call has this memory */
    struct disq_table table;   /* a result, too */
    char id[DISQ_ID_SIZE + 1]; /* of the job; of a scan, the node's that the cursor is of */
    char error_text[DISQ_ERROR_TEXT_SIZE]; /* "": nothing was said */
};

/* Begins a call: 0, DISQ_INVALID (no client) or DISQ_NO_MEMORY. */
int disq_call_begin(struct disq *client, const struct disq_command *command, struct disq_call **call);

/* A further part, its request still to be made, or NULL: out of memory. */
struct disq_part *disq_call_add(struct disq_call *call, enum disq_role role, struct disq_node *node);

/* Ends the sending half: the call is under way, to be sent by the next step. rc is how making the requests
 * went; if that is not 0 the call did not take place. Returns it. */
int disq_call_send(struct disq_call *call, int rc);

/* Remembers what disq_error_text is to say, if nothing was said before. */
void disq_call_note(struct disq_call *call, const char *text, size_t size);

/* Takes the call, which is done, out of those under way; its results are good until the next time. Returns
 * its code. */
int disq_call_finish(struct disq_call *call);

/* ---- All calls of a client ---- */

/* Sends parts whose connections have become ready, looks for connections, and finds out which are done. */
void disq_calls_step(struct disq *client);

/* All are done, for that reason; connections that owe answers to them are closed. */
void disq_calls_fail(struct disq *client, int rc);

/* Is none under way that is not done? */
bool disq_calls_are_done(const struct disq *client);

/* The serial number of the oldest that is not done, or of the next to come. */
uint64_t disq_calls_oldest(const struct disq *client);

/* Waits in the environment until the call is done. */
void disq_calls_wait(struct disq *client, const struct disq_call *call);

void disq_calls_fini(struct disq *client);

#endif
