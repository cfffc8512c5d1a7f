/* SPDX-License-Identifier: MIT */
/* A node that is down refuses connections, but must not lose its port to somebody else. So the sockets of a
 * listener that refuses cease to listen, and stay bound. */
#include "mockd/front/listener.h"

#include "mockd/front/endpoint.h"
#include "mockd/front/loop.h"
#include "mockd/sim/bytes.h"

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
    CHOICES_MAX = 100,       /* of a port, by the system */
};

struct listening_socket {
    int fd;
    struct event *readable;
};

struct listener {
    struct loop *loop;
    listener_fn *serve;
    void *ctx; /* NULL: it refuses */
    struct event *retry;
    union endpoint endpoint; /* of the first socket; of a port, all have that port */
    char host[INET6_ADDRSTRLEN];
    size_t socket_count;
    struct listening_socket sockets[ENDPOINTS_MAX];
};

static void resume_accepting(struct listener *listener)
{
    for (size_t i = 0; i < listener->socket_count; i++)
        event_add(listener->sockets[i].readable, NULL);
}

static void stop_accepting(struct listener *listener)
{
    for (size_t i = 0; i < listener->socket_count; i++)
        event_del(listener->sockets[i].readable);
}

static void on_retry(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    resume_accepting(ctx);
}

/* Without a descriptor or memory for it, a client stays in the queue, and the port stays readable: not to
 * look for a while is better than to spin. */
static void pause_accepting(struct listener *listener)
{
    stop_accepting(listener);
    event_add(listener->retry, &(struct timeval){.tv_usec = RETRY_AFTER_US});
}

static void serve(struct listener *listener, int fd)
{
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    listener->serve(listener->loop, listener->ctx, fd);
}

/* Is there nothing to accept a client with? */
static bool is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

/* Another error than these is that of a client that went before it was served. */
static void on_clients(evutil_socket_t listening, short what, void *ctx)
{
    struct listener *listener = ctx;

    (void)what;
    for (int i = 0; i < ACCEPTS_MAX; i++) {
        int fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd >= 0) {
            serve(listener, fd);
        } else if (is_shortage(errno)) {
            pause_accepting(listener);
            return;
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

static struct listener *make(struct loop *loop, listener_fn *serve_client)
{
    struct listener *listener = xcalloc(1, sizeof(*listener));

    listener->loop = loop;
    listener->serve = serve_client;
    listener->retry = evtimer_new(loop_base(loop), on_retry, listener);
    return listener;
}

static void add_socket(struct listener *listener, int fd)
{
    struct event_base *base = loop_base(listener->loop);

    if (listener->socket_count == 0) {
        listener->endpoint = endpoint_of(fd);
        endpoint_write_host(&listener->endpoint, listener->host);
    }
    listener->sockets[listener->socket_count++] =
        (struct listening_socket){fd, event_new(base, fd, EV_READ | EV_PERSIST, on_clients, listener)};
}

static void close_if_open(int fd)
{
    int error = errno;

    if (fd >= 0)
        close(fd);
    errno = error;
}

/* 0, or a code of errno, and then the problem says why that cannot be. */
static int listen_at(struct listener *listener, const char *host, int port, const char **problem)
{
    union endpoint endpoint = {0};
    int fd, error;

    *problem = endpoint_resolve(host, port, &endpoint);
    if (*problem == NULL && listener->socket_count == ENDPOINTS_MAX)
        *problem = "too many addresses";
    if (*problem != NULL)
        return EADDRNOTAVAIL;
    fd = endpoint_bind(&endpoint);
    if (fd < 0 || listen(fd, BACKLOG) != 0) {
        error = errno;
        close_if_open(fd);
        *problem = strerror(error);
        return error;
    }
    add_socket(listener, fd);
    return 0;
}

/* Does the error not tell that the machine has no such address? */
static bool is_real(int error)
{
    return error == EADDRINUSE || error == EMFILE || error == ENFILE || error == EACCES;
}

/* NULL, or why that cannot be at `host`. */
static const char *listen_at_all(struct listener *listener, const char *hosts, int port,
                                 char host[ENDPOINT_HOST_SIZE])
{
    const char *problem;
    bool may_lack;

    while (endpoint_next_host(&hosts, host, &may_lack)) {
        int same_port = listener->socket_count > 0 ? listener_port(listener) : port;
        int error = listen_at(listener, host, same_port, &problem);

        if (error != 0 && (!may_lack || is_real(error)))
            return problem;
    }
    return listener->socket_count == 0 ? "there is no such address" : NULL;
}

static void close_sockets(struct listener *listener)
{
    while (listener->socket_count > 0) {
        struct listening_socket *last = &listener->sockets[--listener->socket_count];

        event_free(last->readable);
        close(last->fd);
    }
}

/* A port that the system has chosen at the first host may be taken at another. */
struct listener *listener_at_port(struct loop *loop, const char *hosts, int port, listener_fn *serve_client,
                                  char *error, size_t error_size)
{
    struct listener *listener = make(loop, serve_client);
    char host[ENDPOINT_HOST_SIZE] = "";
    const char *problem = listen_at_all(listener, hosts, port, host);

    for (int i = 0; port == 0 && problem != NULL && listener->socket_count > 0 && i < CHOICES_MAX; i++) {
        close_sockets(listener);
        problem = listen_at_all(listener, hosts, port, host);
    }
    if (problem == NULL)
        return listener;
    snprintf(error, error_size, "cannot listen at %s port %d: %s", host, port, problem);
    listener_free(listener);
    return NULL;
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

struct listener *listener_at_path(struct loop *loop, const char *path, listener_fn *serve_client, char *error,
                                  size_t error_size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct listener *listener;
    int fd = -1;

    errno = ENAMETOOLONG;
    if (strlen(path) >= sizeof(address.sun_path))
        goto failed;
    strcpy(address.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind_path(fd, &address) != 0 || listen(fd, BACKLOG) != 0)
        goto failed;
    listener = make(loop, serve_client);
    add_socket(listener, fd);
    return listener;
failed:
    snprintf(error, error_size, "cannot listen at %s: %s", path, strerror(errno));
    close_if_open(fd);
    return NULL;
}

int listener_port(const struct listener *listener)
{
    return endpoint_port(&listener->endpoint);
}

const char *listener_host(const struct listener *listener)
{
    return listener->host;
}

bool listener_hears(const struct listener *listener, const char *host)
{
    for (size_t i = 0; i < listener->socket_count; i++) {
        union endpoint endpoint = endpoint_of(listener->sockets[i].fd);

        if (endpoint_hears(&endpoint, host))
            return true;
    }
    return false;
}

void listener_open(struct listener *listener, void *ctx)
{
    bool was_open = listener->ctx != NULL;

    listener->ctx = ctx;
    if (was_open == (ctx != NULL))
        return;
    if (was_open) {
        stop_accepting(listener);
        event_del(listener->retry);
    }
    for (size_t i = 0; i < listener->socket_count; i++)
        if (was_open)
            shutdown(listener->sockets[i].fd, SHUT_RDWR);
        else
            listen(listener->sockets[i].fd, BACKLOG);
    if (!was_open)
        resume_accepting(listener);
}

void listener_free(struct listener *listener)
{
    if (listener == NULL)
        return;
    event_free(listener->retry);
    close_sockets(listener);
    free(listener);
}
