/* SPDX-License-Identifier: MIT */
/* The daemon called as disque-server: that server's command line, configuration file and log. */
#include "mockd/sim/bytes.h"
#include "tests/support/daemon.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int set_up(void **state)
{
    int rc = daemon_setup(state);
    struct world *world = *state;

    world->program = DISQUE_SERVER;
    return rc != 0 || chdir(world->folder) != 0;
}

static int tear_down(void **state)
{
    return chdir("/") != 0 || daemon_teardown(state) != 0;
}

/* Where nobody listens now. */
static int free_port(void)
{
    struct sockaddr_in address;
    socklen_t size = sizeof(address);

    do {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        address = (struct sockaddr_in){.sin_family = AF_INET};
        assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
        assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
        close(fd);
    } while (ntohs(address.sin_port) > NODE_PORT_MAX);
    return ntohs(address.sin_port);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_file_is(const char *path, const char *expected)
{
    char text[4096];

    assert_true(read_file(path, text, sizeof(text)));
    assert_string_equal(text, expected);
}

/* Starts one that has no port but a path, "socket", and gives a connection to it. */
static int start_server(struct world *world, const char *const *words)
{
    const char *all[20] = {0};
    char path[96], ready[160], log[4096];
    int count = 0;

    for (; words[count] != NULL; count++)
        all[count] = words[count];
    all[count++] = "--port";
    all[count++] = "0";
    all[count++] = "--unixsocket";
    all[count++] = path_in(world, "socket", path, sizeof(path));
    start_process(world, all);
    snprintf(ready, sizeof(ready), "The server is now ready to accept connections at %s\n", path);
    read_until(world->out, ready, log, sizeof(log));
    return connect_path(world, path);
}

#define START_SERVER(world, ...) start_server(world, (const char *const[]){__VA_ARGS__, NULL})

static void assert_shows(int client, const char *name, const char *value)
{
    char line[128], expected[256];

    snprintf(line, sizeof(line), "CONFIG GET %s", name);
    snprintf(expected, sizeof(expected), "*2\r\n$%zu\r\n%s\r\n$%zu\r\n%s\r\n", strlen(name), name,
             strlen(value), value);
    assert_asks(client, line, expected);
}

static void it_listens_at_its_port(void **state)
{
    struct world *world = *state;
    char port[16], ready[64], log[4096];
    int number = free_port();

    snprintf(port, sizeof(port), "%d", number);
    snprintf(ready, sizeof(ready), "The server is now ready to accept connections on port %d\n", number);
    start_process(world, (const char *const[]){"--port", port, "--bind", "127.0.0.1", NULL});
    read_until(world->out, ready, log, sizeof(log));

    assert_non_null(strstr(log, " # Server started, Disque version 1.0-rc1\n"));
    assert_asks(connect_port(world, number), "PING", "+PONG\r\n");
    assert_shows(world->clients[0], "port", port);
    assert_shows(world->clients[0], "bind", "127.0.0.1");
    assert_ends_well(world, SIGTERM);
}

static void it_listens_at_each_of_its_addresses(void **state)
{
    struct world *world = *state;
    char port[16], log[4096];
    int number = free_port();

    if (!has_v6())
        skip();
    snprintf(port, sizeof(port), "%d", number);
    start_process(world, (const char *const[]){"--port", port, "--bind", "localhost", "::1", NULL});
    read_until(world->out, "now ready", log, sizeof(log));

    assert_asks(connect_port(world, number), "PING", "+PONG\r\n");
    assert_asks(connect_v6_port(world, number), "PING", "+PONG\r\n");
    assert_shows(world->clients[0], "bind", "localhost ::1");
    assert_ends_well(world, SIGTERM);
}

static void options_come_behind_the_file(void **state)
{
    struct world *world = *state;
    int client;

    write_file("my.conf", "# of mine\ntimeout 5\nhz 20\n");
    client = START_SERVER(world, "my.conf", "--timeout", "6");

    assert_shows(client, "timeout", "6");
    assert_shows(client, "hz", "20");
    assert_ends_well(world, SIGTERM);
}

static void the_file_may_be_standard_input(void **state)
{
    struct world *world = *state;
    int client;

    write_file("text", "requirepass \"open sesame\"\n");
    world->in = open("text", O_RDONLY | O_CLOEXEC);
    client = START_SERVER(world, "-");
    close(world->in);

    assert_asks(client, "PING", "-NOAUTH Authentication required.\r\n");
    assert_asks(client, "AUTH 'open sesame'", "+OK\r\n");
    assert_ends_well(world, SIGTERM);
}

static void what_is_wrong_is_said_as_the_server_says_it(void **state)
{
    static const struct {
        const char *words[6];
        const char *err;
    } rows[] = {
        {{"--frob", "1"},
         "\n*** FATAL CONFIG FILE ERROR ***\nReading the configuration file, at line 2\n"
         ">>> 'frob \"1\"'\nBad directive or wrong number of arguments\n"},
        {{"bad.conf"},
         "\n*** FATAL CONFIG FILE ERROR ***\nReading the configuration file, at line 3\n"
         ">>> 'appendonly maybe'\nargument must be 'yes' or 'no'\n"},
        {{"--hz", "10", "--port", "70000"},
         "\n*** FATAL CONFIG FILE ERROR ***\n"
         "Reading the configuration file, at line 3\n"
         ">>> 'port \"70000\"'\nInvalid port\n"},
        {{"no.conf"}, "Fatal error, can't open config file 'no.conf'\n"},
        {{"--dir", "no/such"}, "Can't chdir to 'no/such': No such file or directory\n"},
        {{"--rename-command", "frob", "x"},
         "\n*** FATAL CONFIG FILE ERROR ***\n"
         "Reading the configuration file, at line 2\n"
         ">>> 'rename-command \"frob\" \"x\"'\n"
         "No such command in rename-command\n"},
        {{"--port", "0"}, "Configured to not listen anywhere, exiting.\n"},
        {{"--port", "55536"}, "mockd: --nodes 1 --port 55536: a node's port is between 1 and 55535\n"},
        {{"--bind", "192.0.2.1", "127.0.0.1", "--port", "55535"},
         "mockd: cannot listen at 192.0.2.1 port 55535: Cannot assign requested address\n"},
        {{"--nodes", "0"}, "mockd: --nodes needs a number from 1, not '0'\n"},
        {{"--nodes"}, "mockd: --nodes needs a number from 1\n"},
        {{"--cluster-config-file", "no/such"}, "mockd: cannot use ./no/such: No such file or directory\n"},
        {{"--logfile", "no/such"}, "mockd: cannot write no/such: No such file or directory\n"},
    };
    struct world *world = *state;
    char err[4096];

    write_file("bad.conf", "hz 10\n# then\nappendonly maybe");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        start_process(world, rows[i].words);
        assert_int_equal(end_of(world, err, sizeof(err)), 1);
        assert_string_equal(err, rows[i].err);
    }
}

static void its_files_are_in_its_directory(void **state)
{
    struct world *world = *state;
    char id[128], again[128], job[128];
    int client;

    mkdir("data", 0777);
    for (int i = 0; i < 2; i++) {
        client = START_SERVER(world, "--dir", "data", "--appendonly", "yes", "--appendfilename", "a.aof",
                              "--cluster-config-file", "n.conf");
        say(client, "CLUSTER MYID\r\n");
        read_until(client, "\n", i == 0 ? id : again, sizeof(id));
        say(client, "ADDJOB q body 0\r\n");
        read_until(client, "\r\n", job, sizeof(job));
        assert_ends_well(world, SIGTERM);
    }

    assert_string_equal(id, again);
    assert_int_equal(access("data/a.aof", F_OK), 0);
    assert_int_equal(access("data/n.conf", F_OK), 0);
}

static void a_rewrite_keeps_the_file_as_it_was_written(void **state)
{
    struct world *world = *state;
    char expected[512];
    int client;

    mkdir("data", 0777);
    write_file("my.conf", "# of mine\nhz 10\ndir ./data\n");
    client = START_SERVER(world, "my.conf");
    assert_asks(client, "CONFIG SET hz 20", "+OK\r\n");
    assert_asks(client, "CONFIG SET timeout 30", "+OK\r\n");
    assert_asks(client, "CONFIG REWRITE", "+OK\r\n");
    assert_ends_well(world, SIGTERM);

    snprintf(expected, sizeof(expected),
             "# of mine\nhz 20\ndir \"%s/data\"\n# Generated by CONFIG REWRITE\ntimeout 30\n"
             "unixsocket \"%s/socket\"\n",
             world->folder, world->folder);
    assert_file_is("my.conf", expected);
}

static void it_tells_its_process_and_its_file(void **state)
{
    struct world *world = *state;
    char expected[128], info[2048];
    int client;

    write_file("my.conf", "hz 10\n");
    client = START_SERVER(world, "my.conf");
    say(client, "INFO server\r\n");
    snprintf(expected, sizeof(expected), "config_file:%s/my.conf\r\n", world->folder);
    read_until(client, expected, info, sizeof(info));
    assert_non_null(strstr(info, expected));

    snprintf(expected, sizeof(expected), "\r\nprocess_id:%d\r\n", (int)world->pid);
    assert_non_null(strstr(info, expected));
    assert_ends_well(world, SIGTERM);
}

static void without_a_file_nothing_is_rewritten(void **state)
{
    struct world *world = *state;

    assert_asks(START_SERVER(world, "--hz", "20"), "CONFIG REWRITE",
                "-ERR The server is running without a config file\r\n");
    assert_ends_well(world, SIGTERM);
}

static void commands_may_have_other_names(void **state)
{
    struct world *world = *state;
    int client = START_SERVER(world, "--rename-command", "qlen", "howlong", "--rename-command", "debug", "");

    assert_asks(client, "HowLong q", ":0\r\n");
    assert_asks(client, "QLEN q", "-ERR unknown command 'QLEN'\r\n");
    assert_asks(client, "DEBUG SLEEP 0", "-ERR unknown command 'DEBUG'\r\n");
    assert_asks(client, "*1\r\n$0\r\n", "-ERR unknown command ''\r\n");
    assert_ends_well(world, SIGTERM);
}

static void its_socket_has_the_mode_that_was_asked_for(void **state)
{
    struct world *world = *state;
    struct stat status;
    int client = START_SERVER(world, "--unixsocketperm", "700");

    assert_int_equal(stat("socket", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_shows(client, "unixsocketperm", "700");
    assert_ends_well(world, SIGTERM);
}

static void it_goes_to_the_background(void **state)
{
    struct world *world = *state;
    char pid[16], log[4096], err[4096];
    int client;

    start_process(world, (const char *const[]){"--daemonize", "yes", "--pidfile", "pid", "--logfile", "log",
                                               "--port", "0", "--unixsocket", "socket", NULL});
    assert_int_equal(end_of(world, err, sizeof(err)), 0);
    client = connect_path(world, "socket");
    assert_asks(client, "PING", "+PONG\r\n");
    assert_true(read_file("pid", pid, sizeof(pid)));
    kill((pid_t)atoi(pid), SIGTERM);
    assert_end(client);

    assert_true(read_file("log", log, sizeof(log)));
    assert_memory_equal(log, pid, strlen(pid) - 1);
    assert_non_null(strstr(log, ":P "));
    assert_non_null(strstr(log, " * The server is now ready to accept connections at socket\n"));
}

static void a_pidfile_that_cannot_be_written_is_no_matter(void **state)
{
    struct world *world = *state;
    char err[4096];
    int client;

    start_process(world, (const char *const[]){"--daemonize", "yes", "--pidfile", "no/such", "--port", "0",
                                               "--unixsocket", "socket", NULL});
    assert_int_equal(end_of(world, err, sizeof(err)), 0);
    client = connect_path(world, "socket");
    say(client, "SHUTDOWN\r\n");

    assert_end(client);
}

static void it_outlives_its_terminal(void **state)
{
    struct world *world = *state;
    int client = START_SERVER(world, "--hz", "10");

    kill(world->pid, SIGHUP);

    assert_asks(client, "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void its_level_says_what_is_logged(void **state)
{
    struct world *world = *state;
    char log[4096], err[4096];

    start_process(
        world, (const char *const[]){"--loglevel", "warning", "--port", "0", "--unixsocket", "socket", NULL});
    read_until(world->out, "Server started", log, sizeof(log));
    kill(world->pid, SIGTERM);
    read_until(world->out, NULL, log, sizeof(log));

    assert_null(strstr(log, "ready to accept"));
    assert_non_null(strstr(log, " # Disque is now ready to exit, bye bye...\n"));
    assert_int_equal(end_of(world, err, sizeof(err)), 0);
}

static void options_of_ours_are_taken_too(void **state)
{
    struct world *world = *state;
    char ready[4096], number[16];
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    snprintf(number, sizeof(number), "%d", ends[1]);
    write_file("my.conf", "appendonly yes\n");
    start_process(world, (const char *const[]){"my.conf", "--nodes", "3", "--control", "0", "--ready-fd",
                                               number, "--port", "0", "--unixsocket", "socket", NULL});
    close(ends[1]);
    read_until(ends[0], "\n", ready, sizeof(ready));
    read_ports(world, ready);

    assert_asks(connect_port(world, world->control), "crash B", "+OK\r\n");
    assert_asks(connect_path(world, "socket.C"), "CONFIG REWRITE", "+OK\r\n");
    assert_int_equal(access("C/nodes.conf", F_OK), 0);
    assert_file_is("my.conf", "appendonly yes\n");
    close(ends[0]);
    assert_ends_well(world, SIGTERM);
}

static void servers_at_different_ports_are_different_nodes(void **state)
{
    struct world *world = *state;
    char ids[2][128];

    for (int i = 0; i < 2; i++) {
        char port[16], log[4096];
        int number = free_port();

        snprintf(port, sizeof(port), "%d", number);
        start_process(world, (const char *const[]){"--port", port, "--cluster-config-file", port, NULL});
        read_until(world->out, "ready to accept", log, sizeof(log));
        say(connect_port(world, number), "CLUSTER MYID\r\n");
        read_until(world->clients[i], "\n", ids[i], sizeof(ids[i]));
        assert_ends_well(world, SIGTERM);
    }

    assert_string_not_equal(ids[0], ids[1]);
}

static void it_says_what_it_is(void **state)
{
    static const char *const words[] = {"-v", "--version"}, *const helps[] = {"-h", "--help"};
    struct world *world = *state;
    char text[4096], err[4096];

    for (int i = 0; i < 2; i++) {
        start_process(world, (const char *const[]){words[i], NULL});
        read_until(world->out, NULL, text, sizeof(text));
        assert_memory_equal(text, "Disque server v=1.0-rc1 ", 24);
        assert_int_equal(end_of(world, err, sizeof(err)), 0);
        start_process(world, (const char *const[]){helps[i], NULL});
        assert_int_equal(end_of(world, err, sizeof(err)), 1);
        assert_memory_equal(err, "Usage: ./disque-server [/path/to/disque.conf] [options]\n", 56);
    }
}

#define SERVER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVER_TEST(it_listens_at_its_port),
        SERVER_TEST(it_listens_at_each_of_its_addresses),
        SERVER_TEST(options_come_behind_the_file),
        SERVER_TEST(the_file_may_be_standard_input),
        SERVER_TEST(what_is_wrong_is_said_as_the_server_says_it),
        SERVER_TEST(its_files_are_in_its_directory),
        SERVER_TEST(a_rewrite_keeps_the_file_as_it_was_written),
        SERVER_TEST(it_tells_its_process_and_its_file),
        SERVER_TEST(without_a_file_nothing_is_rewritten),
        SERVER_TEST(commands_may_have_other_names),
        SERVER_TEST(its_socket_has_the_mode_that_was_asked_for),
        SERVER_TEST(it_goes_to_the_background),
        SERVER_TEST(a_pidfile_that_cannot_be_written_is_no_matter),
        SERVER_TEST(it_outlives_its_terminal),
        SERVER_TEST(its_level_says_what_is_logged),
        SERVER_TEST(options_of_ours_are_taken_too),
        SERVER_TEST(servers_at_different_ports_are_different_nodes),
        SERVER_TEST(it_says_what_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
