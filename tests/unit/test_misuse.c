/* SPDX-License-Identifier: MIT */
/* Arguments that cannot be: each is an error, nothing is sent, and the handle goes on. */
#include "client/settings.h"
#include "tests/support/play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID "D-aaaaaaaa-000000000000000000000007-05a1"

/* Nothing of all that was sent, and the handle still works. */
static void check_unharmed(struct play *play)
{
    assert_string_equal(scripted_requests(play->a), "");
    scripted_reply(play->a, "+PONG\r\n");
    assert_int_equal(disq_ping(play->client), 0);
}

static void addjob_checks_its_options(void **state)
{
    static const struct disq_addjob_options wrong[] = {
        {.timeout_ms = -2}, {.timeout_ms = INT64_MAX},
        {.replicate = -1},  {.replicate = 65536},
        {.ttl_s = -1},      {.ttl_s = INT64_C(4294967296)},
        {.retry_s = -1},    {.retry_s = INT64_C(4294967296)},
        {.delay_s = -1},    {.delay_s = INT64_C(4294967296)},
        {.maxlen = -1},     {.at_most_once = true, .retry_s = 1},
    };
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(disq_addjob(client, "q", "x", 1, &wrong[i], NULL), DISQ_INVALID);
    assert_int_equal(disq_addjob(client, NULL, "x", 1, NULL, NULL), DISQ_INVALID);
    assert_int_equal(disq_addjob(client, "q", NULL, 1, NULL, NULL), DISQ_INVALID);
    check_unharmed(play);
}

static void getjob_checks_its_options(void **state)
{
    const struct disq_bytes nothing = {.data = NULL, .size = 1};
    const struct disq_getjob_options wrong[] = {
        {.timeout_ms = -1},          {.timeout_ms = INT64_MAX}, {.count = -1},
        {.count = INT64_C(1) << 40}, {.queue_count = 1},        {.queues = &nothing, .queue_count = 1},
    };
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    struct disq_job *job = (struct disq_job *)play; /* to be cleared */

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(disq_getjob(client, "q", &wrong[i], &job), DISQ_INVALID);
        assert_null(job);
    }
    assert_int_equal(disq_getjob(client, NULL, NULL, &job), DISQ_INVALID);
    check_unharmed(play);
}

static void acks_check_every_id(void **state)
{
    static const char *const wrong[] = {
        "",
        "x",
        "X-aaaaaaaa-000000000000000000000007-05a1",
        "Daaaaaaaaa-000000000000000000000007-05a1",
        "D-aaaaaaaax000000000000000000000007-05a1",
        "D-aaaaaaaa-000000000000000000000007x05a1",
        "D-aaaaaaaa-000000000000000000000007-05a",
        "D-aaaaaaaa-000000000000000000000007-05a1 ",
    };
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        const char *const ids[] = {ID, wrong[i]};

        assert_int_equal(disq_ackjob(client, ids, 2, NULL), DISQ_BADID);
        assert_int_equal(disq_fastack(client, ids, 2, NULL), DISQ_BADID);
    }
    assert_int_equal(disq_ackjob(client, NULL, 1, NULL), DISQ_INVALID);
    assert_int_equal(disq_ackjob(client, &(const char *){NULL}, 1, NULL), DISQ_INVALID);
    check_unharmed(play);
}

static void commands_are_made_of_something(void **state)
{
    const struct disq_bytes wrong[] = {{"QLEN", 4}, {NULL, 1}};
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    assert_int_equal(disq_command(client, NULL, 1, NULL), DISQ_INVALID);
    assert_int_equal(disq_command(client, wrong, 0, NULL), DISQ_INVALID);
    assert_int_equal(disq_command(client, wrong, 2, NULL), DISQ_INVALID);
    assert_int_equal(disq_qlen(client, NULL, 0, NULL), DISQ_INVALID);
    check_unharmed(play);
}

static void no_handle_is_an_error_of_every_call(void **state)
{
    const char *id = ID;

    (void)state;
    assert_int_equal(disq_ping(NULL), DISQ_INVALID);
    assert_int_equal(disq_hello(NULL, NULL), DISQ_INVALID);
    assert_int_equal(disq_addjob(NULL, "q", "x", 1, NULL, NULL), DISQ_INVALID);
    assert_int_equal(disq_getjob(NULL, "q", NULL, NULL), DISQ_INVALID);
    assert_int_equal(disq_ackjob(NULL, &id, 1, NULL), DISQ_INVALID);
    assert_int_equal(disq_qlen(NULL, "q", 0, NULL), DISQ_INVALID);
    assert_int_equal(disq_command(NULL, &(struct disq_bytes){"PING", 4}, 1, NULL), DISQ_INVALID);
    assert_string_equal(disq_error_text(NULL), "");
}

static void a_size_that_no_memory_holds_is_out_of_memory(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    assert_int_equal(disq_addjob(client, "q", "x", SIZE_MAX / 2, NULL, NULL), DISQ_NO_MEMORY);
    check_unharmed(play);
}

static void texts_may_be_empty_and_bytes_anything(void **state)
{
    const struct disq_addjob_options options = {
        .queue_size = 3, .async = true, .at_most_once = true, .replicate = 1};
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_reply(play->a, "+" ID "\r\n");
    scripted_reply(play->a, "+" ID "\r\n");

    assert_int_equal(disq_addjob(client, "", NULL, 0, NULL, NULL), 0);
    assert_int_equal(disq_addjob(client, "\r\n\xff", "$1\r\n", 4, &options, NULL), 0);
    assert_string_equal(scripted_requests(play->a),
                        "ADDJOB   5000|ADDJOB \r\n\xff $1\r\n 5000 REPLICATE 1 RETRY 0 ASYNC|");
}

static void all_options_of_addjob_are_sent(void **state)
{
    const struct disq_addjob_options options = {.timeout_ms = DISQ_NO_TIMEOUT,
                                                .replicate = 3,
                                                .ttl_s = 4294967295,
                                                .retry_s = 7,
                                                .delay_s = 2,
                                                .maxlen = 9};
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_reply_after(play->a, 3600 * SECONDS, "+" ID "\r\n");

    assert_int_equal(disq_addjob(client, "q", "x", 1, &options, NULL), 0);
    assert_string_equal(scripted_requests(play->a),
                        "ADDJOB q x 0 REPLICATE 3 DELAY 2 RETRY 7 TTL 4294967295 MAXLEN 9|");
}

static void finishes_ask_for_the_oldest_calls_kind(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    assert_int_equal(disq_finish(client), DISQ_INVALID);
    assert_int_equal(disq_qlen_start(client, "q", 0), 0);
    assert_int_equal(disq_finish_id(client, NULL), DISQ_INVALID);
    assert_int_equal(disq_finish_jobs(client, NULL), DISQ_INVALID);
    assert_int_equal(disq_finish_reply(client, NULL), DISQ_INVALID);
    assert_int_equal(disq_finish_hello(client, NULL), DISQ_INVALID);
    assert_int_equal(disq_finish_number(client, NULL), DISQ_AGAIN);
    assert_int_equal(disq_finish(client), DISQ_AGAIN);
    disq_cancel(client);
    assert_int_equal(disq_finish(client), DISQ_CANCELLED);
    assert_int_equal(disq_finish(client), DISQ_INVALID);
}

static void a_handle_may_go_in_the_middle_of_a_call(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    assert_int_equal(disq_getjob_start(client, "q", NULL), 0);
    assert_int_equal(disq_ping_start(client), 0);
    assert_int_equal(disq_process(client), DISQ_AGAIN);

    disq_free(client);
    disq_free(NULL);
    play->client = NULL;
    assert_int_equal(scripted_open_count(play->world), 0);
}

static void results_need_not_be_taken(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_job(play->a, 'a', 1);
    assert_int_equal(disq_getjob(client, "q", NULL, NULL), 0);
    disq_job_free(client, NULL);
    disq_jobs_free(client, NULL);
    assert_int_equal(disq_command(client, &(struct disq_bytes){"NONE", 4}, 1, NULL), DISQ_TIMEOUT);
}

/* ---- Options ---- */

static void addresses_of_all_kinds_make_one(void **state)
{
    static const char *const good[] = {
        "a:1",           "a.example:65535,b:2", "[::1]:7711",       "[fe80::1%eth0]:7711",
        "10.0.0.1:7711", "unix:/tmp/s",         "disque://a:1,b:2/"};

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_int_equal(disq_options_check(&(struct disq_options){.nodes = good[i]}), 0);
}

static void options_out_of_range_make_no_handle(void **state)
{
    static const struct disq_options wrong[] = {
        {.nodes = ""},
        {.nodes = "a:1,"},
        {.nodes = "a:1, b:1"},
        {.nodes = "a:1\n"},
        {.nodes = "a"},
        {.nodes = "a:b"},
        {.nodes = "a:0"},
        {.nodes = "a:65536"},
        {.nodes = "a:99999999999999999999"},
        {.nodes = "a:"},
        {.nodes = ":1"},
        {.nodes = "[::1"},
        {.nodes = "[]:1"},
        {.nodes = "unix:"},
        {.nodes = "disque://a"},
        {.nodes = "disque://user:p@a:1"},
        {.nodes = "disque://a:1/db"},
        {.nodes = "disque://a:1/?nodes=b"},
        {.nodes = "disque://a:1/?password=b"},
        {.nodes = "disque://a:1/?call_timeout"},
        {.nodes = "disque://a:1/?call_timeout=%zz"},
        {.nodes = "disque://:%00@a:1"},
        {.call_timeout_ms = -1},
        {.connect_timeout_ms = INT64_MAX},
        {.backoff_initial_ms = -1},
        {.backoff_max_ms = -1},
        {.connect_attempts = -1},
        {.hello_interval_ms = -1},
        {.origin_window_ms = -1},
        {.move_min_jobs = -1},
        {.move_margin_percent = 40000},
        {.move_dwell_ms = -2},
    };
    char long_address[400];

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(disq_options_check(&wrong[i]), DISQ_INVALID);
    memset(long_address, 'x', sizeof(long_address));
    long_address[sizeof(long_address) - 1] = '\0';
    assert_int_equal(disq_options_check(&(struct disq_options){.nodes = long_address}), DISQ_INVALID);
    assert_int_equal(disq_options_check(NULL), 0);
}

static void an_environment_is_whole(void **state)
{
    struct disq_env env;
    struct disq_options options = {.env = &env};

    (void)state;
    disq_env_default(&env);
    env.resolve = NULL;
    assert_int_equal(disq_options_check(&options), 0);
    env.wait = NULL;
    assert_int_equal(disq_options_check(&options), DISQ_INVALID);
    disq_env_default(&env);
    env.recv = NULL;
    assert_int_equal(disq_options_check(&options), DISQ_INVALID);
    assert_int_equal(disq_options_check(&(struct disq_options){.env = &(struct disq_env){0}}), DISQ_INVALID);
}

static void a_recv_of_ones_own_is_not_passed_by(void **state)
{
    struct play *play = *state;
    struct disq_env env;
    struct disq_settings settings;

    disq_env_default(&env);
    assert_int_equal(disq_settings_init(&settings, &(struct disq_options){.env = &env}), 0);
    assert_true(settings.env.recv_until == env.recv_until);
    disq_settings_fini(&settings);

    env.recv = scripted_env(play->world)->recv;
    assert_int_equal(disq_settings_init(&settings, &(struct disq_options){.env = &env}), 0);
    assert_null(settings.env.recv_until);
    disq_settings_fini(&settings);
}

static void a_url_sets_options(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(
        play,
        (struct disq_options){.nodes = "disque://:p%40%2fss@a:1,b:1?call_timeout=1s&connect_attempts=1"});

    scripted_reply(play->a, "+OK\r\n");

    assert_int_equal(disq_ping(client), DISQ_TIMEOUT);
    assert_int_equal(play_ms(play), 1000);
    assert_string_equal(scripted_requests(play->a), "AUTH p@/ss|HELLO|PING|");
}

static void numbers_in_options_are_read_whole(void **state)
{
    static const char *const wrong[] = {"",   "-", "1 ", "1sm", "99999999999999999999", "9999999999999d",
                                        "+1", "-1"};
    struct disq_options options = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(disq_options_set(&options, "call_timeout", wrong[i]), DISQ_INVALID);
    assert_int_equal(disq_options_set(&options, "move_dwell", "-1"), 0);
    assert_int_equal(options.move_dwell_ms, -1);
    assert_int_equal(disq_options_set(&options, "count_origins", "0"), 0);
    assert_int_equal(disq_options_set(&options, "policy", "default"), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(addjob_checks_its_options),
        TEST(getjob_checks_its_options),
        TEST(acks_check_every_id),
        TEST(commands_are_made_of_something),
        TEST(no_handle_is_an_error_of_every_call),
        TEST(a_size_that_no_memory_holds_is_out_of_memory),
        TEST(texts_may_be_empty_and_bytes_anything),
        TEST(all_options_of_addjob_are_sent),
        TEST(finishes_ask_for_the_oldest_calls_kind),
        TEST(a_handle_may_go_in_the_middle_of_a_call),
        TEST(results_need_not_be_taken),
        TEST(addresses_of_all_kinds_make_one),
        TEST(options_out_of_range_make_no_handle),
        TEST(an_environment_is_whole),
        TEST(a_recv_of_ones_own_is_not_passed_by),
        TEST(a_url_sets_options),
        TEST(numbers_in_options_are_read_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
