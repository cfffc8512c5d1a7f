/* SPDX-License-Identifier: MIT */
/* The worker: in a cluster where what it does has its effect, and in a scripted world where things go wrong.
 */
#include "scenarios/lab/lab.h"
#include "tests/support/play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID(number) "D-aaaaaaaa-00000000000000000000000" #number "-05a1"

/* What the handler does, and what it saw. */
struct shift {
    enum disq_outcome outcomes[8]; /* the last one for all that follow */
    int count;
    int last;
    int64_t takes_us; /* of the cluster's time, each job */
    struct lab *lab;
    int stop_after; /* jobs; 0: never */
    char bodies[512];
    int64_t attempts;
    const struct disq_job *job;
};

static enum disq_outcome handle(void *ctx, struct disq_worker *worker, const struct disq_job *job)
{
    struct shift *shift = ctx;
    int turn = shift->count < shift->last ? shift->count : shift->last;
    size_t used = strlen(shift->bodies);

    shift->count++;
    shift->job = job;
    shift->attempts = job->attempts;
    snprintf(shift->bodies + used, sizeof(shift->bodies) - used, "%s|", job->body);
    for (int64_t us = 0; us < shift->takes_us; us += 100 * MILLISECONDS) {
        mockd_advance(shift->lab->cluster, 100 * MILLISECONDS);
        disq_worker_beat(worker);
    }
    if (shift->count == shift->stop_after)
        disq_worker_stop(worker);
    return shift->outcomes[turn];
}

/* ---- In a cluster ---- */

struct fixture {
    struct lab *lab;
    struct disq *client;
    struct disq_worker *worker;
    struct shift shift;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    *state = f;
    f->lab = lab_new(&(struct mockd_options){.nodes = 2, .seed = 7, .no_jitter = true});
    f->client = disq_new(&(struct disq_options){.nodes = "A", .env = &f->lab->env});
    f->shift.lab = f->lab;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    disq_worker_free(f->worker);
    disq_free(f->client);
    lab_free(f->lab);
    free(f);
    return 0;
}

static void add(struct fixture *f, const char *body, struct disq_addjob_options options)
{
    options.replicate = 1;
    assert_int_equal(disq_addjob(f->client, "mail", body, strlen(body), &options, NULL), 0);
}

static struct disq_worker *hire(struct fixture *f, struct disq_worker_options options)
{
    options.queue = "mail";
    options.handle = handle;
    options.ctx = &f->shift;
    f->worker = disq_worker_new(f->client, &options);
    assert_non_null(f->worker);
    return f->worker;
}

static int64_t known_jobs(struct fixture *f)
{
    const struct disq_reply *text;

    assert_int_equal(disq_info(f->client, "jobs", &text), 0);
    return strtoll(disq_info_field(text, "registered_jobs").data, NULL, 10);
}

static void jobs_are_handled_in_order_and_acknowledged(void **state)
{
    struct fixture *f = *state;
    char body[8];

    for (int i = 0; i < 40; i++) {
        snprintf(body, sizeof(body), "%d", i);
        add(f, body, (struct disq_addjob_options){0});
    }
    f->shift.stop_after = 40;

    assert_int_equal(disq_worker_run(hire(f, (struct disq_worker_options){0})), 0);
    assert_int_equal(f->shift.count, 40);
    assert_memory_equal(f->shift.bodies, "0|1|2|3|4|5|6|7|8|9|10|11|", 26);
    assert_int_equal(disq_worker_counts(f->worker).done, 40);
    assert_int_equal(disq_worker_counts(f->worker).in_hand, 0);
    mockd_advance(f->lab->cluster, 2 * SECONDS);
    assert_int_equal(known_jobs(f), 0);
}

static void a_failed_job_comes_back_at_once(void **state)
{
    struct fixture *f = *state;

    add(f, "x", (struct disq_addjob_options){0});
    f->shift = (struct shift){.outcomes = {DISQ_JOB_FAILED, DISQ_JOB_DONE}, .last = 1, .stop_after = 2};

    assert_int_equal(disq_worker_run(hire(f, (struct disq_worker_options){.fast_ack = true})), 0);
    assert_int_equal(f->shift.count, 2);
    assert_true(mockd_now_us(f->lab->cluster) < MOCKD_EPOCH_US + 1 * SECONDS);
    assert_int_equal(known_jobs(f), 0);
}

static void a_job_that_is_left_comes_back_after_its_retry_time(void **state)
{
    struct fixture *f = *state;

    add(f, "x", (struct disq_addjob_options){.retry_s = 5});
    f->shift = (struct shift){.outcomes = {DISQ_JOB_LEFT, DISQ_JOB_DONE}, .last = 1, .stop_after = 2};

    assert_int_equal(disq_worker_run(hire(f, (struct disq_worker_options){0})), 0);
    assert_int_equal(f->shift.count, 2);
    assert_in_range(mockd_now_us(f->lab->cluster), MOCKD_EPOCH_US + 5 * SECONDS,
                    MOCKD_EPOCH_US + 6 * SECONDS);
}

static void a_job_for_later_keeps_its_body_and_counts_its_attempts(void **state)
{
    struct fixture *f = *state;

    add(f, "hello", (struct disq_addjob_options){0});
    f->shift = (struct shift){
        .outcomes = {DISQ_JOB_LATER, DISQ_JOB_LATER, DISQ_JOB_DONE}, .last = 2, .stop_after = 3};

    assert_int_equal(disq_worker_run(hire(f, (struct disq_worker_options){.later_initial_s = 10})), 0);
    assert_string_equal(f->shift.bodies, "hello|hello|hello|");
    assert_int_equal(f->shift.attempts, 2);
    assert_in_range(mockd_now_us(f->lab->cluster), MOCKD_EPOCH_US + 30 * SECONDS, /* 10 + 20 */
                    MOCKD_EPOCH_US + 32 * SECONDS);
    assert_int_equal(disq_worker_counts(f->worker).later, 2);
    mockd_advance(f->lab->cluster, 2 * SECONDS);
    assert_int_equal(known_jobs(f), 0);
}

static void a_job_that_comes_too_often_is_a_dead_letter(void **state)
{
    struct fixture *f = *state;
    struct disq_job *letter;

    add(f, "poison", (struct disq_addjob_options){0});
    f->shift = (struct shift){.outcomes = {DISQ_JOB_FAILED, DISQ_JOB_LATER, DISQ_JOB_FAILED}, .last = 2};
    hire(f, (struct disq_worker_options){.deliveries_max = 3, .dead_queue = "dead", .batch = 1});
    while (disq_worker_counts(f->worker).dead == 0 || disq_worker_counts(f->worker).in_hand > 0) {
        assert_int_equal(disq_worker_step(f->worker), DISQ_AGAIN);
        mockd_advance(f->lab->cluster, 100 * MILLISECONDS);
    }
    disq_worker_stop(f->worker);
    assert_int_equal(disq_worker_run(f->worker), 0);
    assert_int_equal(f->shift.count, 3);

    assert_int_equal(disq_getjob(f->client, "dead", &(struct disq_getjob_options){.nohang = true}, &letter),
                     0);
    assert_string_equal(letter->body, "poison");
    disq_job_free(f->client, letter);
}

static void a_dead_letter_is_there_at_once(void **state)
{
    struct fixture *f = *state;
    int64_t length;

    add(f, "poison", (struct disq_addjob_options){0});
    f->shift = (struct shift){.outcomes = {DISQ_JOB_FAILED}};
    hire(f,
         (struct disq_worker_options){.deliveries_max = 1, .dead_queue = "dead", .add = {.delay_s = 3600}});
    while (disq_worker_counts(f->worker).dead == 0) {
        assert_int_equal(disq_worker_step(f->worker), DISQ_AGAIN);
        mockd_advance(f->lab->cluster, 100 * MILLISECONDS);
    }
    disq_worker_stop(f->worker);
    assert_int_equal(disq_worker_run(f->worker), 0);

    assert_int_equal(disq_qlen(f->client, "dead", 0, &length), 0);
    assert_int_equal(length, 1);
}

static void a_long_job_is_kept_by_heartbeats(void **state)
{
    struct fixture *f = *state;

    add(f, "long", (struct disq_addjob_options){.retry_s = 2, .ttl_s = 3600});
    f->shift.takes_us = 60 * SECONDS;
    f->shift.stop_after = 1;

    assert_int_equal(disq_worker_run(hire(f, (struct disq_worker_options){0})), 0);
    assert_int_equal(f->shift.count, 1);
    assert_in_range(disq_worker_counts(f->worker).heartbeats, 50, 61); /* each second, half of two */
    mockd_advance(f->lab->cluster, 10 * SECONDS);
    assert_int_equal(known_jobs(f), 0);
}

static void heartbeats_can_be_done_without(void **state)
{
    struct fixture *f = *state;

    add(f, "long", (struct disq_addjob_options){.retry_s = 2, .ttl_s = 3600});
    f->shift.takes_us = 10 * SECONDS;
    f->shift.stop_after = 1;

    assert_int_equal(disq_worker_run(hire(f, (struct disq_worker_options){.no_heartbeat = true})), 0);
    assert_int_equal(disq_worker_counts(f->worker).heartbeats, 0);
}

static void jobs_may_be_worked_on_side_by_side(void **state)
{
    struct fixture *f = *state;
    const struct disq_job *first;

    add(f, "one", (struct disq_addjob_options){.retry_s = 1, .ttl_s = 3600});
    add(f, "two", (struct disq_addjob_options){0});
    f->shift = (struct shift){.outcomes = {DISQ_JOB_PENDING}};
    hire(f, (struct disq_worker_options){.in_flight = 2, .batch = 1});
    for (int i = 0; i < 50; i++) {
        assert_int_equal(disq_worker_step(f->worker), DISQ_AGAIN);
        mockd_advance(f->lab->cluster, 100 * MILLISECONDS);
        first = i == 0 || f->shift.count == 1 ? f->shift.job : first;
    }
    assert_string_equal(f->shift.bodies, "one|two|");
    assert_int_equal(disq_worker_counts(f->worker).in_hand, 2);
    assert_true(disq_worker_counts(f->worker).heartbeats >= 7);

    assert_int_equal(disq_worker_done(f->worker, f->shift.job, DISQ_JOB_PENDING), DISQ_INVALID);
    assert_int_equal(disq_worker_done(f->worker, NULL, DISQ_JOB_DONE), DISQ_INVALID);
    assert_int_equal(disq_worker_done(f->worker, f->shift.job, DISQ_JOB_DONE), 0);
    assert_int_equal(disq_worker_done(f->worker, first, DISQ_JOB_LEFT), 0);
    assert_int_equal(disq_worker_done(f->worker, first, DISQ_JOB_DONE), DISQ_INVALID);
    disq_worker_stop(f->worker);
    assert_int_equal(disq_worker_run(f->worker), 0);
    assert_int_equal(disq_worker_counts(f->worker).done, 1);
    assert_int_equal(disq_worker_counts(f->worker).left, 1);
}

static void many_queues_are_served(void **state)
{
    struct fixture *f = *state;
    const struct disq_bytes more[] = {{"a\0b", 3}, {"", 0}};
    const struct disq_worker_options options = {
        .queue = "mail", .queues = more, .queue_count = 2, .handle = handle, .ctx = &f->shift};

    add(f, "x", (struct disq_addjob_options){0});
    assert_int_equal(
        disq_addjob(f->client, "a\0b", "y", 1, &(struct disq_addjob_options){.queue_size = 3}, NULL), 0);
    assert_int_equal(disq_addjob(f->client, "", "z", 1, NULL, NULL), 0);
    f->shift.stop_after = 3;
    f->worker = disq_worker_new(f->client, &options);

    assert_int_equal(disq_worker_run(f->worker), 0);
    assert_string_equal(f->shift.bodies, "x|y|z|");
}

/* ---- In a scripted world ---- */

static struct disq_worker *hire_in_play(struct play *play, struct disq *client, struct shift *shift,
                                        struct disq_worker_options options)
{
    options.queue = "mail";
    options.handle = handle;
    options.ctx = shift;
    disq_worker_free(play->worker);
    play->worker = disq_worker_new(client, &options);
    return play->worker;
}

static void an_ack_rides_with_the_next_request(void **state)
{
    struct play *play = *state;
    struct shift shift = {.stop_after = 2};
    struct disq_worker *worker = hire_in_play(play, play_connected(play, (struct disq_options){0}), &shift,
                                              (struct disq_worker_options){.batch = 1});
    int sends = scripted_send_count(play->world);

    scripted_job(play->a, 'a', 1);
    scripted_reply(play->a, ":1\r\n");
    scripted_job(play->a, 'a', 2);
    scripted_reply(play->a, ":1\r\n");

    assert_int_equal(disq_worker_run(worker), 0);
    assert_string_equal(scripted_requests(play->a),
                        "GETJOB TIMEOUT 1000 COUNT 1 FROM mail|ACKJOB " ID(
                            1) "|"
                               "GETJOB TIMEOUT 1000 COUNT 1 FROM mail|ACKJOB " ID(2) "|");
    assert_int_equal(scripted_send_count(play->world) - sends, 3);
}

static void a_worker_outlives_its_node(void **state)
{
    struct play *play = *state;
    struct shift shift = {.stop_after = 2};
    struct disq_worker *worker = hire_in_play(play, play_connected(play, (struct disq_options){0}), &shift,
                                              (struct disq_worker_options){.batch = 1});

    scripted_job(play->a, 'a', 1);
    scripted_reset(play->a); /* that ack, and the fetch behind it */
    scripted_silence(play->a);
    assert_int_equal(disq_worker_step(worker), DISQ_AGAIN);
    assert_int_equal(disq_worker_step(worker), DISQ_AGAIN);
    scripted_refuse(play->a, false);
    scripted_reply(play->b, ":0\r\n");
    scripted_job(play->b, 'b', 2);
    scripted_reply(play->b, ":1\r\n");

    assert_int_equal(disq_worker_run(worker), 0);
    assert_int_equal(shift.count, 2);
    assert_string_equal(scripted_requests(play->b),
                        "HELLO|ACKJOB " ID(1) "|GETJOB TIMEOUT 1000 COUNT 1 FROM mail|"
                                              "ACKJOB D-bbbbbbbb-000000000000000000000002-05a1|");
}

static void while_there_is_no_node_it_pauses(void **state)
{
    struct play *play = *state;
    struct shift shift = {.stop_after = 1};
    struct disq *client = play_client(play, (struct disq_options){.connect_attempts = 1});
    struct disq_worker *worker = hire_in_play(play, client, &shift, (struct disq_worker_options){0});

    scripted_refuse(play->a, false);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(disq_worker_step(worker), DISQ_AGAIN);
        if (disq_worker_next_deadline(worker) != DISQ_NEVER)
            scripted_advance(play->world, disq_worker_next_deadline(worker) - scripted_now_us(play->world));
    }
    assert_string_equal(scripted_dials(play->world), "0.000 a:1|0.100 a:1|0.300 a:1|0.700 a:1|");
    scripted_accept(play->a);
    scripted_job(play->a, 'a', 1);
    scripted_reply(play->a, ":1\r\n");

    assert_int_equal(disq_worker_run(worker), 0);
    assert_int_equal(shift.count, 1);
}

static void what_cannot_get_better_ends_it(void **state)
{
    struct play *play = *state;
    struct shift shift = {0};
    struct disq_worker *worker = hire_in_play(play, play_connected(play, (struct disq_options){0}), &shift,
                                              (struct disq_worker_options){0});

    scripted_reply(play->a, "-NOAUTH Authentication required.\r\n");

    assert_int_equal(disq_worker_run(worker), DISQ_NOAUTH);
    assert_int_equal(disq_worker_step(worker), DISQ_NOAUTH);
}

static void a_wait_that_fails_ends_it(void **state)
{
    struct play *play = *state;
    struct shift shift = {0};
    struct disq_worker *worker = hire_in_play(play, play_connected(play, (struct disq_options){0}), &shift,
                                              (struct disq_worker_options){0});

    scripted_fail_wait(play->world, DISQ_NO_MEMORY);

    assert_int_equal(disq_worker_run(worker), DISQ_NO_MEMORY);
    disq_worker_free(worker); /* with its GETJOB under way */
    play->worker = NULL;
    assert_int_equal(scripted_open_count(play->world), 0);
}

static void an_ack_that_fails_is_sent_again(void **state)
{
    struct play *play = *state;
    struct shift shift = {.stop_after = 1};
    struct disq_worker *worker = hire_in_play(play, play_connected(play, (struct disq_options){0}), &shift,
                                              (struct disq_worker_options){0});

    scripted_job(play->a, 'a', 1);
    scripted_reply(play->a, "-MISCONF Errors writing to the AOF file: full\r\n");
    scripted_reply(play->a, ":1\r\n");

    assert_int_equal(disq_worker_run(worker), 0);
    assert_string_equal(scripted_requests(play->a),
                        "GETJOB TIMEOUT 1000 COUNT 16 FROM mail|ACKJOB " ID(1) "|ACKJOB " ID(1) "|");
    assert_int_equal(play_ms(play), 100);
}

static void a_stopping_worker_gives_up_in_the_end(void **state)
{
    struct play *play = *state;
    struct shift shift = {.stop_after = 1};
    struct disq_worker *worker = hire_in_play(play, play_connected(play, (struct disq_options){0}), &shift,
                                              (struct disq_worker_options){0});

    scripted_job(play->a, 'a', 1);
    for (int i = 0; i < 10; i++)
        scripted_reply(play->a, "-MISCONF Errors writing to the AOF file: full\r\n");

    assert_int_equal(disq_worker_run(worker), 0);
    assert_int_equal(play_ms(play), 100 + 200 + 400);
}

/* Somebody else stops it while it waits, after 3.25 s. How many milliseconds later it has stopped. */
static int64_t stop_meanwhile(struct play *play, struct disq_worker *worker)
{
    int64_t stop_at_us = scripted_now_us(play->world) + 3250 * MILLISECONDS;

    while (disq_worker_step(worker) == DISQ_AGAIN) {
        int64_t now_us = scripted_now_us(play->world);
        int64_t deadline_us = disq_worker_next_deadline(worker);

        if (now_us <= stop_at_us && deadline_us > stop_at_us)
            disq_worker_stop(worker);
        scripted_advance(play->world, deadline_us - now_us);
    }
    return (scripted_now_us(play->world) - stop_at_us) / 1000;
}

/* While it pauses between two searches; while it pauses in one; while a node is silent. */
static void a_worker_without_a_node_stops_as_soon(void **state)
{
    static const struct disq_options options[] = {
        {.connect_attempts = 1, .backoff_initial_ms = 8000},
        {.connect_timeout_ms = 60000, .backoff_initial_ms = 8000},
        {.connect_timeout_ms = 60000},
    };
    struct play *play = *state;
    struct shift shift = {0};

    scripted_refuse(play->a, false);
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        struct disq_worker *worker = hire_in_play(play, play_client(play, options[i]), &shift,
                                                  (struct disq_worker_options){.poll_ms = 500});

        if (i == 2)
            scripted_freeze(play->a);
        assert_in_range(stop_meanwhile(play, worker), 0, 500);
        disq_worker_free(worker);
        play->worker = NULL;
    }
}

static void what_cannot_be_added_again_is_left(void **state)
{
    struct play *play = *state;
    struct shift shift = {.outcomes = {DISQ_JOB_LATER, DISQ_JOB_FAILED}, .last = 1, .stop_after = 2};
    struct disq_worker *worker = hire_in_play(play, play_connected(play, (struct disq_options){0}), &shift,
                                              (struct disq_worker_options){.batch = 1});

    scripted_job(play->a, 'a', 1);
    scripted_reply(play->a, "-PAUSED Queue paused in input, try later\r\n");
    scripted_job(play->a, 'a', 2);
    scripted_reply(play->a, "-OOM command not allowed\r\n");

    assert_int_equal(disq_worker_run(worker), 0);
    assert_int_equal(disq_worker_counts(worker).left, 2);
    assert_null(strstr(scripted_requests(play->a), "ACKJOB"));
}

static void heartbeats_stop_when_they_are_refused(void **state)
{
    struct play *play = *state;
    struct shift shift = {.outcomes = {DISQ_JOB_PENDING}};
    struct disq_worker *worker = hire_in_play(play, play_connected(play, (struct disq_options){0}), &shift,
                                              (struct disq_worker_options){.retry_s = 4, .in_flight = 1});

    scripted_job(play->a, 'a', 1);
    scripted_reply(play->a, ":6\r\n");
    scripted_reply(play->a, "-TOOLATE Half of job TTL already elapsed\r\n");
    for (int i = 0; i < 20; i++) {
        assert_int_equal(disq_worker_step(worker), DISQ_AGAIN);
        scripted_advance(play->world, 500 * MILLISECONDS);
    }

    assert_string_equal(scripted_requests(play->a),
                        "GETJOB TIMEOUT 1000 COUNT 1 FROM mail|WORKING " ID(1) "|"
                                                                               "WORKING " ID(1) "|");
    assert_int_equal(disq_worker_next_deadline(worker), DISQ_NEVER);
}

static void a_late_answer_to_working_is_not_another_jobs(void **state)
{
    struct play *play = *state;
    struct shift shift = {.outcomes = {DISQ_JOB_PENDING}};
    struct disq_worker *worker = hire_in_play(play, play_connected(play, (struct disq_options){0}), &shift,
                                              (struct disq_worker_options){.in_flight = 2, .batch = 1});

    scripted_job(play->a, 'a', 1);
    scripted_reply_after(play->a, 600 * MILLISECONDS,
                         "*1\r\n*3\r\n$1\r\nq\r\n$40\r\n" ID(2) "\r\n$1\r\nx\r\n");
    scripted_reply_after(play->a, 200 * MILLISECONDS, ":600\r\n"); /* to WORKING for the first */
    while (disq_worker_counts(worker).heartbeats == 0) {
        assert_int_equal(disq_worker_step(worker), DISQ_AGAIN);
        scripted_advance(play->world, 50 * MILLISECONDS);
    }
    assert_int_equal(disq_worker_done(worker, shift.job, DISQ_JOB_LEFT), 0);
    while (play_ms(play) < 1200) {
        assert_int_equal(disq_worker_step(worker), DISQ_AGAIN);
        scripted_advance(play->world, 50 * MILLISECONDS);
    }

    assert_int_equal(shift.count, 2);
    assert_non_null(strstr(scripted_requests(play->a), "WORKING " ID(2) "|"));
    assert_int_equal(disq_worker_counts(worker).in_hand, 1);
}

static void more_jobs_than_there_is_room_for_are_left(void **state)
{
    static const char job[] = "*3\r\n$1\r\nq\r\n$40\r\n" ID(1) "\r\n$1\r\nx\r\n";
    struct play *play = *state;
    struct shift shift = {.stop_after = 2};
    struct disq_worker *worker = hire_in_play(play, play_connected(play, (struct disq_options){0}), &shift,
                                              (struct disq_worker_options){.batch = 1});
    char reply[512];

    snprintf(reply, sizeof(reply), "*3\r\n%s%s%s", job, job, job);
    scripted_reply(play->a, reply);
    scripted_reply(play->a, ":1\r\n");

    assert_int_equal(disq_worker_run(worker), 0);
    assert_string_equal(shift.bodies, "x|x|");
}

static void marks_that_are_none_are_body(void **state)
{
    static const char *const bodies[] = {
        "\0disq:attempts=",
        "\0disq:attempts=1",
        "\0disq:attempts=x\n",
        "\0disq:attempts=1234567890\n",
    };
    static const size_t sizes[] = {15, 16, 17, 26};
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct shift shift = {.stop_after = 1, .outcomes = {DISQ_JOB_PENDING}};
        struct disq_worker *worker =
            hire_in_play(play, client, &shift, (struct disq_worker_options){.batch = 1});
        char reply[128];
        size_t at = (size_t)sprintf(reply, "*1\r\n*3\r\n$1\r\nq\r\n$40\r\n%s\r\n$%zu\r\n", ID(1), sizes[i]);

        memcpy(reply + at, bodies[i], sizes[i]);
        memcpy(reply + at + sizes[i], "\r\n", 2);
        scripted_reply_bytes(play->a, reply, at + sizes[i] + 2);
        while (shift.count == 0)
            assert_int_equal(disq_worker_step(worker), DISQ_AGAIN);
        assert_int_equal(shift.job->body_size, sizes[i]);
        assert_int_equal(shift.attempts, 0);
    }
}

static void options_that_cannot_be_make_no_worker(void **state)
{
    const struct disq_bytes none = {NULL, 1};
    const struct disq_worker_options wrong[] = {
        {.handle = handle},
        {.queue = "q"},
        {.queue = "q", .handle = handle, .batch = -1},
        {.queue = "q", .handle = handle, .in_flight = -1},
        {.queue = "q", .handle = handle, .in_flight = INT64_MAX},
        {.queue = "q", .handle = handle, .poll_ms = -1},
        {.queue = "q", .handle = handle, .retry_s = -1},
        {.queue = "q", .handle = handle, .later_initial_s = -1},
        {.queue = "q", .handle = handle, .later_max_s = -1},
        {.queue = "q", .handle = handle, .add = {.replicate = -1}},
        {.queue = "q", .handle = handle, .add = {.at_most_once = true, .retry_s = 1}},
        {.queue = "q", .handle = handle, .deliveries_max = 1},
        {.queue = "q", .handle = handle, .deliveries_max = -1, .dead_queue = "d"},
        {.queue = "q", .handle = handle, .dead_queue = "d"},
        {.handle = handle, .queues = &none, .queue_count = 1},
        {.handle = handle, .queue_count = 1},
    };
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){0});

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_null(disq_worker_new(client, &wrong[i]));
    assert_null(disq_worker_new(client, NULL));
    assert_null(disq_worker_new(NULL, &(struct disq_worker_options){.queue = "q", .handle = handle}));
    disq_worker_free(NULL);
}

int main(void)
{
#define LAB(name)  cmocka_unit_test_setup_teardown(name, setup, teardown)
#define PLAY(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        LAB(jobs_are_handled_in_order_and_acknowledged),
        LAB(a_failed_job_comes_back_at_once),
        LAB(a_job_that_is_left_comes_back_after_its_retry_time),
        LAB(a_job_for_later_keeps_its_body_and_counts_its_attempts),
        LAB(a_job_that_comes_too_often_is_a_dead_letter),
        LAB(a_dead_letter_is_there_at_once),
        LAB(a_long_job_is_kept_by_heartbeats),
        LAB(heartbeats_can_be_done_without),
        LAB(jobs_may_be_worked_on_side_by_side),
        LAB(many_queues_are_served),
        PLAY(an_ack_rides_with_the_next_request),
        PLAY(a_worker_outlives_its_node),
        PLAY(while_there_is_no_node_it_pauses),
        PLAY(what_cannot_get_better_ends_it),
        PLAY(a_wait_that_fails_ends_it),
        PLAY(an_ack_that_fails_is_sent_again),
        PLAY(a_stopping_worker_gives_up_in_the_end),
        PLAY(a_worker_without_a_node_stops_as_soon),
        PLAY(what_cannot_be_added_again_is_left),
        PLAY(heartbeats_stop_when_they_are_refused),
        PLAY(a_late_answer_to_working_is_not_another_jobs),
        PLAY(more_jobs_than_there_is_room_for_are_left),
        PLAY(marks_that_are_none_are_body),
        PLAY(options_that_cannot_be_make_no_worker),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
