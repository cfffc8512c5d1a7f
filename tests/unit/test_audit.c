/* SPDX-License-Identifier: MIT */
/* What a faithful cluster does not do: lose jobs, or deliver them when it should not. */
#include "mockd/node/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct job_id job_id = {"D-aaaaaaaa-aaaaaaaaaaaaaaaaaaaaaaaa-05a1"};

struct fixture {
    struct audit *audit;
    bool is_calm;
    bool is_held;
    int64_t now_us;
    struct audit_report report;
};

static bool is_calm(void *ctx, int64_t since_us)
{
    assert_int_equal(since_us, 5);
    return ((struct fixture *)ctx)->is_calm;
}

static bool is_held(void *ctx, const struct job_id *id)
{
    assert_memory_equal(id, &job_id, sizeof(job_id));
    return ((struct fixture *)ctx)->is_held;
}

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){.is_calm = true};
    fixture.audit = audit_new(is_calm, is_held, &fixture);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    audit_free(((struct fixture *)*state)->audit);
    return 0;
}

/* An ADDJOB that was answered. */
static void add(struct fixture *fixture, uint32_t retry_s, uint16_t repl)
{
    struct job job = {.id = job_id, .retry_s = retry_s, .repl = repl};

    audit_take_made(fixture->audit, 5, 100, &job);
    audit_take(fixture->audit, &job_id, AUDIT_ANSWERED);
}

static void take(struct fixture *fixture, enum audit_event event)
{
    audit_take(fixture->audit, &job_id, event);
}

static uint64_t found(struct fixture *fixture, enum audit_finding finding)
{
    audit_report(fixture->audit, fixture->now_us, &fixture->report);
    if (fixture->report.found[finding] > 0)
        assert_memory_equal(&fixture->report.first[finding], &job_id, sizeof(job_id));
    return fixture->report.found[finding];
}

static void a_job_that_no_node_holds_is_lost(void **state)
{
    add(*state, 1, 1);

    assert_int_equal(found(*state, AUDIT_LOST), 1);
}

static void a_job_that_a_node_holds_is_not_lost(void **state)
{
    struct fixture *fixture = *state;

    fixture->is_held = true;
    add(fixture, 1, 1);

    assert_int_equal(found(fixture, AUDIT_LOST), 0);
}

static void a_job_that_was_delivered_is_not_lost(void **state)
{
    add(*state, 1, 1);
    take(*state, AUDIT_DELIVERED);

    assert_int_equal(found(*state, AUDIT_LOST), 0);
}

static void a_job_that_is_over_is_not_lost(void **state)
{
    static const enum audit_event ends[] = {AUDIT_ACKED, AUDIT_DELETED, AUDIT_EXPIRED};

    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        tear_down(state);
        set_up(state);
        add(*state, 1, 1);
        take(*state, ends[i]);
        assert_int_equal(found(*state, AUDIT_LOST), 0);
    }
}

static void a_job_whose_time_is_over_is_not_lost(void **state)
{
    struct fixture *fixture = *state;

    add(fixture, 1, 1);
    fixture->now_us = 99;
    assert_int_equal(found(fixture, AUDIT_LOST), 1);

    fixture->now_us = 100;
    assert_int_equal(found(fixture, AUDIT_LOST), 0);
}

static void a_job_is_lost_unless_as_many_nodes_forgot_it_as_were_to_hold_it(void **state)
{
    add(*state, 1, 2);
    take(*state, AUDIT_FORGOTTEN);
    assert_int_equal(found(*state, AUDIT_LOST), 1);

    take(*state, AUDIT_FORGOTTEN);
    assert_int_equal(found(*state, AUDIT_LOST), 0);

    take(*state, AUDIT_RESTORED);
    assert_int_equal(found(*state, AUDIT_LOST), 1);
}

static void a_job_that_may_be_delivered_at_most_once_is_never_lost(void **state)
{
    add(*state, 0, 1);

    assert_int_equal(found(*state, AUDIT_LOST), 0);
}

static void a_job_whose_producer_got_no_answer_is_never_lost(void **state)
{
    struct fixture *fixture = *state;

    audit_take_made(fixture->audit, 5, 100, &(struct job){.id = job_id, .retry_s = 1, .repl = 1});

    assert_int_equal(found(fixture, AUDIT_LOST), 0);
    assert_int_equal(fixture->report.added, 0);
    assert_int_equal(fixture->report.maybe, 1);
}

static void a_job_that_nobody_added_is_not_expected(void **state)
{
    take(*state, AUDIT_DELIVERED);

    assert_int_equal(found(*state, AUDIT_UNEXPECTED), 1);
}

static void a_job_of_an_earlier_run_is_expected(void **state)
{
    take(*state, AUDIT_RESTORED);
    take(*state, AUDIT_DELIVERED);

    assert_int_equal(found(*state, AUDIT_UNEXPECTED), 0);
}

static void at_most_once_is_not_twice(void **state)
{
    add(*state, 0, 1);
    take(*state, AUDIT_DELIVERED);
    assert_int_equal(found(*state, AUDIT_TWICE), 0);

    take(*state, AUDIT_DELIVERED);
    assert_int_equal(found(*state, AUDIT_TWICE), 1);
}

static void a_second_delivery_is_a_duplicate(void **state)
{
    add(*state, 1, 1);
    take(*state, AUDIT_DELIVERED);
    take(*state, AUDIT_DELIVERED);

    assert_int_equal(found(*state, AUDIT_DUPLICATE), 1);
}

static void after_its_ack_a_job_is_resurrected(void **state)
{
    add(*state, 1, 1);
    take(*state, AUDIT_DELIVERED);
    take(*state, AUDIT_ACKED);
    take(*state, AUDIT_DELIVERED);

    assert_int_equal(found(*state, AUDIT_RESURRECTED), 1);
    assert_int_equal(found(*state, AUDIT_DUPLICATE), 0);
}

static void an_imported_job_may_come_back_after_its_ack(void **state)
{
    add(*state, 1, 1);
    take(*state, AUDIT_IMPORTED);
    take(*state, AUDIT_DELIVERED);
    take(*state, AUDIT_ACKED);
    take(*state, AUDIT_DELIVERED);

    assert_int_equal(found(*state, AUDIT_IMPORTED_ACK_LOST), 1);
}

static void faults_may_bring_back_a_job_after_its_ack(void **state)
{
    struct fixture *fixture = *state;

    fixture->is_calm = false;
    add(fixture, 1, 1);
    take(fixture, AUDIT_DELIVERED);
    take(fixture, AUDIT_ACKED);
    take(fixture, AUDIT_DELIVERED);

    assert_int_equal(found(fixture, AUDIT_DUPLICATE), 1);
}

static void lost_memory_may_bring_back_a_job_after_its_ack(void **state)
{
    add(*state, 1, 2);
    take(*state, AUDIT_DELIVERED);
    take(*state, AUDIT_ACKED);
    take(*state, AUDIT_FORGOTTEN);
    take(*state, AUDIT_DELIVERED);

    assert_int_equal(found(*state, AUDIT_DUPLICATE), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_job_that_no_node_holds_is_lost),
        TEST(a_job_that_a_node_holds_is_not_lost),
        TEST(a_job_that_was_delivered_is_not_lost),
        TEST(a_job_that_is_over_is_not_lost),
        TEST(a_job_whose_time_is_over_is_not_lost),
        TEST(a_job_is_lost_unless_as_many_nodes_forgot_it_as_were_to_hold_it),
        TEST(a_job_that_may_be_delivered_at_most_once_is_never_lost),
        TEST(a_job_whose_producer_got_no_answer_is_never_lost),
        TEST(a_job_that_nobody_added_is_not_expected),
        TEST(a_job_of_an_earlier_run_is_expected),
        TEST(at_most_once_is_not_twice),
        TEST(a_second_delivery_is_a_duplicate),
        TEST(after_its_ack_a_job_is_resurrected),
        TEST(an_imported_job_may_come_back_after_its_ack),
        TEST(faults_may_bring_back_a_job_after_its_ack),
        TEST(lost_memory_may_bring_back_a_job_after_its_ack),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
