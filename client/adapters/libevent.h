/* SPDX-License-Identifier: MIT */
#ifndef DISQ_ADAPTERS_LIBEVENT_H
#define DISQ_ADAPTERS_LIBEVENT_H

/* disq in a libevent loop. All of it is in this header, so that the library does not depend on libevent.
 *
 *     adapter = disq_libevent_new(base, client, on_done, NULL);
 *     disq_addjob_start(client, "mail", "hello", 5, NULL);
 *     disq_libevent_update(adapter);                          // after every start that is not in on_done
 *     event_base_dispatch(base);
 *
 * A worker lives in the loop by disq_libevent_new_worker. The handle must have the default environment. */

#include "client/disq.h"

#include <event2/event.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The oldest call is done (rc is 0) and is to be finished; or the worker has ended with rc. May start calls,
 * or free the adapter and then the worker and the client. */
typedef void disq_libevent_done(void *ctx, int rc);

struct disq_libevent {
    struct event_base *base;
    struct disq *client;
    struct disq_worker *worker; /* NULL: the calls are somebody else's */
    disq_libevent_done *on_done;
    void *ctx;
    struct event *timer;
    struct disq_ready *ready;
    struct event **events; /* as many as ready has room for */
    size_t size;
    size_t count;     /* that are waited for */
    bool is_stepping; /* on_done may be running */
    bool is_freed;    /* by it */
};

static inline void disq_libevent_update(struct disq_libevent *adapter);

/* Events on a descriptor must be gone before the library may close it. */
static inline void disq_libevent_disarm(struct disq_libevent *adapter)
{
    for (; adapter->count > 0; adapter->count--)
        event_free(adapter->events[adapter->count - 1]);
    event_del(adapter->timer);
}

static inline void disq_libevent_release(struct disq_libevent *adapter)
{
    free(adapter->ready);
    free(adapter->events);
    free(adapter);
}

/* Is there more to be waited for? */
static inline bool disq_libevent_work(struct disq_libevent *adapter)
{
    if (adapter->worker != NULL) {
        int rc = disq_worker_step(adapter->worker);

        if (rc != DISQ_AGAIN)
            adapter->on_done(adapter->ctx, rc);
        return rc == DISQ_AGAIN;
    }
    disq_process(adapter->client);
    for (size_t left = disq_pending(adapter->client);
         left > 0 && !adapter->is_freed && disq_is_done(adapter->client); left--)
        adapter->on_done(adapter->ctx, 0);
    return true;
}

static inline void disq_libevent_step(struct disq_libevent *adapter)
{
    bool goes_on;

    adapter->is_stepping = true;
    goes_on = disq_libevent_work(adapter);
    adapter->is_stepping = false;
    if (adapter->is_freed)
        disq_libevent_release(adapter);
    else if (goes_on)
        disq_libevent_update(adapter);
}

static inline void disq_libevent_on_event(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    disq_libevent_disarm((struct disq_libevent *)arg);
    disq_libevent_step((struct disq_libevent *)arg);
}

static inline bool disq_libevent_make_room(struct disq_libevent *adapter, size_t size)
{
    struct disq_ready *ready;
    struct event **events;

    if (size <= adapter->size)
        return true;
    ready = (struct disq_ready *)realloc(adapter->ready, size * sizeof(*ready));
    if (ready != NULL)
        adapter->ready = ready;
    events = (struct event **)realloc(adapter->events, size * sizeof(*events));
    if (events != NULL)
        adapter->events = events;
    if (ready != NULL && events != NULL)
        adapter->size = size;
    return ready != NULL && events != NULL;
}

static inline bool disq_libevent_watch(struct disq_libevent *adapter)
{
    size_t count = disq_wants(adapter->client, NULL, 0);

    if (!disq_libevent_make_room(adapter, count))
        return false;
    disq_wants(adapter->client, adapter->ready, count);
    for (size_t i = 0; i < count; i++) {
        const struct disq_ready *ready = &adapter->ready[i];
        short what = (short)((ready->wanted & DISQ_READABLE ? EV_READ : 0) |
                             (ready->wanted & DISQ_WRITABLE ? EV_WRITE : 0));
        struct event *event = event_new(adapter->base, ready->handle, what, disq_libevent_on_event, adapter);

        if (event == NULL)
            return false;
        adapter->events[adapter->count++] = event;
        if (event_add(event, NULL) != 0)
            return false;
    }
    return true;
}

/* Waits for what the client wants now. Without memory for that it looks again a little later. */
static inline void disq_libevent_update(struct disq_libevent *adapter)
{
    enum { LOOK_AGAIN_US = 10000 };
    int64_t deadline_us = adapter->worker != NULL ? disq_worker_next_deadline(adapter->worker)
                                                  : disq_next_deadline(adapter->client);
    int64_t left_us = deadline_us != DISQ_NEVER ? deadline_us - disq_now_us(adapter->client) : DISQ_NEVER;
    struct timeval left;

    disq_libevent_disarm(adapter);
    if (!disq_libevent_watch(adapter) && left_us > LOOK_AGAIN_US)
        left_us = LOOK_AGAIN_US;
    if (left_us == DISQ_NEVER)
        return;
    left_us = left_us > 0 ? left_us : 0;
    left.tv_sec = (time_t)(left_us / 1000000);
    left.tv_usec = (suseconds_t)(left_us % 1000000);
    event_add(adapter->timer, &left);
}

/* Stops waiting. The client and the worker are the caller's. NULL is fine. */
static inline void disq_libevent_free(struct disq_libevent *adapter)
{
    if (adapter == NULL)
        return;
    if (adapter->timer != NULL) {
        disq_libevent_disarm(adapter);
        event_free(adapter->timer);
    }
    adapter->is_freed = true;
    if (!adapter->is_stepping)
        disq_libevent_release(adapter);
}

/* NULL: out of memory. */
static inline struct disq_libevent *disq_libevent_new(struct event_base *base, struct disq *client,
                                                      disq_libevent_done *on_done, void *ctx)
{
    struct disq_libevent *adapter = (struct disq_libevent *)calloc(1, sizeof(*adapter));

    if (adapter == NULL)
        return NULL;
    adapter->base = base;
    adapter->client = client;
    adapter->on_done = on_done;
    adapter->ctx = ctx;
    adapter->timer = event_new(base, -1, 0, disq_libevent_on_event, adapter);
    if (adapter->timer != NULL)
        return adapter;
    disq_libevent_free(adapter);
    return NULL;
}

/* The same for a worker, which starts at once. */
static inline struct disq_libevent *disq_libevent_new_worker(struct event_base *base, struct disq *client,
                                                             struct disq_worker *worker,
                                                             disq_libevent_done *on_done, void *ctx)
{
    struct disq_libevent *adapter = disq_libevent_new(base, client, on_done, ctx);

    if (adapter == NULL)
        return NULL;
    adapter->worker = worker;
    event_active(adapter->timer, EV_TIMEOUT, 0);
    return adapter;
}

#ifdef __cplusplus
}
#endif

#endif
