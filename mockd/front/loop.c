/* SPDX-License-Identifier: MIT */
/* Everything that happens to a cluster starts here: a session is served, or a timer fires. */
#include "mockd/front/loop.h"

#include "mockd/front/hook.h"
#include "mockd/front/session.h"
#include "mockd/mockd.h"

#include <assert.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    ROUNDS_MAX = 100000,    /* at one instant of virtual time, before it counts as stuck */
    SERVED_ROUNDS_MAX = 16, /* before sockets are looked at again */
    ENDS_MAX = 4,
    GRACE_US = 1000,   /* of real time, in which clients may say something before time leaps */
    LEAP_US = 1000000, /* at most, of virtual time, until they have that chance again */
};

struct loop {
    struct clock *clock;
    struct tampers *tampers;
    struct link hooks;            /* newest first */
    const struct tap *tap;        /* or NULL */
    struct link sessions;         /* all */
    struct link turns;            /* those to be served, in the order in which they were woken */
    struct link pass_end;         /* among them, behind the last one of this pass */
    struct event_base *base;      /* NULL until something has a descriptor */
    struct event *alarm;          /* wall time: set to the clock's next timer */
    int64_t alarm_at_us;          /* CLOCK_NEVER: not set */
    struct event *ends[ENDS_MAX]; /* each of which stops it */
    size_t end_count;
    int watched; /* descriptor of a process whose end is one, or -1 */
    bool is_stopped;
    uint64_t replies;
    int64_t (*on_rest)(void *ctx); /* or NULL */
    void *rest_ctx;
    bool is_eager;
    bool is_grace_over;
    int64_t leap_until_us; /* 0: time does not leap now */
    uint64_t leap_replies; /* how many there were when it began to */
};

struct loop *loop_new(struct clock *clock, struct tampers *tampers)
{
    struct loop *loop = xcalloc(1, sizeof(*loop));

    loop->clock = clock;
    loop->tampers = tampers;
    list_init(&loop->hooks);
    list_init(&loop->sessions);
    list_init(&loop->turns);
    loop->alarm_at_us = CLOCK_NEVER;
    loop->watched = -1;
    return loop;
}

void loop_restart(struct loop *loop, struct clock *clock, struct tampers *tampers)
{
    while (!list_is_empty(&loop->sessions))
        session_free(OWNER_OF(loop->sessions.next, struct session, on_loop));
    hooks_free(&loop->hooks);
    loop->clock = clock;
    loop->tampers = tampers;
    loop->alarm_at_us = CLOCK_NEVER;
    loop->leap_until_us = 0;
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    loop_restart(loop, NULL, NULL);
    while (loop->end_count > 0)
        event_free(loop->ends[--loop->end_count]);
    if (loop->watched >= 0)
        close(loop->watched);
    if (loop->alarm != NULL)
        event_free(loop->alarm);
    if (loop->base != NULL)
        event_base_free(loop->base);
    free(loop);
}

struct clock *loop_clock(struct loop *loop)
{
    return loop->clock;
}

struct tampers *loop_tampers(struct loop *loop)
{
    return loop->tampers;
}

struct link *loop_hooks(struct loop *loop)
{
    return &loop->hooks;
}

struct event_base *loop_base(struct loop *loop)
{
    if (loop->base == NULL)
        loop->base = event_base_new();
    if (loop->base == NULL) {
        fputs("mockd: libevent cannot start\n", stderr);
        abort();
    }
    return loop->base;
}

void loop_join(struct loop *loop, struct session *session)
{
    list_append(&loop->sessions, &session->on_loop);
}

void loop_cut(struct loop *loop, const struct node *node, bool is_torn)
{
    LIST_FOR_EACH_SAFE (link, &loop->sessions) {
        struct session *session = OWNER_OF(link, struct session, on_loop);

        if (session->client.node == node)
            session_cut(session, is_torn);
    }
}

void loop_note_reply(struct loop *loop)
{
    loop->replies++;
}

uint64_t loop_replies(const struct loop *loop)
{
    return loop->replies;
}

void loop_set_tap(struct loop *loop, const struct tap *tap)
{
    loop->tap = tap;
}

const struct tap *loop_tap(const struct loop *loop)
{
    return loop->tap;
}

void loop_on_rest(struct loop *loop, int64_t (*on_rest)(void *ctx), void *ctx)
{
    loop->on_rest = on_rest;
    loop->rest_ctx = ctx;
}

void loop_be_eager(struct loop *loop)
{
    loop->is_eager = true;
}

void loop_wake(struct loop *loop, struct session *session)
{
    if (list_is_empty(&session->turn))
        list_append(&loop->turns, &session->turn);
}

/* Serves those that are woken by now; who is woken meanwhile waits for the next pass. How many. */
static size_t serve_pass(struct loop *loop)
{
    size_t served = 0;

    list_append(&loop->turns, &loop->pass_end);
    for (; loop->turns.next != &loop->pass_end; served++) {
        struct session *session = OWNER_OF(loop->turns.next, struct session, turn);

        list_remove(&session->turn);
        session_serve(session);
    }
    list_remove(&loop->pass_end);
    return served;
}

/* False if nothing has moved. Timers have to wait until nobody has anything left to say. */
static bool run_round(struct loop *loop)
{
    size_t served;

    if (loop->base != NULL)
        event_base_loop(loop->base, EVLOOP_NONBLOCK);
    served = serve_pass(loop);
    if (!list_is_empty(&loop->turns) || (served > 0 && loop->base != NULL))
        return true;
    return clock_fire(loop->clock) > 0;
}

static int come_to_rest(struct loop *loop)
{
    for (int round = 0; round < ROUNDS_MAX; round++)
        if (!run_round(loop))
            return 0;
    return MOCKD_STUCK;
}

int loop_run(struct loop *loop, int64_t deadline_us, bool (*done)(void *ctx), void *ctx)
{
    for (;;) {
        int64_t next_us;

        if (come_to_rest(loop) != 0)
            return MOCKD_STUCK;
        if (done != NULL && done(ctx))
            return 0;
        next_us = clock_next_us(loop->clock);
        if (next_us > deadline_us)
            break;
        clock_move(loop->clock, next_us);
    }
    clock_move(loop->clock, deadline_us);
    return done != NULL ? MOCKD_TIMEOUT : 0;
}

/* The clock is read once a pass, so all that happens in one pass happens at one time. True if another has to
 * follow without waiting: much is left to do; or something was done, and before time may leap the sockets are
 * looked at for what clients say to that. */
static bool run_pass(struct loop *loop)
{
    size_t moved = 1;
    int round;

    clock_move(loop->clock, 0);
    for (round = 0; round < SERVED_ROUNDS_MAX && moved > 0; round++) {
        moved = serve_pass(loop);
        moved += clock_fire(loop->clock);
    }
    return moved > 0 || (round > 1 && clock_mode(loop->clock) != CLOCK_WALL);
}

/* It has to wake libevent: the pass that follows looks at what is due. */
static void on_alarm(evutil_socket_t fd, short what, void *ctx)
{
    struct loop *loop = ctx;

    (void)fd;
    (void)what;
    loop->alarm_at_us = CLOCK_NEVER;
    loop->is_grace_over = true;
}

static void set_alarm(struct loop *loop, int64_t at_us)
{
    int64_t wait_us = clock_wait_us(loop->clock, at_us);

    if (at_us == loop->alarm_at_us)
        return;
    loop->alarm_at_us = at_us;
    if (wait_us == CLOCK_NEVER)
        event_del(loop->alarm);
    else
        event_add(loop->alarm, &(struct timeval){wait_us / 1000000, wait_us % 1000000});
}

static bool is_anybody_waiting(const struct loop *loop)
{
    LIST_FOR_EACH (link, &loop->sessions)
        if (session_is_waiting(OWNER_OF(link, struct session, on_loop)))
            return true;
    return false;
}

/* Until when eager time may pass now; CLOCK_NEVER: not at all, for the moment. */
static int64_t leap_end_us(struct loop *loop)
{
    int64_t now_us = clock_now_us(loop->clock);

    if (loop->is_grace_over) {
        loop->leap_until_us = now_us + LEAP_US;
        loop->leap_replies = loop->replies;
    }
    loop->is_grace_over = false;
    if (loop->leap_until_us > now_us && loop->leap_replies == loop->replies)
        return loop->leap_until_us;
    loop->leap_until_us = 0;
    if (is_anybody_waiting(loop))
        event_add(loop->alarm, &(struct timeval){.tv_usec = GRACE_US});
    return CLOCK_NEVER;
}

/* All is at rest, or time passes anyway. False if there is nothing to do but to wait for sockets and the
 * alarm. */
static bool pass_time(struct loop *loop)
{
    int64_t until_us = loop->on_rest != NULL ? loop->on_rest(loop->rest_ctx) : CLOCK_NEVER;
    int64_t next_us = clock_next_us(loop->clock);

    if (!list_is_empty(&loop->turns))
        return true;
    if (clock_mode(loop->clock) == CLOCK_WALL) {
        set_alarm(loop, next_us < until_us ? next_us : until_us);
        return false;
    }
    if (next_us <= clock_now_us(loop->clock)) /* due since on_rest was asked */
        return true;
    if (until_us == CLOCK_NEVER && loop->is_eager)
        until_us = leap_end_us(loop);
    if (until_us != CLOCK_NEVER)
        clock_move(loop->clock, next_us < until_us ? next_us : until_us);
    return until_us != CLOCK_NEVER;
}

void loop_serve(struct loop *loop)
{
    if (loop->alarm == NULL)
        loop->alarm = evtimer_new(loop_base(loop), on_alarm, loop);
    while (!loop->is_stopped) {
        bool has_more = run_pass(loop);

        if (!has_more || clock_mode(loop->clock) == CLOCK_WALL)
            has_more |= pass_time(loop);
        /* Without EVLOOP_ONCE libevent polls until there is nothing, before what came is even looked at. */
        event_base_loop(loop->base,
                        has_more || loop->is_stopped ? EVLOOP_ONCE | EVLOOP_NONBLOCK : EVLOOP_ONCE);
    }
}

void loop_stop(struct loop *loop)
{
    loop->is_stopped = true;
}

static void on_end(evutil_socket_t number, short what, void *ctx)
{
    (void)number;
    (void)what;
    loop_stop(ctx);
}

static void stop_on(struct loop *loop, struct event *event)
{
    assert(loop->end_count < ENDS_MAX);
    event_add(event, NULL);
    loop->ends[loop->end_count++] = event;
}

void loop_stop_on_signal(struct loop *loop, int number)
{
    stop_on(loop, evsignal_new(loop_base(loop), number, on_end, loop));
}

int loop_stop_on_end_of(struct loop *loop, pid_t pid)
{
    assert(loop->watched < 0);
    /* By a descriptor: a signal would come when the thread ends that started this process (prctl(2)). */
    loop->watched = (int)syscall(SYS_pidfd_open, pid, 0);
    if (loop->watched < 0)
        return -1;
    stop_on(loop, event_new(loop_base(loop), loop->watched, EV_READ, on_end, loop));
    return 0;
}
