/* SPDX-License-Identifier: MIT */
/* Many calls at a time: one write, results in turn, and what the loss of a connection means for each. */
#include "tests/support/play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ID   "D-aaaaaaaa-000000000000000000000007-05a1"
#define ID_B "D-bbbbbbbb-000000000000000000000007-05a1"

static void nothing_is_sent_before_it_is_looked_at(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    assert_int_equal(disq_ping_start(client), 0);
    assert_string_equal(scripted_requests(play->a), "");
    assert_true(disq_next_deadline(client) <= scripted_now_us(play->world));
    assert_int_equal(disq_process(client), DISQ_AGAIN);

    assert_string_equal(scripted_requests(play->a), "PING|");
    assert_int_equal(disq_next_deadline(client), scripted_now_us(play->world) + 5 * SECONDS);
}

static void calls_started_together_go_out_in_one_write(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    const char *id = ID;
    struct disq_job *job;
    int sends = scripted_send_count(play->world);
    int64_t number = 0;

    scripted_reply(play->a, ":1\r\n");
    scripted_job(play->a, 'a', 8);
    assert_int_equal(disq_ackjob_start(client, &id, 1), 0);
    assert_int_equal(disq_getjob_start(client, "mail", NULL), 0);
    disq_wait(client);

    assert_int_equal(disq_finish_number(client, &number), 0);
    assert_int_equal(number, 1);
    disq_wait(client);
    assert_int_equal(disq_finish_jobs(client, &job), 0);
    assert_int_equal(scripted_send_count(play->world) - sends, 1);
    assert_string_equal(scripted_requests(play->a), "ACKJOB " ID "|GETJOB FROM mail|");
    disq_job_free(client, job);
}

static void each_reply_lasts_until_another_call_ends(void **state)
{
    const struct disq_bytes time = {"TIME", 4};
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    const struct disq_reply *reply;

    for (int i = 0; i < 3; i++) {
        char text[] = "$3\r\nabc\r\n";

        text[4] += (char)i;
        scripted_reply(play->a, text);
        assert_int_equal(disq_command_start(client, &time, 1), 0);
    }
    for (int i = 0; i < 3; i++) {
        disq_wait(client);
        assert_int_equal(disq_finish_reply(client, &reply), 0);
        assert_int_equal(reply->text[0], 'a' + i);
        assert_string_equal(reply->text + 1, "bc");
    }
}

static void a_lost_connection_means_another_thing_for_each(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    const char *id = ID;
    struct disq_job *job;

    scripted_reset(play->a);
    for (int i = 0; i < 3; i++)
        scripted_silence(play->a);
    scripted_reply(play->a, ":1\r\n");
    assert_int_equal(disq_addjob_start(client, "q", "x", 1, NULL), 0);
    assert_int_equal(disq_ackjob_start(client, &id, 1), 0);
    assert_int_equal(disq_nack_start(client, &id, 1), 0);
    assert_int_equal(disq_getjob_start(client, "q", NULL), 0);
    disq_wait(client);
    assert_int_equal(disq_finish_id(client, NULL), DISQ_MAYBE_SENT);
    disq_wait(client);
    assert_int_equal(disq_finish_number(client, NULL), 0);
    assert_int_equal(disq_finish_number(client, NULL), DISQ_CLOSED);
    assert_int_equal(disq_finish_jobs(client, &job), DISQ_CLOSED);
    assert_string_equal(scripted_requests(play->a),
                        "ADDJOB q x 5000|ACKJOB " ID "|NACK " ID "|GETJOB FROM q|HELLO|ACKJOB " ID "|");
}

/* The one that is late closes the connection; those behind it are not late. */
static void a_late_answer_is_not_the_fault_of_those_behind_it(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){.call_timeout_ms = 1000});
    struct disq_job *job;

    scripted_silence(play->a);
    scripted_silence(play->a);
    scripted_reply(play->a, "+PONG\r\n");
    assert_int_equal(disq_qlen_start(client, "q", 0), 0);
    assert_int_equal(disq_getjob_start(client, "q", NULL), 0);
    disq_wait(client);
    assert_int_equal(disq_finish_number(client, NULL), DISQ_TIMEOUT);
    assert_int_equal(disq_finish_jobs(client, &job), DISQ_CLOSED);

    assert_int_equal(disq_ping(client), 0);
}

/* Nor is one without sense: what is behind it was not answered at all. */
static void an_answer_without_sense_is_not_the_fault_of_those_behind_it(void **state)
{
    static const char *const answers[] = {"+OK\r\n", "?\r\n"};
    struct play *play = *state;
    const char *id = ID;

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct disq *client = play_connected(play, (struct disq_options){0});

        scripted_reply(play->a, answers[i]);
        for (int n = 0; n < 3; n++)
            scripted_silence(play->a);
        scripted_reply(play->a, ":1\r\n");
        assert_int_equal(disq_qlen_start(client, "q", 0), 0);
        assert_int_equal(disq_ackjob_start(client, &id, 1), 0);
        assert_int_equal(disq_nack_start(client, &id, 1), 0);
        assert_int_equal(disq_addjob_start(client, "q", "x", 1, NULL), 0);
        disq_wait(client);
        assert_int_equal(disq_finish_number(client, NULL), DISQ_PROTOCOL);
        disq_wait(client);
        assert_int_equal(disq_finish_number(client, NULL), 0);
        assert_int_equal(disq_finish_number(client, NULL), DISQ_CLOSED);
        assert_int_equal(disq_finish_id(client, NULL), DISQ_MAYBE_SENT);
    }
}

static void calls_on_two_nodes_wait_for_neither(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    const char *id = ID_B;
    int64_t number = 0;

    scripted_reply_after(play->b, 1 * SECONDS, ":1\r\n");
    scripted_reply(play->a, "+PONG\r\n");
    assert_int_equal(disq_nack_start(client, &id, 1), 0);
    assert_int_equal(disq_ping_start(client), 0);
    disq_wait(client);

    assert_int_equal(disq_finish_number(client, &number), 0);
    assert_int_equal(number, 1);
    assert_int_equal(disq_finish(client), 0);
    assert_string_equal(scripted_requests(play->a), "PING|");
    assert_string_equal(scripted_requests(play->b), "HELLO|NACK " ID_B "|");
}

static void one_search_fails_for_all_that_wait(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.connect_timeout_ms = 1000});

    scripted_refuse(play->a, false);
    for (int i = 0; i < 3; i++)
        assert_int_equal(disq_ping_start(client), 0);
    for (int i = 0; i < 3; i++) {
        disq_wait(client);
        assert_int_equal(disq_finish(client), DISQ_CANNOT_CONNECT);
    }
    assert_int_equal(play_ms(play), 1000);
    assert_int_equal(disq_ping(client), DISQ_CANNOT_CONNECT);
    assert_int_equal(play_ms(play), 2000);
}

static void a_search_that_fails_is_no_matter_of_calls_under_way(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_reply(play->a, "-LEAVING This node is leaving\r\n");
    scripted_reply_after(play->a, 1 * SECONDS, "+" ID "\r\n");
    scripted_hello(play->a, "-NOAUTH Authentication required.\r\n");
    scripted_hello(play->b, "-NOAUTH Authentication required.\r\n");
    scripted_hello(play->c, "-NOAUTH Authentication required.\r\n");
    assert_int_equal(disq_ping_start(client), 0);
    assert_int_equal(disq_addjob_start(client, "q", "x", 1, NULL), 0);

    disq_wait(client);
    assert_int_equal(disq_finish(client), DISQ_NOAUTH);
    disq_wait(client);
    assert_int_equal(disq_finish_id(client, NULL), 0);
    assert_int_equal(play_ms(play), 1000);
}

static void every_call_is_told_and_what_it_took(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    int before = play->answers;

    scripted_reply_after(play->a, 250 * MILLISECONDS, "+PONG\r\n");
    assert_int_equal(disq_ping(client), 0);

    assert_int_equal(play->answers, before + 1);
    assert_int_equal(play->took_us, 250 * MILLISECONDS);
}

/* ---- Routes ---- */

static int nack(struct disq *client, const char *id)
{
    return disq_nack(client, &id, 1, NULL);
}

static void a_nack_goes_to_the_deliverer_alone(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    struct disq_job *job;

    scripted_job(play->a, 'b', 7);
    assert_int_equal(disq_getjob(client, "mail", NULL, &job), 0);
    disq_job_free(client, job);
    scripted_reply(play->a, ":1\r\n");

    assert_int_equal(nack(client, ID_B), 0);
    assert_string_equal(scripted_requests(play->b), "");
}

static void a_nack_goes_to_the_origin_when_the_deliverer_is_gone(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    struct disq_job *job;

    scripted_job(play->a, 'b', 7);
    assert_int_equal(disq_getjob(client, "mail", NULL, &job), 0);
    disq_job_free(client, job);
    scripted_refuse(play->a, false);
    scripted_advance(play->world, 1 * SECONDS);
    scripted_reply(play->b, ":1\r\n");

    assert_int_equal(nack(client, ID_B), 0);
    assert_string_equal(scripted_requests(play->b), "HELLO|NACK " ID_B "|");
}

static void a_nack_goes_anywhere_when_both_are_gone(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_refuse(play->b, false);
    scripted_reply(play->a, ":0\r\n");

    assert_int_equal(nack(client, ID_B), 0);
    assert_string_equal(scripted_requests(play->a), "NACK " ID_B "|");
}

static void working_answers_the_retry_time(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    int64_t retry_s = 0;

    scripted_reply(play->a, ":300\r\n");
    scripted_reply(play->a, "-TOOLATE Half of job TTL already elapsed\r\n");
    scripted_reply(play->a, "-NOJOB Job not known in the context of this node.\r\n");

    assert_int_equal(disq_working(client, ID, &retry_s), 0);
    assert_int_equal(retry_s, 300);
    assert_int_equal(disq_working(client, ID, NULL), DISQ_TOOLATE);
    assert_int_equal(disq_working(client, ID, NULL), DISQ_NOJOB);
    assert_int_equal(disq_working(client, NULL, NULL), DISQ_INVALID);
    assert_int_equal(disq_working(client, "x", NULL), DISQ_BADID);
}

static void the_others_are_sent_as_they_are_called(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    const char *const ids[] = {ID, "D-aaaaaaaa-000000000000000000000008-05a1"};
    int64_t number = 0;

    for (int i = 0; i < 3; i++)
        scripted_reply(play->a, ":2\r\n");

    assert_int_equal(disq_enqueue(client, ids, 2, &number), 0);
    assert_int_equal(disq_dequeue(client, ids, 2, &number), 0);
    assert_int_equal(disq_deljob(client, ids, 2, &number), 0);
    assert_int_equal(number, 2);
    assert_string_equal(scripted_requests(play->a),
                        "ENQUEUE " ID " D-aaaaaaaa-000000000000000000000008-05a1|"
                        "DEQUEUE " ID " D-aaaaaaaa-000000000000000000000008-05a1|"
                        "DELJOB " ID " D-aaaaaaaa-000000000000000000000008-05a1|");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_sent_before_it_is_looked_at),
        TEST(calls_started_together_go_out_in_one_write),
        TEST(each_reply_lasts_until_another_call_ends),
        TEST(a_lost_connection_means_another_thing_for_each),
        TEST(a_late_answer_is_not_the_fault_of_those_behind_it),
        TEST(an_answer_without_sense_is_not_the_fault_of_those_behind_it),
        TEST(calls_on_two_nodes_wait_for_neither),
        TEST(one_search_fails_for_all_that_wait),
        TEST(a_search_that_fails_is_no_matter_of_calls_under_way),
        TEST(every_call_is_told_and_what_it_took),
        TEST(a_nack_goes_to_the_deliverer_alone),
        TEST(a_nack_goes_to_the_origin_when_the_deliverer_is_gone),
        TEST(a_nack_goes_anywhere_when_both_are_gone),
        TEST(working_answers_the_retry_time),
        TEST(the_others_are_sent_as_they_are_called),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
