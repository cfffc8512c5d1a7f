/* SPDX-License-Identifier: MIT */
#include "mockd/mockd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void a_line_makes_the_cluster_that_it_says(void **state)
{
    struct mockd_outcome outcome;
    struct mockd *cluster = mockd_new_from(
        "2 seed=7 jitter=off joined=no link=5ms audit=yes config.maxmemory=1mb config.hz=20", &outcome);
    struct mockd *same = mockd_new(&(struct mockd_options){.nodes = 2, .seed = 7});
    struct mockd_node node;

    (void)state;
    assert_non_null(cluster);
    assert_int_equal(mockd_node_count(cluster), 2);
    assert_string_equal(mockd_node_id(cluster, 0), mockd_node_id(same, 0));
    assert_int_equal(mockd_inspect_node(cluster, 0, &node), 0);
    assert_int_equal(node.known_nodes, 1);
    assert_int_equal(mockd_step(cluster, "check delivery"), 0);
    mockd_free(same);
    mockd_free(cluster);
}

static void what_cannot_be_makes_none(void **state)
{
    static const struct {
        const char *line;
        const char *why;
        int word;
    } lines[] = {
        {"", "expected a number: ", 0},
        {"0", "a cluster has 1 to 1000 nodes", 1},
        {"3 seed=0", "a seed is a number from 1 to 2^64 - 1, not 0", 1},
        {"3 joined=yes size=4", "no option of a cluster: size=4", 2},
        {"3 \"joined=yes", "a quote has no end, or no blank behind it", 0},
        {"3 audit=perhaps", "expected yes or no: perhaps", 1},
    };
    struct mockd_outcome outcome;

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_null(mockd_new_from(lines[i].line, &outcome));
        assert_string_equal(outcome.text, lines[i].why);
        assert_int_equal(outcome.word, lines[i].word);
    }
}

static void a_client_may_come_by_a_socket(void **state)
{
    struct mockd *cluster = mockd_new(NULL);
    int fd = mockd_connect_fd(cluster, "A.worker");
    char reply[100] = "";

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(mockd_step(cluster, "fault A.worker on PING : reply +HERE"), 0);
    assert_int_equal(write(fd, "PING\r\nPING\r\n", 12), 12);
    assert_int_equal(mockd_advance(cluster, 0), 0);
    assert_int_equal(read(fd, reply, sizeof(reply) - 1), 14);
    assert_string_equal(reply, "+HERE\r\n+PONG\r\n");

    assert_int_equal(mockd_crash(cluster, "A"), 0);
    assert_int_equal(read(fd, reply, sizeof(reply)), 0);
    assert_int_equal(mockd_connect_fd(cluster, "A"), -1);
    assert_int_equal(mockd_connect_fd(cluster, "B"), -1);
    close(fd);
    mockd_free(cluster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_makes_the_cluster_that_it_says),
        cmocka_unit_test(what_cannot_be_makes_none),
        cmocka_unit_test(a_client_may_come_by_a_socket),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
