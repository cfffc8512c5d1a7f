/* SPDX-License-Identifier: MIT */
/* The daemon on TCP: what its process takes on the CPU for the requests of one client, which waits for as
 * many replies as it sent requests. Both run on one CPU, as waking another one would cost more than the
 * request.
 *
 * Most of it is the system's, and systems differ. So a redis-server, where there is one, is the yardstick: on
 * the machine where the real Disque was measured its LPUSH, 16 pipelined, took REDIS_LPUSH_US, and what the
 * real Disque took there is stretched by as much as LPUSH takes more here. */
#include "tests/bench/mockd/figures.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define REDIS_LPUSH_US 0.64

enum { JOBS = 32768, REPEATS = 6, PIPELINED_MAX = 128, STARTS = 20, REDIS_PORT = 17399 };

struct server {
    pid_t pid;
    int fd;      /* connected to it */
    FILE *lines; /* what it prints */
};

static void stay_on_one_cpu(void)
{
    cpu_set_t cpus;

    CPU_ZERO(&cpus);
    CPU_SET(0, &cpus);
    need(sched_setaffinity(0, sizeof(cpus), &cpus) == 0, "no CPU 0");
}

static struct server start(char *const argv[])
{
    struct server server = {.fd = -1};
    int ends[2];

    need(pipe(ends) == 0, "no pipe");
    server.pid = fork();
    need(server.pid >= 0, "no process");
    if (server.pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execvp(argv[0], argv);
        _exit(127);
    }
    close(ends[1]);
    server.lines = fdopen(ends[0], "r");
    need(server.lines != NULL, "out of memory");
    return server;
}

static void stop(struct server *server)
{
    if (server->fd >= 0)
        close(server->fd);
    kill(server->pid, SIGTERM);
    waitpid(server->pid, NULL, 0);
    fclose(server->lines);
}

/* Whether somebody listens there. */
static bool dial(struct server *server, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(server->fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return true;
    close(server->fd);
    server->fd = -1;
    return false;
}

/* The port of its first node, when it is ready. */
static int read_port(struct server *server)
{
    char line[4096];
    const char *port = NULL;

    if (fgets(line, sizeof(line), server->lines) != NULL)
        port = strstr(line, "\"port\":");
    need(port != NULL, "mockd does not say where it is");
    return atoi(port + strlen("\"port\":"));
}

static struct server start_mockd(const char *path, const char *nodes)
{
    char *const argv[] = {(char *)(uintptr_t)path, "--nodes", (char *)(uintptr_t)nodes, "--port", "0", NULL};
    struct server server = start(argv);

    need(dial(&server, read_port(&server)), "mockd does not listen");
    return server;
}

static bool is_there(const char *program)
{
    char *path = strdup(getenv("PATH") != NULL ? getenv("PATH") : "");
    char *rest = path, file[4096];
    bool found = false;

    for (char *folder; !found && (folder = strsep(&rest, ":")) != NULL;) {
        snprintf(file, sizeof(file), "%s/%s", folder, program);
        found = access(file, X_OK) == 0;
    }
    free(path);
    return found;
}

static struct server start_redis(void)
{
    char port[8];
    char *const argv[] = {"redis-server", "--port", port, "--save", "", "--bind", "127.0.0.1", NULL};
    struct server server;

    snprintf(port, sizeof(port), "%d", REDIS_PORT);
    server = start(argv);
    while (!dial(&server, REDIS_PORT))
        need(waitpid(server.pid, NULL, WNOHANG) == 0, "redis-server does not start");
    return server;
}

static double server_cpu_us(const struct server *server)
{
    char path[64];
    int64_t ns = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)server->pid);
    file = fopen(path, "r");
    need(file != NULL && fscanf(file, "%" SCNd64, &ns) == 1, "the system does not count CPU time");
    fclose(file);
    return (double)ns / 1e3;
}

static void send_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);

        need(sent > 0, "the server is gone");
        bytes += sent;
        size -= (size_t)sent;
    }
}

/* Replies of so many lines, none of them an error. */
static size_t receive(int fd, int lines, char *replies, size_t room)
{
    size_t size = 0;
    int seen = 0;

    while (seen < lines) {
        ssize_t got = recv(fd, replies + size, room - size - 1, 0);

        need(got > 0, "the server is gone, or says too much");
        for (ssize_t i = 0; i < got; i++)
            seen += replies[size + (size_t)i] == '\n';
        size += (size_t)got;
    }
    replies[size] = '\0';
    need(replies[0] != '-', "a request was refused");
    return size;
}

/* The same request so many times in one write, until all jobs are through; `lines` has a reply of one. */
static void repeat(int fd, const char *request, int pipelined, int lines)
{
    static char requests[PIPELINED_MAX * 200], replies[PIPELINED_MAX * 400];
    size_t size = strlen(request);

    for (int i = 0; i < pipelined; i++)
        memcpy(requests + (size_t)i * size, request, size);
    for (int i = 0; i < JOBS; i += pipelined) {
        send_all(fd, requests, size * (size_t)pipelined);
        receive(fd, lines * pipelined, replies, sizeof(replies));
    }
}

#define BULK(size, text) "$" #size "\r\n" text "\r\n"
#define BODY                                                                                                 \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const char addjob[] = "*4\r\n" BULK(6, "ADDJOB") BULK(1, "q") BULK(100, BODY) BULK(1, "0");
static const char getjob[] = "*3\r\n" BULK(6, "GETJOB") BULK(4, "FROM") BULK(1, "q");
static const char lpush[] = "*3\r\n" BULK(5, "LPUSH") BULK(1, "q") BULK(100, BODY);
enum { ADDJOB_LINES = 1, GETJOB_LINES = 8, ACKJOB_LINES = 1, ID_SIZE = 40 };

/* Takes jobs and acknowledges each, until there are none. */
static void work(int fd, int pipelined)
{
    static char requests[PIPELINED_MAX * 200], replies[PIPELINED_MAX * 400];

    for (int i = 0; i < JOBS; i += pipelined) {
        const char *reply = replies;
        size_t size = 0;

        for (int k = 0; k < pipelined; k++)
            size += (size_t)snprintf(requests + size, sizeof(requests) - size, "%s", getjob);
        send_all(fd, requests, size);
        receive(fd, GETJOB_LINES * pipelined, replies, sizeof(replies));
        size = 0;
        for (int k = 0; k < pipelined; k++) {
            reply = strstr(reply, "D-");
            need(reply != NULL, "no job");
            size += (size_t)snprintf(requests + size, sizeof(requests) - size,
                                     "*2\r\n" BULK(6, "ACKJOB") "$40\r\n%.*s\r\n", ID_SIZE, reply);
            reply += ID_SIZE;
        }
        send_all(fd, requests, size);
        receive(fd, ACKJOB_LINES * pipelined, replies, sizeof(replies));
    }
}

/* What Redis users do instead: a list, and one of what is being worked at. */
static void work_redis(int fd, int pipelined)
{
    repeat(fd, "*3\r\n" BULK(9, "RPOPLPUSH") BULK(1, "q") BULK(4, "busy"), pipelined, 2);
    repeat(fd, "*4\r\n" BULK(4, "LREM") BULK(4, "busy") BULK(2, "-1") BULK(100, BODY), pipelined, 1);
}

/* What a server takes for a job of this load. The best of a few, as whatever else runs only adds. */
static double per_job(const struct server *server, void (*load)(int fd, int pipelined), int pipelined)
{
    double best_us = 0;

    for (int i = 0; i < REPEATS; i++) {
        double before_us = server_cpu_us(server);
        double took_us;

        load(server->fd, pipelined);
        took_us = (server_cpu_us(server) - before_us) / JOBS;
        if (i == 0 || took_us < best_us)
            best_us = took_us;
    }
    return best_us;
}

static void add(int fd, int pipelined)
{
    repeat(fd, addjob, pipelined, ADDJOB_LINES);
}

static void push(int fd, int pipelined)
{
    repeat(fd, lpush, pipelined, 1);
}

static void measure_pairs(const struct server *mockd, const struct server *redis, double stretch)
{
    static const struct {
        int pipelined;
        double goal;
        double disque_us;
        const char *what;
    } rows[] = {
        {1, 0.75, 9.1, "GETJOB and ACKJOB"},
        {16, 0.15, 5.7, "  16 pipelined"},
        {128, 0.10, 4.0, "  128 pipelined"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        double disque_us = rows[i].disque_us * stretch;

        figures_row(rows[i].what, per_job(mockd, work, rows[i].pipelined), "us", rows[i].goal * disque_us,
                    disque_us);
        if (redis != NULL)
            figures_beside("  redis-server: RPOPLPUSH and LREM",
                           per_job(redis, work_redis, rows[i].pipelined), "us");
    }
}

/* From the process' start to its first line: at best, as the rest is what else the machine did. */
static double time_start(char *const argv[])
{
    double least_us = HUGE_VAL;

    for (int i = 0; i < STARTS; i++) {
        double began_us = wall_us(), took_us;
        struct server server = start(argv);
        char line[4096];

        need(fgets(line, sizeof(line), server.lines) != NULL, "mockd says nothing");
        took_us = wall_us() - began_us;
        least_us = took_us < least_us ? took_us : least_us;
        stop(&server);
    }
    return least_us;
}

/* The system's own part shows in a program that only says its version. */
static void measure_starts(const char *path)
{
    char *mockd = (char *)(uintptr_t)path;
    double system_us = time_start((char *const[]){mockd, "--version", NULL});
    double all_us = time_start((char *const[]){mockd, "--nodes", "3", "--port", "0", NULL});

    figures_row("3 nodes ready, without the process' own start", all_us - system_us, "us", 200, 914000);
    figures_beside("  and for the system to start a process", system_us, "us");
}

/* So that there are enough for all pairs: some were added when adding was measured. */
static void add_more(const struct server *server, void (*load)(int fd, int pipelined))
{
    for (int i = 0; i < 2 * REPEATS; i++)
        load(server->fd, PIPELINED_MAX);
}

static void measure_requests(const struct server *mockd, const struct server *redis)
{
    double lpush_us = redis != NULL ? per_job(redis, push, 16) : REDIS_LPUSH_US;
    double stretch = lpush_us / REDIS_LPUSH_US;

    if (redis != NULL) {
        figures_beside("redis-server: LPUSH, 16 pipelined", lpush_us, "us");
        figures_beside("  here, of one where Disque was measured", stretch, "times");
        add_more(redis, push);
    }
    figures_row("ADDJOB, 16 pipelined", per_job(mockd, add, 16), "us", 0, 2.2 * stretch);
    add_more(mockd, add);
    measure_pairs(mockd, redis, stretch);
}

void measure_tcp(const char *path)
{
    struct server mockd, redis;

    stay_on_one_cpu();
    figures_group("The daemon, on TCP: its CPU time, bodies of 100 bytes");
    measure_starts(path);
    mockd = start_mockd(path, "1");
    if (is_there("redis-server")) {
        redis = start_redis();
        measure_requests(&mockd, &redis);
        stop(&redis);
    } else {
        measure_requests(&mockd, NULL);
        puts("no redis-server is installed: the real Disque's figures are those of another machine");
    }
    stop(&mockd);
}
