/* SPDX-License-Identifier: MIT */
#ifndef DISQ_CONN_H
#define DISQ_CONN_H

/* One connection: bytes out, replies in, and the queue of those that are owed. It knows neither nodes nor
 * calls. */

#include "client/reply.h"

struct disq_node;

enum disq_owed_kind {
    DISQ_OWED_AUTH,
    DISQ_OWED_HELLO,
    DISQ_OWED_PART, /* of a call: the first member of a struct disq_part */
};

/* A reply that is to come. Belongs to who asked for it. */
struct disq_owed {
    struct disq_owed *next;
    enum disq_owed_kind kind;
    int64_t deadline_us;
    uint64_t begins_at; /* where its request starts in all that was ever sent on the connection */
};

enum disq_conn_state {
    DISQ_CONN_GREETING, /* connecting, or AUTH and HELLO are not answered yet */
    DISQ_CONN_READY,
};

struct disq_conn {
    struct disq_conn *next;
    struct disq_node *node; /* borrowed */
    enum disq_conn_state state;
    int handle;
    char address[DISQ_ADDRESS_SIZE];

    struct disq_reader reader;
    bool is_spoiled; /* bytes came that nobody asked for: not to be used again */
    int awaited; /* what disq_conn_await came to: DISQ_AGAIN if all is read that came, or an error; else 0 */

    char *out;
    size_t out_begin; /* what is to be sent is out[out_begin] to out[out_end] */
    size_t out_end;
    size_t out_capacity;
    uint64_t sent; /* bytes, ever */

    struct disq_owed *owed; /* in the order of their requests */
    struct disq_owed *owed_last;
    struct disq_owed auth;
    struct disq_owed hello;

    int64_t hello_at_us; /* when HELLO was answered last */
    bool wants_auth;     /* AUTH is to be said again */
    int64_t used_at_us;  /* when a request was last queued or a reply last came */
};

/* Starts to connect to `host`, one of those that `address` stands for. 0 and a connection that is the
 * caller's; or what the environment said, DISQ_NO_MEMORY. */
int disq_conn_open(const struct disq_env *env, const char *address, const char *host, size_t reply_max,
                   struct disq_conn **conn);

/* Queues a request, whose reply is owed from now on. 0 or DISQ_NO_MEMORY. */
int disq_conn_push(struct disq_conn *conn, struct disq_owed *owed, const char *bytes, size_t size);

/* Gives back the memory of large requests, if all were sent. */
void disq_conn_trim(struct disq_conn *conn);

/* Was a byte of that request sent? */
bool disq_conn_has_sent(const struct disq_conn *conn, const struct disq_owed *owed);

/* Is there something to send? */
static inline bool disq_conn_has_output(const struct disq_conn *conn)
{
    return conn->out_begin < conn->out_end;
}

/* Sends what it can. 0, DISQ_CLOSED or DISQ_REFUSED. */
int disq_conn_write(struct disq_conn *conn, const struct disq_env *env);

/* Takes what has come, but not much more than the longest reply may have: the rest stays where it is until
 * replies were taken. 0, or DISQ_CLOSED, DISQ_REFUSED, DISQ_NO_MEMORY. */
int disq_conn_read(struct disq_conn *conn, const struct disq_env *env);

/* Waits until something comes, by an environment that has recv_until, and takes that: disq_conn_read, which
 * is to follow, tells what became of it. 0; or the environment's code, which ends the calls waiting. */
int disq_conn_await(struct disq_conn *conn, const struct disq_env *env, int64_t deadline_us);

/* The next reply, and who is owed it, who is not any more: 0. DISQ_PROTOCOL: who is owed it, but it makes no
 * sense. DISQ_AGAIN: it is not here yet. DISQ_NO_MEMORY. The reply is good until the next time. */
int disq_conn_reply(struct disq_conn *conn, struct disq_owed **owed, const struct disq_reply **reply);

/* When the first of the replies that are owed is late; DISQ_NEVER. */
int64_t disq_conn_deadline(const struct disq_conn *conn);

/* Closes and frees it. Who is owed replies must have been told. NULL is fine. */
void disq_conn_close(struct disq_conn *conn, const struct disq_env *env);

#endif
