/* SPDX-License-Identifier: MIT */
/* Nodes have to know their ports when they are made, and clients must find the next cluster at the same ones.
 * So ports belong to no cluster. */
#include "mockd/serve/listeners.h"

#include "mockd/cluster.h"
#include "mockd/front/listener.h"
#include "mockd/front/loop.h"
#include "mockd/front/socket.h"
#include "mockd/sim/bus.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHOICES_MAX = 1000 };

/* Of one node. */
struct node_listeners {
    struct listener *by_port; /* NULL: it has no port */
    char *path;               /* NULL: none was asked for */
    struct listener *by_path; /* NULL: nobody listens there now */
};

struct listeners {
    const struct listening *where;
    const struct mockd_options *options;
    struct loop *loop;
    struct mockd *cluster; /* NULL: none yet */
    int size;
    int *ports;
    struct node_listeners *of;
};

struct listeners *listeners_new(const struct listening *where, const struct mockd_options *options,
                                struct loop *loop)
{
    struct listeners *listeners = xcalloc(1, sizeof(*listeners));

    listeners->where = where;
    listeners->options = options;
    listeners->loop = loop;
    return listeners;
}

static void serve(struct loop *loop, void *node, int fd)
{
    socket_serve(loop, node, fd);
}

/* The system also chooses ports that no node may have; one in five, where they are at their defaults. */
static struct listener *listen_at_port(const struct listeners *listeners, int port,
                                       char error[LISTENERS_ERROR_SIZE])
{
    for (int i = 0; i < CHOICES_MAX; i++) {
        struct listener *listener = listener_at_port(listeners->loop, listeners->where->hosts, port, serve,
                                                     error, LISTENERS_ERROR_SIZE);

        if (listener == NULL || listener_port(listener) <= CLUSTER_PORT_MAX)
            return listener;
        listener_free(listener);
    }
    snprintf(error, LISTENERS_ERROR_SIZE, "no free port is below %d", CLUSTER_PORT_MAX + 1);
    return NULL;
}

static bool open_port(struct listeners *listeners, int node, char error[LISTENERS_ERROR_SIZE])
{
    int asked = listeners->where->are_ports_chosen ? 0 : listeners->options->base_port + node;
    struct listener *listener = listen_at_port(listeners, asked, error);

    if (listener == NULL)
        return false;
    listeners->of[node].by_port = listener;
    listeners->ports[node] = listener_port(listener);
    return true;
}

static bool listen_at_path(struct listeners *listeners, struct node_listeners *own,
                           char error[LISTENERS_ERROR_SIZE])
{
    own->by_path = listener_at_path(listeners->loop, own->path, serve, error, LISTENERS_ERROR_SIZE);
    if (own->by_path == NULL)
        return false;
    if (listeners->where->unixsocket_mode != 0)
        chmod(own->path, (mode_t)listeners->where->unixsocket_mode);
    return true;
}

/* A path names one node, so of several each has its own. */
static char *path_of(const struct listeners *listeners, int node)
{
    struct buffer path = {0};
    char name[BUS_NAME_SIZE];

    if (listeners->where->unixsocket == NULL)
        return NULL;
    bus_write_name(node, name);
    buffer_printf(&path, "%s", listeners->where->unixsocket);
    if (listeners->options->nodes > 1 || node > 0)
        buffer_printf(&path, ".%s", name);
    return path.data;
}

static void node_listeners_fini(struct node_listeners *own)
{
    listener_free(own->by_port);
    listener_free(own->by_path);
    free(own->path);
}

static bool add(struct listeners *listeners, char error[LISTENERS_ERROR_SIZE])
{
    size_t size = (size_t)listeners->size + 1;
    struct node_listeners *own;
    bool is_good;

    listeners->ports = xrealloc(listeners->ports, size * sizeof(*listeners->ports));
    listeners->of = xrealloc(listeners->of, size * sizeof(*listeners->of));
    own = &listeners->of[listeners->size];
    *own = (struct node_listeners){.path = path_of(listeners, listeners->size)};
    listeners->ports[listeners->size] = listeners->options->base_port + listeners->size;
    is_good = (listeners->where->has_no_port || open_port(listeners, listeners->size, error)) &&
              (own->path == NULL || listen_at_path(listeners, own, error));
    if (is_good)
        listeners->size++;
    else
        node_listeners_fini(own);
    return is_good;
}

static void remove_last(struct listeners *listeners)
{
    struct node_listeners *own = &listeners->of[--listeners->size];

    if (own->path != NULL)
        unlink(own->path);
    node_listeners_fini(own);
}

bool listeners_reserve(struct listeners *listeners, int nodes, char error[LISTENERS_ERROR_SIZE])
{
    int size = listeners->size;

    while (listeners->size < nodes) {
        if (add(listeners, error))
            continue;
        while (listeners->size > size)
            remove_last(listeners);
        return false;
    }
    return true;
}

void listeners_free(struct listeners *listeners)
{
    if (listeners == NULL)
        return;
    if (listeners->cluster != NULL)
        cluster_watch_accepting(listeners->cluster, NULL, NULL);
    while (listeners->size > 0)
        remove_last(listeners);
    free(listeners->of);
    free(listeners->ports);
    free(listeners);
}

const int *listeners_ports(const struct listeners *listeners)
{
    return listeners->ports;
}

const char *listeners_host(const struct listeners *listeners)
{
    return listeners->where->has_no_port ? "127.0.0.1" : listener_host(listeners->of[0].by_port);
}

bool listeners_hear(void *ctx, const char *host)
{
    const struct listeners *listeners = ctx;

    return !listeners->where->has_no_port && listener_hears(listeners->of[0].by_port, host);
}

const char *listeners_path(const struct listeners *listeners, int node)
{
    return listeners->of[node].path;
}

static void accept_clients(struct listeners *listeners, int node)
{
    struct node_listeners *own = &listeners->of[node];
    char error[LISTENERS_ERROR_SIZE];

    if (own->by_port != NULL)
        listener_open(own->by_port, cluster_node(listeners->cluster, node));
    if (own->path != NULL && own->by_path == NULL && !listen_at_path(listeners, own, error))
        fprintf(stderr, "mockd: %s\n", error);
    if (own->by_path != NULL)
        listener_open(own->by_path, cluster_node(listeners->cluster, node));
}

/* A path stays, and refuses who tries it. */
static void refuse_clients(struct node_listeners *own)
{
    if (own->by_port != NULL)
        listener_open(own->by_port, NULL);
    listener_free(own->by_path);
    own->by_path = NULL;
}

static void on_accepting(void *ctx, int node, bool is_accepting)
{
    struct listeners *listeners = ctx;

    if (is_accepting)
        accept_clients(listeners, node);
    else
        refuse_clients(&listeners->of[node]);
    if (listeners->where->ends_loop && cluster_has_ended(listeners->cluster))
        loop_stop(listeners->loop);
}

void listeners_open(struct listeners *listeners, struct mockd *cluster)
{
    listeners->cluster = cluster;
    cluster_watch_accepting(cluster, on_accepting, listeners);
    for (int i = 0; i < listeners->size; i++)
        if (mockd_node_is_up(cluster, i))
            accept_clients(listeners, i);
        else
            refuse_clients(&listeners->of[i]);
}
