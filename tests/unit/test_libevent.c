/* SPDX-License-Identifier: MIT */
/* The adapter in a real loop: both ends of each connection are descriptors of it. */
#include "client/adapters/libevent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define NODE "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID   "D-aaaaaaaa-000000000000000000000007-05a1"

enum { CONNECTIONS = 4 };

struct fixture {
    struct event_base *base;
    struct disq_env env;
    struct event *peers[CONNECTIONS];
    int peer_count;
    int refusals; /* connections that are refused first */
    struct disq *clients[2];
    struct disq_libevent *adapters[2];
    struct disq_worker *worker;
    int done;
    int rc;
};

/* What the node says to a command with that word. */
static const struct {
    const char *word;
    const char *reply;
} replies[] = {
    {"HELLO",
     "*3\r\n:1\r\n$40\r\n" NODE "\r\n*4\r\n$40\r\n" NODE "\r\n$9\r\n127.0.0.1\r\n$1\r\n1\r\n$1\r\n1\r\n"},
    {"PING", "+PONG\r\n"},
    {"GETJOB", "*1\r\n*3\r\n$1\r\nq\r\n$40\r\n" ID "\r\n$1\r\nx\r\n"},
    {"ACKJOB", ":1\r\n"},
};

/* Requests are short: one comes whole, or several do. */
static void on_request(evutil_socket_t fd, short what, void *ctx)
{
    struct fixture *f = ctx;
    char bytes[4096];
    ssize_t size = read(fd, bytes, sizeof(bytes) - 1);

    (void)what;
    if (size <= 0) {
        event_del(event_base_get_running_event(f->base));
        return;
    }
    bytes[size] = '\0';
    for (const char *at = bytes; *at != '\0'; at++) {
        for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
            if (strncmp(at, replies[i].word, strlen(replies[i].word)) == 0)
                assert_true(write(fd, replies[i].reply, strlen(replies[i].reply)) > 0);
        }
    }
}

static int connect_here(void *ctx, const char *address)
{
    struct fixture *f = ctx;
    struct event *peer;
    int ends[2];

    (void)address;
    if (f->refusals-- > 0)
        return DISQ_REFUSED;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    assert_true(f->peer_count < CONNECTIONS);
    peer = event_new(f->base, ends[1], EV_READ | EV_PERSIST, on_request, f);
    event_add(peer, NULL);
    f->peers[f->peer_count++] = peer;
    return ends[0];
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    *state = f;
    f->base = event_base_new();
    disq_env_default(&f->env);
    f->env.ctx = f;
    f->env.connect = connect_here;
    f->env.resolve = NULL;
    f->rc = -1;
    for (int i = 0; i < 2; i++)
        f->clients[i] =
            disq_new(&(struct disq_options){.nodes = "127.0.0.1:1", .env = &f->env, .backoff_initial_ms = 1});
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 2; i++)
        disq_libevent_free(f->adapters[i]);
    disq_worker_free(f->worker);
    for (int i = 0; i < 2; i++)
        disq_free(f->clients[i]);
    for (int i = 0; i < f->peer_count; i++) {
        close(event_get_fd(f->peers[i]));
        event_free(f->peers[i]);
    }
    event_base_free(f->base);
    free(f);
    return 0;
}

/* ---- Calls ---- */

static void adopt(struct fixture *f, int which, disq_libevent_done *on_done)
{
    f->adapters[which] = disq_libevent_new(f->base, f->clients[which], on_done, f);
    assert_int_equal(disq_ping_start(f->clients[which]), 0);
    disq_libevent_update(f->adapters[which]);
}

static void finish_any(void *ctx, int rc)
{
    struct fixture *f = ctx;

    (void)rc;
    for (int i = 0; i < 2; i++) {
        if (disq_pending(f->clients[i]) > 0 && disq_is_done(f->clients[i]))
            f->done += disq_finish(f->clients[i]) == 0;
    }
    if (f->done == 2)
        event_base_loopbreak(f->base);
}

static void clients_share_a_loop(void **state)
{
    struct fixture *f = *state;

    adopt(f, 0, finish_any);
    adopt(f, 1, finish_any);
    event_base_dispatch(f->base);

    assert_int_equal(f->done, 2);
    assert_int_equal(f->peer_count, 2);
}

static void a_pause_is_an_event_too(void **state)
{
    struct fixture *f = *state;

    f->done = 1;
    f->refusals = 3;
    adopt(f, 0, finish_any);
    event_base_dispatch(f->base);

    assert_int_equal(f->done, 2);
    assert_int_equal(f->peer_count, 1);
}

static void free_all(void *ctx, int rc)
{
    struct fixture *f = ctx;

    f->done++;
    f->rc = rc;
    disq_libevent_free(f->adapters[0]);
    disq_worker_free(f->worker);
    disq_free(f->clients[0]);
    f->adapters[0] = NULL;
    f->worker = NULL;
    f->clients[0] = NULL;
    event_base_loopbreak(f->base);
}

static void all_may_be_freed_when_a_call_is_done(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(disq_ping_start(f->clients[0]), 0);
    adopt(f, 0, free_all);
    event_base_dispatch(f->base);

    assert_int_equal(f->done, 1);
}

/* ---- A worker ---- */

static enum disq_outcome handle(void *ctx, struct disq_worker *worker, const struct disq_job *job)
{
    struct fixture *f = ctx;

    assert_string_equal(job->body, "x");
    if (f->done++ == 1)
        disq_worker_stop(worker);
    return DISQ_JOB_DONE;
}

static void a_worker_lives_in_the_loop(void **state)
{
    struct fixture *f = *state;

    f->worker = disq_worker_new(
        f->clients[0], &(struct disq_worker_options){.queue = "q", .handle = handle, .ctx = f, .batch = 1});
    f->adapters[0] = disq_libevent_new_worker(f->base, f->clients[0], f->worker, free_all, f);
    event_base_dispatch(f->base);

    assert_int_equal(f->rc, 0);
    assert_int_equal(f->done, 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(clients_share_a_loop),
        TEST(a_pause_is_an_event_too),
        TEST(all_may_be_freed_when_a_call_is_done),
        TEST(a_worker_lives_in_the_loop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
