/* SPDX-License-Identifier: MIT */
#include "tests/support/daemon.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONTROL "\"control\": "

enum { PATIENCE_MS = 30000, WORDS_MAX = 24 };

int daemon_setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    world->in = world->out = world->err = -1;
    *state = world;
    strcpy(world->folder, "/tmp/mockd-test-XXXXXX");
    return mkdtemp(world->folder) == NULL;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void close_clients(struct world *world)
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

int daemon_teardown(void **state)
{
    struct world *world = *state;

    close_clients(world);
    close_streams(world);
    if (world->pid > 0) {
        kill(world->pid, SIGKILL);
        waitpid(world->pid, NULL, 0);
    }
    nftw(world->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    free(world);
    return 0;
}

static void run_daemon(const struct world *world, int out, int err, const char *const *words)
{
    struct rlimit limit = {(rlim_t)world->descriptors, (rlim_t)world->descriptors};
    const char *argv[WORDS_MAX + 2] = {world->program != NULL ? world->program : MOCKD};

    if (world->descriptors > 0)
        setrlimit(RLIMIT_NOFILE, &limit);
    for (int i = 0; words[i] != NULL; i++)
        argv[i + 1] = words[i];
    if (world->in >= 0)
        dup2(world->in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

void start_process(struct world *world, const char *const *words)
{
    int out[2], err[2];

    close_streams(world);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    assert_int_equal(pipe2(err, O_CLOEXEC), 0);
    world->pid = fork();
    if (world->pid == 0)
        run_daemon(world, out[1], err[1], words);
    close(out[1]);
    close(err[1]);
    world->out = out[0];
    world->err = err[0];
    assert_true(world->pid > 0);
}

void wait_for(int fd, short events)
{
    struct pollfd poll_fd = {.fd = fd, .events = events};

    assert_int_equal(poll(&poll_fd, 1, PATIENCE_MS), 1);
}

void read_until(int fd, const char *text, char *got, size_t got_size)
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

void read_ports(struct world *world, const char *ready)
{
    const char *control = strstr(ready, CONTROL);
    int count = 0;

    for (const char *at = ready; (at = strstr(at, "\"port\": ")) != NULL && count < NODES_MAX; count++) {
        at += strlen("\"port\": ");
        world->ports[count] = atoi(at);
    }
    world->control = control != NULL ? atoi(control + strlen(CONTROL)) : 0;
}

void start(struct world *world, const char *const *words)
{
    char ready[4096];

    start_process(world, words);
    read_until(world->out, "\n", ready, sizeof(ready));
    assert_non_null(strstr(ready, "{\"nodes\": [{\"name\": \"A\", \"id\": \""));
    read_ports(world, ready);
}

/* Waits until it has ended: its streams end with it. */
int end_of(struct world *world, char *err, size_t err_size)
{
    char rest[4096];
    int status;

    read_until(world->out, NULL, rest, sizeof(rest));
    read_until(world->err, NULL, err, err_size);
    waitpid(world->pid, &status, 0);
    world->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void assert_ends_well(struct world *world, int number)
{
    char err[4096];
    int code;

    kill(world->pid, number);
    code = end_of(world, err, sizeof(err));

    assert_string_equal(err, "");
    assert_int_equal(code, 0);
}

static int connect_to(struct world *world, const struct sockaddr *address, socklen_t size)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_true(world->client_count < CLIENTS_MAX);
    world->clients[world->client_count++] = fd;
    assert_int_equal(connect(fd, address, size), 0);
    return fd;
}

static struct sockaddr_in address_of(int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

int connect_port(struct world *world, int port)
{
    struct sockaddr_in address = address_of(port);

    return connect_to(world, (struct sockaddr *)&address, sizeof(address));
}

int connect_v6_port(struct world *world, int port)
{
    struct sockaddr_in6 address = {
        .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};

    return connect_to(world, (struct sockaddr *)&address, sizeof(address));
}

bool has_v6(void)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_there = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

    if (fd >= 0)
        close(fd);
    return is_there;
}

void assert_refused(int port)
{
    struct sockaddr_in address = address_of(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), -1);
    assert_int_equal(errno, ECONNREFUSED);
    close(fd);
}

int connect_path(struct world *world, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    return connect_to(world, (struct sockaddr *)&address, sizeof(address));
}

int new_client(struct world *world, int node)
{
    return connect_port(world, world->ports[node]);
}

void say(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

void assert_answer(int fd, const char *expected)
{
    char got[4096];

    read_until(fd, expected, got, sizeof(got));
    assert_string_equal(got, expected);
}

void assert_asks(int fd, const char *line, const char *expected)
{
    say(fd, line);
    say(fd, "\r\n");
    assert_answer(fd, expected);
}

void assert_end(int fd)
{
    char byte;

    wait_for(fd, POLLIN);
    assert_int_equal(read(fd, &byte, 1), 0);
}

void reset_newest(struct world *world)
{
    int fd = world->clients[--world->client_count];

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    close(fd);
}

const char *path_in(struct world *world, const char *name, char *path, size_t path_size)
{
    snprintf(path, path_size, "%s/%s", world->folder, name);
    return path;
}

bool read_file(const char *path, char *got, size_t got_size)
{
    FILE *file = fopen(path, "r");
    size_t size = file != NULL ? fread(got, 1, got_size - 1, file) : 0;

    got[size] = '\0';
    if (file != NULL)
        fclose(file);
    return file != NULL;
}
