/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_LOOP_H
#define MOCKD_FRONT_LOOP_H

#include "mockd/sim/clock.h"

#include <sys/types.h>

/* The only event loop. It owns the sessions of all nodes, serves those that have something to do in the order
 * in which that came up, and fires the clock's timers. Sockets are watched by libevent, whose base is made
 * with the first of them: a cluster without sockets makes no system call. */
struct loop;
struct node;
struct session;
struct tampers;
struct tap;
struct event_base;
struct link;

/* A loop over this clock. Clock and tampers are borrowed; NULL: until loop_restart. */
struct loop *loop_new(struct clock *clock, struct tampers *tampers);

/* Frees all sessions and hooks, and goes on with another cluster's clock and tampers, or waits for those. */
void loop_restart(struct loop *loop, struct clock *clock, struct tampers *tampers);

/* Frees it with all its sessions, which still speak to their nodes: nodes are freed after it, listeners
 * before. NULL is fine. */
void loop_free(struct loop *loop);

struct clock *loop_clock(struct loop *loop);

/* What is done to clients by rule. */
struct tampers *loop_tampers(struct loop *loop);

/* Those who answer in place of the nodes; see hook.h. The loop frees them when it is restarted, or freed. */
struct link *loop_hooks(struct loop *loop);

/* Virtual time: serves until a pass moves nothing, fires what is due, and again until all is at rest; asks
 * done; moves the clock to the next timer, but never past deadline_us. 0 if done; at the deadline 0 if done
 * is NULL, else MOCKD_TIMEOUT; MOCKD_STUCK if it does not come to rest. A past deadline moves no time. */
int loop_run(struct loop *loop, int64_t deadline_us, bool (*done)(void *ctx), void *ctx);

/* Serves sockets and timers in real time until loop_stop. Wall time passes; virtual time stands, but for what
 * loop_on_rest and loop_be_eager say. */
void loop_serve(struct loop *loop);

/* Makes loop_serve return. */
void loop_stop(struct loop *loop);

/* The same when the signal of this number comes, from now until the loop is freed. */
void loop_stop_on_signal(struct loop *loop, int number);

/* And when this process ends; it may be any. 0, or -1 with errno where the system cannot tell. */
int loop_stop_on_end_of(struct loop *loop, pid_t pid);

/* Has loop_serve ask on_rest whenever all is at rest; where wall time passes, now and then. It may do what it
 * likes to the cluster, and gives the time at which it is to be asked again at the latest, or CLOCK_NEVER.
 * Virtual time moves until then. */
void loop_on_rest(struct loop *loop, int64_t (*on_rest)(void *ctx), void *ctx);

/* Virtual time: while a client is blocked and no other has anything to say, loop_serve lets time pass until
 * somebody is answered. How far that is depends on how fast the clients are. */
void loop_be_eager(struct loop *loop);

/* Has sessions that begin from now on tell this tap, which outlives them, what passes; NULL: nobody. */
void loop_set_tap(struct loop *loop, const struct tap *tap);

/* For sessions. */
const struct tap *loop_tap(const struct loop *loop);

/* How many replies were given, ever. */
uint64_t loop_replies(const struct loop *loop);

/* For sessions: one has a reply, or more of it. */
void loop_note_reply(struct loop *loop);

/* For sessions: to be served in the next pass. */
void loop_wake(struct loop *loop, struct session *session);

/* For sessions: takes one that begins. */
void loop_join(struct loop *loop, struct session *session);

/* Cuts all sessions of a node, which goes down (see session_cut). */
void loop_cut(struct loop *loop, const struct node *node, bool is_torn);

/* For what has descriptors. */
struct event_base *loop_base(struct loop *loop);

#endif
