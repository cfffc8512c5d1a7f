/* SPDX-License-Identifier: MIT */
/* The daemon from outside: a process, its ports, its words and its exit code. */
#include "mockd/sim/bytes.h"
#include "tests/support/daemon.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void each_node_answers_on_its_port(void **state)
{
    struct world *world = *state;

    START(world, "--nodes", "3", "--port", "0", "--seed", "7");
    for (int i = 0; i < 3; i++) {
        int client = new_client(world, i);

        say(client, "PING\r\n");
        assert_answer(client, "+PONG\r\n");
    }

    assert_ends_well(world, SIGTERM);
}

static void the_nodes_are_one_cluster(void **state)
{
    struct world *world = *state;
    char answer[256];
    int producer, consumer;

    START(world, "--nodes", "3", "--port", "0");
    producer = new_client(world, 0);
    consumer = new_client(world, 1);
    say(consumer, "GETJOB FROM q\r\n");
    say(producer, "ADDJOB q body 0 REPLICATE 3\r\n");

    read_until(producer, "\r\n", answer, sizeof(answer));
    assert_memory_equal(answer, "+D-", 3);
    read_until(consumer, "body\r\n", answer, sizeof(answer));
    assert_memory_equal(answer, "*1\r\n*3\r\n$1\r\nq\r\n", 15);
    assert_ends_well(world, SIGTERM);
}

static void single_nodes_can_meet(void **state)
{
    struct world *world = *state;
    char meet[64], answer[1024];
    int client;

    START(world, "--nodes", "2", "--port", "0", "--joined", "no");
    client = new_client(world, 0);
    say(client, "ADDJOB q body 0 REPLICATE 2\r\n");
    read_until(client, "\r\n", answer, sizeof(answer));
    assert_memory_equal(answer, "-NOREPL", 7);
    snprintf(meet, sizeof(meet), "CLUSTER MEET 127.0.0.1 %d\r\n", world->ports[1]);
    say(client, meet);
    assert_answer(client, "+OK\r\n");

    do {
        say(client, "ADDJOB q body 0 REPLICATE 2\r\n");
        read_until(client, "\r\n", answer, sizeof(answer));
    } while (answer[0] == '-');
    assert_memory_equal(answer, "+D-", 3);
    assert_ends_well(world, SIGTERM);
}

/* To itself each of them is at the first of these addresses. */
static void nodes_can_meet_wherever_they_listen(void **state)
{
    static const char *const binds[] = {"127.0.0.1,127.0.0.2", "0.0.0.0"};
    struct world *world = *state;
    char meet[64], answer[1024];

    for (size_t i = 0; i < ARRAY_LEN(binds); i++) {
        int client;

        START(world, "--nodes", "2", "--port", "0", "--joined", "no", "--bind", binds[i]);
        client = new_client(world, 0);
        snprintf(meet, sizeof(meet), "CLUSTER MEET 127.0.0.2 %d", world->ports[1]);
        assert_asks(client, meet, "+OK\r\n");
        do {
            say(client, "ADDJOB q body 0 REPLICATE 2\r\n");
            read_until(client, "\r\n", answer, sizeof(answer));
        } while (answer[0] == '-');
        assert_memory_equal(answer, "+D-", 3);
        close_clients(world);
        assert_ends_well(world, SIGTERM);
    }
}

static void an_interrupt_ends_it_too(void **state)
{
    struct world *world = *state;

    START(world, "--port", "0");
    say(new_client(world, 0), "GETJOB FROM q\r\n");

    assert_ends_well(world, SIGINT);
}

static void a_hangup_ends_it_too(void **state)
{
    struct world *world = *state;
    char path[96];

    START(world, "--port", "0", "--unixsocket", path_in(world, "socket", path, sizeof(path)));

    assert_ends_well(world, SIGHUP);
    assert_int_equal(access(path, F_OK), -1);
}

static void it_outlives_a_hangup_if_told_so(void **state)
{
    struct world *world = *state;

    signal(SIGHUP, SIG_IGN);
    START(world, "--port", "0");
    signal(SIGHUP, SIG_DFL);
    kill(world->pid, SIGHUP);

    assert_asks(new_client(world, 0), "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void the_same_seed_gives_the_same_ids(void **state)
{
    struct world *world = *state;
    char first[128], second[128];

    for (int i = 0; i < 2; i++) {
        START(world, "--port", "0", "--seed", "18446744073709551615");
        say(new_client(world, 0), "CLUSTER MYID\r\n");
        read_until(world->clients[0], "\r\n", i == 0 ? first : second, sizeof(first));
        close_clients(world);
        assert_ends_well(world, SIGTERM);
    }

    assert_string_equal(first, second);
}

/* "localhost" may be either. */
static void the_control_port_and_nodes_are_found_over_ipv6_too(void **state)
{
    struct world *world = *state;
    char list[256];
    int client;

    if (!has_v6())
        skip();
    START(world, "--nodes", "2", "--port", "0", "--control", "0");
    client = connect_v6_port(world, world->ports[1]);
    assert_asks(client, "PING", "+PONG\r\n");
    say(client, "CLIENT LIST\r\n");
    read_until(client, "cmd=client\n", list, sizeof(list));
    assert_non_null(strstr(list, "addr=[::1]:"));

    assert_asks(connect_v6_port(world, world->control), "stop B", "+OK\r\n");
    assert_end(client);
    assert_refused(world->ports[1]);
    assert_asks(connect_v6_port(world, world->control), "restart B", "+OK\r\n");
    assert_asks(connect_v6_port(world, world->ports[1]), "PING", "+PONG\r\n");
    assert_asks(new_client(world, 1), "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void it_listens_only_where_it_was_told(void **state)
{
    struct world *world = *state;
    char ready[1024];

    if (!has_v6())
        skip();
    start_process(world, (const char *const[]){"--port", "0", "--bind", "::1", NULL});
    read_until(world->out, "\n", ready, sizeof(ready));
    read_ports(world, ready);

    assert_non_null(strstr(ready, "\"host\": \"::1\""));
    assert_refused(world->ports[0]);
    assert_asks(connect_v6_port(world, world->ports[0]), "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void a_path_is_another_way_in(void **state)
{
    struct world *world = *state;
    char path[96], answer[4096];
    int client;

    START(world, "--port", "0", "--unixsocket", path_in(world, "socket", path, sizeof(path)));
    client = connect_path(world, path);
    say(client, "CLIENT LIST\r\n");
    read_until(client, "cmd=client", answer, sizeof(answer));
    assert_non_null(strstr(answer, path));
    assert_non_null(strstr(answer, "flags=U"));
    assert_ends_well(world, SIGTERM);

    assert_int_not_equal(access(path, F_OK), 0);
}

static void of_several_nodes_each_has_its_path(void **state)
{
    struct world *world = *state;
    char path[96], of_node[128];

    START(world, "--nodes", "2", "--port", "0", "--unixsocket", path_in(world, "s", path, sizeof(path)));
    for (int i = 0; i < 2; i++) {
        snprintf(of_node, sizeof(of_node), "%s.%c", path, 'A' + i);
        say(connect_path(world, of_node), "PING\r\n");
        assert_answer(world->clients[i], "+PONG\r\n");
    }

    assert_ends_well(world, SIGTERM);
}

static void a_path_that_was_left_behind_is_taken_over(void **state)
{
    struct world *world = *state;
    char path[96];

    path_in(world, "socket", path, sizeof(path));
    START(world, "--port", "0", "--unixsocket", path);
    kill(world->pid, SIGKILL);
    assert_end(world->out);
    START(world, "--port", "0", "--unixsocket", path);

    say(connect_path(world, path), "PING\r\n");
    assert_answer(world->clients[0], "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void time_may_run_faster(void **state)
{
    struct world *world = *state;
    char answer[256];
    int client;

    START(world, "--port", "0", "--speed", "1000");
    client = new_client(world, 0);
    say(client, "ADDJOB q body 0 RETRY 600\r\nGETJOB FROM q\r\n");
    read_until(client, "body\r\n", answer, sizeof(answer));
    say(client, "GETJOB FROM q\r\n");

    read_until(client, "body\r\n", answer, sizeof(answer));
    assert_ends_well(world, SIGTERM);
}

static void what_happens_is_written_to_a_file(void **state)
{
    struct world *world = *state;
    char path[96], log[4096];

    START(world, "--port", "0", "--log", path_in(world, "log", path, sizeof(path)));
    say(new_client(world, 0), "PING\r\n");
    assert_answer(world->clients[0], "+PONG\r\n");

    assert_true(read_file(path, log, sizeof(log)));
    assert_non_null(strstr(log, " A.1 > \"PING\"\n"));
    assert_non_null(strstr(log, " A.1 < +PONG\n"));
    assert_ends_well(world, SIGTERM);
}

static void it_is_ready_on_the_descriptor_that_was_named(void **state)
{
    struct world *world = *state;
    char number[16], ready[4096], rest[16];
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    snprintf(number, sizeof(number), "%d", ends[1]);
    start_process(world, (const char *const[]){"--port", "0", "--ready-fd", number, NULL});
    close(ends[1]);

    read_until(ends[0], NULL, ready, sizeof(ready));
    assert_memory_equal(ready, "{\"nodes\": [", 11);
    assert_string_equal(strchr(ready, '\n'), "\n");
    kill(world->pid, SIGTERM);
    read_until(world->out, NULL, rest, sizeof(rest));
    assert_string_equal(rest, "");
    close(ends[0]);
}

static void the_process_id_is_in_a_file_while_it_runs(void **state)
{
    struct world *world = *state;
    char path[96], number[32];

    START(world, "--port", "0", "--pidfile", path_in(world, "pid", path, sizeof(path)));
    assert_true(read_file(path, number, sizeof(number)));
    assert_int_equal(atoi(number), world->pid);
    assert_ends_well(world, SIGTERM);

    assert_int_not_equal(access(path, F_OK), 0);
}

/* With its parent, so that it goes even if this test fails. */
static void it_goes_to_the_background_when_it_is_ready(void **state)
{
    struct world *world = *state;
    char path[96], number[32], ready[4096], err[4096];

    path_in(world, "pid", path, sizeof(path));
    start_process(
        world, (const char *const[]){"--port", "0", "--daemonize", "--pidfile", path, "--with-parent", NULL});
    read_until(world->out, NULL, ready, sizeof(ready));
    read_ports(world, ready);
    assert_int_equal(end_of(world, err, sizeof(err)), 0);
    assert_string_equal(err, "");
    say(new_client(world, 0), "PING\r\n");
    assert_answer(world->clients[0], "+PONG\r\n");

    assert_true(read_file(path, number, sizeof(number)));
    kill(atoi(number), SIGTERM);
    assert_end(world->clients[0]);
    assert_int_not_equal(access(path, F_OK), 0);
}

static void what_fails_before_the_background_is_told_in_front(void **state)
{
    struct world *world = *state;
    char path[96], err[4096];

    path_in(world, "no/such", path, sizeof(path));
    start_process(world, (const char *const[]){"--port", "0", "--daemonize", "--log", path, NULL});

    assert_int_equal(end_of(world, err, sizeof(err)), 1);
    assert_non_null(strstr(err, path));
}

/* Starts one from a process in between. */
static pid_t start_by_another(int out)
{
    pid_t parent = fork();

    if (parent != 0)
        return parent;
    if (fork() == 0) {
        dup2(out, STDOUT_FILENO);
        execl(MOCKD, MOCKD, "--port", "0", "--with-parent", NULL);
    }
    pause();
    _exit(0);
}

static void it_ends_with_its_parent_if_told_so(void **state)
{
    char ready[4096], rest[16];
    int ends[2];
    pid_t parent;

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    parent = start_by_another(ends[1]);
    close(ends[1]);
    read_until(ends[0], "\n", ready, sizeof(ready));
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);

    read_until(ends[0], NULL, rest, sizeof(rest));
    assert_string_equal(rest, "");
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DAEMON_TEST(each_node_answers_on_its_port),
        DAEMON_TEST(the_nodes_are_one_cluster),
        DAEMON_TEST(single_nodes_can_meet),
        DAEMON_TEST(nodes_can_meet_wherever_they_listen),
        DAEMON_TEST(an_interrupt_ends_it_too),
        DAEMON_TEST(a_hangup_ends_it_too),
        DAEMON_TEST(it_outlives_a_hangup_if_told_so),
        DAEMON_TEST(the_same_seed_gives_the_same_ids),
        DAEMON_TEST(the_control_port_and_nodes_are_found_over_ipv6_too),
        DAEMON_TEST(it_listens_only_where_it_was_told),
        DAEMON_TEST(a_path_is_another_way_in),
        DAEMON_TEST(of_several_nodes_each_has_its_path),
        DAEMON_TEST(a_path_that_was_left_behind_is_taken_over),
        DAEMON_TEST(time_may_run_faster),
        DAEMON_TEST(what_happens_is_written_to_a_file),
        DAEMON_TEST(it_is_ready_on_the_descriptor_that_was_named),
        DAEMON_TEST(the_process_id_is_in_a_file_while_it_runs),
        DAEMON_TEST(it_goes_to_the_background_when_it_is_ready),
        DAEMON_TEST(what_fails_before_the_background_is_told_in_front),
        DAEMON_TEST(it_ends_with_its_parent_if_told_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
