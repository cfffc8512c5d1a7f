/* SPDX-License-Identifier: MIT */
/* Leaving nodes, reads that follow the jobs, and acks that find their way. */
#include "tests/support/play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LEAVING "-LEAVING This node is leaving the cluster, please connect to a different one\r\n"
#define NODE_A  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NODE_B  "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ID_A    "D-aaaaaaaa-000000000000000000000001-05a1"
#define ID_B    "D-bbbbbbbb-000000000000000000000001-05a1"
#define ID_C    "D-cccccccc-000000000000000000000001-05a1"

static const struct disq_options counting = {.count_origins = true, .move_min_jobs = 2};

static int get(struct disq *client, struct disq_job **job)
{
    return disq_getjob(client, "mail", NULL, job);
}

static void get_and_drop(struct disq *client)
{
    struct disq_job *job = NULL;

    assert_int_equal(get(client, &job), 0);
    assert_non_null(job);
    disq_job_free(client, job);
}

static int ack(struct disq *client, const char *id)
{
    return disq_ackjob(client, &id, 1, NULL);
}

/* Two jobs of b's arrive on a, after which reads are to move to b. */
static struct disq *about_to_move(struct play *play)
{
    struct disq *client = play_connected(play, counting);

    scripted_job(play->a, 'b', 1);
    scripted_job(play->a, 'b', 2);
    get_and_drop(client);
    get_and_drop(client);
    return client;
}

/* ---- Leaving ---- */

static void a_consumer_goes_on_elsewhere(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_reply(play->a, LEAVING);
    scripted_job(play->b, 'b', 1);

    get_and_drop(client);
    assert_string_equal(disq_home(client), NODE_B);
    assert_string_equal(play->events, "connected b:1|moved a:1 b:1 leaving|resent b:1 leaving|");
}

static void an_addjob_that_waited_may_have_been_sent(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_reply(play->a, LEAVING);
    scripted_reply(play->b, "+" ID_B "\r\n");

    assert_int_equal(disq_addjob(client, "q", "x", 1, NULL, NULL), DISQ_MAYBE_SENT);
    assert_string_equal(scripted_requests(play->b), "");
    assert_int_equal(disq_addjob(client, "q", "x", 1, NULL, NULL), 0);
    assert_string_equal(scripted_requests(play->b), "HELLO|ADDJOB q x 5000|");
}

static void an_addjob_that_promises_nothing_was_made_goes_on_elsewhere(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    char id[DISQ_ID_SIZE + 1];

    scripted_reply(play->a,
                   "-NOREPL Not enough reachable nodes for the requested replication level, since "
                   "I'm leaving the cluster hence holding the job in its memory is not possible\r\n");
    scripted_reply(play->b, "+" ID_B "\r\n");

    assert_int_equal(disq_addjob(client, "q", "x", 1, NULL, id), 0);
    assert_string_equal(id, ID_B);
}

static void when_all_are_leaving_that_is_the_error(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    struct disq_job *job;

    scripted_reply(play->a, LEAVING);
    scripted_reply(play->b, LEAVING);
    scripted_reply(play->c, LEAVING);

    assert_int_equal(get(client, &job), DISQ_LEAVING);
    assert_null(job);
    assert_int_equal(play_ms(play), 0);
}

static void an_addjob_that_all_who_leave_had_may_have_been_sent(void **state)
{
    const struct disq_addjob_options options = {.may_repeat = true};
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_reply(play->a, LEAVING);
    scripted_reply(play->b, LEAVING);
    scripted_reply(play->c, LEAVING);

    assert_int_equal(disq_addjob(client, "q", "x", 1, &options, NULL), DISQ_MAYBE_SENT);
    assert_string_equal(disq_error_text(client),
                        "LEAVING This node is leaving the cluster, please connect to a different one");
}

static void an_ack_stays_with_a_leaving_node(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_job(play->a, 'a', 1);
    get_and_drop(client);
    scripted_reply(play->a, LEAVING);
    scripted_job(play->b, 'b', 20000);
    get_and_drop(client);
    scripted_forget(play->a);
    scripted_reply(play->a, ":1\r\n");

    assert_int_equal(ack(client, ID_A), 0);
    assert_string_equal(scripted_requests(play->a), "ACKJOB " ID_A "|");
}

/* ---- Moving with the jobs ---- */

static void reads_move_and_the_rest_stays(void **state)
{
    struct play *play = *state;
    struct disq *client = about_to_move(play);
    struct disq_origin origins[2];

    scripted_job(play->b, 'b', 3);
    scripted_reply(play->a, ":5\r\n");
    play_forget(play);
    get_and_drop(client);

    assert_string_equal(disq_node(client), NODE_B);
    assert_string_equal(disq_home(client), NODE_A);
    assert_string_equal(play->events, "connected b:1|moved a:1 b:1|");
    assert_int_equal(disq_qlen(client, "q", 0, NULL), 0);
    assert_int_equal(disq_origins(client, origins, 2), 1);
    assert_string_equal(origins[0].prefix, "bbbbbbbb");
    assert_int_equal(origins[0].jobs, 3);
}

static void reads_stay_when_the_best_cannot_be_reached(void **state)
{
    struct play *play = *state;
    struct disq *client = about_to_move(play);

    scripted_refuse(play->b, false);
    scripted_job(play->a, 'b', 3);
    scripted_job(play->a, 'b', 4);
    get_and_drop(client);
    get_and_drop(client);

    assert_string_equal(disq_node(client), NODE_A);
    assert_string_equal(scripted_dials(play->world), "0.000 a:1|0.000 b:1|"); /* and not again at once */
}

static void reads_stay_when_the_best_is_silent(void **state)
{
    struct play *play = *state;
    struct disq *client = about_to_move(play);

    scripted_freeze(play->b);
    scripted_job(play->a, 'b', 3);
    get_and_drop(client);

    assert_string_equal(disq_node(client), NODE_A);
    assert_int_equal(play_ms(play), 1500);
}

static void the_best_is_tried_again_after_a_while(void **state)
{
    struct play *play = *state;
    struct disq *client = about_to_move(play);

    scripted_refuse(play->b, false);
    scripted_job(play->a, 'b', 3);
    get_and_drop(client);
    scripted_accept(play->b);
    scripted_advance(play->world, 100 * MILLISECONDS);
    scripted_job(play->b, 'b', 4);
    get_and_drop(client);

    assert_string_equal(disq_node(client), NODE_B);
}

static void a_node_lost_after_the_move_sends_reads_home(void **state)
{
    struct play *play = *state;
    struct disq *client = about_to_move(play);

    scripted_job(play->b, 'b', 3);
    get_and_drop(client);
    scripted_refuse(play->b, false);
    scripted_advance(play->world, 1 * SECONDS);
    scripted_job(play->a, 'a', 1);
    scripted_job(play->a, 'a', 2);
    get_and_drop(client);
    get_and_drop(client);

    assert_string_equal(disq_node(client), NODE_A);
    assert_int_equal(disq_origins(client, NULL, 0), 2); /* the window survives */
    assert_non_null(strstr(play->events, "moved b:1 a:1 closed|"));
}

static void a_node_that_leaves_after_the_move_sends_reads_home(void **state)
{
    struct play *play = *state;
    struct disq *client = about_to_move(play);

    scripted_job(play->b, 'b', 3);
    get_and_drop(client);
    play_forget(play);
    scripted_reply(play->b, LEAVING);
    scripted_job(play->a, 'a', 1);
    get_and_drop(client);

    assert_string_equal(disq_node(client), NODE_A);
    assert_string_equal(play->events, "moved b:1 a:1 leaving|resent a:1 leaving|");
}

static void unhealthy_and_unknown_nodes_do_not_attract(void **state)
{
    struct play *play = *state;
    struct disq *client;

    scripted_table(play->a, "a a 1 1,b b 1 10");
    client = play_connected(play, counting);
    scripted_job(play->a, 'b', 1);
    scripted_job(play->a, 'b', 2);
    scripted_job(play->a, 'c', 1);
    scripted_job(play->a, 'c', 2);
    scripted_job(play->a, 'c', 3);
    scripted_job(play->a, 'c', 4);
    for (int i = 0; i < 6; i++)
        get_and_drop(client);

    assert_string_equal(disq_node(client), NODE_A);
    assert_string_equal(scripted_dials(play->world), "0.000 a:1|");
}

static void a_margin_is_needed_and_a_dwell(void **state)
{
    struct disq_view view = {
        .moment = DISQ_BEFORE_GETJOB,
        .best.jobs = 12,
        .current.jobs = 10,
        .moved_at_us = INT64_MIN,
        .margin_percent = 20,
        .min_jobs = 12,
        .dwell_us = 1000,
    };

    (void)state;
    assert_true(disq_policy_default(NULL, &view));
    view.margin_percent = 21;
    assert_false(disq_policy_default(NULL, &view));
    view.margin_percent = 0;
    view.min_jobs = 13;
    assert_false(disq_policy_default(NULL, &view));
    view.min_jobs = 12;
    view.moved_at_us = 1;
    view.now_us = 1000;
    assert_false(disq_policy_default(NULL, &view));
    view.now_us = 1001;
    assert_true(disq_policy_default(NULL, &view));
    view.moment = DISQ_RECEIVED;
    assert_false(disq_policy_default(NULL, &view));
    view.moment = DISQ_BEFORE_GETJOB;
    view.current.jobs = 12;
    assert_false(disq_policy_default(NULL, &view));
    view.moment = DISQ_BEFORE_ACK;
    assert_true(disq_policy_reference(NULL, &view));
    view.moment = DISQ_RECEIVED;
    assert_false(disq_policy_reference(NULL, &view));
}

static void the_reference_policy_moves_at_once(void **state)
{
    struct play *play = *state;
    struct disq *client =
        play_connected(play, (struct disq_options){.count_origins = true, .policy = disq_policy_reference});

    scripted_job(play->a, 'b', 1);
    scripted_job(play->b, 'b', 2);
    get_and_drop(client);
    get_and_drop(client);

    assert_string_equal(disq_node(client), NODE_B);
}

static bool follow_one_job(void *ctx, const struct disq_view *view)
{
    *(struct disq_view *)ctx = *view;
    return view->moment == DISQ_BEFORE_GETJOB && view->best.jobs > 0;
}

static void a_policy_of_ones_own_decides(void **state)
{
    struct play *play = *state;
    struct disq_view seen = {0};
    struct disq *client = play_connected(
        play, (struct disq_options){.count_origins = true, .policy = follow_one_job, .policy_ctx = &seen});

    scripted_job(play->a, 'b', 1);
    scripted_job(play->b, 'b', 2);
    get_and_drop(client);
    get_and_drop(client);

    assert_string_equal(disq_node(client), NODE_B);
    assert_string_equal(seen.best.prefix, "bbbbbbbb");
    assert_string_equal(seen.current.prefix, "aaaaaaaa");
    assert_int_equal(seen.best.jobs, 1);
    assert_int_equal(seen.moved_at_us, INT64_MIN);
}

/* ---- Acks ---- */

static void an_ack_goes_to_the_deliverer_and_to_the_origin(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    int64_t acked = 0;
    const char *id = ID_B;

    scripted_job(play->a, 'b', 1);
    get_and_drop(client);
    scripted_forget(play->a);
    scripted_reply(play->a, ":1\r\n");
    scripted_reply(play->b, ":1\r\n");

    assert_int_equal(disq_ackjob(client, &id, 1, &acked), 0);
    assert_int_equal(acked, 1);
    assert_string_equal(scripted_requests(play->a), "ACKJOB " ID_B "|");
    assert_string_equal(scripted_requests(play->b), "HELLO|ACKJOB " ID_B "|");
}

static void an_ack_of_many_goes_in_one_request_a_node(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    const char *const ids[] = {ID_A, ID_B, "D-bbbbbbbb-000000000000000000000002-05a1"};
    int64_t acked = 0;

    scripted_reply(play->a, ":3\r\n");
    scripted_reply(play->a, ":3\r\n");
    scripted_reply(play->b, ":2\r\n");

    assert_int_equal(disq_ackjob(client, ids, 3, &acked), 0);
    assert_int_equal(acked, 6); /* both requests to a */
    assert_string_equal(scripted_requests(play->a),
                        "ACKJOB " ID_A "|ACKJOB " ID_B " D-bbbbbbbb-000000000000000000000002-05a1|");
    assert_string_equal(scripted_requests(play->b),
                        "HELLO|ACKJOB " ID_B " D-bbbbbbbb-000000000000000000000002-05a1|");
}

static void without_ack_origin_only_the_deliverer_is_told(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){.no_ack_origin = true});

    scripted_reply(play->a, ":1\r\n");

    assert_int_equal(ack(client, ID_B), 0);
    assert_string_equal(scripted_requests(play->b), "");
}

static void the_origin_does_not_matter_when_it_is_gone(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_refuse(play->b, false);
    scripted_reply(play->a, ":1\r\n");

    assert_int_equal(ack(client, ID_B), 0);
    assert_int_equal(play_ms(play), 0);
}

static void a_silent_origin_costs_its_grace_only(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_freeze(play->b);
    scripted_reply(play->a, ":1\r\n");
    scripted_reply(play->a, ":1\r\n");

    assert_int_equal(ack(client, ID_B), 0);
    assert_int_equal(play_ms(play), 1500);
    assert_int_equal(ack(client, ID_B), 0);
    assert_int_equal(play_ms(play), 1500);
}

/* The deliverer takes the job and dies: the origin is told, and that counts. */
static void the_origin_stands_in_for_a_deliverer_that_is_gone(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    const char *id = ID_B;
    int64_t acked = 0;

    scripted_job(play->a, 'b', 1);
    get_and_drop(client);
    scripted_refuse(play->a, false);
    scripted_reply(play->b, ":1\r\n");
    scripted_advance(play->world, 1 * SECONDS);

    assert_int_equal(disq_ackjob(client, &id, 1, &acked), 0);
    assert_int_equal(acked, 1);
    assert_string_equal(scripted_requests(play->c), "");
}

static void any_node_will_do_when_both_are_gone(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    const char *id = ID_B;
    int64_t acked = 0;

    scripted_job(play->a, 'b', 1);
    get_and_drop(client);
    scripted_refuse(play->a, false);
    scripted_refuse(play->b, false);
    scripted_reply(play->c, ":0\r\n");
    scripted_reply(play->c, ":0\r\n");
    scripted_advance(play->world, 1 * SECONDS);

    assert_int_equal(disq_ackjob(client, &id, 1, &acked), 0);
    assert_int_equal(acked, 0);
    assert_non_null(strstr(scripted_requests(play->c), "ACKJOB " ID_B "|"));
}

static void an_origin_that_errs_does_not_matter(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_reply(play->a, ":1\r\n");
    scripted_reply(play->b, "-ERR whatever\r\n");

    assert_int_equal(ack(client, ID_B), 0);
}

static void a_deliverer_that_errs_does(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_reply(play->a, "-MISCONF Errors writing to the AOF file: no space\r\n");
    scripted_reply(play->b, ":1\r\n");

    assert_int_equal(ack(client, ID_B), DISQ_MISCONF);
}

static void no_ids_are_no_request(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    int64_t acked = 7;

    assert_int_equal(disq_ackjob(client, NULL, 0, &acked), 0);
    assert_int_equal(acked, 0);
    assert_string_equal(scripted_requests(play->a), "");
}

static void an_ack_before_any_connection_finds_a_node(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){0});

    scripted_reply(play->a, ":1\r\n");

    assert_int_equal(ack(client, ID_C), 0);
    assert_string_equal(scripted_requests(play->a), "HELLO|ACKJOB " ID_C "|");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_consumer_goes_on_elsewhere),
        TEST(an_addjob_that_waited_may_have_been_sent),
        TEST(an_addjob_that_promises_nothing_was_made_goes_on_elsewhere),
        TEST(when_all_are_leaving_that_is_the_error),
        TEST(an_addjob_that_all_who_leave_had_may_have_been_sent),
        TEST(an_ack_stays_with_a_leaving_node),
        TEST(reads_move_and_the_rest_stays),
        TEST(reads_stay_when_the_best_cannot_be_reached),
        TEST(reads_stay_when_the_best_is_silent),
        TEST(the_best_is_tried_again_after_a_while),
        TEST(a_node_lost_after_the_move_sends_reads_home),
        TEST(a_node_that_leaves_after_the_move_sends_reads_home),
        TEST(unhealthy_and_unknown_nodes_do_not_attract),
        TEST(a_margin_is_needed_and_a_dwell),
        TEST(the_reference_policy_moves_at_once),
        TEST(a_policy_of_ones_own_decides),
        TEST(an_ack_goes_to_the_deliverer_and_to_the_origin),
        TEST(an_ack_of_many_goes_in_one_request_a_node),
        TEST(without_ack_origin_only_the_deliverer_is_told),
        TEST(the_origin_does_not_matter_when_it_is_gone),
        TEST(a_silent_origin_costs_its_grace_only),
        TEST(the_origin_stands_in_for_a_deliverer_that_is_gone),
        TEST(any_node_will_do_when_both_are_gone),
        TEST(an_origin_that_errs_does_not_matter),
        TEST(a_deliverer_that_errs_does),
        TEST(no_ids_are_no_request),
        TEST(an_ack_before_any_connection_finds_a_node),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
