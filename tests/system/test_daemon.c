/* SPDX-License-Identifier: MIT */
/* The daemon from outside: a process, its ports, its words and its exit code. */
#include "mockd/sim/bytes.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NODES_MAX = 8, NODE_PORT_MAX = 55535, CLIENTS_MAX = 40, PATIENCE_MS = 30000, WORDS_MAX = 8 };

struct world {
    pid_t pid; /* 0: none runs */
    int out;
    int err;
    int ports[NODES_MAX];
    int clients[CLIENTS_MAX];
    int client_count;
};

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    world->out = world->err = -1;
    *state = world;
    return 0;
}

static void close_clients(struct world *world)
{
    while (world->client_count > 0)
        close(world->clients[--world->client_count]);
}

static void close_streams(struct world *world)
{
    if (world->out >= 0)
        close(world->out);
    if (world->err >= 0)
        close(world->err);
    world->out = world->err = -1;
}

static int teardown(void **state)
{
    struct world *world = *state;

    close_clients(world);
    close_streams(world);
    if (world->pid > 0) {
        kill(world->pid, SIGKILL);
        waitpid(world->pid, NULL, 0);
    }
    free(world);
    return 0;
}

static void run_daemon(int out, int err, const char *const *words)
{
    const char *argv[WORDS_MAX + 2] = {MOCKD};

    for (int i = 0; words[i] != NULL; i++)
        argv[i + 1] = words[i];
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    execv(MOCKD, (char *const *)(uintptr_t)argv);
    _exit(127);
}

static void start_process(struct world *world, const char *const *words)
{
    int out[2], err[2];

    close_streams(world);
    assert_int_equal(pipe(out), 0);
    assert_int_equal(pipe(err), 0);
    world->pid = fork();
    if (world->pid == 0)
        run_daemon(out[1], err[1], words);
    close(out[1]);
    close(err[1]);
    world->out = out[0];
    world->err = err[0];
    assert_true(world->pid > 0);
}

static void wait_for(int fd, short events)
{
    struct pollfd poll_fd = {.fd = fd, .events = events};

    assert_int_equal(poll(&poll_fd, 1, PATIENCE_MS), 1);
}

/* Reads until that text has come, or the end of the stream. */
static void read_until(int fd, const char *text, char *got, size_t got_size)
{
    size_t size = 0;
    ssize_t more = 1;

    got[0] = '\0';
    while (more > 0 && (text == NULL || strstr(got, text) == NULL)) {
        wait_for(fd, POLLIN);
        more = read(fd, got + size, got_size - 1 - size);
        size += more > 0 ? (size_t)more : 0;
        got[size] = '\0';
    }
}

static void read_ports(struct world *world, const char *ready)
{
    int count = 0;

    for (const char *at = ready; (at = strstr(at, "\"port\": ")) != NULL && count < NODES_MAX; count++) {
        at += strlen("\"port\": ");
        world->ports[count] = atoi(at);
    }
}

static void start(struct world *world, const char *const *words)
{
    char ready[4096];

    start_process(world, words);
    read_until(world->out, "\n", ready, sizeof(ready));
    assert_non_null(strstr(ready, "{\"nodes\": [{\"name\": \"A\", \"id\": \""));
    read_ports(world, ready);
}

#define START(world, ...) start(world, (const char *const[]){__VA_ARGS__, NULL})

/* Waits until it has ended: its streams end with it. */
static int end_of(struct world *world, char *err, size_t err_size)
{
    char rest[4096];
    int status;

    read_until(world->out, NULL, rest, sizeof(rest));
    read_until(world->err, NULL, err, err_size);
    waitpid(world->pid, &status, 0);
    world->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void assert_ends_well(struct world *world, int number)
{
    char err[4096];
    int code;

    kill(world->pid, number);
    code = end_of(world, err, sizeof(err));

    assert_string_equal(err, "");
    assert_int_equal(code, 0);
}

static int new_client(struct world *world, int node)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)world->ports[node]),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    world->clients[world->client_count++] = fd;
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void say(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void assert_answer(int fd, const char *expected)
{
    char got[4096];

    read_until(fd, expected, got, sizeof(got));
    assert_string_equal(got, expected);
}

static void assert_end(int fd)
{
    char byte;

    wait_for(fd, POLLIN);
    assert_int_equal(read(fd, &byte, 1), 0);
}

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

static void an_interrupt_ends_it_too(void **state)
{
    struct world *world = *state;

    START(world, "--port", "0");
    say(new_client(world, 0), "GETJOB FROM q\r\n");

    assert_ends_well(world, SIGINT);
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

/* One that a node may have: the system also gives higher ones. */
static int take_a_port(struct world *world)
{
    struct sockaddr_in address;
    socklen_t size = sizeof(address);

    do {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        world->clients[world->client_count++] = fd;
        assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
        assert_int_equal(listen(fd, 1), 0);
        assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    } while (ntohs(address.sin_port) > NODE_PORT_MAX);
    return ntohs(address.sin_port);
}

static void a_port_in_use_is_named(void **state)
{
    struct world *world = *state;
    char port[16], expected[64], err[4096];

    snprintf(port, sizeof(port), "%d", take_a_port(world));
    snprintf(expected, sizeof(expected), "127.0.0.1 port %s", port);
    start_process(world, (const char *const[]){"--port", port, NULL});

    assert_int_equal(end_of(world, err, sizeof(err)), 1);
    assert_non_null(strstr(err, expected));
    assert_non_null(strstr(err, "in use"));
}

static void bad_options_are_named(void **state)
{
    static const struct {
        const char *words[3];
        const char *named;
    } rows[] = {
        {{"--nodes"}, "--nodes needs a number"},
        {{"--nodes", "0"}, "--nodes needs a number"},
        {{"--nodes", "-1"}, "--nodes needs a number"},
        {{"--nodes", "3x"}, "not '3x'"},
        {{"--nodes", "1001"}, "1000 nodes"},
        {{"--port", "65536"}, "--port needs"},
        {{"--port", "60000"}, "--port 60000"},
        {{"--seed", "0"}, "--seed needs"},
        {{"--joined", "maybe"}, "--joined needs yes or no, not 'maybe'"},
        {{"--seed", "18446744073709551616"}, "--seed needs"},
        {{"--bind", "nowhere"}, "--bind needs an IPv4 address, not 'nowhere'"},
        {{"--wat"}, "--wat"},
        {{"7711"}, "7711"},
    };
    struct world *world = *state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char err[4096];

        start_process(world, rows[i].words);
        assert_int_equal(end_of(world, err, sizeof(err)), 2);
        assert_non_null(strstr(err, rows[i].named));
    }
}

static void help_names_every_option(void **state)
{
    static const char *const options[] = {"--nodes", "--port", "--bind",   "--joined",
                                          "--seed",  "--help", "--version"};
    struct world *world = *state;
    char help[4096], err[4096];

    start_process(world, (const char *const[]){"--help", NULL});
    read_until(world->out, NULL, help, sizeof(help));

    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        assert_non_null(strstr(help, options[i]));
    assert_int_equal(end_of(world, err, sizeof(err)), 0);
}

static void version_says_what_it_is(void **state)
{
    struct world *world = *state;
    char version[4096], err[4096];

    start_process(world, (const char *const[]){"--version", NULL});
    read_until(world->out, NULL, version, sizeof(version));

    assert_memory_equal(version, "mockd ", 6);
    assert_int_equal(end_of(world, err, sizeof(err)), 0);
}

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

/* Closes with a reset instead of an end. */
static void reset(struct world *world)
{
    int fd = world->clients[--world->client_count];

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    close(fd);
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
        reset(world);
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
    struct rlimit old, few = {24, 24};
    struct world *world = *state;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    few.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    START(world, "--port", "0");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
    for (int i = 0; i < CLIENTS_MAX; i++)
        say(new_client(world, 0), "QUIT\r\n");

    for (int i = 0; i < CLIENTS_MAX; i++) {
        assert_answer(world->clients[i], "+OK\r\n");
        assert_end(world->clients[i]);
    }
    assert_ends_well(world, SIGTERM);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(each_node_answers_on_its_port),
        TEST(the_nodes_are_one_cluster),
        TEST(single_nodes_can_meet),
        TEST(an_interrupt_ends_it_too),
        TEST(the_same_seed_gives_the_same_ids),
        TEST(a_port_in_use_is_named),
        TEST(bad_options_are_named),
        TEST(help_names_every_option),
        TEST(version_says_what_it_is),
        TEST(who_only_ends_its_requests_is_still_answered),
        TEST(an_error_arrives_though_the_client_goes_on_sending),
        TEST(clients_may_go_at_any_byte),
        TEST(a_blocked_client_that_goes_leaves_its_queue),
        TEST(a_client_that_reads_late_gets_everything),
        TEST(clients_wait_while_descriptors_are_short),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
