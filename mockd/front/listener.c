/* SPDX-License-Identifier: MIT */
#include "mockd/front/listener.h"

#include "mockd/front/loop.h"
#include "mockd/front/socket.h"
#include "mockd/sim/bytes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    BACKLOG = 511,           /* as Disque's tcp-backlog */
    ACCEPTS_MAX = 1000,      /* at a time, as Disque */
    RETRY_AFTER_US = 100000, /* when there is no descriptor left */
};

struct listener {
    struct loop *loop;
    struct node *node;
    int fd;
    struct event *readable;
    struct timer retry;
};

static int set_option(int fd, int level, int option)
{
    return setsockopt(fd, level, option, &(int){1}, sizeof(int));
}

static int read_port(int fd)
{
    struct sockaddr_in address = {0};
    socklen_t size = sizeof(address);

    getsockname(fd, (struct sockaddr *)&address, &size);
    return ntohs(address.sin_port);
}

bool listener_is_host(const char *host)
{
    return inet_pton(AF_INET, host, &(struct in_addr){0}) == 1;
}

int listener_bind(const char *host, int port, int *bound_port, char *error, size_t error_size)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = -1;

    errno = EINVAL;
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
        goto failed;
    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || set_option(fd, SOL_SOCKET, SO_REUSEADDR) != 0)
        goto failed;
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, BACKLOG) != 0)
        goto failed;
    *bound_port = read_port(fd);
    return fd;
failed:
    snprintf(error, error_size, "cannot listen at %s port %d: %s", host, port, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Does the path hold a socket that a process has left behind? */
static bool is_left_behind(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_refused =
        connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 && errno == ECONNREFUSED;

    if (fd >= 0)
        close(fd);
    return is_refused;
}

static int bind_path(int fd, const struct sockaddr_un *address)
{
    if (bind(fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
        return 0;
    if (errno != EADDRINUSE)
        return -1;
    if (is_left_behind(address) && unlink(address->sun_path) == 0)
        return bind(fd, (const struct sockaddr *)address, sizeof(*address));
    errno = EADDRINUSE;
    return -1;
}

int listener_bind_path(const char *path, char *error, size_t error_size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = -1;

    errno = ENAMETOOLONG;
    if (strlen(path) >= sizeof(address.sun_path))
        goto failed;
    strcpy(address.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind_path(fd, &address) != 0 || listen(fd, BACKLOG) != 0)
        goto failed;
    return fd;
failed:
    snprintf(error, error_size, "cannot listen at %s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static void on_retry(void *owner)
{
    struct listener *listener = owner;

    event_add(listener->readable, NULL);
}

/* Without a descriptor or memory for it, a client stays in the queue, and the port stays readable: looking
 * away for a while is better than to spin. */
static void pause_accepting(struct listener *listener)
{
    struct clock *clock = loop_clock(listener->loop);

    event_del(listener->readable);
    clock_arm(clock, &listener->retry, clock_now_us(clock) + RETRY_AFTER_US);
}

static void serve(struct listener *listener, int fd)
{
    set_option(fd, IPPROTO_TCP, TCP_NODELAY);
    socket_serve(listener->loop, listener->node, fd);
}

/* Is there nothing more to accept, or nothing to accept it with? */
static bool is_end(struct listener *listener, int error)
{
    if (error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM)
        pause_accepting(listener);
    /* The others are of a client that went before it was served. */
    return error == EAGAIN || timer_is_armed(&listener->retry);
}

static void on_clients(evutil_socket_t listening, short what, void *ctx)
{
    struct listener *listener = ctx;

    (void)what;
    for (int i = 0; i < ACCEPTS_MAX; i++) {
        int fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd >= 0)
            serve(listener, fd);
        else if (is_end(listener, errno))
            return;
    }
}

struct listener *listener_new(struct loop *loop, struct node *node, int fd)
{
    struct listener *listener = xcalloc(1, sizeof(*listener));

    *listener = (struct listener){.loop = loop, .node = node, .fd = fd};
    listener->retry = (struct timer){.fire = on_retry, .owner = listener};
    listener->readable = event_new(loop_base(loop), fd, EV_READ | EV_PERSIST, on_clients, listener);
    event_add(listener->readable, NULL);
    return listener;
}

void listener_free(struct listener *listener)
{
    if (listener == NULL)
        return;
    clock_disarm(loop_clock(listener->loop), &listener->retry);
    event_free(listener->readable);
    close(listener->fd);
    free(listener);
}
