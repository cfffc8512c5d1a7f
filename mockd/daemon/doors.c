/* SPDX-License-Identifier: MIT */
#include "mockd/daemon/doors.h"

#include "mockd/cluster.h"
#include "mockd/front/listener.h"
#include "mockd/front/loop.h"
#include "mockd/front/socket.h"
#include "mockd/sim/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CHOICES_MAX = 1000 };

/* Of one node. */
struct door {
    struct listener *by_port;
    char *path;               /* NULL: none was asked for */
    struct listener *by_path; /* NULL: it is shut */
};

struct doors {
    const struct settings *settings;
    struct loop *loop;
    struct mockd *cluster; /* NULL: all are shut */
    int size;
    int *ports;
    struct door *of;
};

struct doors *doors_new(const struct settings *settings, struct loop *loop)
{
    struct doors *doors = xcalloc(1, sizeof(*doors));

    doors->settings = settings;
    doors->loop = loop;
    return doors;
}

void doors_free(struct doors *doors)
{
    if (doors == NULL)
        return;
    doors_shut(doors);
    for (int i = 0; i < doors->size; i++) {
        listener_free(doors->of[i].by_port);
        if (doors->of[i].path != NULL)
            unlink(doors->of[i].path);
        free(doors->of[i].path);
    }
    free(doors->of);
    free(doors->ports);
    free(doors);
}

const int *doors_ports(const struct doors *doors)
{
    return doors->ports;
}

const char *doors_path(const struct doors *doors, int node)
{
    return doors->of[node].path;
}

static void serve(struct loop *loop, void *node, int fd)
{
    socket_serve(loop, node, fd);
}

/* The system also chooses ports that no node may have; one in five, where they are at their defaults. */
static int bind_port(const struct settings *settings, int asked, int *port, char error[DOORS_ERROR_SIZE])
{
    for (int i = 0; i < CHOICES_MAX; i++) {
        int fd = listener_bind(settings->host, asked, port, error, DOORS_ERROR_SIZE);

        if (fd < 0 || *port <= CLUSTER_PORT_MAX)
            return fd;
        close(fd);
    }
    snprintf(error, DOORS_ERROR_SIZE, "no free port is below %d", CLUSTER_PORT_MAX + 1);
    return -1;
}

static bool add_door(struct doors *doors, char error[DOORS_ERROR_SIZE])
{
    const struct settings *settings = doors->settings;
    int asked = settings->are_ports_chosen ? 0 : settings->cluster.base_port + doors->size;
    int port, fd = bind_port(settings, asked, &port, error);

    if (fd < 0)
        return false;
    doors->ports = xrealloc(doors->ports, ((size_t)doors->size + 1) * sizeof(*doors->ports));
    doors->of = xrealloc(doors->of, ((size_t)doors->size + 1) * sizeof(*doors->of));
    doors->ports[doors->size] = port;
    doors->of[doors->size] = (struct door){.by_port = listener_new(doors->loop, fd, serve)};
    doors->size++;
    return true;
}

bool doors_reserve(struct doors *doors, int nodes, char error[DOORS_ERROR_SIZE])
{
    while (doors->size < nodes)
        if (!add_door(doors, error))
            return false;
    return true;
}

/* A path names one node, so of several each has its own. */
static char *path_of(const struct doors *doors, int node)
{
    struct buffer path = {0};

    buffer_printf(&path, "%s", doors->settings->unixsocket);
    if (doors->settings->cluster.nodes > 1 || node > 0)
        buffer_printf(&path, ".%s", mockd_node_name(doors->cluster, node));
    return path.data;
}

static bool open_path(struct doors *doors, int node, char error[DOORS_ERROR_SIZE])
{
    struct door *door = &doors->of[node];
    int fd;

    if (door->path == NULL)
        door->path = path_of(doors, node);
    if (door->by_path == NULL) {
        fd = listener_bind_path(door->path, error, DOORS_ERROR_SIZE);
        if (fd < 0)
            return false;
        door->by_path = listener_new(doors->loop, fd, serve);
    }
    listener_open(door->by_path, cluster_node(doors->cluster, node));
    return true;
}

static bool open_door(struct doors *doors, int node, char error[DOORS_ERROR_SIZE])
{
    listener_open(doors->of[node].by_port, cluster_node(doors->cluster, node));
    return doors->settings->unixsocket == NULL || open_path(doors, node, error);
}

/* The path stays, and refuses who tries it. */
static void shut_door(struct door *door)
{
    listener_open(door->by_port, NULL);
    listener_free(door->by_path);
    door->by_path = NULL;
}

/* When clients have shut down all nodes this process is as good as a server that was. */
static void on_doors(void *ctx, int node, bool are_open)
{
    struct doors *doors = ctx;
    char error[DOORS_ERROR_SIZE];

    if (!are_open)
        shut_door(&doors->of[node]);
    if (!are_open && cluster_has_ended(doors->cluster))
        loop_stop(doors->loop);
    if (are_open && !open_door(doors, node, error))
        fprintf(stderr, "mockd: %s\n", error);
}

bool doors_open(struct doors *doors, struct mockd *cluster, char error[DOORS_ERROR_SIZE])
{
    doors->cluster = cluster;
    cluster_watch_doors(cluster, on_doors, doors);
    for (int i = 0; i < mockd_node_count(cluster); i++)
        if (!open_door(doors, i, error))
            return false;
    return true;
}

void doors_shut(struct doors *doors)
{
    if (doors->cluster != NULL)
        cluster_watch_doors(doors->cluster, NULL, NULL);
    doors->cluster = NULL;
    for (int i = 0; i < doors->size; i++)
        shut_door(&doors->of[i]);
}
