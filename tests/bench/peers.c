/* SPDX-License-Identifier: MIT */
/* The same work done by several clients against a server on TCP: a job is fetched and acknowledged.
 * usage: bench-peers CLIENT HOST PORT UNITS. Without arguments it lists the clients.
 *
 * System calls are counted where the linker sends them (--wrap), as no seam sees those of hiredis. For disq
 * time goes on by TICK_US whenever its clock is read: what it does must not depend on how fast the server is.
 */
#include "tests/bench/loads.h"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof(array)[0])
#define QUEUE            "work"

enum { BODY_SIZE = 100, BATCH = 16, WARM_UP = 1600, TICK_US = 10, WINDOW_MS = 10 };

struct peer {
    const char *host;
    int port;
    int64_t units;
    redisContext *filler; /* also what the clients that are hiredis use */
    struct disq_env env;  /* the usual one, but for time */
    struct disq_env usual;
    int64_t now_us;
    struct disq *client;
    int64_t left; /* for the worker to do */
};

/* ---- System calls ---- */

ssize_t __real_write(int fd, const void *bytes, size_t size);
ssize_t __real_send(int fd, const void *bytes, size_t size, int flags);
ssize_t __real_read(int fd, void *bytes, size_t size);
ssize_t __real_recv(int fd, void *bytes, size_t size, int flags);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
ssize_t __wrap_write(int fd, const void *bytes, size_t size);
ssize_t __wrap_send(int fd, const void *bytes, size_t size, int flags);
ssize_t __wrap_read(int fd, void *bytes, size_t size);
ssize_t __wrap_recv(int fd, void *bytes, size_t size, int flags);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms);

ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
    tally_counts()->sends++;
    return __real_write(fd, bytes, size);
}

ssize_t __wrap_send(int fd, const void *bytes, size_t size, int flags)
{
    tally_counts()->sends++;
    return __real_send(fd, bytes, size, flags);
}

ssize_t __wrap_read(int fd, void *bytes, size_t size)
{
    tally_counts()->receives++;
    return __real_read(fd, bytes, size);
}

ssize_t __wrap_recv(int fd, void *bytes, size_t size, int flags)
{
    tally_counts()->receives++;
    return __real_recv(fd, bytes, size, flags);
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    tally_counts()->waits++;
    return __real_poll(fds, count, timeout_ms);
}

/* ---- hiredis: a job's ID is the second of the three in the first array of the reply ---- */

static const char *id_in(const redisReply *reply)
{
    load_need(reply != NULL && reply->type == REDIS_REPLY_ARRAY && reply->elements == 1 &&
                  reply->element[0]->elements == 3,
              "GETJOB without a job");
    return reply->element[0]->element[1]->str;
}

static void by_redis_command(void *ctx, int64_t units)
{
    struct peer *peer = ctx;

    for (; units > 0; units--) {
        redisReply *jobs = redisCommand(peer->filler, "GETJOB FROM %s", QUEUE);
        redisReply *acked = redisCommand(peer->filler, "ACKJOB %s", id_in(jobs));

        load_need(acked != NULL && acked->integer == 1, "an ACKJOB was refused");
        freeReplyObject(acked);
        freeReplyObject(jobs);
    }
}

static void by_redis_command_argv(void *ctx, int64_t units)
{
    struct peer *peer = ctx;
    const char *getjob[] = {"GETJOB", "FROM", QUEUE};

    for (; units > 0; units--) {
        redisReply *jobs = redisCommandArgv(peer->filler, ARRAY_LEN(getjob), getjob, NULL);
        const char *ackjob[] = {"ACKJOB", id_in(jobs)};
        redisReply *acked = redisCommandArgv(peer->filler, ARRAY_LEN(ackjob), ackjob, NULL);

        load_need(acked != NULL && acked->integer == 1, "an ACKJOB was refused");
        freeReplyObject(acked);
        freeReplyObject(jobs);
    }
}

/* ---- disq ---- */

static int64_t read_clock(void *ctx)
{
    struct peer *peer = ctx;

    tally_counts()->clock_reads++;
    return peer->now_us += TICK_US;
}

static int wait_for_ever(void *ctx, struct disq_ready *ready, size_t count, int64_t deadline_us)
{
    const struct peer *peer = ctx;

    (void)deadline_us;
    return peer->usual.wait(peer->usual.ctx, ready, count, DISQ_NEVER);
}

static ssize_t receive_for_ever(void *ctx, int handle, void *bytes, size_t size, int64_t deadline_us)
{
    const struct peer *peer = ctx;

    (void)deadline_us;
    return peer->usual.recv_until(peer->usual.ctx, handle, bytes, size, DISQ_NEVER);
}

static void by_disq(void *ctx, int64_t units)
{
    struct peer *peer = ctx;
    struct disq_job *job;

    for (; units > 0; units--) {
        load_need(disq_getjob(peer->client, QUEUE, NULL, &job) == 0, "getjob failed");
        load_need(disq_ackjob(peer->client, &job->id, 1, NULL) == 0, "ackjob failed");
        disq_job_free(peer->client, job);
    }
}

static enum disq_outcome handle(void *ctx, struct disq_worker *worker, const struct disq_job *job)
{
    struct peer *peer = ctx;

    (void)job;
    if (--peer->left == 0)
        disq_worker_stop(worker);
    return DISQ_JOB_DONE;
}

static void by_worker(struct peer *peer, int64_t units, int64_t batch)
{
    const struct disq_worker_options options = {
        .queue = QUEUE, .handle = handle, .ctx = peer, .batch = batch, .retry_s = 3600};
    struct disq_worker *worker = disq_worker_new(peer->client, &options);

    peer->left = units;
    load_need(worker != NULL && disq_worker_run(worker) == 0, "the worker failed");
    disq_worker_free(worker);
}

static void by_worker_one(void *ctx, int64_t units)
{
    by_worker(ctx, units, 1);
}

static void by_worker_batch(void *ctx, int64_t units)
{
    by_worker(ctx, units, BATCH);
}

/* ---- Which there are ---- */

static const struct kind {
    const char *name;
    void (*work)(void *ctx, int64_t units);
    bool is_disq;
    bool counts;
    const char *what;
} kinds[] = {
    {"redisCommand", by_redis_command, false, false, "hiredis, with a format"},
    {"redisCommandArgv", by_redis_command_argv, false, false, "hiredis, with arguments"},
    {"disq", by_disq, true, false, "disq_getjob and disq_ackjob"},
    {"disq_counting", by_disq, true, true, "the same, counting where jobs come from"},
    {"worker", by_worker_one, true, false, "disq_worker, a job at a time"},
    {"worker_counting", by_worker_one, true, true, "the same, counting"},
    {"worker_16", by_worker_batch, true, false, "disq_worker, 16 jobs at a time"},
};

static void fill(redisContext *filler, int64_t jobs)
{
    char body[BODY_SIZE + 1];

    memset(body, 'x', BODY_SIZE);
    body[BODY_SIZE] = '\0';
    for (int64_t i = 0; i < jobs; i++) {
        redisReply *id = redisCommand(filler, "ADDJOB %s %s 0", QUEUE, body);

        load_need(id != NULL && id->type == REDIS_REPLY_STATUS, "a job was refused");
        freeReplyObject(id);
    }
}

static void connect_disq(struct peer *peer, bool counts)
{
    char address[300];

    snprintf(address, sizeof(address), "%s:%d", peer->host, peer->port);
    disq_env_default(&peer->usual);
    peer->env = peer->usual;
    peer->env.ctx = peer;
    peer->env.now_us = read_clock;
    peer->env.wait = wait_for_ever;
    peer->env.recv_until = receive_for_ever;
    peer->client = disq_new(&(struct disq_options){
        .nodes = address,
        .env = &peer->env,
        .count_origins = counts,
        .origin_window_ms = WINDOW_MS,
    });
    load_need(peer->client != NULL && disq_ping(peer->client) == 0, "disq cannot connect");
}

static void run(const struct kind *kind, struct peer *peer)
{
    peer->filler = redisConnect(peer->host, peer->port);
    load_need(peer->filler != NULL && peer->filler->err == 0, "hiredis cannot connect");
    if (kind->is_disq)
        connect_disq(peer, kind->counts);
    fill(peer->filler, WARM_UP + 4 * peer->units);
    kind->work(peer, WARM_UP);
    load_measure(kind->name, kind->work, peer, peer->units, NULL);
    load_measure(kind->name, kind->work, peer, 3 * peer->units, NULL);
    disq_free(peer->client);
    redisFree(peer->filler);
}

int main(int argc, char **argv)
{
    struct peer peer;

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (argc < 5) {
            printf("{\"name\": \"%s\", \"what\": \"%s\"}\n", kinds[i].name, kinds[i].what);
        } else if (strcmp(argv[1], kinds[i].name) == 0) {
            peer = (struct peer){.host = argv[2], .port = atoi(argv[3]), .units = atoll(argv[4])};
            run(&kinds[i], &peer);
            return 0;
        }
    }
    load_need(argc < 5, "no such client");
    return 0;
}
