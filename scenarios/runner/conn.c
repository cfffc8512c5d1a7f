/* SPDX-License-Identifier: MIT */
/* One connection: what is to be sent, what has come, and what became of it. */
#include "scenarios/runner/conn.h"

#include "scenarios/runner/wire.h"

#include <assert.h>

#define CHUNK 65536

static void lose(struct conn *conn, enum conn_state why)
{
    conn->env->close(conn->env->ctx, conn->handle);
    conn->state = why;
    conn->out.size = 0;
}

void conn_open(struct conn *conn, const struct disq_env *env, const char *address)
{
    assert(conn->state == CONN_NONE);
    conn->env = env;
    conn->handle = env->connect(env->ctx, address);
    conn->state = conn->handle >= 0 ? CONN_OPEN : CONN_REFUSED;
}

void conn_close(struct conn *conn)
{
    if (conn->state == CONN_OPEN)
        lose(conn, CONN_CLOSED);
    text_fini(&conn->in);
    text_fini(&conn->out);
    conn->state = CONN_NONE;
}

void conn_write(struct conn *conn, struct slice bytes)
{
    if (conn->state == CONN_OPEN)
        text_add(&conn->out, bytes);
}

static enum conn_state state_of(ssize_t error)
{
    return error == DISQ_REFUSED ? CONN_REFUSED : CONN_RESET;
}

static void receive(struct conn *conn)
{
    while (conn->state == CONN_OPEN) {
        char *place = text_reserve(&conn->in, CHUNK);
        ssize_t size = conn->env->recv(conn->env->ctx, conn->handle, place, CHUNK);

        if (size == DISQ_AGAIN)
            return;
        if (size > 0)
            conn->in.size += (size_t)size;
        else
            lose(conn, size == 0 ? CONN_CLOSED : state_of(size));
    }
}

/* What the other side said before it hung up is still to be read, so a failure to send is left to receive. */
static void send_out(struct conn *conn)
{
    size_t sent = 0;

    while (conn->state == CONN_OPEN && sent < conn->out.size) {
        ssize_t size =
            conn->env->send(conn->env->ctx, conn->handle, conn->out.data + sent, conn->out.size - sent);

        if (size == DISQ_AGAIN)
            break;
        if (size > 0) {
            sent += (size_t)size;
            continue;
        }
        receive(conn);
        if (conn->state == CONN_OPEN)
            lose(conn, state_of(size));
        return;
    }
    text_consume(&conn->out, sent);
}

void conn_process(struct conn *conn)
{
    send_out(conn);
    receive(conn);
}

bool conn_is_readable(const struct conn *conn)
{
    return conn->in.size > 0 || (conn->state != CONN_OPEN && conn->state != CONN_NONE);
}

bool conn_is_answered(const struct conn *conn)
{
    size_t size;

    return conn->state != CONN_OPEN || wire_measure(text_slice(&conn->in), &size) != WIRE_PARTIAL;
}

bool conn_read(struct conn *conn, struct arena *arena, struct value *value)
{
    size_t size;
    enum wire_result result = wire_measure(text_slice(&conn->in), &size);

    if (result == WIRE_REPLY) {
        *value = wire_parse(arena, text_slice(&conn->in));
        text_consume(&conn->in, size);
        return true;
    }
    if (result == WIRE_GARBAGE) {
        if (conn->state == CONN_OPEN)
            lose(conn, CONN_GARBAGE);
        conn->state = CONN_GARBAGE;
    }
    return false;
}

const char *conn_state_text(const struct conn *conn)
{
    static const char *const texts[] = {
        [CONN_NONE] = "the connection is not open",    [CONN_OPEN] = "no reply",
        [CONN_CLOSED] = "the connection was closed",   [CONN_RESET] = "the connection was reset",
        [CONN_REFUSED] = "the connection was refused", [CONN_GARBAGE] = "bytes that are no reply",
    };
    static_assert(ARRAY_LEN(texts) == CONN_STATE_COUNT, "every state has a text");

    return texts[conn->state];
}
