/* SPDX-License-Identifier: MIT */
#include "scenarios/runner/conn.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The other side, which plays what it was told to. */
struct script {
    struct disq_env env;
    const char *gives;  /* what recv has, then gives_then */
    ssize_t gives_then; /* 0 or a negative code */
    ssize_t takes;      /* at most so many bytes a send, or a negative code */
    int takings;        /* so often, then DISQ_AGAIN */
    struct text taken;
    int handle; /* that connect gives */
    int open;   /* connections */
    struct conn conn;
    struct arena arena;
};

static int script_connect(void *ctx, const char *address)
{
    struct script *script = ctx;

    assert_string_equal(address, "somewhere:1");
    script->open += script->handle >= 0;
    return script->handle;
}

static ssize_t script_send(void *ctx, int handle, const void *bytes, size_t size)
{
    struct script *script = ctx;

    assert_int_equal(handle, script->handle);
    if (script->takes < 0)
        return script->takes;
    if (script->takings-- == 0)
        return DISQ_AGAIN;
    if (size > (size_t)script->takes)
        size = (size_t)script->takes;
    text_add(&script->taken, (struct slice){bytes, size});
    return (ssize_t)size;
}

static ssize_t script_recv(void *ctx, int handle, void *bytes, size_t size)
{
    struct script *script = ctx;
    size_t given = strlen(script->gives);

    assert_int_equal(handle, script->handle);
    if (given == 0)
        return script->gives_then;
    given = given < size ? given : size;
    memcpy(bytes, script->gives, given);
    script->gives += given;
    return (ssize_t)given;
}

static void script_close(void *ctx, int handle)
{
    struct script *script = ctx;

    assert_int_equal(handle, script->handle);
    script->open--;
}

static int setup(void **state)
{
    struct script *script = must_calloc(1, sizeof(*script));

    script->gives = "";
    script->gives_then = DISQ_AGAIN;
    script->takes = 1000;
    script->takings = 1000;
    script->handle = 5;
    script->env = (struct disq_env){.ctx = script,
                                    .connect = script_connect,
                                    .send = script_send,
                                    .recv = script_recv,
                                    .close = script_close};
    *state = script;
    return 0;
}

static int teardown(void **state)
{
    struct script *script = *state;

    conn_close(&script->conn);
    assert_int_equal(script->open, 0);
    arena_fini(&script->arena);
    text_fini(&script->taken);
    free(script);
    return 0;
}

static void open_and_send(struct script *script)
{
    conn_open(&script->conn, &script->env, "somewhere:1");
    conn_write(&script->conn, slice_of("PING\r\n"));
    conn_process(&script->conn);
}

static void assert_lost(struct script *script, enum conn_state state, const char *text)
{
    assert_int_equal(script->conn.state, state);
    assert_string_equal(conn_state_text(&script->conn), text);
    assert_true(conn_is_answered(&script->conn));
    assert_true(conn_is_readable(&script->conn));
    assert_int_equal(script->open, 0);
}

static void what_is_sent_goes_out_piece_by_piece(void **state)
{
    struct script *script = *state;

    script->takes = 2;
    script->takings = 2;
    open_and_send(script);
    assert_true(slice_is(text_slice(&script->taken), "PING"));
    assert_int_equal(script->conn.out.size, 2);

    script->takings = 1;
    conn_process(&script->conn);
    assert_true(slice_is(text_slice(&script->taken), "PING\r\n"));
    assert_int_equal(script->conn.out.size, 0);
    assert_string_equal(conn_state_text(&script->conn), "no reply");
}

static void replies_are_read_one_by_one(void **state)
{
    struct script *script = *state;
    struct value value;

    script->gives = "+one\r\n:2\r\n$3\r\nth";
    open_and_send(script);

    assert_true(conn_read(&script->conn, &script->arena, &value));
    assert_true(slice_is(value.text, "one"));
    assert_true(conn_is_answered(&script->conn));
    assert_true(conn_read(&script->conn, &script->arena, &value));
    assert_int_equal(value.integer, 2);
    assert_false(conn_is_answered(&script->conn));
    assert_true(conn_is_readable(&script->conn));
    assert_false(conn_read(&script->conn, &script->arena, &value));
}

static void the_end_of_the_stream_comes_after_what_was_said(void **state)
{
    struct script *script = *state;
    struct value value;

    script->gives = "+bye\r\n";
    script->gives_then = 0;
    open_and_send(script);

    assert_lost(script, CONN_CLOSED, "the connection was closed");
    assert_true(conn_read(&script->conn, &script->arena, &value));
    assert_false(conn_read(&script->conn, &script->arena, &value));
}

static void a_failure_to_send_lets_the_last_words_through(void **state)
{
    struct script *script = *state;
    struct value value;

    script->takes = DISQ_RESET;
    script->gives = "-ERR max number of clients reached\r\n";
    open_and_send(script);

    assert_lost(script, CONN_RESET, "the connection was reset");
    assert_true(conn_read(&script->conn, &script->arena, &value));
    assert_int_equal(value.kind, VALUE_ERROR);
}

static void a_reset_is_told_from_a_refusal(void **state)
{
    struct script *script = *state;

    script->gives_then = DISQ_RESET;
    open_and_send(script);
    assert_lost(script, CONN_RESET, "the connection was reset");
    conn_close(&script->conn);

    script->gives_then = DISQ_REFUSED;
    open_and_send(script);
    assert_lost(script, CONN_REFUSED, "the connection was refused");
    conn_close(&script->conn);

    script->handle = DISQ_REFUSED;
    open_and_send(script);
    assert_lost(script, CONN_REFUSED, "the connection was refused");
    conn_close(&script->conn);
    assert_string_equal(conn_state_text(&script->conn), "the connection is not open");
}

static void bytes_that_are_no_reply_end_the_connection(void **state)
{
    struct script *script = *state;
    struct value value;

    script->gives = "HTTP/1.1 400\r\n";
    open_and_send(script);
    assert_true(conn_is_answered(&script->conn));
    assert_false(conn_read(&script->conn, &script->arena, &value));

    assert_lost(script, CONN_GARBAGE, "bytes that are no reply");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_sent_goes_out_piece_by_piece),
        TEST(replies_are_read_one_by_one),
        TEST(the_end_of_the_stream_comes_after_what_was_said),
        TEST(a_failure_to_send_lets_the_last_words_through),
        TEST(a_reset_is_told_from_a_refusal),
        TEST(bytes_that_are_no_reply_end_the_connection),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
