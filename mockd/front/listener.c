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
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    BACKLOG = 511,           /* as Disque's tcp-backlog */
    ACCEPTS_MAX = 1000,      /* at a time, as Disque */
    RETRY_AFTER_US = 100000, /* when there is no descriptor left */
};

struct listener {
    struct loop *loop;
    listener_fn *serve;
    void *ctx; /* NULL: it refuses */
    int fd;
    struct event *readable;
    struct event *retry;
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

static void close_if_open(int fd)
{
    int error = errno;

    if (fd >= 0)
        close(fd);
    errno = error;
}

/* A socket that is bound, or -1 with errno. */
static int bind_port(const char *host, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd;

    errno = EINVAL;
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
        return -1;
    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && set_option(fd, SOL_SOCKET, SO_REUSEADDR) == 0 &&
        bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close_if_open(fd);
    return -1;
}

/* A port that the system chose is lost when a socket stops listening, but not one that was asked for: so the
 * one that was chosen is asked for. */
static int bind_chosen_port(const char *host)
{
    int chosen = bind_port(host, 0);
    int fd = chosen >= 0 ? bind_port(host, read_port(chosen)) : -1;

    close_if_open(chosen);
    return fd;
}

int listener_bind(const char *host, int port, int *bound_port, char *error, size_t error_size)
{
    int fd = port == 0 ? bind_chosen_port(host) : bind_port(host, port);

    if (fd >= 0 && listen(fd, BACKLOG) == 0) {
        *bound_port = read_port(fd);
        return fd;
    }
    snprintf(error, error_size, "cannot listen at %s port %d: %s", host, port, strerror(errno));
    close_if_open(fd);
    return -1;
}

/* Does the path hold a socket that a process has left behind? */
static bool is_left_behind(const struct sockaddr_un *address)
{
    struct stat status;
    bool is_refused;
    int fd;

    if (lstat(address->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode))
        return false;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    is_refused =
        connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 && errno == ECONNREFUSED;
    close_if_open(fd);
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
    close_if_open(fd);
    return -1;
}

static void on_retry(evutil_socket_t fd, short what, void *ctx)
{
    struct listener *listener = ctx;

    (void)fd;
    (void)what;
    event_add(listener->readable, NULL);
}

/* Without a descriptor or memory for it, a client stays in the queue, and the port stays readable: looking
 * away for a while is better than to spin. */
static void pause_accepting(struct listener *listener)
{
    event_del(listener->readable);
    event_add(listener->retry, &(struct timeval){.tv_usec = RETRY_AFTER_US});
}

static void serve(struct listener *listener, int fd)
{
    set_option(fd, IPPROTO_TCP, TCP_NODELAY);
    listener->serve(listener->loop, listener->ctx, fd);
}

/* Is there nothing more to accept, or nothing to accept it with? The other errors are of a client that went
 * before it was served. */
static bool is_end(struct listener *listener, int error)
{
    if (error != EMFILE && error != ENFILE && error != ENOBUFS && error != ENOMEM)
        return error == EAGAIN;
    pause_accepting(listener);
    return true;
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

struct listener *listener_new(struct loop *loop, int fd, listener_fn *serve_client)
{
    struct listener *listener = xcalloc(1, sizeof(*listener));

    *listener = (struct listener){.loop = loop, .serve = serve_client, .fd = fd};
    listener->readable = event_new(loop_base(loop), fd, EV_READ | EV_PERSIST, on_clients, listener);
    listener->retry = evtimer_new(loop_base(loop), on_retry, listener);
    return listener;
}

void listener_open(struct listener *listener, void *ctx)
{
    bool was_open = listener->ctx != NULL;

    listener->ctx = ctx;
    if (was_open == (ctx != NULL))
        return;
    if (ctx != NULL) {
        listen(listener->fd, BACKLOG);
        event_add(listener->readable, NULL);
    } else {
        event_del(listener->readable);
        event_del(listener->retry);
        shutdown(listener->fd, SHUT_RDWR);
    }
}

void listener_free(struct listener *listener)
{
    if (listener == NULL)
        return;
    event_free(listener->readable);
    event_free(listener->retry);
    close(listener->fd);
    free(listener);
}
