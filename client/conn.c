/* SPDX-License-Identifier: MIT */
/* hiredis' own contexts time out each read rather than the reply, raise SIGPIPE, and cannot be given another
 * transport in 0.14: hence a connection of our own around its reader. */
#include "client/conn.h"

#include <stdlib.h>
#include <string.h>

enum { RECEIVE_SIZE = 16384, FIRST_OUT_SIZE = 512, KEPT_MAX = 65536 };

int disq_conn_open(const struct disq_env *env, const char *address, const char *host, size_t reply_max,
                   struct disq_conn **conn)
{
    struct disq_conn *made = calloc(1, sizeof(*made));
    int rc = DISQ_NO_MEMORY;

    if (made == NULL || (rc = disq_reader_init(&made->reader, reply_max)) != 0)
        goto failed;
    strcpy(made->address, address);
    made->auth.kind = DISQ_OWED_AUTH;
    made->hello.kind = DISQ_OWED_HELLO;
    made->handle = rc = env->connect(env->ctx, host);
    if (rc < 0)
        goto failed;
    *conn = made;
    return 0;
failed:
    if (made != NULL)
        disq_reader_fini(&made->reader);
    free(made);
    return rc;
}

/* What was sent makes room, once that is at least as much as has to be moved for it. */
static void forget_sent(struct disq_conn *conn)
{
    size_t pending = conn->out_end - conn->out_begin;

    if (conn->out_begin < pending || conn->out_begin == 0)
        return;
    memmove(conn->out, conn->out + conn->out_begin, pending);
    conn->out_begin = 0;
    conn->out_end = pending;
}

static bool make_room(struct disq_conn *conn, size_t size)
{
    size_t capacity = conn->out_capacity > 0 ? conn->out_capacity : FIRST_OUT_SIZE;
    char *out;

    if (conn->out_begin == conn->out_end)
        conn->out_begin = conn->out_end = 0;
    if (size <= conn->out_capacity - conn->out_end)
        return true;
    forget_sent(conn);
    if (size <= conn->out_capacity - conn->out_end)
        return true;
    while (capacity - conn->out_end < size)
        capacity *= 2;
    out = realloc(conn->out, capacity);
    if (out == NULL)
        return false;
    conn->out = out;
    conn->out_capacity = capacity;
    return true;
}

int disq_conn_push(struct disq_conn *conn, struct disq_owed *owed, const char *bytes, size_t size)
{
    if (!make_room(conn, size))
        return DISQ_NO_MEMORY;
    owed->next = NULL;
    owed->begins_at = conn->sent + (conn->out_end - conn->out_begin);
    if (conn->owed == NULL)
        conn->owed = owed;
    else
        conn->owed_last->next = owed;
    conn->owed_last = owed;
    memcpy(conn->out + conn->out_end, bytes, size);
    conn->out_end += size;
    return 0;
}

void disq_conn_trim(struct disq_conn *conn)
{
    if (conn->out_begin < conn->out_end || conn->out_capacity <= KEPT_MAX)
        return;
    free(conn->out);
    conn->out = NULL;
    conn->out_begin = conn->out_end = conn->out_capacity = 0;
}

bool disq_conn_has_sent(const struct disq_conn *conn, const struct disq_owed *owed)
{
    return conn->sent > owed->begins_at;
}

/* The environment's words for a lost connection are many, ours are two. */
static int lost(ssize_t rc)
{
    return rc == DISQ_REFUSED ? DISQ_REFUSED : DISQ_CLOSED;
}

int disq_conn_write(struct disq_conn *conn, const struct disq_env *env)
{
    while (conn->out_begin < conn->out_end) {
        ssize_t n =
            env->send(env->ctx, conn->handle, conn->out + conn->out_begin, conn->out_end - conn->out_begin);

        if (n == DISQ_AGAIN)
            return 0;
        if (n <= 0)
            return lost(n);
        conn->out_begin += (size_t)n;
        conn->sent += (uint64_t)n;
    }
    return 0;
}

/* Takes what recv gave. 0: there may be more; DISQ_AGAIN: that was all. */
static int take(struct disq_conn *conn, const char *bytes, ssize_t n)
{
    int rc;

    if (n <= 0)
        return n == DISQ_AGAIN ? DISQ_AGAIN : lost(n);
    if ((rc = disq_reader_feed(&conn->reader, bytes, (size_t)n)) != 0)
        return rc;
    return n == RECEIVE_SIZE && !disq_reader_is_full(&conn->reader) ? 0 : DISQ_AGAIN;
}

int disq_conn_read(struct disq_conn *conn, const struct disq_env *env)
{
    char bytes[RECEIVE_SIZE];
    int rc = conn->awaited;

    conn->awaited = 0;
    while (rc == 0)
        rc = take(conn, bytes, env->recv(env->ctx, conn->handle, bytes, sizeof(bytes)));
    return rc == DISQ_AGAIN ? 0 : rc;
}

int disq_conn_await(struct disq_conn *conn, const struct disq_env *env, int64_t deadline_us)
{
    char bytes[RECEIVE_SIZE];
    ssize_t n = env->recv_until(env->ctx, conn->handle, bytes, sizeof(bytes), deadline_us);

    if (n < 0 && n != DISQ_AGAIN && n != DISQ_REFUSED && n != DISQ_RESET)
        return (int)n;
    conn->awaited = take(conn, bytes, n);
    return 0;
}

int disq_conn_reply(struct disq_conn *conn, struct disq_owed **owed, const struct disq_reply **reply)
{
    int rc;

    if (conn->owed == NULL) {
        conn->is_spoiled = disq_reader_has_bytes(&conn->reader);
        return DISQ_AGAIN;
    }
    rc = disq_reader_next(&conn->reader, reply);
    if (rc != 0 && rc != DISQ_PROTOCOL)
        return rc;
    *owed = conn->owed;
    conn->owed = (*owed)->next;
    return rc;
}

int64_t disq_conn_deadline(const struct disq_conn *conn)
{
    int64_t deadline_us = DISQ_NEVER;

    for (const struct disq_owed *owed = conn->owed; owed != NULL; owed = owed->next) {
        if (owed->deadline_us < deadline_us)
            deadline_us = owed->deadline_us;
    }
    return deadline_us;
}

void disq_conn_close(struct disq_conn *conn, const struct disq_env *env)
{
    if (conn == NULL)
        return;
    env->close(env->ctx, conn->handle);
    disq_reader_fini(&conn->reader);
    free(conn->out);
    free(conn);
}
