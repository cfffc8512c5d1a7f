/* SPDX-License-Identifier: MIT */
#include "mockd/front/session.h"

#include "mockd/cluster.h"
#include "mockd/front/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* A carrier that takes no more than it is told to. */
struct peer_end {
    struct session session;
    struct buffer got;
    size_t takes_max; /* in one pass */
    bool *is_freed;
};

struct world {
    struct mockd *cluster;
    struct peer_end *peer;
    bool is_freed;
    struct buffer log;
};

static void take(struct session *session)
{
    struct peer_end *peer = OWNER_OF(session, struct peer_end, session);
    struct bytes output = session_output(session);
    size_t size = output.size < peer->takes_max ? output.size : peer->takes_max;

    buffer_add(&peer->got, output.data, size);
    session_sent(session, size);
    if (size > 0 && size < output.size)
        loop_wake(session->loop, session);
}

static void free_peer(struct session *session)
{
    struct peer_end *peer = OWNER_OF(session, struct peer_end, session);

    *peer->is_freed = true;
    buffer_fini(&peer->got);
    free(peer);
}

static struct peer_end *connect_to(struct mockd *cluster, bool *is_freed)
{
    static const struct carrier carrier = {.send = take, .free = free_peer};
    struct peer_end *peer = xcalloc(1, sizeof(*peer));

    session_init(&peer->session, cluster_loop(cluster), cluster_node(cluster, 0), &carrier);
    peer->takes_max = SIZE_MAX;
    peer->is_freed = is_freed;
    return peer;
}

static void note_event(void *ctx, const char *line)
{
    const char *after_time = strchr(line, ' ');
    struct world *world = ctx;

    buffer_add_text(&world->log, after_time + 1);
    buffer_add_text(&world->log, "\n");
}

static int setup(void **state)
{
    struct world *world = xcalloc(1, sizeof(*world));

    world->cluster =
        mockd_new(&(struct mockd_options){.seed = 7, .on_event = note_event, .event_ctx = world});
    world->peer = connect_to(world->cluster, &world->is_freed);
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;

    mockd_free(world->cluster);
    buffer_fini(&world->log);
    free(world);
    return 0;
}

static void say(struct world *world, const char *text)
{
    session_feed(&world->peer->session, text, strlen(text));
}

static void run(struct world *world)
{
    assert_int_equal(mockd_advance(world->cluster, 0), 0);
}

static void assert_got(const struct world *world, const char *expected)
{
    const struct buffer *got = &world->peer->got;

    assert_false(world->is_freed);
    assert_int_equal(got->size, strlen(expected));
    if (got->size > 0)
        assert_memory_equal(got->data, expected, got->size);
}

/* Its last words: it stays there to be read although the node closes it. */
static void hold(struct world *world)
{
    world->peer->session.is_held = true;
}

static void assert_closed_after(struct world *world, const char *expected)
{
    assert_true(world->peer->session.is_closed);
    assert_got(world, expected);
    session_free(&world->peer->session);
    assert_true(world->is_freed);
}

/* Another client of the node, in memory. */
static void another_says(struct world *world, const char *text)
{
    struct mockd_conn *conn = mockd_connect(world->cluster, "A");

    mockd_send(conn, text, strlen(text));
    run(world);
    mockd_close(conn);
    run(world);
}

static void nothing_runs_until_the_loop_does(void **state)
{
    struct world *world = *state;

    say(world, "PING\r\n");
    assert_got(world, "");

    run(world);
    assert_got(world, "+PONG\r\n");
}

static void replies_come_in_the_order_of_the_requests(void **state)
{
    struct world *world = *state;

    say(world, "PING\r\nQLEN q\r\n*1\r\n$4\r\nnope\r\nPING end\r\n");
    run(world);

    assert_got(world, "+PONG\r\n:0\r\n-ERR unknown command 'nope'\r\n$3\r\nend\r\n");
}

static void input_of_a_blocked_client_waits_for_its_reply(void **state)
{
    struct world *world = *state;

    say(world, "GETJOB TIMEOUT 300 FROM q\r\nPING\r\n");
    run(world);
    say(world, "PING two\r\n");
    run(world);
    assert_got(world, "");

    assert_int_equal(mockd_advance(world->cluster, 500000), 0);
    assert_got(world, "*-1\r\n+PONG\r\n$3\r\ntwo\r\n");
}

static void another_client_can_end_the_wait(void **state)
{
    struct world *world = *state;

    say(world, "GETJOB FROM q\r\nPING\r\n");
    run(world);
    another_says(world, "ADDJOB q body 0\r\n");

    assert_true(world->peer->got.size > 0);
    assert_memory_equal(world->peer->got.data, "*1\r\n*3\r\n$1\r\nq\r\n", 15);
    assert_memory_equal(world->peer->got.data + world->peer->got.size - 7, "+PONG\r\n", 7);
}

static void quit_closes_and_drops_the_rest(void **state)
{
    struct world *world = *state;

    hold(world);
    say(world, "PING\r\nQUIT now\r\nADDJOB q body 0\r\n");
    run(world);

    assert_closed_after(world, "+PONG\r\n+OK\r\n");
}

static void a_protocol_error_closes_and_drops_the_rest(void **state)
{
    struct world *world = *state;

    hold(world);
    say(world, "PING\r\n*1\r\n\n\r\nADDJOB q body 0\r\n");
    run(world);

    assert_closed_after(world, "+PONG\r\n-ERR Protocol error: expected '$', got ' '\r\n");
}

static void what_comes_after_an_error_is_not_even_kept(void **state)
{
    struct world *world = *state;

    hold(world);
    world->peer->takes_max = 1;
    say(world, "*x\r\n");
    session_serve(&world->peer->session);
    say(world, "ADDJOB q body 0\r\n");
    assert_int_equal(resp_unread(&world->peer->session.reader), 0);
    run(world);

    assert_closed_after(world, "-ERR Protocol error: invalid multibulk length\r\n");
}

static void the_last_reply_is_sent_whole_before_it_closes(void **state)
{
    struct world *world = *state;

    hold(world);
    world->peer->takes_max = 1;
    say(world, "PING\r\nPING two\r\nQUIT\r\n");
    run(world);

    assert_closed_after(world, "+PONG\r\n$3\r\ntwo\r\n+OK\r\n");
}

static void what_was_sent_before_the_end_is_answered(void **state)
{
    struct world *world = *state;

    hold(world);
    world->peer->takes_max = 3;
    say(world, "PING\r\nPING two\r\nPIN");
    session_end_input(&world->peer->session);
    run(world);

    assert_closed_after(world, "+PONG\r\n$3\r\ntwo\r\n");
}

static void a_blocked_client_that_ends_is_gone(void **state)
{
    struct world *world = *state;

    hold(world);
    say(world, "GETJOB FROM q\r\nADDJOB q body 0\r\n");
    run(world);
    session_end_input(&world->peer->session);
    run(world);

    assert_closed_after(world, "");
}

static void a_lost_client_gets_nothing_more(void **state)
{
    struct world *world = *state;

    world->peer->takes_max = 0;
    say(world, "PING\r\n");
    session_lose(&world->peer->session);
    run(world);

    assert_true(world->is_freed);
}

static void too_much_unread_closes_without_a_reply(void **state)
{
    struct world *world = *state;

    hold(world);
    world->peer->session.unread_max = 6;
    say(world, "GETJOB FROM q\r\nPING\r\n");
    run(world);
    assert_false(world->peer->session.is_closed);
    say(world, "P");
    run(world);

    assert_closed_after(world, "");
}

/* A PING that echoes so many bytes. */
static void say_big_ping(struct world *world, size_t size)
{
    struct buffer request = {0};

    buffer_printf(&request, "*2\r\n$4\r\nPING\r\n$%zu\r\n", size);
    memset(buffer_reserve(&request, size), 'x', size);
    request.size += size;
    buffer_add_text(&request, "\r\n");
    session_feed(&world->peer->session, request.data, request.size);
    buffer_fini(&request);
}

static void who_does_not_read_is_not_served(void **state)
{
    struct world *world = *state;

    world->peer->takes_max = 0;
    for (int i = 0; i < 3; i++)
        say_big_ping(world, SESSION_UNSENT_MAX / 2);
    say(world, "ADDJOB q body 0\r\n");
    run(world);
    assert_true(session_is_backed_up(&world->peer->session));
    assert_true(session_output(&world->peer->session).size < SESSION_UNSENT_MAX + 100);
    assert_true(resp_unread(&world->peer->session.reader) > SESSION_UNSENT_MAX / 2);

    world->peer->takes_max = 1000000;
    loop_wake(cluster_loop(world->cluster), &world->peer->session);
    run(world);
    assert_false(session_is_backed_up(&world->peer->session));
    assert_int_equal(session_output(&world->peer->session).size, 0);
    assert_true(world->peer->got.size > 3 * (SESSION_UNSENT_MAX / 2));
    assert_memory_equal(world->peer->got.data + world->peer->got.size - 2, "\r\n", 2);
}

static void who_does_not_read_for_longer_than_the_limit_is_closed(void **state)
{
    struct world *world = *state;

    another_says(world, "CONFIG SET client-output-buffer-limit \"normal 0 1000 2\"\r\n");
    world->peer->takes_max = 0;
    say_big_ping(world, 20000);
    run(world);
    assert_int_equal(mockd_advance(world->cluster, 2000000), 0);
    say(world, "PING\r\n");
    run(world);
    assert_false(world->is_freed);

    assert_int_equal(mockd_advance(world->cluster, 1000000), 0);
    say(world, "PING\r\n");
    run(world);
    assert_true(world->is_freed);
}

static void who_reads_in_time_is_not_closed(void **state)
{
    struct world *world = *state;

    another_says(world, "CONFIG SET client-output-buffer-limit \"normal 0 1000 2\"\r\n");
    for (int i = 0; i < 3; i++) {
        world->peer->takes_max = 0;
        say_big_ping(world, 20000);
        run(world);
        assert_int_equal(mockd_advance(world->cluster, 2000000), 0);
        world->peer->takes_max = SIZE_MAX;
        loop_wake(cluster_loop(world->cluster), &world->peer->session);
        run(world);
    }
    assert_false(world->is_freed);
}

static void the_log_tells_requests_and_first_lines_of_replies(void **state)
{
    struct world *world = *state;

    say(world, "PING \"a\\n\\x00\"\r\nGETJOB TIMEOUT 1 FROM q\r\nNO\r\nQUIT\r\n");
    assert_int_equal(mockd_advance(world->cluster, 1000000), 0);
    buffer_add(&world->log, "", 1);

    assert_string_equal(world->log.data, "A.1 connected\n"
                                         "A.1 > \"PING\" \"a\\n\\x00\"\n"
                                         "A.1 < $3\n"
                                         "A.1 > \"GETJOB\" \"TIMEOUT\" \"1\" \"FROM\" \"q\"\n"
                                         "A queue \"q\" made\n"
                                         "A.1 < *-1\n"
                                         "A.1 > \"NO\"\n"
                                         "A.1 < -ERR unknown command 'NO'\n"
                                         "A.1 > \"QUIT\"\n"
                                         "A.1 < +OK\n"
                                         "A.1 closed\n");
}

static void the_log_cuts_long_arguments_and_long_requests(void **state)
{
    struct world *world = *state;
    struct buffer request = {0};

    buffer_add_text(&request, "NO");
    for (int i = 0; i < 10000; i++)
        buffer_add_text(&request, i % 100 == 0 ? " " : "x");
    buffer_add_text(&request, "\r\n");
    world->log.size = 0;
    session_feed(&world->peer->session, request.data, request.size);
    buffer_fini(&request);
    run(world);
    buffer_add(&world->log, "", 1);

    assert_non_null(strstr(world->log.data, "xxxx\"... \"xxxx"));
    assert_true(world->log.size < 1000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(nothing_runs_until_the_loop_does),
        TEST(replies_come_in_the_order_of_the_requests),
        TEST(input_of_a_blocked_client_waits_for_its_reply),
        TEST(another_client_can_end_the_wait),
        TEST(quit_closes_and_drops_the_rest),
        TEST(a_protocol_error_closes_and_drops_the_rest),
        TEST(what_comes_after_an_error_is_not_even_kept),
        TEST(the_last_reply_is_sent_whole_before_it_closes),
        TEST(what_was_sent_before_the_end_is_answered),
        TEST(a_blocked_client_that_ends_is_gone),
        TEST(a_lost_client_gets_nothing_more),
        TEST(too_much_unread_closes_without_a_reply),
        TEST(who_does_not_read_is_not_served),
        TEST(who_does_not_read_for_longer_than_the_limit_is_closed),
        TEST(who_reads_in_time_is_not_closed),
        TEST(the_log_tells_requests_and_first_lines_of_replies),
        TEST(the_log_cuts_long_arguments_and_long_requests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
