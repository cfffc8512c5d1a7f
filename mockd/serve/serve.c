/* SPDX-License-Identifier: MIT */
/* The cluster belongs to the thread that serves it. All that others do to it are errands, which that thread
 * runs while nothing else happens. */
#include "mockd/cluster.h"
#include "mockd/front/loop.h"
#include "mockd/front/wakeup.h"
#include "mockd/serve/listeners.h"
#include "mockd/sim/list.h"
#include "mockd/step/step.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define HOSTS "127.0.0.1,-::1" /* as the daemon's */

/* What one thread waits for while the other does it. It lives with the one that waits. */
struct errand {
    struct link link;
    /* Gives when it is to be run once more, or CLOCK_NEVER: it is over. */
    int64_t (*run)(struct mockd *cluster, struct errand *errand);
    int64_t again_at_us;
    bool is_over;

    void (*fn)(struct mockd *cluster, void *ctx); /* of mockd_server_call */
    void *ctx;
    const char *line; /* of mockd_server_step */
    struct mockd_step *step;
    struct mockd_outcome *outcome;
    int rc;
};

struct mockd_server {
    struct mockd_serve_options options;
    struct listening listening;
    struct loop *loop;
    struct listeners *listeners;
    struct mockd *cluster;
    struct wakeup *wakeup;
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t mutex; /* of the rest */
    pthread_cond_t over;
    struct link errands; /* not over yet */
};

/* ---- In the thread ---- */

static int64_t run_errand(struct mockd_server *server, struct errand *errand)
{
    if (mockd_now_us(server->cluster) < errand->again_at_us)
        return errand->again_at_us;
    errand->again_at_us = errand->run(server->cluster, errand);
    if (errand->again_at_us != CLOCK_NEVER)
        return errand->again_at_us;
    list_remove(&errand->link);
    errand->is_over = true;
    pthread_cond_broadcast(&server->over);
    return CLOCK_NEVER;
}

/* Whoever brings another errand meanwhile waits for the mutex, and wakes the loop once more. */
static int64_t run_errands(void *ctx)
{
    struct mockd_server *server = ctx;
    int64_t next_us = CLOCK_NEVER;

    pthread_mutex_lock(&server->mutex);
    LIST_FOR_EACH_SAFE (link, &server->errands) {
        int64_t again_at_us = run_errand(server, OWNER_OF(link, struct errand, link));

        next_us = again_at_us < next_us ? again_at_us : next_us;
    }
    pthread_mutex_unlock(&server->mutex);
    return next_us;
}

static void *serve(void *ctx)
{
    struct mockd_server *server = ctx;

    loop_serve(server->loop);
    return NULL;
}

/* ---- By others ---- */

static void do_errand(struct mockd_server *server, struct errand *errand)
{
    pthread_mutex_lock(&server->mutex);
    list_append(&server->errands, &errand->link);
    wakeup_send(server->wakeup);
    while (!errand->is_over)
        pthread_cond_wait(&server->over, &server->mutex);
    pthread_mutex_unlock(&server->mutex);
}

static int64_t run_call(struct mockd *cluster, struct errand *errand)
{
    errand->fn(cluster, errand->ctx);
    return CLOCK_NEVER;
}

void mockd_server_call(struct mockd_server *server, void (*fn)(struct mockd *cluster, void *ctx), void *ctx)
{
    do_errand(server, &(struct errand){.run = run_call, .fn = fn, .ctx = ctx});
}

static int64_t run_step(struct mockd *cluster, struct errand *errand)
{
    if (errand->step == NULL)
        errand->step = step_from_text(cluster, errand->line, errand->outcome);
    errand->rc =
        errand->step != NULL ? mockd_step_run(cluster, errand->step, errand->outcome) : MOCKD_INVALID;
    if (errand->rc == MOCKD_AGAIN)
        return errand->outcome->again_at_us;
    mockd_step_free(errand->step);
    return CLOCK_NEVER;
}

int mockd_server_step(struct mockd_server *server, const char *line, struct mockd_outcome *outcome)
{
    struct mockd_outcome unread;
    struct errand errand = {.run = run_step, .line = line, .outcome = outcome != NULL ? outcome : &unread};

    do_errand(server, &errand);
    return errand.rc;
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
    struct dialled dialled = {.node = node};

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
    if (server->options.speed < 0 || (server->options.leaps && server->options.speed > 0))
        return "a speed is above 0, and of a clock that does not leap";
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

/* Signals are for the threads of whoever uses this. */
static int start_thread(struct mockd_server *server)
{
    sigset_t all, before;
    int rc;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = pthread_create(&server->thread, NULL, serve, server);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    server->has_thread = rc == 0;
    return rc;
}

static bool start(struct mockd_server *server, char *error, size_t error_size)
{
    char problem[LISTENERS_ERROR_SIZE];
    int rc;

    server->listeners = listeners_new(&server->listening, &server->options.cluster, server->loop);
    if (!listeners_reserve(server->listeners, server->options.cluster.nodes, problem)) {
        snprintf(error, error_size, "%s", problem);
        return false;
    }
    server->cluster = make_cluster(server);
    listeners_open(server->listeners, server->cluster);
    server->wakeup = wakeup_new(server->loop);
    rc = server->wakeup != NULL ? start_thread(server) : errno;
    if (rc != 0)
        snprintf(error, error_size, "cannot start a thread: %s", strerror(rc));
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

void mockd_server_free(struct mockd_server *server)
{
    if (server == NULL)
        return;
    if (server->has_thread) {
        do_errand(server, &(struct errand){.run = run_end, .ctx = server->loop});
        pthread_join(server->thread, NULL);
    }
    wakeup_free(server->wakeup);
    listeners_free(server->listeners);
    cluster_free(server->cluster);
    loop_free(server->loop);
    pthread_cond_destroy(&server->over);
    pthread_mutex_destroy(&server->mutex);
    free(server);
}
