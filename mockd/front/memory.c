/* SPDX-License-Identifier: MIT */
/* What mockd.h says of connections, without a socket. What is sent goes to the session at once, which looks
 * at it when the loop runs; what the session answers is moved here then, and waits to be received. */
#include "mockd/front/memory.h"

#include "mockd/front/loop.h"
#include "mockd/front/session.h"
#include "mockd/mockd.h"

#include <stdio.h>
#include <stdlib.h>

struct mockd_conn {
    struct session session;
    struct buffer received; /* by our side, from the node */
    size_t taken;           /* of that, by mockd_recv */
    void (*on_readable)(void *ctx);
    void *ctx;
};

static struct mockd_conn *conn_of(struct session *session)
{
    return OWNER_OF(session, struct mockd_conn, session);
}

static void notify(struct session *session)
{
    struct mockd_conn *conn = conn_of(session);

    if (conn->on_readable != NULL && mockd_is_readable(conn))
        conn->on_readable(conn->ctx);
}

static void memory_send(struct session *session)
{
    session_take_output(session, &conn_of(session)->received);
    notify(session);
}

static void memory_free(struct session *session)
{
    struct mockd_conn *conn = conn_of(session);

    buffer_fini(&conn->received);
    free(conn);
}

struct mockd_conn *memory_connect(struct loop *loop, struct node *node)
{
    static const struct carrier memory = {memory_send, memory_free, notify};
    struct mockd_conn *conn = xcalloc(1, sizeof(*conn));

    session_init(&conn->session, loop, node, &memory);
    conn->session.is_held = true;
    return conn;
}

ssize_t mockd_send(struct mockd_conn *conn, const void *bytes, size_t size)
{
    if (conn->session.is_closed)
        return MOCKD_RESET;
    session_feed(&conn->session, bytes, size);
    return (ssize_t)size;
}

/* What there is behind the last byte. */
static ssize_t end_of(const struct session *session)
{
    if (session->is_closed && session->is_reset)
        return MOCKD_RESET;
    return session->is_closed || session->has_output_ended ? 0 : MOCKD_AGAIN;
}

ssize_t mockd_recv(struct mockd_conn *conn, void *bytes, size_t size)
{
    size_t left = conn->received.size - conn->taken;

    if (left == 0)
        return end_of(&conn->session);
    if (size == 0)
        return 0;
    size = size < left ? size : left;
    memcpy(bytes, conn->received.data + conn->taken, size);
    conn->taken += size;
    if (size == left)
        conn->received.size = conn->taken = 0;
    return (ssize_t)size;
}

bool mockd_is_readable(const struct mockd_conn *conn)
{
    return conn->taken < conn->received.size || end_of(&conn->session) != MOCKD_AGAIN;
}

void memory_watch(struct mockd_conn *conn, void (*on_readable)(void *ctx), void *ctx)
{
    conn->on_readable = on_readable;
    conn->ctx = ctx;
}

void mockd_set_name(struct mockd_conn *conn, const char *name)
{
    snprintf(conn->session.name, sizeof(conn->session.name), "%s", name);
}

void mockd_close(struct mockd_conn *conn)
{
    if (conn == NULL)
        return;
    conn->session.is_held = false;
    conn->on_readable = NULL;
    if (conn->session.is_closed)
        session_free(&conn->session);
    else
        session_end_input(&conn->session);
}
