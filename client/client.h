/* SPDX-License-Identifier: MIT */
#ifndef DISQ_CLIENT_H
#define DISQ_CLIENT_H

/* What a handle is made of. The parts that know it, each in a file of its own, lower ones first:
 *
 *     job.c      received jobs and their free list
 *     origins.c  where jobs came from, who delivered them; moves reads there
 *     link.c     a node's connection: dialled, served, dropped; greet.c: what is said first
 *     search.c   finds a home when there is none
 *     part.c     one request on its way; call.c: all that a call sends
 *     addjob.c, getjob.c, acks.c, commands.c   the calls themselves
 *     client.c   the handle
 */

#include "client/call.h"
#include "client/counter.h"
#include "client/job.h"
#include "client/origins.h"
#include "client/pool.h"
#include "client/search.h"
#include "client/settings.h"

enum { DISQ_ERROR_TEXT_SIZE = 256 };

/* What a server is given beyond its own timeout, and what anything may take that another node could do. */
#define DISQ_GRACE_US INT64_C(1500000)

struct disq {
    struct disq_settings settings;
    struct disq_request greeting; /* AUTH, if there is a password, and HELLO: the same for all */
    size_t auth_size;             /* of which AUTH is the first bytes */
    int64_t now_us;               /* when the library was last entered */

    struct disq_pool pool;
    struct disq_conn *conns; /* all of them, those dialled last in front */
    size_t conn_count;
    struct disq_table table; /* the last HELLO */

    struct disq_node *home;  /* where all goes but reads; NULL: to be searched for */
    struct disq_node *reads; /* where GETJOB goes; NULL: to the home */
    struct disq_search search;
    struct disq_origins origins;
    struct disq_jobs jobs;
    struct disq_call call;

    struct disq_ready *ready; /* for disq_wait: room for all connections */
    size_t ready_capacity;
    char error_text[DISQ_ERROR_TEXT_SIZE];
};

static inline const struct disq_env *disq_env_of(const struct disq *client)
{
    return &client->settings.env;
}

/* Milliseconds from now on; DISQ_NEVER if there are none. */
static inline int64_t disq_after_ms(const struct disq *client, int64_t ms)
{
    return ms >= 0 ? client->now_us + ms * 1000 : DISQ_NEVER;
}

/* Remembers what disq_error_text says. */
void disq_note_error(struct disq *client, const char *text, size_t size);

/* Tells who listens. */
void disq_tell(struct disq *client, enum disq_event_kind kind, const char *from, const char *to, int error);

#endif
