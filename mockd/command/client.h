/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_COMMAND_CLIENT_H
#define MOCKD_COMMAND_CLIENT_H

#include "mockd/node/queue.h"
#include "mockd/node/replication.h"
#include "mockd/node/visit.h"
#include "mockd/sim/bytes.h"

struct client;
struct node;

enum { CLIENT_ADDRESS_SIZE = 64, CLIENT_BUFFER_SIZE = 16384 };

/* What a blocked client waits for, and how that ends otherwise. */
struct wait_kind {
    /* At a visit of the client timer: the deadline, a leaving node, and what is to be tried again (§9.1). */
    void (*on_visit)(struct client *client, bool is_late);
    /* The client gives up, because it is unblocked or gone. */
    void (*abandon)(struct client *client);
};

/* A client of a node, as its commands see it. It lives inside a session of front/, which owns it, feeds it
 * requests and takes its replies. */
struct client {
    struct node *node;
    uint64_t number;         /* from 1, in the order in which a node's clients came */
    struct buffer out;       /* replies that the session has not taken yet */
    bool is_closing;         /* to be closed once out is written; no further request is run */
    bool is_closing_unheard; /* is_closing was set by a command whose reply was silenced */

    /* Called when out grew, is_closing was set or the client was unblocked by something else than its own
     * command_run: another client, a message, a timer. It must only note that, not run anything. */
    void (*on_wake)(struct client *client);

    bool is_killed;      /* to be closed at once, whatever is in out */
    size_t unread_bytes; /* of its input: half a request, or what comes after one that blocks */

    /* Where it comes from, "host:port"; whoever carries it may put in a better one. */
    char address[CLIENT_ADDRESS_SIZE];
    bool is_at_path; /* of a Unix socket, which is its address then */

    /* The rest is the commands' own. */
    struct buffer *reply; /* where replies go: out, or where nobody reads them (CLIENT REPLY) */
    struct buffer nowhere;
    bool is_silent;        /* CLIENT REPLY OFF */
    bool skips_next;       /* CLIENT REPLY SKIP */
    bool is_monitor;       /* is shown all commands */
    bool is_authenticated; /* passed AUTH */
    struct roll_entry by_age;
    struct buffer name;
    const char *last_command; /* NULL: none yet, or an unknown one */
    int64_t took_us;          /* by the command that is run; none but DEBUG SLEEP take any time */
    int64_t came_at_ms;
    int64_t active_at_ms;       /* when bytes last went to or fro */
    int64_t over_limit_since_s; /* since then too much of its output is unsent; 0: it is not */
    struct visitor visitor;
    const struct wait_kind *wait; /* NULL: not blocked */
    int64_t deadline_ms;          /* of the wait; 0: none */
    struct waiter jobs;           /* GETJOB */
    bool with_counters;           /* GETJOB */
    struct copies_waiter copies;  /* ADDJOB */
    struct job *job;              /* ADDJOB, while blocked */
    int64_t asked_at_ms;          /* ADDJOB: when a node was added last */
};

void client_init(struct client *client, struct node *node, void (*on_wake)(struct client *client));

/* The connection is gone: leaves all queues, gives up what it waited for. */
void client_fini(struct client *client);

/* Around each reply: says where it goes, which CLIENT REPLY decides. */
void client_begin_reply(struct client *client);
void client_end_reply(struct client *client);

/* Does it wait for a job, or for replication? Its further input is kept until it does no more. */
bool client_is_blocked(const struct client *client);

/* May it run no request now: because it is blocked, or because all clients are paused, or the node does
 * nothing? on_wake tells when it may. */
bool client_is_held(const struct client *client);

/* Does the node do nothing at all now? Then nothing is sent to its clients either. */
bool client_is_frozen(const struct client *client);

/* All clients of the node may have something to do again. */
void client_wake_all(struct node *node);

/* Has the session close it at once; what it waits for is given up now. */
void client_kill(struct client *client);

/* Counts bytes that came from it; or that went to it, while others are still unsent. */
void client_count_input(struct client *client, size_t size);
void client_count_output(struct client *client, size_t size, size_t unsent);

/* How much of its unsent output is in Disque's list of replies, and not in the buffer of fixed size before
 * it. */
static inline size_t client_listed_output(size_t unsent)
{
    return unsent > CLIENT_BUFFER_SIZE ? unsent - CLIENT_BUFFER_SIZE : 0;
}

/* How long that list is. */
size_t client_replies(const struct client *client);

/* Closes it if so many bytes of its output are unsent that a limit forbids it (client-output-buffer-limit).
 */
void client_limit_output(struct client *client, size_t unsent);

/* The parameter "timeout" was changed. */
void client_timeout_changed(struct node *node);

/* Blocks it; deadline_ms 0 is for ever. */
void client_block(struct client *client, const struct wait_kind *wait, int64_t deadline_ms);

/* Ends its wait. Its reply is in out. */
void client_unblock(struct client *client);

#endif
