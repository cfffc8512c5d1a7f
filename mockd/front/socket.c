/* SPDX-License-Identifier: MIT */
/* A session on a stream socket: read when there is something, written once a pass with all that was answered
 * in it. No bufferevents: they make twice the system calls. */
#include "mockd/front/socket.h"

#include "mockd/front/endpoint.h"
#include "mockd/front/loop.h"
#include "mockd/front/session.h"

#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { READ_SIZE = 65536, LAST_READS_MAX = 64 };

struct socket {
    struct session session;
    int fd;
    struct event *readable;
    struct event *writable;
    bool is_reading; /* readable is added */
};

static struct socket *socket_of(struct session *session)
{
    return OWNER_OF(session, struct socket, session);
}

static void set_reading(struct socket *socket, bool is_reading)
{
    if (is_reading == socket->is_reading)
        return;
    socket->is_reading = is_reading;
    if (is_reading)
        event_add(socket->readable, NULL);
    else
        event_del(socket->readable);
}

static bool is_passing(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static void on_readable(evutil_socket_t fd, short what, void *ctx)
{
    struct socket *socket = ctx;
    char bytes[READ_SIZE];
    ssize_t size;

    (void)what;
    if (client_is_frozen(&socket->session.client)) {
        set_reading(socket, false);
        return;
    }
    size = recv(fd, bytes, sizeof(bytes), 0);
    if (size > 0) {
        session_feed(&socket->session, bytes, (size_t)size);
    } else if (size == 0) {
        set_reading(socket, false);
        session_end_input(&socket->session);
    } else if (!is_passing(errno)) {
        set_reading(socket, false);
        session_lose(&socket->session);
    }
}

static void on_writable(evutil_socket_t fd, short what, void *ctx)
{
    struct socket *socket = ctx;

    (void)fd;
    (void)what;
    loop_wake(socket->session.loop, &socket->session);
}

/* MSG_NOSIGNAL: a client that is gone is no reason for SIGPIPE. */
static void write_output(struct socket *socket, struct bytes output)
{
    struct session *session = &socket->session;
    ssize_t size = send(socket->fd, output.data, output.size, MSG_NOSIGNAL);

    if (size >= 0)
        session_sent(session, (size_t)size);
    else if (!is_passing(errno))
        session->is_lost = true;
    if (session_output(session).size > 0 && !session->is_lost)
        event_add(socket->writable, NULL);
    if (session->has_output_ended && session_output(session).size == 0)
        shutdown(socket->fd, SHUT_WR);
}

/* Who does not read its replies need not ask for more. */
static void socket_send(struct session *session)
{
    struct socket *socket = socket_of(session);
    struct bytes output = session_output(session);

    if (!session->is_lost && (output.size > 0 || session->has_output_ended))
        write_output(socket, output);
    if (!session->is_lost)
        set_reading(socket, !session->has_input_ended && !session_is_backed_up(session));
}

/* Closing with something unread would have the system reset the connection, and its last replies might be
 * lost on their way. */
static void drop_unread(int fd)
{
    char bytes[READ_SIZE];

    for (int i = 0; i < LAST_READS_MAX && recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0; i++)
        continue;
}

static void socket_free(struct session *session)
{
    struct socket *socket = socket_of(session);

    event_free(socket->readable);
    event_free(socket->writable);
    if (session->is_reset)
        setsockopt(socket->fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    else
        drop_unread(socket->fd);
    close(socket->fd);
    free(socket);
}

/* For CLIENT LIST and KILL. A client at a path has no address of its own: it is given the path. */
static void write_address(struct client *client, int fd)
{
    union {
        union endpoint ip;
        struct sockaddr any;
        struct sockaddr_un path;
    } address = {0};
    socklen_t size = sizeof(address);
    char host[INET6_ADDRSTRLEN] = "";

    if (getpeername(fd, &address.any, &size) == 0)
        endpoint_write_host(&address.ip, host);
    if (host[0] != '\0')
        snprintf(client->address, sizeof(client->address), strchr(host, ':') != NULL ? "[%s]:%d" : "%s:%d",
                 host, endpoint_port(&address.ip));
    size = sizeof(address);
    if (getsockname(fd, &address.any, &size) == 0 && address.any.sa_family == AF_UNIX &&
        size > sizeof(sa_family_t)) {
        client->is_at_path = true;
        snprintf(client->address, sizeof(client->address), "%.*s:0", CLIENT_ADDRESS_SIZE - 3,
                 address.path.sun_path);
    }
}

struct session *socket_serve(struct loop *loop, struct node *node, int fd)
{
    static const struct carrier carrier = {.send = socket_send, .free = socket_free};
    struct socket *socket = xcalloc(1, sizeof(*socket));

    evutil_make_socket_nonblocking(fd);
    socket->fd = fd;
    socket->readable = event_new(loop_base(loop), fd, EV_READ | EV_PERSIST, on_readable, socket);
    socket->writable = event_new(loop_base(loop), fd, EV_WRITE, on_writable, socket);
    session_init(&socket->session, loop, node, &carrier);
    write_address(&socket->session.client, fd);
    set_reading(socket, true);
    return &socket->session;
}
