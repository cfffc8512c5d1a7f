/* SPDX-License-Identifier: MIT */
#ifndef DISQ_CLIENT_H
#define DISQ_CLIENT_H

/* What a handle is made of. The parts that know it, each in a file of its own, lower ones first:
 *
 *     job.c      received jobs and their free list
 *     origins.c  where jobs came from, who delivered them; moves reads there
 *     link.c     a node's connection: dialled, served, dropped; greet.c: what is said first
 *     search.c   finds a home when there is none
 *     part.c     one request on its way
 *     call.c     all that a call sends, and all calls under way; results.c: what they end in
 *     route.c    which nodes a job's command goes to; command.c: what calls have in common
 *     addjob.c, getjob.c, acks.c, inspect.c, scan.c, commands.c, admin.c   the calls themselves
 *     client.c   the handle
 *     worker.c, errand.c, task.c   a worker, on top of it
 */

#include "client/call.h"
#include "client/counter.h"
#include "client/job.h"
#include "client/origins.h"
#include "client/pool.h"
#include "client/search.h"
#include "client/settings.h"

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
    struct disq_table table; /* of the last greeting */

    struct disq_node *home;  /* where all goes but reads; NULL: to be searched for */
    struct disq_node *reads; /* where GETJOB goes; NULL: to the home */
    struct disq_search search;
    struct disq_origins origins;
    struct disq_jobs jobs;

    struct disq_call *calls; /* under way, the oldest first */
    struct disq_call *calls_last;
    struct disq_call *finished; /* the last of those that were: has its results; NULL */
    struct disq_call *spare_calls;
    struct disq_part *spare_parts;
    uint64_t call_serial; /* of the newest */
    bool has_news;        /* some call was started and not looked at yet */

    struct disq_ready *ready; /* for disq_wait: room for all connections */
    size_t ready_capacity;
    char trouble[DISQ_ERROR_TEXT_SIZE]; /* what connecting met with last */
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

/* Remembers what connecting met with. */
void disq_note_trouble(struct disq *client, const char *text, size_t size);

/* Tells who listens; the time is filled in. */
void disq_tell_event(const struct disq *client, const struct disq_event *event);

/* The same, of what happens to connections. */
void disq_tell(const struct disq *client, enum disq_event_kind kind, const char *from, const char *to,
               int error);

#endif
