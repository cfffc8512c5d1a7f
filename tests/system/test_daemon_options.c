/* SPDX-License-Identifier: MIT */
/* What the daemon is told when it starts, and what it says of that. */
#include "mockd/sim/bytes.h"
#include "tests/support/daemon.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

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

/* 192.0.2.1 is nobody's (RFC 5737). */
static void an_address_of_another_machine_is_named(void **state)
{
    struct world *world = *state;
    char err[4096];

    start_process(world, (const char *const[]){"--port", "0", "--bind", "127.0.0.1,192.0.2.1", NULL});
    assert_int_equal(end_of(world, err, sizeof(err)), 1);
    assert_non_null(strstr(err, "cannot listen at 192.0.2.1 port"));
    start_process(world, (const char *const[]){"--port", "0", "--bind", "-192.0.2.1", NULL});
    assert_int_equal(end_of(world, err, sizeof(err)), 1);
    assert_non_null(strstr(err, "cannot listen at 192.0.2.1 port 0: there is no such address"));

    START(world, "--port", "0", "--bind", "127.0.0.1,-192.0.2.1");
    assert_asks(new_client(world, 0), "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void a_file_in_the_way_is_left(void **state)
{
    struct world *world = *state;
    char path[96], err[4096];
    FILE *file = fopen(path_in(world, "precious", path, sizeof(path)), "w");

    assert_non_null(file);
    fclose(file);
    start_process(world, (const char *const[]){"--port", "0", "--unixsocket", path, NULL});

    assert_int_equal(end_of(world, err, sizeof(err)), 1);
    assert_non_null(strstr(err, "in use"));
    assert_int_equal(access(path, F_OK), 0);
}

/* The first ends with this process. */
static void a_path_in_use_is_named(void **state)
{
    struct world *world = *state;
    char path[96], err[4096];

    START(world, "--port", "0", "--with-parent", "--unixsocket",
          path_in(world, "socket", path, sizeof(path)));
    connect_path(world, path);
    start_process(world, (const char *const[]){"--port", "0", "--unixsocket", path, NULL});

    assert_int_equal(end_of(world, err, sizeof(err)), 1);
    assert_non_null(strstr(err, path));
    assert_non_null(strstr(err, "in use"));
    say(world->clients[0], "PING\r\n");
    assert_answer(world->clients[0], "+PONG\r\n");
}

static void files_that_cannot_be_written_are_named(void **state)
{
    static const char *const options[] = {"--log", "--pidfile", "--unixsocket"};
    struct world *world = *state;

    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        char path[96], err[4096];

        path_in(world, "no/such", path, sizeof(path));
        start_process(world, (const char *const[]){"--port", "0", options[i], path, NULL});
        assert_int_equal(end_of(world, err, sizeof(err)), 1);
        assert_non_null(strstr(err, path));
        assert_non_null(strstr(err, "No such file or directory"));
    }
}

static void bad_options_are_named(void **state)
{
    static const struct {
        const char *words[5];
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
        {{"--speed", "0"}, "--speed needs a number from 0.001 to 1000, not '0'"},
        {{"--speed", "fast"}, "not 'fast'"},
        {{"--unixsocket", ""}, "--unixsocket needs a path"},
        {{"--ready-fd", "99"}, "--ready-fd needs an open descriptor, not '99'"},
        {{"--bind", "nowhere"}, "--bind needs IP addresses, not 'nowhere'"},
        {{"--bind", "127.0.0.1,nowhere"}, "--bind needs IP addresses, not '127.0.0.1,nowhere'"},
        {{"--control", "x"}, "--control needs a number from 0 to 65535, not 'x'"},
        {{"--clock", "sun"}, "--clock needs wall, manual or auto, not 'sun'"},
        {{"--clock", "manual"}, "needs --control"},
        {{"--clock", "auto", "--speed", "2"}, "--speed is for --clock wall"},
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

static void a_control_port_in_use_is_named(void **state)
{
    struct world *world = *state;
    char port[16], expected[64], err[4096];

    snprintf(port, sizeof(port), "%d", take_a_port(world));
    snprintf(expected, sizeof(expected), "--control: cannot listen at 127.0.0.1 port %s", port);
    start_process(world, (const char *const[]){"--port", "0", "--control", port, NULL});

    assert_int_equal(end_of(world, err, sizeof(err)), 1);
    assert_non_null(strstr(err, expected));
}

static void help_names_every_option(void **state)
{
    static const char *const options[] = {"--nodes",   "--control",     "--clock",    "--port",
                                          "--bind",    "--unixsocket",  "--joined",   "--seed",
                                          "--speed",   "--log",         "--ready-fd", "--daemonize",
                                          "--pidfile", "--with-parent", "--help",     "--version"};
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        DAEMON_TEST(a_port_in_use_is_named),
        DAEMON_TEST(a_control_port_in_use_is_named),
        DAEMON_TEST(an_address_of_another_machine_is_named),
        DAEMON_TEST(a_file_in_the_way_is_left),
        DAEMON_TEST(a_path_in_use_is_named),
        DAEMON_TEST(files_that_cannot_be_written_are_named),
        DAEMON_TEST(bad_options_are_named),
        DAEMON_TEST(help_names_every_option),
        DAEMON_TEST(version_says_what_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
