/* SPDX-License-Identifier: MIT */
/* What outlives the daemon: --dir. */
#include "mockd/sim/bytes.h"
#include "tests/support/daemon.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no %s in %s", part, text);
}

/* What a node answers, up to this text. */
static void ask(struct world *world, const char *command, const char *end, char *answer, size_t size)
{
    int client = new_client(world, 0);

    say(client, command);
    read_until(client, end, answer, size);
}

static void a_node_is_who_it_was_and_has_its_jobs(void **state)
{
    struct world *world = *state;
    char path[96], id[128], job[128], answer[4096], show[256];

    write_file(path_in(world, "disque.conf", path, sizeof(path)), "appendonly yes\n");
    START(world, "--port", "0", "--dir", world->folder);
    ask(world, "CLUSTER MYID\r\n", "\r\n", id, sizeof(id));
    ask(world, "ADDJOB mail hello 0 RETRY 60\r\n", "\r\n", job, sizeof(job));
    assert_ends_well(world, SIGTERM);

    START(world, "--port", "0", "--dir", world->folder);
    ask(world, "CLUSTER MYID\r\n", "\r\n", answer, sizeof(answer));
    assert_string_equal(answer, id);
    snprintf(show, sizeof(show), "SHOW %s", job + 1);
    ask(world, show, "$4\r\nbody\r\n$5\r\nhello\r\n", answer, sizeof(answer));
    assert_has(answer, "$5\r\nstate\r\n$6\r\nactive\r\n");
    ask(world, "ADDJOB mail hello 0 RETRY 60\r\n", "\r\n", answer, sizeof(answer));
    assert_string_not_equal(answer, job);
    assert_ends_well(world, SIGTERM);
}

static void each_of_several_nodes_has_a_directory(void **state)
{
    struct world *world = *state;
    char path[96], first[4096], again[4096], name[32];

    path_in(world, "deep", path, sizeof(path));
    START(world, "--port", "0", "--nodes", "2", "--dir", path);
    ask(world, "HELLO\r\n", "\r\n$1\r\n1\r\n", first, sizeof(first));
    assert_ends_well(world, SIGTERM);
    START(world, "--port", "0", "--nodes", "2", "--dir", path);
    ask(world, "HELLO\r\n", "\r\n$1\r\n1\r\n", again, sizeof(again));
    assert_memory_equal(again, first, strlen("*4\r\n:1\r\n$40\r\n") + 40);
    ask(world, "CLUSTER INFO\r\n", "cluster_size:2", again, sizeof(again));
    assert_ends_well(world, SIGTERM);
    for (const char *node = "AB"; *node != '\0'; node++) {
        snprintf(name, sizeof(name), "deep/%c/nodes.conf", *node);
        assert_true(read_file(path_in(world, name, path, sizeof(path)), again, sizeof(again)));
        assert_has(again, "myself");
    }
}

/* The first ends with this process. */
static void a_directory_is_for_one_server(void **state)
{
    struct world *world = *state;
    char err[4096];

    START(world, "--port", "0", "--with-parent", "--dir", world->folder);
    start_process(world, (const char *const[]){"--port", "0", "--dir", world->folder, NULL});

    assert_int_equal(end_of(world, err, sizeof(err)), 1);
    assert_has(err, "nodes.conf: another server does");
}

static void what_cannot_be_used_is_named(void **state)
{
    struct world *world = *state;
    char path[96], err[4096];

    write_file(path_in(world, "file", path, sizeof(path)), "");
    start_process(world, (const char *const[]){"--port", "0", "--dir", path, NULL});
    assert_int_equal(end_of(world, err, sizeof(err)), 1);
    assert_has(err, path);

    write_file(path_in(world, "disque.conf", path, sizeof(path)), "appendonly maybe\n");
    start_process(world, (const char *const[]){"--port", "0", "--dir", world->folder, NULL});
    assert_int_equal(end_of(world, err, sizeof(err)), 1);
    assert_string_equal(err, "mockd: node A cannot start: its configuration file is broken\n");
}

static void the_process_ends_with_its_last_node(void **state)
{
    struct world *world = *state;
    char err[4096];

    START(world, "--port", "0", "--nodes", "2");
    say(new_client(world, 1), "SHUTDOWN\r\n");
    assert_end(world->clients[0]);
    say(new_client(world, 0), "PING\r\n");
    assert_answer(world->clients[1], "+PONG\r\n");
    say(world->clients[1], "SHUTDOWN\r\n");
    assert_end(world->clients[1]);
    assert_int_equal(end_of(world, err, sizeof(err)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DAEMON_TEST(a_node_is_who_it_was_and_has_its_jobs),
        DAEMON_TEST(each_of_several_nodes_has_a_directory),
        DAEMON_TEST(a_directory_is_for_one_server),
        DAEMON_TEST(what_cannot_be_used_is_named),
        DAEMON_TEST(the_process_ends_with_its_last_node),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
