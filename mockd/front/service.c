/* SPDX-License-Identifier: MIT */
/* The control port needs sockets and the Redis protocol as a node's port does, but behind it is no node: so
 * its callers are no sessions. */
#include "mockd/front/service.h"

#include "mockd/command/reply.h"
#include "mockd/front/listener.h"
#include "mockd/front/loop.h"
#include "mockd/front/resp.h"
#include "mockd/sim/list.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_SIZE = 16384, UNSENT_MAX = 1 << 20, UNREAD_MAX = 1 << 20 };

struct service {
    struct listener *listener;
    service_fn *answer;
    void *ctx;
    struct link callers;
};

struct caller {
    struct service *service;
    struct link link;
    int fd;
    struct event *readable;
    struct event *writable;
    struct resp reader;
    struct buffer out;
    bool is_held;
    bool has_ended; /* it sends nothing more, or nothing that is listened to */
    bool is_lost;
    bool is_over; /* what else it has asked is dropped */
};

static void caller_free(struct caller *caller)
{
    list_remove(&caller->link);
    event_free(caller->readable);
    event_free(caller->writable);
    close(caller->fd);
    resp_fini(&caller->reader);
    buffer_fini(&caller->out);
    free(caller);
}

static void send_out(struct caller *caller)
{
    ssize_t size;

    if (caller->out.size == 0 || caller->is_lost)
        return;
    size = send(caller->fd, caller->out.data, caller->out.size, MSG_NOSIGNAL);
    if (size > 0)
        buffer_consume(&caller->out, (size_t)size);
    else if (errno != EAGAIN && errno != EINTR)
        caller->is_lost = true;
}

/* False if there is no whole request. */
static bool run_next(struct caller *caller)
{
    const struct bytes *argv;
    size_t argc;

    if (caller->is_over)
        return false;
    switch (resp_next(&caller->reader, &argv, &argc)) {
    case RESP_REQUEST:
        caller->service->answer(caller->service->ctx, caller, argv, argc);
        return true;
    case RESP_MORE:
        break;
    case RESP_ERROR:
        reply_error(&caller->out, "%s", resp_error(&caller->reader));
        caller_end(caller);
    }
    return false;
}

/* Who does not read what it is told need not ask for more. */
static bool may_run(const struct caller *caller)
{
    return !caller->is_held && !caller->is_lost && caller->out.size < UNSENT_MAX;
}

/* Gives true if there may be more to run once the output is sent. */
static bool run_all(struct caller *caller)
{
    bool has_more = true;

    while (has_more && may_run(caller)) {
        while (has_more && may_run(caller))
            has_more = run_next(caller);
        send_out(caller);
    }
    return has_more;
}

/* Runs what can be run, and has events tell when there is more. */
static void serve(struct caller *caller)
{
    bool is_over = !run_all(caller) && caller->has_ended && caller->out.size == 0;

    if (!caller->is_held && (is_over || caller->is_lost)) {
        caller_free(caller);
        return;
    }
    if (caller->out.size > 0 && !caller->is_lost)
        event_add(caller->writable, NULL);
    if (caller->is_held || caller->has_ended || caller->out.size > 0)
        event_del(caller->readable);
    else
        event_add(caller->readable, NULL);
}

static void on_readable(evutil_socket_t fd, short what, void *ctx)
{
    struct caller *caller = ctx;
    char bytes[READ_SIZE];
    ssize_t size = recv(fd, bytes, sizeof(bytes), 0);

    (void)what;
    if (size > 0)
        resp_feed(&caller->reader, bytes, (size_t)size);
    else if (size == 0)
        caller->has_ended = true;
    else if (errno != EAGAIN && errno != EINTR)
        caller->is_lost = true;
    if (resp_unread(&caller->reader) > UNREAD_MAX)
        caller->is_lost = true;
    serve(caller);
}

static void on_writable(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    serve(ctx);
}

void service_take(struct loop *loop, void *ctx, int fd)
{
    struct service *service = ctx;
    struct caller *caller = xcalloc(1, sizeof(*caller));

    caller->service = service;
    caller->fd = fd;
    caller->readable = event_new(loop_base(loop), fd, EV_READ | EV_PERSIST, on_readable, caller);
    caller->writable = event_new(loop_base(loop), fd, EV_WRITE, on_writable, caller);
    event_add(caller->readable, NULL);
    list_append(&service->callers, &caller->link);
}

struct service *service_new(struct listener *listener, service_fn *answer, void *ctx)
{
    struct service *service = xcalloc(1, sizeof(*service));

    *service = (struct service){.answer = answer, .ctx = ctx, .listener = listener};
    list_init(&service->callers);
    listener_open(service->listener, service);
    return service;
}

void service_free(struct service *service)
{
    if (service == NULL)
        return;
    LIST_FOR_EACH_SAFE (link, &service->callers)
        caller_free(OWNER_OF(link, struct caller, link));
    listener_free(service->listener);
    free(service);
}

struct buffer *caller_reply(struct caller *caller)
{
    return &caller->out;
}

void caller_end(struct caller *caller)
{
    caller->is_over = caller->has_ended = true;
}

void caller_hold(struct caller *caller)
{
    caller->is_held = true;
}

void caller_release(struct caller *caller)
{
    caller->is_held = false;
    serve(caller);
}
