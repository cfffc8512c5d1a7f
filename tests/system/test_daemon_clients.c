/* SPDX-License-Identifier: MIT */
/* Clients of the daemon that come, go and read as they like. */
#include "mockd/sim/bytes.h"
#include "tests/support/daemon.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static void who_only_ends_its_requests_is_still_answered(void **state)
{
    struct world *world = *state;
    int client;

    START(world, "--port", "0");
    client = new_client(world, 0);
    say(client, "PING\r\nPING two\r\n");
    shutdown(client, SHUT_WR);

    assert_answer(client, "+PONG\r\n$3\r\ntwo\r\n");
    assert_end(client);
    assert_ends_well(world, SIGTERM);
}

static void an_error_arrives_though_the_client_goes_on_sending(void **state)
{
    static char junk[1 << 20];
    struct world *world = *state;
    int client;

    START(world, "--port", "0");
    client = new_client(world, 0);
    memset(junk, 'x', sizeof(junk));
    send(client, junk, sizeof(junk), MSG_NOSIGNAL | MSG_DONTWAIT);

    assert_answer(client, "-ERR Protocol error: too big inline request\r\n");
    assert_ends_well(world, SIGTERM);
}

static void clients_may_go_at_any_byte(void **state)
{
    static const char request[] = "PING\r\n*3\r\n$6\r\nGETJOB\r\n$4\r\nFROM\r\n$1\r\nq\r\nPING\r\n";
    struct world *world = *state;
    int client;

    START(world, "--port", "0");
    for (size_t size = 0; size < sizeof(request); size++) {
        int goer = new_client(world, 0);

        assert_int_equal(send(goer, request, size, MSG_NOSIGNAL), size);
        reset_newest(world);
    }

    client = new_client(world, 0);
    say(client, "PING\r\n");
    assert_answer(client, "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void a_blocked_client_that_goes_leaves_its_queue(void **state)
{
    struct world *world = *state;
    char answer[4096];
    int watcher;

    START(world, "--port", "0");
    watcher = new_client(world, 0);
    say(new_client(world, 0), "PING\r\nGETJOB FROM q\r\n");
    assert_answer(world->clients[1], "+PONG\r\n");
    shutdown(world->clients[1], SHUT_WR);
    assert_end(world->clients[1]);

    say(watcher, "QSTAT q\r\n");
    read_until(watcher, "$5\r\npause", answer, sizeof(answer));
    assert_null(strstr(answer, "$7\r\nblocked\r\n:1"));
    assert_ends_well(world, SIGTERM);
}

enum { ECHOES = 40, ECHO_SIZE = 1 << 20 };

/* Sends until that would block, then reads what there is: the daemon's limits are met on both sides. */
static void a_client_that_reads_late_gets_everything(void **state)
{
    struct world *world = *state;
    struct buffer request = {0};
    static char answer[1 << 16];
    size_t sent = 0, got = 0, to_send, to_get;
    int client;

    START(world, "--port", "0");
    client = new_client(world, 0);
    buffer_printf(&request, "*2\r\n$4\r\nPING\r\n$%d\r\n", ECHO_SIZE);
    memset(buffer_reserve(&request, ECHO_SIZE), 'x', ECHO_SIZE);
    request.size += ECHO_SIZE;
    buffer_add_text(&request, "\r\n");
    to_send = ECHOES * request.size;
    to_get = ECHOES * (ECHO_SIZE + strlen("$1048576\r\n\r\n"));

    while (got < to_get) {
        size_t at = sent % request.size;
        ssize_t size = 0;

        if (sent < to_send)
            size = send(client, request.data + at, request.size - at, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (size > 0) {
            sent += (size_t)size;
            continue;
        }
        wait_for(client, sent < to_send ? POLLIN | POLLOUT : POLLIN);
        size = recv(client, answer, sizeof(answer), MSG_DONTWAIT);
        assert_int_not_equal(size, 0);
        got += size > 0 ? (size_t)size : 0;
    }

    assert_int_equal(got, to_get);
    assert_memory_equal(answer, "xxxx", 4);
    buffer_fini(&request);
    assert_ends_well(world, SIGTERM);
}

/* With few descriptors: those that find none wait, and come in when others have gone. */
static void clients_wait_while_descriptors_are_short(void **state)
{
    struct world *world = *state;

    world->descriptors = 24;
    START(world, "--port", "0");
    for (int i = 0; i < 40; i++)
        say(new_client(world, 0), "QUIT\r\n");

    for (int i = 0; i < 40; i++) {
        assert_answer(world->clients[i], "+OK\r\n");
        assert_end(world->clients[i]);
    }
    assert_ends_well(world, SIGTERM);
}

enum { FLOOD_SIZE = 256 << 20 }; /* more than any system keeps for a connection */

/* How many bytes of empty requests it takes, of so many, before it has taken none for a while. */
static size_t flood(int fd, size_t size)
{
    static char lines[1 << 20];
    struct pollfd poller = {.fd = fd, .events = POLLOUT};
    size_t sent = 0;

    memset(lines, '\n', sizeof(lines));
    while (sent < size && poll(&poller, 1, 100) == 1) {
        ssize_t count = send(fd, lines, sizeof(lines), MSG_NOSIGNAL | MSG_DONTWAIT);

        assert_true(count > 0 || errno == EAGAIN);
        sent += count > 0 ? (size_t)count : 0;
    }
    return sent;
}

/* Asks until no answer comes any more. */
static void wait_until_it_sleeps(int client)
{
    struct pollfd poller = {.fd = client, .events = POLLIN};

    for (say(client, "PING\r\n"); poll(&poller, 1, 500) == 1; say(client, "PING\r\n"))
        assert_answer(client, "+PONG\r\n");
}

/* It is the system that keeps what comes meanwhile, and it stops the client in time. */
static void a_node_that_sleeps_reads_nothing(void **state)
{
    struct world *world = *state;
    int client;

    START(world, "--port", "0");
    client = new_client(world, 0);
    say(new_client(world, 0), "DEBUG SLEEP 1000\r\n");
    wait_until_it_sleeps(client);

    assert_true(flood(client, FLOOD_SIZE) < FLOOD_SIZE);
    assert_ends_well(world, SIGTERM);
}

enum { CROWD = 10000 };

/* Of whom some only begin to ask, some wait, and some are answered; all go at once. */
static void ten_thousand_clients_come_and_go(void **state)
{
    static const char *const requests[] = {"PING\r\n", "*2\r\n$4\r\nPI", "GETJOB FROM q\r\n", ""};
    struct rlimit limit;
    struct world *world = *state;
    static int crowd[CROWD];

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_max < CROWD + 100)
        skip();
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    START(world, "--port", "0");
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = new_client(world, 0);
        world->client_count--;
        say(crowd[i], requests[(size_t)i % ARRAY_LEN(requests)]);
    }
    assert_asks(crowd[CROWD - 1], "PING", "+PONG\r\n");
    for (int i = 0; i < CROWD; i++) {
        setsockopt(crowd[i], SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
        close(crowd[i]);
    }

    assert_asks(new_client(world, 0), "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

/* What others do is no reason to keep ever more for it. */
static void a_monitor_that_does_not_read_is_closed(void **state)
{
    enum { SIZE = 1 << 20, REQUESTS = 100 };
    static char body[SIZE], got[1 << 16];
    struct world *world = *state;
    int monitor, client;
    size_t total = 0;
    ssize_t size;

    START(world, "--port", "0");
    monitor = new_client(world, 0);
    client = new_client(world, 0);
    assert_asks(monitor, "MONITOR", "+OK\r\n");
    memset(body, 'x', sizeof(body) - 1);
    for (int i = 0; i < REQUESTS; i++) {
        say(client, "*2\r\n$4\r\nQLEN\r\n$1048575\r\n");
        say(client, body);
        assert_asks(client, "", ":0\r\n");
    }
    while ((size = recv(monitor, got, sizeof(got), 0)) > 0)
        total += (size_t)size;

    assert_true(total < (size_t)SIZE * REQUESTS);
    assert_ends_well(world, SIGTERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DAEMON_TEST(who_only_ends_its_requests_is_still_answered),
        DAEMON_TEST(an_error_arrives_though_the_client_goes_on_sending),
        DAEMON_TEST(clients_may_go_at_any_byte),
        DAEMON_TEST(a_blocked_client_that_goes_leaves_its_queue),
        DAEMON_TEST(a_client_that_reads_late_gets_everything),
        DAEMON_TEST(clients_wait_while_descriptors_are_short),
        DAEMON_TEST(a_node_that_sleeps_reads_nothing),
        DAEMON_TEST(ten_thousand_clients_come_and_go),
        DAEMON_TEST(a_monitor_that_does_not_read_is_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
