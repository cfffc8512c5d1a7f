/* SPDX-License-Identifier: MIT */
/* Libevent is not told of threads: that a descriptor is readable is all that passes between them. */
#include "mockd/front/wakeup.h"

#include "mockd/front/loop.h"
#include "mockd/sim/bytes.h"

#include <event2/event.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct wakeup {
    int fd;
    struct event *readable;
    void (*on_wakeup)(void *ctx);
    void *ctx;
};

static void on_readable(evutil_socket_t fd, short what, void *ctx)
{
    struct wakeup *wakeup = ctx;
    eventfd_t count;

    (void)what;
    eventfd_read(fd, &count);
    wakeup->on_wakeup(wakeup->ctx);
}

struct wakeup *wakeup_new(struct loop *loop, void (*on_wakeup)(void *ctx), void *ctx)
{
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct wakeup *wakeup;

    if (fd < 0)
        return NULL;
    wakeup = xcalloc(1, sizeof(*wakeup));
    wakeup->fd = fd;
    wakeup->on_wakeup = on_wakeup;
    wakeup->ctx = ctx;
    wakeup->readable = event_new(loop_base(loop), fd, EV_READ | EV_PERSIST, on_readable, wakeup);
    event_add(wakeup->readable, NULL);
    return wakeup;
}

void wakeup_send(struct wakeup *wakeup)
{
    eventfd_write(wakeup->fd, 1);
}

void wakeup_free(struct wakeup *wakeup)
{
    if (wakeup == NULL)
        return;
    event_free(wakeup->readable);
    close(wakeup->fd);
    free(wakeup);
}
