/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_SESSION_H
#define MOCKD_FRONT_SESSION_H

#include "mockd/command/client.h"
#include "mockd/front/resp.h"
#include "mockd/sim/list.h"

struct log;
struct loop;
struct session;
struct tamper;
struct tap;
struct valve;

enum { SESSION_NAME_SIZE = 64 };

/* What carries a session's bytes. */
struct carrier {
    /* Sends as much of session_output as goes now, and says so by session_sent. If some is left it calls
     * loop_wake when more may go. */
    void (*send)(struct session *session);
    /* Frees the struct that the session lives in, and what else belongs to that. */
    void (*free)(struct session *session);
    /* The node has closed it, but it is held. NULL: nobody wants to know. */
    void (*closed)(struct session *session);
};

/* One client connection of a node: bytes in, bytes out, whatever carries them. It lives inside its carrier's
 * own struct, and belongs to the loop, which serves it after it was woken. */
struct session {
    struct client client;
    struct resp reader;
    struct loop *loop;
    const struct carrier *carrier;
    struct log *log;       /* NULL: off */
    const struct tap *tap; /* NULL: nobody listens */
    struct link on_loop;   /* among the loop's sessions */
    struct link turn;      /* among those that are to be served */
    size_t sent;           /* of client.out */
    size_t logged;         /* of client.out: what the event log, or the tap, was told */
    size_t limited;        /* of client.out: what was unsent when the limits of output were looked at */
    size_t unread_max;     /* bytes of input that may lie unread */
    bool has_input_ended;  /* the client sends nothing more */
    bool is_lost;          /* nothing can be sent any more either */
    bool is_held;          /* something outside refers to it: it is not freed when it is closed */
    bool is_closed;        /* the node has closed it, and knows its client no more */
    bool is_left_open;     /* the node would close it, but has nothing to send */

    /* What is done to it from outside; see tamper.h. */
    char name[SESSION_NAME_SIZE]; /* by which that knows it; may be empty */
    struct tamper *tamper;        /* what is to be done to the reply that is owed, or NULL */
    size_t tampered_from;         /* of client.out: where that reply begins */
    struct valve *valve;          /* what keeps output back, or NULL */
    bool has_output_ended;        /* nothing is sent any more, but the connection stays */
    bool is_reset;                /* it ended so that the client gets an error */
};

enum {
    SESSION_UNREAD_MAX = 1 << 30, /* beyond that it is closed without a reply (§1.1) */
    SESSION_UNSENT_MAX = 1 << 24, /* beyond that no request is run until the client has read */
};

/* Begins with a new client of the node. Loop, node and carrier are borrowed; the loop owns the session. */
void session_init(struct session *session, struct loop *loop, struct node *node,
                  const struct carrier *carrier);

/* Takes bytes from the client. They are read when the session is served. */
void session_feed(struct session *session, const void *bytes, size_t size);

/* The client sends nothing more. The requests that are here are run and answered all the same; only a client
 * that is blocked counts as gone, as for Disque (§1.2). */
void session_end_input(struct session *session);

/* The client is gone, with all that was to be sent to it. */
void session_lose(struct session *session);

/* Tears the connection: the client gets a reset instead of what is not sent yet. */
void session_reset(struct session *session);

/* The replies that are to be sent now; good until the session is served, or told that some are. */
struct bytes session_output(const struct session *session);
void session_sent(struct session *session, size_t size);

/* Or: moves all of them to the end of this buffer. */
void session_take_output(struct session *session, struct buffer *to);

/* Does its client wait for something that only comes with time? */
bool session_is_waiting(const struct session *session);

/* Is so much unsent that the client should read before it asks for more? */
bool session_is_backed_up(const struct session *session);

/* Runs the requests that are here, has the replies sent, and closes if that was all. The session may be gone
 * afterwards. */
void session_serve(struct session *session);

/* Its node goes down: nothing more is sent, and the client gets an error if it is torn, or else the end. The
 * session may be gone afterwards. */
void session_cut(struct session *session, bool is_torn);

/* Frees it, held or not. */
void session_free(struct session *session);

#endif
