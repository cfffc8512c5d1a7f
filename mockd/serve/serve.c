/* SPDX-License-Identifier: MIT */
/* The cluster belongs to the thread that serves it. All that others do to it are errands, which that thread
 * runs between two passes of the loop: however busy clients are, and though time may stand still. */
#include "mockd/cluster.h"
#include "mockd/front/loop.h"
#include "mockd/front/wakeup.h"
#include "mockd/serve/listeners.h"
#include "mockd/sim/list.h"
#include "mockd/step/step.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HOSTS "127.0.0.1,-::1" /* as the daemon's */

enum { LIBEVENT_FDS = 4 }; /* that it opens for itself, or else ends the process */

/* What one thread waits for while another does it. It lives with the one that waits. */
struct errand {
    struct link link;
    /* Gives when it is to be run once more, or CLOCK_NEVER: it is over. */
    int64_t (*run)(struct mockd *cluster, struct errand *errand);
    int64_t again_at_us;
    bool is_over;
    int rc;

    void (*fn)(struct mockd *cluster, void *ctx); /* of mockd_server_call */
    void *ctx;
    const char *line; /* of mockd_server_step */
    struct mockd_step *step;
    struct mockd_outcome *outcome;
};

struct mockd_server {
    struct mockd_serve_options options;
    struct listening listening;
    struct loop *loop;
    struct listeners *listeners;
    struct mockd *cluster;
    struct wakeup *wakeup;
    pthread_t thread; /* known to that itself once it had the mutex */
    bool has_thread;

    pthread_mutex_t mutex; /* of the rest */
    pthread_cond_t over;   /* some errand is, or nobody waits any more */
    struct link errands;   /* not over yet */
    size_t waiting;        /* threads */
    bool is_ending;
};

/* ---- In the thread that serves ---- */

static void end_errand(struct mockd_server *server, struct errand *errand)
{
    pthread_mutex_lock(&server->mutex);
    list_remove(&errand->link);
    errand->is_over = true;
    pthread_cond_broadcast(&server->over);
    pthread_mutex_unlock(&server->mutex);
}

/* Those that had come by now. Only this thread takes one out, so none goes while it is run. */
static struct errand *next_errand(struct mockd_server *server, const struct errand *after)
{
    const struct link *next;

    pthread_mutex_lock(&server->mutex);
    next = after != NULL ? after->link.next : server->errands.next;
    pthread_mutex_unlock(&server->mutex);
    return next != &server->errands ? OWNER_OF(next, struct errand, link) : NULL;
}

/* Gives when the next of them is to be run once more. */
static int64_t run_errands(void *ctx)
{
    struct mockd_server *server = ctx;
    int64_t next_us = CLOCK_NEVER;
    struct errand *next;

    for (struct errand *errand = next_errand(server, NULL); errand != NULL; errand = next) {
        if (mockd_now_us(server->cluster) >= errand->again_at_us)
            errand->again_at_us = errand->run(server->cluster, errand);
        next_us = errand->again_at_us < next_us ? errand->again_at_us : next_us;
        next = next_errand(server, errand);
        if (errand->again_at_us == CLOCK_NEVER)
            end_errand(server, errand);
    }
    return next_us;
}

static void on_wakeup(void *ctx)
{
    run_errands(ctx);
}

static void *serve(void *ctx)
{
    struct mockd_server *server = ctx;

    pthread_mutex_lock(&server->mutex);
    pthread_mutex_unlock(&server->mutex);
    loop_serve(server->loop);
    return NULL;
}

/* ---- In others ---- */

/* 0, or why it was not done. */
static int do_errand(struct mockd_server *server, struct errand *errand)
{
    if (pthread_equal(pthread_self(), server->thread))
        return MOCKD_INVALID;
    pthread_mutex_lock(&server->mutex);
    server->waiting++;
    list_append(&server->errands, &errand->link);
    wakeup_send(server->wakeup);
    while (!errand->is_over && !server->is_ending)
        pthread_cond_wait(&server->over, &server->mutex);
    server->waiting--;
    pthread_cond_broadcast(&server->over);
    pthread_mutex_unlock(&server->mutex);
    return errand->is_over ? 0 : MOCKD_RESET;
}

static int64_t run_call(struct mockd *cluster, struct errand *errand)
{
    errand->fn(cluster, errand->ctx);
    return CLOCK_NEVER;
}

int mockd_server_call(struct mockd_server *server, void (*fn)(struct mockd *cluster, void *ctx), void *ctx)
{
    return do_errand(server, &(struct errand){.run = run_call, .fn = fn, .ctx = ctx});
}

static int64_t run_step(struct mockd *cluster, struct errand *errand)
{
    if (errand->step == NULL)
        errand->step = step_from_text(cluster, errand->line, errand->outcome);
    errand->rc =
        errand->step != NULL ? mockd_step_run(cluster, errand->step, errand->outcome) : MOCKD_INVALID;
    return errand->rc == MOCKD_AGAIN ? errand->outcome->again_at_us : CLOCK_NEVER;
}

int mockd_server_step(struct mockd_server *server, const char *line, struct mockd_outcome *outcome)
{
    struct mockd_outcome unread;
    struct errand errand = {.run = run_step, .line = line, .outcome = outcome != NULL ? outcome : &unread};
    int rc;

    *errand.outcome = (struct mockd_outcome){0};
    rc = do_errand(server, &errand);
    mockd_step_free(errand.step);
    if (rc != 0)
        snprintf(errand.outcome->text, sizeof(errand.outcome->text), "%s",
                 rc == MOCKD_RESET ? "the server has ended"
                                   : "the thread that serves cannot wait for itself");
    return rc != 0 ? rc : errand.rc;
}

struct dialled {
    const char *node;
    int fd;
};

static void dial(struct mockd *cluster, void *ctx)
{
    struct dialled *dialled = ctx;

    dialled->fd = mockd_connect_fd(cluster, dialled->node);
}

int mockd_server_connect_fd(struct mockd_server *server, const char *node)
{
    struct dialled dialled = {.node = node, .fd = -1};

    mockd_server_call(server, dial, &dialled);
    return dialled.fd;
}

int mockd_server_port(const struct mockd_server *server, int node)
{
    return mockd_node_port(server->cluster, node);
}

/* ---- Its life ---- */

/* NULL, or why these cannot be. */
static const char *take_options(struct mockd_server *server, const struct mockd_serve_options *options)
{
    struct mockd_options *cluster = &server->options.cluster;

    if (options != NULL)
        server->options = *options;
    if (cluster->nodes == 0)
        cluster->nodes = 1;
    server->listening = (struct listening){.hosts = HOSTS, .are_ports_chosen = cluster->base_port == 0};
    if (server->options.speed != 0 && server->options.leaps)
        return "a clock that leaps has no speed";
    if (server->options.speed != 0 && !clock_can_have_speed(server->options.speed))
        return "a speed is from 0.001 to 1000";
    return cluster_check(cluster);
}

static struct mockd *make_cluster(struct mockd_server *server)
{
    return cluster_new(&(struct cluster_options){.options = server->options.cluster,
                                                 .mode = server->options.leaps ? CLOCK_VIRTUAL : CLOCK_WALL,
                                                 .speed = server->options.speed,
                                                 .host = listeners_host(server->listeners),
                                                 .is_here = listeners_hear,
                                                 .here_ctx = server->listeners,
                                                 .ports = listeners_ports(server->listeners),
                                                 .loop = server->loop});
}

/* 0, or what errno says: so many descriptors cannot be had. */
static int try_descriptors(int count)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int error = fd < 0 ? errno : 0;

    if (error == 0 && count > 1)
        error = try_descriptors(count - 1);
    if (fd >= 0)
        close(fd);
    return error;
}

/* Signals are for the threads of whoever uses this, but for those that are about what a thread itself does.
 */
static int start_thread(struct mockd_server *server)
{
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF};
    sigset_t others, before;
    int rc;

    sigfillset(&others);
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        sigdelset(&others, own[i]);
    pthread_sigmask(SIG_SETMASK, &others, &before);
    pthread_mutex_lock(&server->mutex);
    rc = pthread_create(&server->thread, NULL, serve, server);
    pthread_mutex_unlock(&server->mutex);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    server->has_thread = rc == 0;
    return rc;
}

/* 0, or what errno says. */
static int start_serving(struct mockd_server *server)
{
    server->cluster = make_cluster(server);
    listeners_open(server->listeners, server->cluster);
    server->wakeup = wakeup_new(server->loop, on_wakeup, server);
    return server->wakeup != NULL ? start_thread(server) : errno;
}

static bool start(struct mockd_server *server, char *error, size_t error_size)
{
    char problem[LISTENERS_ERROR_SIZE];
    int rc = try_descriptors(LIBEVENT_FDS);

    server->listeners = listeners_new(&server->listening, &server->options.cluster, server->loop);
    if (rc == 0 && !listeners_reserve(server->listeners, server->options.cluster.nodes, problem)) {
        snprintf(error, error_size, "%s", problem);
        return false;
    }
    if (rc == 0)
        rc = start_serving(server);
    if (rc != 0)
        snprintf(error, error_size, "cannot serve: %s", strerror(rc));
    return rc == 0;
}

struct mockd_server *mockd_serve(const struct mockd_serve_options *options, char *error, size_t error_size)
{
    struct mockd_server *server = xcalloc(1, sizeof(*server));
    const char *problem = take_options(server, options);

    if (problem != NULL) {
        snprintf(error, error_size, "%s", problem);
        free(server);
        return NULL;
    }
    pthread_mutex_init(&server->mutex, NULL);
    pthread_cond_init(&server->over, NULL);
    list_init(&server->errands);
    server->loop = loop_new(NULL, NULL);
    loop_on_rest(server->loop, run_errands, server);
    if (server->options.leaps)
        loop_be_eager(server->loop);
    if (start(server, error, error_size))
        return server;
    mockd_server_free(server);
    return NULL;
}

static int64_t run_end(struct mockd *cluster, struct errand *errand)
{
    (void)cluster;
    loop_stop(errand->ctx);
    return CLOCK_NEVER;
}

/* Whoever waits for a step is told that it will not be over. */
static void end_waiting(struct mockd_server *server)
{
    pthread_mutex_lock(&server->mutex);
    server->is_ending = true;
    pthread_cond_broadcast(&server->over);
    while (server->waiting > 0)
        pthread_cond_wait(&server->over, &server->mutex);
    pthread_mutex_unlock(&server->mutex);
}

void mockd_server_free(struct mockd_server *server)
{
    if (server == NULL)
        return;
    assert(!server->has_thread || !pthread_equal(pthread_self(), server->thread));
    if (server->has_thread) {
        do_errand(server, &(struct errand){.run = run_end, .ctx = server->loop});
        pthread_join(server->thread, NULL);
        end_waiting(server);
    }
    wakeup_free(server->wakeup);
    listeners_free(server->listeners);
    cluster_free(server->cluster);
    loop_free(server->loop);
    pthread_cond_destroy(&server->over);
    pthread_mutex_destroy(&server->mutex);
    free(server);
}
