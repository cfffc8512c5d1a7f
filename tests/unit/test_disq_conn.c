/* SPDX-License-Identifier: MIT */
/* The client's connection, as far as no call shows it. */
#include "client/conn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The other side takes so many bytes, and no more until it is told to. */
struct sink {
    size_t takes;
    size_t taken;
    bool is_in_order;
};

static int sink_connect(void *ctx, const char *address)
{
    (void)ctx;
    (void)address;
    return 1;
}

static ssize_t sink_send(void *ctx, int handle, const void *bytes, size_t size)
{
    struct sink *sink = ctx;
    const unsigned char *byte = bytes;

    (void)handle;
    size = size < sink->takes ? size : sink->takes;
    sink->takes -= size;
    for (size_t i = 0; i < size; i++)
        sink->is_in_order = sink->is_in_order && byte[i] == (unsigned char)sink->taken++;
    return size > 0 ? (ssize_t)size : DISQ_AGAIN;
}

static void sink_close(void *ctx, int handle)
{
    (void)ctx;
    (void)handle;
}

/* A peer that is always a little behind is no reason to keep all that was ever sent to it. */
static void a_buffer_that_is_never_empty_stays_small(void **state)
{
    enum { PIECE = 100, PIECES = 100000 };
    struct sink sink = {.is_in_order = true};
    const struct disq_env env = {
        .ctx = &sink, .connect = sink_connect, .send = sink_send, .close = sink_close};
    struct disq_owed owed[2] = {{.kind = DISQ_OWED_PART}, {.kind = DISQ_OWED_PART}};
    struct disq_conn *conn;
    unsigned char next = 0;
    char piece[PIECE];

    (void)state;
    assert_int_equal(disq_conn_open(&env, "a:1", "a:1", 1000, &conn), 0);
    for (int i = 0; i < PIECES; i++) {
        for (int at = 0; at < PIECE; at++)
            piece[at] = (char)next++;
        conn->owed = NULL;
        assert_int_equal(disq_conn_push(conn, &owed[i % 2], piece, PIECE), 0);
        sink.takes = i < 5 ? 0 : PIECE;
        assert_int_equal(disq_conn_write(conn, &env), 0);
    }

    assert_true(sink.is_in_order);
    assert_int_equal(sink.taken, PIECE * (PIECES - 5));
    assert_int_equal(conn->out_end - conn->out_begin, 5 * PIECE);
    assert_in_range(conn->out_capacity, 5 * PIECE, 4096);
    disq_conn_close(conn, &env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_that_is_never_empty_stays_small),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
