/* SPDX-License-Identifier: MIT */
#include "mockd/mockd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECONDS INT64_C(1000000)

enum { A, B, C };

static int set_up(void **state)
{
    *state = mockd_new(&(struct mockd_options){.nodes = 3, .no_jitter = true});
    return 0;
}

static int tear_down(void **state)
{
    mockd_free(*state);
    return 0;
}

/* Sends a request to A, lets a moment pass, and gives what follows the first character of the reply. */
static void ask(struct mockd *cluster, const char *request, char *reply, size_t size)
{
    struct mockd_conn *conn = mockd_connect(cluster, "A");
    char bytes[200];
    ssize_t got;

    mockd_send(conn, request, strlen(request));
    assert_int_equal(mockd_advance(cluster, 10000), 0);
    got = mockd_recv(conn, bytes, sizeof(bytes));
    if (reply != NULL) {
        assert_in_range(got, size + 2, sizeof(bytes));
        memcpy(reply, bytes + 1, size - 1);
        reply[size - 1] = '\0';
    }
    mockd_close(conn);
}

static void assert_bytes(const struct mockd_bytes *bytes, const char *expected)
{
    assert_int_equal(bytes->size, strlen(expected));
    assert_memory_equal(bytes->data, expected, bytes->size);
}

static void nodes_are_found_by_name_and_address(void **state)
{
    assert_int_equal(mockd_node_index(*state, "B"), B);
    assert_int_equal(mockd_node_index(*state, "C.worker"), C);
    assert_int_equal(mockd_node_index(*state, "127.0.0.1:7712"), B);
    assert_int_equal(mockd_node_index(*state, "D"), -1);
}

static void a_node_is_seen(void **state)
{
    struct mockd_node node;

    ask(*state, "ADDJOB q body 0\r\n", NULL, 0);
    ask(*state, "CLUSTER LEAVING yes\r\n", NULL, 0);
    assert_int_equal(mockd_step(*state, "freeze C"), 0);
    assert_int_equal(mockd_step(*state, "refuse A"), 0);
    assert_int_equal(mockd_step(*state, "skew A +3s"), 0);

    assert_int_equal(mockd_inspect_node(*state, A, &node), 0);
    assert_true(node.is_up && node.is_refusing && node.is_leaving && !node.is_frozen);
    assert_int_equal(node.skew_us, 3 * SECONDS);
    assert_int_equal(node.known_nodes, 3);
    assert_int_equal(node.reachable_nodes, 2);
    assert_int_equal(node.jobs, 1);
    assert_int_equal(node.queues, 1);
    assert_true(node.memory_bytes > 0 && node.messages_sent > 0 && node.messages_received > 0);
    assert_int_equal(mockd_inspect_node(*state, C, &node), 0);
    assert_true(node.is_frozen);
}

static void a_node_that_is_down_is_only_that(void **state)
{
    struct mockd_node node;
    struct mockd_job job = {0};
    struct mockd_queue queue = {0};

    ask(*state, "ADDJOB q body 0\r\n", NULL, 0);
    assert_int_equal(mockd_crash(*state, "A"), 0);

    assert_int_equal(mockd_inspect_node(*state, A, &node), 0);
    assert_false(node.is_up);
    assert_false(mockd_next_job(*state, A, &job));
    assert_false(mockd_next_queue(*state, A, &queue));
    assert_int_equal(mockd_inspect_node(*state, 3, &node), MOCKD_INVALID);
    assert_int_equal(mockd_inspect_node(*state, -1, &node), MOCKD_INVALID);
}

static void a_job_is_seen(void **state)
{
    struct mockd_job job;
    char id[41];

    ask(*state, "ADDJOB mail hello 0 REPLICATE 2 RETRY 10 TTL 100\r\n", id, sizeof(id));

    assert_int_equal(mockd_inspect_job(*state, A, id, &job), 0);
    assert_string_equal(job.id, id);
    assert_bytes(&job.queue, "mail");
    assert_bytes(&job.body, "hello");
    assert_string_equal(job.state, "queued");
    assert_int_equal(job.replicate, 2);
    assert_int_equal(job.retry_s, 10);
    assert_int_equal(job.expires_at_us, MOCKD_EPOCH_US + 100 * SECONDS);
    assert_in_range(job.requeued_at_us - MOCKD_EPOCH_US, 10 * SECONDS, 10 * SECONDS + 2000);
    assert_int_equal(mockd_job_may_be_at(*state, A, id, B) + mockd_job_may_be_at(*state, A, id, C), 1);
    assert_true(mockd_job_may_be_at(*state, A, id, A));
    assert_false(mockd_job_may_be_at(*state, A, id, 7));
    assert_int_equal(mockd_inspect_job(*state, A, "D-nonsense", &job), MOCKD_INVALID);
}

static void an_acknowledgement_is_seen(void **state)
{
    struct mockd_job job = {0};

    assert_int_equal(mockd_step(*state, "hold *->*"), 0);
    ask(*state, "ACKJOB D-aaaaaaaa-000000000000000000000007-05a1\r\n", NULL, 0);

    assert_true(mockd_next_job(*state, A, &job));
    assert_true(job.is_dummy);
    assert_string_equal(job.state, "acked");
    assert_int_equal(job.requeued_at_us, -1);
}

static void jobs_are_seen_one_after_the_other(void **state)
{
    struct mockd_job job = {0};

    ask(*state, "ADDJOB q one 0\r\nADDJOB q two 0 REPLICATE 1\r\n", NULL, 0);

    assert_true(mockd_next_job(*state, A, &job));
    assert_bytes(&job.body, "one");
    assert_true(mockd_next_job(*state, A, &job));
    assert_bytes(&job.body, "two");
    assert_false(mockd_next_job(*state, A, &job));
}

static void a_queue_is_seen(void **state)
{
    struct mockd_queue queue;

    ask(*state, "ADDJOB q body 0\r\nADDJOB q body 0\r\nGETJOB FROM q\r\nPAUSE q out\r\n", NULL, 0);

    assert_int_equal(mockd_inspect_queue(*state, A, "q", 1, &queue), 0);
    assert_bytes(&queue.name, "q");
    assert_int_equal(queue.jobs, 1);
    assert_int_equal(queue.jobs_in, 2);
    assert_int_equal(queue.jobs_out, 1);
    assert_true(queue.is_paused_out && !queue.is_paused_in);
    assert_int_equal(queue.waiting_clients, 0);
    assert_int_equal(mockd_inspect_queue(*state, A, "p", 1, &queue), MOCKD_INVALID);
}

static void queues_are_seen_one_after_the_other(void **state)
{
    struct mockd_queue queue = {0};

    ask(*state, "PAUSE one in\r\nPAUSE two in\r\n", NULL, 0);

    assert_true(mockd_next_queue(*state, A, &queue));
    assert_bytes(&queue.name, "one");
    assert_true(mockd_next_queue(*state, A, &queue));
    assert_bytes(&queue.name, "two");
    assert_false(mockd_next_queue(*state, A, &queue));
}

static void a_link_is_seen(void **state)
{
    struct mockd_link link;

    assert_int_equal(mockd_step(*state, "hold A->B only=REPLJOB"), 0);
    assert_int_equal(mockd_step(*state, "link A->C delay=1s only=REPLJOB"), 0);
    ask(*state, "ADDJOB q body 0 REPLICATE 3 ASYNC\r\n", NULL, 0);

    assert_int_equal(mockd_inspect_link(*state, A, B, &link), 0);
    assert_true(link.is_known && link.is_connected && !link.is_suspected && !link.is_failed);
    assert_int_equal(link.messages_held, 1);
    assert_int_equal(mockd_inspect_link(*state, A, C, &link), 0);
    assert_int_equal(link.messages_on_their_way, 1);
    assert_int_equal(link.messages_held, 0);
    assert_int_equal(mockd_inspect_link(*state, A, A, &link), MOCKD_INVALID);
}

static void a_link_to_who_is_gone_is_seen(void **state)
{
    struct mockd_link link;

    assert_int_equal(mockd_crash(*state, "B"), 0);
    assert_int_equal(mockd_advance(*state, 40 * SECONDS), 0);

    assert_int_equal(mockd_inspect_link(*state, A, B, &link), 0);
    assert_true(link.is_known);
    assert_false(link.is_connected);
    assert_true(link.is_failed);
    assert_int_equal(mockd_inspect_link(*state, B, A, &link), 0);
    assert_false(link.is_known);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nodes_are_found_by_name_and_address),
        TEST(a_node_is_seen),
        TEST(a_node_that_is_down_is_only_that),
        TEST(a_job_is_seen),
        TEST(an_acknowledgement_is_seen),
        TEST(jobs_are_seen_one_after_the_other),
        TEST(a_queue_is_seen),
        TEST(queues_are_seen_one_after_the_other),
        TEST(a_link_is_seen),
        TEST(a_link_to_who_is_gone_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
