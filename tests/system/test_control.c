/* SPDX-License-Identifier: MIT */
/* The control port: what a cluster goes through is told from outside. */
#include "mockd/mockd.h"
#include "tests/support/daemon.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Starts a cluster of three, and gives a connection to its control port. */
static int start_three(struct world *world)
{
    START(world, "--nodes", "3", "--port", "0", "--control", "0");
    return connect_port(world, world->control);
}

static void assert_reset(int fd)
{
    char byte;

    wait_for(fd, POLLIN);
    assert_int_equal(recv(fd, &byte, 1, 0), -1);
    assert_int_equal(errno, ECONNRESET);
}

static void steps_are_done_to_the_cluster(void **state)
{
    struct world *world = *state;
    int control = start_three(world);
    int client = new_client(world, 0);

    assert_asks(client, "PING", "+PONG\r\n");
    assert_asks(control, "crash A", "+OK\r\n");
    assert_reset(client);
    assert_refused(world->ports[0]);
    assert_asks(control, "restart A", "+OK\r\n");

    assert_asks(new_client(world, 0), "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

/* They do so by themselves, and take no command before they were answered. */
static void redis_clients_may_introduce_themselves(void **state)
{
    struct world *world = *state;
    int control = start_three(world);
    char hello[512];

    say(control, "HELLO 3 SETNAME me\r\n");
    read_until(control, "proto\r\n:3\r\n", hello, sizeof(hello));
    assert_memory_equal(hello, "%5\r\n$6\r\nserver\r\n$5\r\nmockd\r\n", 27);
    say(control, "hello\r\n");
    read_until(control, "proto\r\n:2\r\n", hello, sizeof(hello));
    assert_memory_equal(hello, "*10\r\n", 5);
    assert_asks(control, "HELLO 4", "-NOPROTO unsupported protocol version\r\n");
    assert_asks(control, "CLIENT SETINFO LIB-NAME x", "+OK\r\n");
    assert_asks(control, "client w nodes=A", "-ERR no such step: client\r\n");
    assert_asks(control, "SELECT 0", "+OK\r\n");
    assert_asks(control, "COMMAND DOCS", "*0\r\n");
    say(control, "INFO\r\n");
    read_until(control, "loading:0\r\n\r\n", hello, sizeof(hello));
    assert_asks(control, "PING", "+PONG\r\n");
    assert_asks(control, "ping x", "$1\r\nx\r\n");

    say(control, "QUIT\r\ncrash A\r\n");
    assert_answer(control, "+OK\r\n");
    assert_end(control);
    assert_asks(new_client(world, 0), "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void a_node_that_refuses_keeps_its_clients(void **state)
{
    struct world *world = *state;
    int control = start_three(world);
    int client = new_client(world, 0);

    assert_asks(client, "PING", "+PONG\r\n");
    assert_asks(control, "refuse A", "+OK\r\n");
    assert_refused(world->ports[0]);
    assert_asks(client, "PING", "+PONG\r\n");
    assert_asks(control, "accept A", "+OK\r\n");

    assert_asks(new_client(world, 0), "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void names_may_be_in_any_case(void **state)
{
    struct world *world = *state;
    int control = start_three(world);

    assert_asks(control, "FREEZE b", "+OK\r\n");
    assert_asks(control, "Thaw B", "+OK\r\n");
    assert_asks(control, "partition a | B c", "+OK\r\n");
    assert_asks(control, "HEAL", "+OK\r\n");
    assert_ends_well(world, SIGTERM);
}

static void what_cannot_be_is_named(void **state)
{
    static const struct {
        const char *line;
        const char *reply;
    } rows[] = {
        {"frob A", "-ERR no such step: frob\r\n"},
        {"crash D", "-ERR no node D in a cluster of 3\r\n"},
        {"crash C", "-FAILED C is down\r\n"},
        {"hits nobody 1", "-ERR no fault is called nobody\r\n"},
        {"crash A C", "-FAILED C is down\r\n"},
        {"crash A A", "-ERR A was named before\r\n"},
        {"nodes now", "-ERR nothing more was expected: now\r\n"},
        {"log some", "-ERR expected a number: some\r\n"},
        {"transcript", "-ERR expected a node\r\n"},
        {"transcript D.1", "-ERR no node D in a cluster of 3\r\n"},
        {"new", "-ERR expected a number: \r\n"},
        {"new 0", "-ERR a cluster has 1 to 1000 nodes\r\n"},
        {"new 1001", "-ERR a cluster has 1 to 1000 nodes\r\n"},
        {"new 3 port=1", "-ERR no option of a cluster: port=1\r\n"},
        {"new 3 seed=0", "-ERR a seed is a number from 1 to 2^64 - 1, not 0\r\n"},
        {"new 3 jitter=some", "-ERR expected on or off, not some\r\n"},
        {"new 3 link=1", "-ERR not a duration: 1 (such as 50ms, 2s, 1m, 3h, 1d)\r\n"},
        {"new 3 config.maxmemory=lots", "-ERR not what CONFIG SET takes: config.maxmemory=lots\r\n"},
    };
    struct world *world = *state;
    int control = start_three(world);
    int client = new_client(world, 0);

    assert_asks(control, "crash C", "+OK\r\n");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_asks(control, rows[i].line, rows[i].reply);

    assert_asks(client, "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void settling_opens_the_ports(void **state)
{
    struct world *world = *state;
    int control = start_three(world);

    assert_asks(control, "refuse A", "+OK\r\n");
    assert_asks(control, "settle", "+OK\r\n");

    assert_asks(new_client(world, 0), "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void help_lists_all_that_can_be_said(void **state)
{
    static const char *const usages[] = {"help",
                                         "steps",
                                         "nodes",
                                         "log [COUNT]",
                                         "transcript NODE[.CONN]",
                                         "new N [",
                                         "advance D [until-reply]"};
    struct world *world = *state;
    int control = start_three(world), size;
    static char manual[1 << 16];
    char help[16384], word[32];

    say(control, "help\r\nfrob\r\n");
    read_until(control, "-ERR", help, sizeof(help));

    for (size_t i = 0; i < sizeof(usages) / sizeof(usages[0]); i++)
        assert_non_null(strstr(help, usages[i]));
    for (size = 0; mockd_step_usage(size) != NULL; size++)
        assert_non_null(strstr(help, mockd_step_usage(size)));
    assert_int_equal(atoi(help + 1), size + 7);
    assert_true(read_file("mockd/mockd.1", manual, sizeof(manual)));
    for (size_t i = 0; i < sizeof(usages) / sizeof(usages[0]); i++) {
        snprintf(word, sizeof(word), " %.*s", (int)strcspn(usages[i], " "), usages[i]);
        assert_non_null(strstr(manual, word));
    }
    assert_ends_well(world, SIGTERM);
}

static void nodes_tells_what_becomes_of_them(void **state)
{
    static const char *const states[] = {"$2\r\nup\r\n", "$4\r\ndown\r\n", "$6\r\nfrozen\r\n",
                                         "$8\r\nrefusing\r\n"};
    struct world *world = *state;
    char nodes[4096], port[32], *at = nodes;
    int control;

    START(world, "--nodes", "4", "--port", "0", "--control", "0");
    control = connect_port(world, world->control);
    assert_asks(control, "crash B", "+OK\r\n");
    assert_asks(control, "freeze C", "+OK\r\n");
    assert_asks(control, "refuse D", "+OK\r\n");
    say(control, "nodes\r\nfrob\r\n");
    read_until(control, "-ERR", nodes, sizeof(nodes));

    for (int i = 0; i < 4; i++) {
        snprintf(port, sizeof(port), ":%d\r\n", world->ports[i]);
        at = strstr(at, port);
        assert_non_null(at);
        at = strstr(at, "$5\r\nstate\r\n") + strlen("$5\r\nstate\r\n");
        assert_memory_equal(at, states[i], strlen(states[i]));
    }
    assert_ends_well(world, SIGTERM);
}

static void log_tells_what_happened_last(void **state)
{
    struct world *world = *state;
    int control = start_three(world);
    char log[4096];

    assert_asks(control, "crash A", "+OK\r\n");
    assert_asks(control, "restart A", "+OK\r\n");
    assert_asks(new_client(world, 0), "PING", "+PONG\r\n");
    say(control, "log 2\r\n");
    read_until(control, " A.1 < +PONG\r\n", log, sizeof(log));

    assert_memory_equal(log, "*2\r\n", 4);
    assert_non_null(strstr(log, " A.1 > \"PING\"\r\n"));
    assert_ends_well(world, SIGTERM);
}

static void a_transcript_reads_like_a_scenario(void **state)
{
    struct world *world = *state;
    int control = start_three(world);
    int client = new_client(world, 0);
    char text[4096];

    assert_asks(client, "PING", "+PONG\r\n");
    assert_asks(client, "client SETNAME worker", "+OK\r\n");
    assert_asks(new_client(world, 0), "FROB", "-ERR unknown command 'FROB'\r\n");
    assert_asks(client, "CONFIG GET loglevel", "*2\r\n$8\r\nloglevel\r\n$6\r\nnotice\r\n");
    assert_asks(client, "SHOW \"$ \\x00\"", "-BADID Invalid Job ID format.\r\n");
    say(control, "transcript a.worker\r\nfrob\r\n");
    read_until(control, "-ERR", text, sizeof(text));

    assert_memory_equal(text, "*8\r\n", 4);
    assert_non_null(strstr(text, "\r\nA.1> PING\r\n"));
    assert_non_null(strstr(text, "\r\n  +PONG\r\n"));
    assert_non_null(strstr(text, "\r\n  [\"loglevel\", \"notice\"]\r\n"));
    assert_non_null(strstr(text, "\r\nA.worker> SHOW \"\\$ \\x00\"\r\n"));
    assert_null(strstr(text, "FROB"));
    assert_ends_well(world, SIGTERM);
}

static void a_transcript_of_a_node_has_all_of_its_clients(void **state)
{
    struct world *world = *state;
    int control = start_three(world);
    char text[4096];

    assert_asks(new_client(world, 0), "PING", "+PONG\r\n");
    assert_asks(new_client(world, 1), "PING", "+PONG\r\n");
    assert_asks(new_client(world, 0), "PING", "+PONG\r\n");
    say(control, "transcript A\r\ntranscript A.2\r\ntranscript C\r\ntranscript B.7\r\n");
    read_until(control, "anything\r\n", text, sizeof(text));

    assert_string_equal(text, "*4\r\n$9\r\nA.1> PING\r\n$7\r\n  +PONG\r\n"
                              "$9\r\nA.2> PING\r\n$7\r\n  +PONG\r\n"
                              "*2\r\n$9\r\nA.2> PING\r\n$7\r\n  +PONG\r\n*0\r\n"
                              "-ERR no client B.7 has said anything\r\n");
    assert_ends_well(world, SIGTERM);
}

static void new_begins_anew_at_the_same_ports(void **state)
{
    struct world *world = *state;
    int control = start_three(world);
    int client = new_client(world, 0);
    char before[128], after[128], answer[128];

    say(client, "CLUSTER MYID\r\n");
    read_until(client, "\n", before, sizeof(before));
    say(client, "ADDJOB q body 0\r\n");
    read_until(client, "\r\n", answer, sizeof(answer));
    assert_asks(control, "crash B", "+OK\r\n");
    assert_asks(control, "new 3", "+OK\r\n");
    assert_end(client);

    client = new_client(world, 0);
    say(client, "CLUSTER MYID\r\n");
    read_until(client, "\n", after, sizeof(after));
    assert_string_equal(before, after);
    assert_asks(client, "QLEN q", ":0\r\n");
    assert_asks(new_client(world, 1), "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void new_takes_what_a_cluster_is_made_of(void **state)
{
    struct world *world = *state;
    int control = start_three(world);

    assert_asks(control, "new 2 seed=18446744073709551615 joined=no jitter=off link=0ms config.maxmemory=1mb",
                "+OK\r\n");

    assert_asks(new_client(world, 0), "CONFIG GET maxmemory", "*2\r\n$9\r\nmaxmemory\r\n$7\r\n1048576\r\n");
    say(new_client(world, 1), "ADDJOB q body 0 REPLICATE 2\r\n");
    assert_answer(world->clients[2],
                  "-NOREPL Not enough reachable nodes for the requested replication level\r\n");
    assert_refused(world->ports[2]);
    assert_ends_well(world, SIGTERM);
}

static void new_may_have_more_nodes(void **state)
{
    struct world *world = *state;
    int control = start_three(world);
    char nodes[8192], *at;

    assert_asks(control, "new 5", "+OK\r\n");
    say(control, "nodes\r\nfrob\r\n");
    read_until(control, "-ERR", nodes, sizeof(nodes));
    at = strstr(nodes, "$1\r\nE\r\n");
    assert_non_null(at);
    at = strstr(at, "$4\r\nport\r\n:");

    assert_asks(connect_port(world, atoi(at + strlen("$4\r\nport\r\n:"))), "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void paths_lead_to_the_new_nodes_too(void **state)
{
    struct world *world = *state;
    char path[96], path_of_b[100];
    int control;

    START(world, "--port", "0", "--control", "0", "--unixsocket", path_in(world, "s", path, sizeof(path)));
    control = connect_port(world, world->control);
    assert_asks(control, "crash A", "+OK\r\n");
    assert_asks(control, "new 2", "+OK\r\n");

    snprintf(path_of_b, sizeof(path_of_b), "%s.B", path);
    assert_asks(connect_path(world, path), "PING", "+PONG\r\n");
    assert_asks(connect_path(world, path_of_b), "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void files_in_a_directory_do_not_begin_anew(void **state)
{
    struct world *world = *state;
    char path[96];

    START(world, "--port", "0", "--control", "0", "--dir", path_in(world, "d", path, sizeof(path)));

    assert_asks(connect_port(world, world->control), "new 1",
                "-ERR the nodes' files are in a directory, so none is new\r\n");
    assert_ends_well(world, SIGTERM);
}

static void who_asks_may_go_at_any_byte(void **state)
{
    static const char request[] = "help\r\n*2\r\n$5\r\ncrash\r\n$1\r\nX\r\nhits x 1 within 1s\r\nnodes\r\n";
    struct world *world = *state;

    start_three(world);
    for (size_t size = 0; size < sizeof(request); size++) {
        int goer = connect_port(world, world->control);

        assert_int_equal(send(goer, request, size, MSG_NOSIGNAL), size);
        reset_newest(world);
    }

    assert_asks(new_client(world, 0), "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void who_sends_rubbish_is_told_and_closed(void **state)
{
    struct world *world = *state;
    int control = start_three(world);

    say(control, "*1\r\n:1\r\n");
    assert_answer(control, "-ERR Protocol error: expected '$', got ':'\r\n");
    assert_end(control);
    assert_ends_well(world, SIGTERM);
}

static size_t read_to_end(int fd)
{
    static char got[1 << 16];
    size_t total = 0;
    ssize_t size;

    while ((size = recv(fd, got, sizeof(got), 0)) > 0)
        total += (size_t)size;
    assert_int_equal(size, 0);
    return total;
}

/* Meanwhile others are served. */
static void who_reads_late_gets_everything(void **state)
{
    enum { REQUESTS = 2000 };
    struct world *world = *state;
    int control = start_three(world), late;
    size_t reply_size;

    say(control, "help\r\n");
    shutdown(control, SHUT_WR);
    reply_size = read_to_end(control);
    late = connect_port(world, world->control);
    for (int i = 0; i < REQUESTS; i++)
        say(late, "help\r\n");
    shutdown(late, SHUT_WR);
    assert_asks(connect_port(world, world->control), "heal", "+OK\r\n");

    assert_int_equal(read_to_end(late), REQUESTS * reply_size);
    assert_ends_well(world, SIGTERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DAEMON_TEST(steps_are_done_to_the_cluster),
        DAEMON_TEST(redis_clients_may_introduce_themselves),
        DAEMON_TEST(a_node_that_refuses_keeps_its_clients),
        DAEMON_TEST(names_may_be_in_any_case),
        DAEMON_TEST(what_cannot_be_is_named),
        DAEMON_TEST(settling_opens_the_ports),
        DAEMON_TEST(help_lists_all_that_can_be_said),
        DAEMON_TEST(nodes_tells_what_becomes_of_them),
        DAEMON_TEST(log_tells_what_happened_last),
        DAEMON_TEST(a_transcript_reads_like_a_scenario),
        DAEMON_TEST(a_transcript_of_a_node_has_all_of_its_clients),
        DAEMON_TEST(new_begins_anew_at_the_same_ports),
        DAEMON_TEST(new_takes_what_a_cluster_is_made_of),
        DAEMON_TEST(new_may_have_more_nodes),
        DAEMON_TEST(paths_lead_to_the_new_nodes_too),
        DAEMON_TEST(files_in_a_directory_do_not_begin_anew),
        DAEMON_TEST(who_asks_may_go_at_any_byte),
        DAEMON_TEST(who_sends_rubbish_is_told_and_closed),
        DAEMON_TEST(who_reads_late_gets_everything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
