/* SPDX-License-Identifier: MIT */
/* Connections that are lost before, while and after a request is sent: what is sent again, what is not. */
#include "tests/support/play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ID       "D-aaaaaaaa-000000000000000000000007-05a1"
#define ID_REPLY "+" ID "\r\n"

/* One way to call each command. */
static int call_addjob(struct disq *client)
{
    return disq_addjob(client, "q", "x", 1, NULL, NULL);
}

static int call_addjob_twice_is_fine(struct disq *client)
{
    return disq_addjob(client, "q", "x", 1, &(struct disq_addjob_options){.may_repeat = true}, NULL);
}

static int call_getjob(struct disq *client)
{
    struct disq_job *job;
    int rc = disq_getjob(client, "mail", NULL, &job);

    disq_jobs_free(client, job);
    return rc;
}

static int end(struct disq *client, int rc)
{
    if (rc != 0)
        return rc;
    disq_wait(client);
    return disq_finish(client);
}

static const char *const ids[] = {ID};

#define CALL(name, start)                                                                                    \
    static int call_##name(struct disq *client)                                                              \
    {                                                                                                        \
        return end(client, disq_##name##_start start);                                                       \
    }

CALL(ackjob, (client, ids, 1))
CALL(fastack, (client, ids, 1))
CALL(deljob, (client, ids, 1))
CALL(nack, (client, ids, 1))
CALL(enqueue, (client, ids, 1))
CALL(dequeue, (client, ids, 1))
CALL(working, (client, ID))
CALL(show, (client, ID))
CALL(qlen, (client, "q", 0))
CALL(qpeek, (client, "q", 0, 1))
CALL(qstat, (client, "q", 0))
CALL(qscan, (client, "0", NULL))
CALL(jscan, (client, "0", NULL))
CALL(pause, (client, "q", 0, DISQ_PAUSE_ASK, false))
CALL(info, (client, NULL))
CALL(time, (client))
CALL(config_get, (client, "x"))
CALL(config_set, (client, "x", "y"))
CALL(cluster_forget, (client, "x"))
CALL(cluster_is_leaving, (client))
CALL(command, (client, &(struct disq_bytes){"MONITOR", 7}, 1))

static int call_pause_here(struct disq *client)
{
    return end(client, disq_pause_start(client, "q", 0, DISQ_PAUSE_IN, false));
}

static int call_pause_everywhere(struct disq *client)
{
    return end(client, disq_pause_start(client, "q", 0, DISQ_PAUSE_IN, true));
}

static const struct {
    int (*make)(struct disq *client);
    const char *request;
    const char *reply;
    int lost; /* what comes of it when its answer was lost; 0: it is sent again */
} calls[] = {
    {call_addjob, "ADDJOB q x 5000|", ID_REPLY, DISQ_MAYBE_SENT},
    {call_addjob_twice_is_fine, "ADDJOB q x 5000|", ID_REPLY, 0},
    {call_getjob, "GETJOB FROM mail|", "*-1\r\n", DISQ_CLOSED},
    {call_ackjob, "ACKJOB " ID "|", ":1\r\n", 0},
    {call_fastack, "FASTACK " ID "|", ":1\r\n", 0},
    {call_deljob, "DELJOB " ID "|", ":1\r\n", 0},
    {call_nack, "NACK " ID "|", ":1\r\n", DISQ_CLOSED},
    {call_enqueue, "ENQUEUE " ID "|", ":1\r\n", DISQ_CLOSED},
    {call_dequeue, "DEQUEUE " ID "|", ":1\r\n", DISQ_CLOSED},
    {call_working, "WORKING " ID "|", ":300\r\n", 0},
    {call_show, "SHOW " ID "|", "$-1\r\n", 0},
    {call_qlen, "QLEN q|", ":1\r\n", 0},
    {call_qpeek, "QPEEK q 1|", "*0\r\n", 0},
    {call_qstat, "QSTAT q|", "*0\r\n", 0},
    {call_qscan, "QSCAN 0|", "*2\r\n$1\r\n0\r\n*0\r\n", 0},
    {call_jscan, "JSCAN 0|", "*2\r\n$1\r\n0\r\n*0\r\n", 0},
    {call_pause, "PAUSE q state|", "+none\r\n", 0},
    {call_pause_here, "PAUSE q in|", "+in\r\n", DISQ_CLOSED},
    {call_pause_everywhere, "PAUSE q in bcast|", "+in\r\n", 0},
    {call_info, "INFO|", "$1\r\n#\r\n", 0},
    {call_time, "TIME|", "*2\r\n$1\r\n1\r\n$1\r\n0\r\n", 0},
    {disq_ping, "PING|", "+PONG\r\n", 0},
    {call_config_get, "CONFIG GET x|", "*0\r\n", DISQ_CLOSED},
    {call_config_set, "CONFIG SET x y|", "+OK\r\n", DISQ_CLOSED},
    {call_cluster_forget, "CLUSTER FORGET x|", "+OK\r\n", DISQ_CLOSED},
    {call_cluster_is_leaving, "CLUSTER LEAVING|", "+no\r\n", DISQ_CLOSED},
    {call_command, "MONITOR|", "*0\r\n", DISQ_CLOSED},
};

enum { CALLS = sizeof(calls) / sizeof(calls[0]) };

/* A world and a connected client of its own for each call. */
static struct play *begin(void **state)
{
    play_teardown(state);
    play_setup(state);
    play_connected(*state, (struct disq_options){0});
    return *state;
}

static void a_loss_that_is_seen_before_sending_harms_nobody(void **state)
{
    for (int i = 0; i < CALLS; i++) {
        struct play *play = begin(state);

        scripted_close_all(play->a);
        scripted_advance(play->world, 1 * SECONDS);
        scripted_reply(play->a, calls[i].reply);

        assert_int_equal(calls[i].make(play->client), 0);
        assert_memory_equal(scripted_requests(play->a), "HELLO|", 6);
        assert_string_equal(scripted_requests(play->a) + 6, calls[i].request);
    }
}

static void a_reset_before_the_first_byte_harms_nobody(void **state)
{
    for (int i = 0; i < CALLS; i++) {
        struct play *play = begin(state);

        scripted_refuse(play->a, false);
        scripted_accept(play->a);
        scripted_reply(play->a, calls[i].reply);

        assert_int_equal(calls[i].make(play->client), 0);
        assert_string_equal(scripted_requests(play->a) + 6, calls[i].request);
    }
}

static void a_request_cut_in_two_may_have_been_sent(void **state)
{
    for (int i = 0; i < CALLS; i++) {
        struct play *play = begin(state);

        scripted_break_after(play->a, 5);
        scripted_reply(play->a, calls[i].reply);

        assert_int_equal(calls[i].make(play->client), calls[i].lost);
        if (calls[i].lost == 0)
            assert_string_equal(scripted_requests(play->a) + 6, calls[i].request);
        else
            assert_string_equal(scripted_requests(play->a), "");
    }
}

static void check_lost_answer(void **state, void (*lose)(struct scripted_server *server))
{
    for (int i = 0; i < CALLS; i++) {
        struct play *play = begin(state);
        size_t size = strlen(calls[i].request);
        const char *requests = scripted_requests(play->a);

        lose(play->a);
        scripted_reply(play->a, calls[i].reply);

        assert_int_equal(calls[i].make(play->client), calls[i].lost);
        assert_memory_equal(requests, calls[i].request, size);
        if (calls[i].lost != 0) {
            assert_string_equal(requests + size, "");
            assert_string_not_equal(disq_error_text(play->client), "");
        } else {
            assert_memory_equal(requests + size, "HELLO|", 6);
            assert_string_equal(requests + size + 6, calls[i].request);
        }
        assert_int_equal(scripted_open_count(play->world), calls[i].lost == 0);
    }
}

static void lose_by_reset(struct scripted_server *server)
{
    scripted_reset(server);
}

static void lose_by_end(struct scripted_server *server)
{
    scripted_cut(server, "");
}

static void lose_by_cut(struct scripted_server *server)
{
    scripted_cut(server, "*");
}

static void a_reset_after_the_request(void **state)
{
    check_lost_answer(state, lose_by_reset);
}

static void an_end_of_the_stream_instead_of_an_answer(void **state)
{
    check_lost_answer(state, lose_by_end);
}

static void an_answer_cut_in_two(void **state)
{
    check_lost_answer(state, lose_by_cut);
}

static void the_handle_goes_on_after_any_loss(void **state)
{
    for (int i = 0; i < CALLS; i++) {
        struct play *play = begin(state);

        scripted_reset(play->a);
        for (int n = 0; n < 3; n++)
            scripted_reply(play->a, calls[i].reply);
        calls[i].make(play->client);
        scripted_advance(play->world, 1 * SECONDS);

        assert_int_equal(calls[i].make(play->client), 0);
    }
}

static void an_error_is_an_answer(void **state)
{
    for (int i = 0; i < CALLS; i++) {
        struct play *play = begin(state);
        bool takes_errors = calls[i].make == call_command;

        scripted_reply(play->a, "-ERR not now\r\n");
        scripted_reply(play->a, calls[i].reply);

        assert_int_equal(calls[i].make(play->client), takes_errors ? 0 : DISQ_ERR);
        assert_string_equal(scripted_requests(play->a), calls[i].request);
    }
}

static void a_node_that_always_hangs_up_is_given_up(void **state)
{
    struct play *play = begin(state);

    for (int i = 0; i < 10; i++)
        scripted_reset(play->a);

    assert_int_equal(disq_ping(play->client), DISQ_CLOSED);
    assert_string_equal(scripted_requests(play->a), "PING|HELLO|PING|HELLO|PING|HELLO|PING|");
}

/* A node that greets, and then takes nothing. */
static ssize_t send_greeting_only(void *ctx, int handle, const void *bytes, size_t size)
{
    static const char greeting[] = "*1\r\n$5\r\nHELLO\r\n";
    bool is_greeting = size == sizeof(greeting) - 1 && memcmp(bytes, greeting, size) == 0;

    return is_greeting ? scripted_env(ctx)->send(ctx, handle, bytes, size) : DISQ_RESET;
}

static void what_was_never_sent_was_not_done(void **state)
{
    struct play *play = begin(state);
    struct disq_env env = *scripted_env(play->world);

    env.send = send_greeting_only;
    for (int i = 0; i < CALLS; i++) {
        struct disq *client = disq_new(&(struct disq_options){.nodes = "a:1", .env = &env});
        int rc = calls[i].make(client);

        disq_free(client);
        assert_int_equal(rc, DISQ_CLOSED);
    }
}

static void what_was_lost_is_sent_to_another_node(void **state)
{
    struct play *play = begin(state);

    scripted_refuse(play->a, true);
    scripted_reply(play->b, "+PONG\r\n");
    scripted_advance(play->world, 2 * SECONDS);

    assert_int_equal(disq_ping(play->client), 0);
    assert_string_equal(scripted_requests(play->b), "HELLO|PING|");
    assert_non_null(strstr(play->events, "moved a:1 b:1 closed|"));
}

static void a_getjob_sent_again_waits_for_the_rest_of_its_time(void **state)
{
    const struct disq_getjob_options options = {.timeout_ms = 3000};
    struct play *play = begin(state);
    struct disq_job *job;

    scripted_reply_after(play->a, 1 * SECONDS, "-LEAVING This node is leaving\r\n");
    scripted_reply(play->b, "*-1\r\n");

    assert_int_equal(disq_getjob(play->client, "mail", &options, &job), 0);
    assert_null(job);
    assert_string_equal(scripted_requests(play->a), "GETJOB TIMEOUT 3000 FROM mail|");
    assert_string_equal(scripted_requests(play->b), "HELLO|GETJOB TIMEOUT 2000 FROM mail|");
}

static void a_late_answer_closes_the_connection(void **state)
{
    struct play *play = begin(state);
    int64_t length = 0;

    scripted_reply_after(play->a, 6 * SECONDS, ":1\r\n");
    scripted_reply(play->a, ":2\r\n");

    assert_int_equal(disq_qlen(play->client, "q", 0, &length), DISQ_TIMEOUT);
    assert_int_equal(play_ms(play), 5000);
    assert_int_equal(scripted_open_count(play->world), 0);
    scripted_advance(play->world, 5 * SECONDS);
    assert_int_equal(disq_qlen(play->client, "q", 0, &length), 0);
    assert_int_equal(length, 2);
}

static void a_late_addjob_may_have_been_sent(void **state)
{
    struct play *play = begin(state);

    scripted_reply_after(play->a, 60 * SECONDS, ID_REPLY);

    assert_int_equal(call_addjob(play->client), DISQ_MAYBE_SENT);
    assert_int_equal(play_ms(play), 6500);
    assert_string_equal(scripted_requests(play->a), "ADDJOB q x 5000|");
}

static void a_getjob_has_its_timeout_and_grace(void **state)
{
    struct play *play = begin(state);
    struct disq_job *job;

    assert_int_equal(disq_getjob(play->client, "q", &(struct disq_getjob_options){.timeout_ms = 2000}, &job),
                     DISQ_TIMEOUT);
    assert_null(job);
    assert_int_equal(play_ms(play), 3500);
}

static void a_wait_that_fails_ends_the_call(void **state)
{
    struct play *play = begin(state);

    scripted_fail_wait(play->world, DISQ_NO_MEMORY);
    assert_int_equal(disq_ping(play->client), DISQ_NO_MEMORY);
    scripted_fail_wait(play->world, 0);
    scripted_reply(play->a, "+PONG\r\n");
    scripted_advance(play->world, 2 * SECONDS);

    assert_int_equal(disq_ping(play->client), 0);
    assert_string_equal(scripted_requests(play->a), "PING|HELLO|PING|");
}

/* No error that invites to try again, unless trying again does no harm. */
static void a_wait_that_fails_after_the_request_says_what_may_be_done(void **state)
{
    for (int i = 0; i < CALLS; i++) {
        struct play *play = begin(state);
        bool is_safe = calls[i].lost == 0 && calls[i].make != call_addjob_twice_is_fine;

        scripted_fail_wait(play->world, DISQ_NO_MEMORY);

        assert_int_equal(calls[i].make(play->client), is_safe                        ? DISQ_NO_MEMORY
                                                      : calls[i].lost == DISQ_CLOSED ? DISQ_CLOSED
                                                                                     : DISQ_MAYBE_SENT);
        assert_string_equal(scripted_requests(play->a), calls[i].request);
    }
}

/* Who takes a second job rather than none still wants to know that there may be a first. */
static void what_was_lost_and_cannot_be_sent_again_may_have_been_sent(void **state)
{
    struct play *play = begin(state);
    struct disq *client = play_connected(play, (struct disq_options){.connect_attempts = 1});

    scripted_refuse(play->b, false);
    scripted_refuse(play->c, false);
    scripted_reset(play->a);
    scripted_hello(play->a, "-LOADING Disque is loading the dataset in memory\r\n");

    assert_int_equal(call_addjob_twice_is_fine(client), DISQ_MAYBE_SENT);
    assert_int_equal(call_addjob_twice_is_fine(client), DISQ_CANNOT_CONNECT);
}

static void a_cancelled_call_leaves_no_answer_behind(void **state)
{
    struct play *play = begin(state);

    assert_int_equal(disq_ping_start(play->client), 0);
    assert_int_equal(disq_process(play->client), DISQ_AGAIN);
    disq_cancel(play->client);
    disq_cancel(play->client);
    assert_int_equal(disq_next_deadline(play->client), DISQ_NEVER);
    assert_int_equal(disq_wants(play->client, NULL, 0), 0);
    assert_int_equal(disq_process(play->client), 0);
    assert_int_equal(disq_finish(play->client), DISQ_CANCELLED);
    assert_int_equal(scripted_open_count(play->world), 0);
    disq_cancel(play->client);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_loss_that_is_seen_before_sending_harms_nobody),
        TEST(a_reset_before_the_first_byte_harms_nobody),
        TEST(a_request_cut_in_two_may_have_been_sent),
        TEST(a_reset_after_the_request),
        TEST(an_end_of_the_stream_instead_of_an_answer),
        TEST(an_answer_cut_in_two),
        TEST(the_handle_goes_on_after_any_loss),
        TEST(an_error_is_an_answer),
        TEST(a_node_that_always_hangs_up_is_given_up),
        TEST(what_was_never_sent_was_not_done),
        TEST(what_was_lost_is_sent_to_another_node),
        TEST(a_getjob_sent_again_waits_for_the_rest_of_its_time),
        TEST(a_late_answer_closes_the_connection),
        TEST(a_late_addjob_may_have_been_sent),
        TEST(a_getjob_has_its_timeout_and_grace),
        TEST(a_wait_that_fails_ends_the_call),
        TEST(a_wait_that_fails_after_the_request_says_what_may_be_done),
        TEST(what_was_lost_and_cannot_be_sent_again_may_have_been_sent),
        TEST(a_cancelled_call_leaves_no_answer_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
