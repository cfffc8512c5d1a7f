/* SPDX-License-Identifier: MIT */
/* Answers in pieces, too many of them, answers that are none, and answers meant to do harm. */
#include "tests/support/play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID "D-aaaaaaaa-000000000000000000000007-05a1"

static void answers_may_come_byte_by_byte(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){0});
    struct disq_job *job;

    scripted_set_chunk(play->world, 1);
    scripted_job(play->a, 'a', 7);

    assert_int_equal(disq_getjob(client, "mail", NULL, &job), 0);
    assert_string_equal(job->id, ID);
    assert_string_equal(job->body, "hello");
    disq_job_free(client, job);
}

static void the_deadline_is_for_the_whole_answer(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){.call_timeout_ms = 1000});

    scripted_dribble(play->a, 300 * MILLISECONDS, "+PONG\r\n");

    assert_int_equal(disq_ping(client), DISQ_TIMEOUT);
    assert_int_equal(play_ms(play), 1000);
}

static void a_slow_answer_in_time_is_an_answer(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){.call_timeout_ms = 1000});

    scripted_dribble(play->a, 100 * MILLISECONDS, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_int_equal(play_ms(play), 700);
}

static void an_answer_that_comes_twice_is_not_the_next_calls(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    int64_t length = 0;

    scripted_reply(play->a, ":1\r\n:1\r\n");
    scripted_reply(play->a, ":2\r\n");

    assert_int_equal(disq_qlen(client, "q", 0, &length), 0);
    assert_int_equal(disq_qlen(client, "q", 0, &length), 0);
    assert_int_equal(length, 2);
    assert_string_equal(scripted_requests(play->a), "QLEN q|HELLO|QLEN q|");
}

static void bytes_that_nobody_asked_for_close_the_connection(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    int64_t length = 0;

    scripted_push(play->a, ":666\r\n");
    scripted_advance(play->world, 2 * SECONDS);
    scripted_reply(play->a, ":2\r\n");

    assert_int_equal(disq_qlen(client, "q", 0, &length), 0);
    assert_int_equal(length, 2);
    assert_string_equal(scripted_requests(play->a), "HELLO|QLEN q|");
}

static void a_refusal_to_take_more_clients_is_told(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.connect_attempts = 1});

    scripted_hello(play->a, "-ERR max number of clients reached\r\n");

    assert_int_equal(disq_ping(client), DISQ_CANNOT_CONNECT);
    assert_string_equal(disq_error_text(client), "ERR max number of clients reached");
    assert_int_equal(disq_ackjob(client, NULL, 1, NULL), DISQ_INVALID);
    assert_string_equal(disq_error_text(client), "");
}

/* ---- Wrong types ---- */

static int addjob(struct disq *client)
{
    return disq_addjob(client, "q", "x", 1, NULL, NULL);
}

static int getjob(struct disq *client)
{
    struct disq_job *job;
    int rc = disq_getjob(client, "mail", &(struct disq_getjob_options){.withcounters = true}, &job);

    assert_true(rc == 0 || job == NULL);
    disq_jobs_free(client, job);
    return rc;
}

static int ackjob(struct disq *client)
{
    const char *const ids[] = {ID};

    return disq_ackjob(client, ids, 1, NULL);
}

static int qlen(struct disq *client)
{
    return disq_qlen(client, "q", 0, NULL);
}

static int hello(struct disq *client)
{
    return disq_hello(client, NULL);
}

static void an_answer_of_the_wrong_kind_closes_the_connection(void **state)
{
    static const struct {
        int (*make)(struct disq *client);
        const char *reply;
        int rc;
    } cases[] = {
        {disq_ping, ":1\r\n", DISQ_PROTOCOL},
        {disq_ping, "+PANG\r\n", DISQ_PROTOCOL},
        {qlen, "$1\r\n1\r\n", DISQ_PROTOCOL},
        {qlen, "*-1\r\n", DISQ_PROTOCOL},
        {ackjob, "+OK\r\n", DISQ_PROTOCOL},
        {addjob, ":1\r\n", DISQ_MAYBE_SENT},
        {addjob, "+D-short\r\n", DISQ_MAYBE_SENT},
        {addjob, "$40\r\n" ID "\r\n", DISQ_MAYBE_SENT},
        {getjob, "+OK\r\n", DISQ_PROTOCOL},
        {getjob, "$-1\r\n", DISQ_PROTOCOL},
        {getjob, "*1\r\n:1\r\n", DISQ_PROTOCOL},
        {getjob, "*1\r\n*2\r\n$1\r\nq\r\n$40\r\n" ID "\r\n", DISQ_PROTOCOL},
        {getjob, "*1\r\n*3\r\n$1\r\nq\r\n$2\r\nD-\r\n$1\r\nx\r\n", DISQ_PROTOCOL},
        {getjob, "*1\r\n*3\r\n$1\r\nq\r\n$40\r\n" ID "\r\n:1\r\n", DISQ_PROTOCOL},
        {getjob, "*2\r\n*3\r\n$1\r\nq\r\n$40\r\n" ID "\r\n$1\r\nx\r\n:1\r\n", DISQ_PROTOCOL},
        {getjob, "*1\r\n*5\r\n$1\r\nq\r\n$40\r\n" ID "\r\n$1\r\nx\r\n$5\r\nnacks\r\n+x\r\n", DISQ_PROTOCOL},
        {getjob, "*1\r\n*5\r\n$1\r\nq\r\n$40\r\n" ID "\r\n$1\r\nx\r\n$5\r\nnacks\r\n$2\r\n-1\r\n",
         DISQ_PROTOCOL},
    };
    struct play *play = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct disq *client = play_connected(play, (struct disq_options){0});

        scripted_reply(play->a, cases[i].reply);
        assert_int_equal(cases[i].make(client), cases[i].rc);
        assert_int_equal(scripted_open_count(play->world), 0);
        assert_string_equal(disq_error_text(client), "a reply that makes no sense");
    }
}

static void what_is_not_known_in_an_answer_is_let_pass(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    struct disq_job *job;

    scripted_reply(play->a, "*1\r\n*8\r\n$1\r\nq\r\n$40\r\n" ID "\r\n$1\r\nx\r\n$4\r\nmood\r\n*1\r\n+good\r\n"
                            "$5\r\nnacks\r\n:3\r\n$21\r\nadditional-deliveries\r\n");

    assert_int_equal(disq_getjob(client, "mail", NULL, &job), 0);
    assert_int_equal(job->nacks, 3);
    assert_int_equal(job->additional_deliveries, 0);
    disq_job_free(client, job);
}

/* ---- Harm ---- */

static void bytes_of_another_protocol_are_an_error(void **state)
{
    static const char *const replies[] = {
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "$-2\r\n",
        "$x\r\n",
        "$99999999999999999999\r\nx",
        "*99999999999999999999\r\n",
        "*-7\r\n",
        ":12x\r\n",
        ":99999999999999999999999\r\n",
        "\r\n\r\n",
    };
    struct play *play = *state;

    for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
        struct disq *client = play_connected(play, (struct disq_options){0});

        scripted_reply(play->a, replies[i]);
        assert_int_equal(qlen(client), DISQ_PROTOCOL);
        assert_int_equal(scripted_open_count(play->world), 0);
    }
}

static void a_length_of_two_gigabytes_takes_no_memory(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_reply(play->a, "$2147483647\r\nx");
    assert_int_equal(qlen(client), DISQ_TIMEOUT);
    scripted_advance(play->world, 5 * SECONDS);
    scripted_reply(play->a, "*2147483647\r\n:1\r\n");
    assert_int_equal(qlen(client), DISQ_TIMEOUT);
}

static void an_answer_beyond_the_limit_is_an_error(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){.reply_max_bytes = 1000});
    char *reply = calloc(1, 3000);

    memset(reply, 'x', 2000);
    memcpy(reply, "$1990\r\n", 7);
    scripted_reply(play->a, reply);
    free(reply);

    assert_int_equal(qlen(client), DISQ_PROTOCOL);
    assert_int_equal(scripted_open_count(play->world), 0);
}

/* Starts so many calls, which are all answered at once, by strings that with all around them take so many
 * bytes each; the last one takes `more`. */
static struct disq *start_calls(struct play *play, int count, int size, int more)
{
    struct disq *client = play_connected(play, (struct disq_options){.reply_max_bytes = 1000});
    char *text = calloc((size_t)count, (size_t)(size + more) + 1);
    char *at = text;

    for (int i = 0; i < count; i++) {
        int body = size - 8 + (i + 1 == count ? more : 0);

        assert_int_equal(disq_command_start(client, &(struct disq_bytes){"X", 1}, 1), 0);
        at += sprintf(at, "$%d\r\n%0*d\r\n", body, body, 0);
        if (i + 1 < count)
            scripted_silence(play->a);
    }
    scripted_reply(play->a, text);
    free(text);
    return client;
}

static void answers_at_once_may_be_longer_than_one_may_be(void **state)
{
    enum { COUNT = 100 };
    struct disq *client = start_calls(*state, COUNT, 1000, 0);

    for (int i = 0; i < COUNT; i++) {
        const struct disq_reply *reply;

        disq_wait(client);
        assert_int_equal(disq_finish_reply(client, &reply), 0);
        assert_int_equal(reply->size, 992);
    }
}

static void one_byte_beyond_the_limit_is_an_error(void **state)
{
    struct disq *client = start_calls(*state, 2, 1000, 1);

    disq_wait(client);
    assert_int_equal(disq_finish(client), 0);
    disq_wait(client);
    assert_int_equal(disq_finish(client), DISQ_PROTOCOL);
}

static void ten_thousand_arrays_in_each_other_are_an_error(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    char *reply = calloc(1, 10000 * 4 + 1);

    for (int i = 0; i < 10000; i++)
        memcpy(reply + (ptrdiff_t)i * 4, "*1\r\n", 4);
    scripted_reply(play->a, reply);
    free(reply);

    assert_int_equal(getjob(client), DISQ_PROTOCOL);
    assert_int_equal(scripted_open_count(play->world), 0);
}

static void a_big_answer_is_read_and_its_memory_given_back(void **state)
{
    enum { BODY = 3000000 };
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    char *reply = calloc(1, BODY + 200);
    struct disq_job *job;
    int head = sprintf(reply, "*1\r\n*3\r\n$1\r\nq\r\n$40\r\n" ID "\r\n$%d\r\n", BODY);

    memset(reply + head, 'x', BODY);
    strcpy(reply + head + BODY, "\r\n");
    scripted_reply(play->a, reply);
    scripted_reply(play->a, "+PONG\r\n");
    free(reply);

    assert_int_equal(disq_getjob(client, "q", NULL, &job), 0);
    assert_int_equal(job->body_size, BODY);
    assert_int_equal(disq_ping(client), 0);
    disq_job_free(client, job);
}

static void of_a_hello_without_end_some_nodes_are_learnt(void **state)
{
    enum { ROWS = 5000, ROW_SIZE = 100 };
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){0});
    char *table = malloc((ROWS + 1) * ROW_SIZE), *end = table;
    struct disq_hello hello;

    end += sprintf(end, "*%d\r\n:1\r\n$40\r\n%040d\r\n", ROWS + 2, 0);
    for (int i = 0; i < ROWS; i++)
        end += sprintf(end, "*4\r\n$40\r\n%040d\r\n$4\r\na%03x\r\n$1\r\n1\r\n$1\r\n1\r\n", i, i & 0xfff);
    scripted_hello(play->a, table);
    free(table);

    assert_int_equal(disq_hello(client, &hello), 0);
    assert_int_equal(hello.node_count, ROWS);
}

static void a_hello_of_the_wrong_kind_closes_the_connection(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_hello(play->a, "*2\r\n:1\r\n:2\r\n");

    assert_int_equal(hello(client), DISQ_PROTOCOL);
    assert_int_equal(scripted_open_count(play->world), 0);
}

static void every_code_of_disque_has_its_own_error(void **state)
{
    static const struct {
        const char *reply;
        int rc;
    } cases[] = {
        {"-ERR no\r\n", DISQ_ERR},
        {"-NOREPL Not enough\r\n", DISQ_NOREPL},
        {"-PAUSED q\r\n", DISQ_PAUSED},
        {"-MAXLEN q\r\n", DISQ_MAXLEN},
        {"-NOJOB x\r\n", DISQ_NOJOB},
        {"-BADID x\r\n", DISQ_BADID},
        {"-OOM x\r\n", DISQ_OOM},
        {"-NOAUTH x\r\n", DISQ_NOAUTH},
        {"-TOOLATE x\r\n", DISQ_TOOLATE},
        {"-LOADING x\r\n", DISQ_LOADING},
        {"-MISCONF x\r\n", DISQ_MISCONF},
        {"-WHATEVER x\r\n", DISQ_ERR},
        {"-\r\n", DISQ_ERR},
        {"-NOREPL\r\n", DISQ_NOREPL},
    };
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        scripted_reply(play->a, cases[i].reply);
        assert_int_equal(addjob(client), cases[i].rc);
        assert_memory_equal(disq_error_text(client), cases[i].reply + 1, strlen(cases[i].reply) - 3);
    }
    assert_int_equal(scripted_open_count(play->world), 1);
}

static void a_long_error_is_cut(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    char reply[1001];

    memset(reply, 'E', sizeof(reply));
    memcpy(reply, "-ERR ", 5);
    strcpy(reply + sizeof(reply) - 3, "\r\n");
    scripted_reply(play->a, reply);

    assert_int_equal(addjob(client), DISQ_ERR);
    assert_int_equal(strlen(disq_error_text(client)), 255);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(answers_may_come_byte_by_byte),
        TEST(the_deadline_is_for_the_whole_answer),
        TEST(a_slow_answer_in_time_is_an_answer),
        TEST(an_answer_that_comes_twice_is_not_the_next_calls),
        TEST(bytes_that_nobody_asked_for_close_the_connection),
        TEST(a_refusal_to_take_more_clients_is_told),
        TEST(an_answer_of_the_wrong_kind_closes_the_connection),
        TEST(what_is_not_known_in_an_answer_is_let_pass),
        TEST(bytes_of_another_protocol_are_an_error),
        TEST(a_length_of_two_gigabytes_takes_no_memory),
        TEST(an_answer_beyond_the_limit_is_an_error),
        TEST(answers_at_once_may_be_longer_than_one_may_be),
        TEST(one_byte_beyond_the_limit_is_an_error),
        TEST(ten_thousand_arrays_in_each_other_are_an_error),
        TEST(a_big_answer_is_read_and_its_memory_given_back),
        TEST(of_a_hello_without_end_some_nodes_are_learnt),
        TEST(a_hello_of_the_wrong_kind_closes_the_connection),
        TEST(every_code_of_disque_has_its_own_error),
        TEST(a_long_error_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
