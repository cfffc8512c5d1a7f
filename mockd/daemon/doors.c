/* SPDX-License-Identifier: MIT */
#include "mockd/daemon/doors.h"

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
struct door {
    struct listener *by_port; /* NULL: it has no port */
    char *path;               /* NULL: none was asked for */
    struct listener *by_path; /* NULL: nobody listens there now */
};

struct doors {
    const struct settings *settings;
    struct loop *loop;
    struct mockd *cluster; /* NULL: none yet */
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

static void serve(struct loop *loop, void *node, int fd)
{
    socket_serve(loop, node, fd);
}

/* The system also chooses ports that no node may have; one in five, where they are at their defaults. */
static struct listener *listen_at_port(const struct doors *doors, int port, char error[DOORS_ERROR_SIZE])
{
    for (int i = 0; i < CHOICES_MAX; i++) {
        struct listener *listener =
            listener_at_port(doors->loop, doors->settings->hosts, port, serve, error, DOORS_ERROR_SIZE);

        if (listener == NULL || listener_port(listener) <= CLUSTER_PORT_MAX)
            return listener;
        listener_free(listener);
    }
    snprintf(error, DOORS_ERROR_SIZE, "no free port is below %d", CLUSTER_PORT_MAX + 1);
    return NULL;
}

static bool have_port(struct doors *doors, int node, char error[DOORS_ERROR_SIZE])
{
    const struct settings *settings = doors->settings;
    int asked = settings->are_ports_chosen ? 0 : settings->cluster.base_port + node;
    struct listener *listener = listen_at_port(doors, asked, error);

    if (listener == NULL)
        return false;
    doors->of[node].by_port = listener;
    doors->ports[node] = listener_port(listener);
    return true;
}

static bool listen_at_path(struct doors *doors, struct door *door, char error[DOORS_ERROR_SIZE])
{
    door->by_path = listener_at_path(doors->loop, door->path, serve, error, DOORS_ERROR_SIZE);
    if (door->by_path == NULL)
        return false;
    if (doors->settings->unixsocket_mode != 0)
        chmod(door->path, (mode_t)doors->settings->unixsocket_mode);
    return true;
}

/* A path names one node, so of several each has its own. */
static char *path_of(const struct settings *settings, int node)
{
    struct buffer path = {0};
    char name[BUS_NAME_SIZE];

    if (settings->unixsocket == NULL)
        return NULL;
    bus_write_name(node, name);
    buffer_printf(&path, "%s", settings->unixsocket);
    if (settings->cluster.nodes > 1 || node > 0)
        buffer_printf(&path, ".%s", name);
    return path.data;
}

static void door_fini(struct door *door)
{
    listener_free(door->by_port);
    listener_free(door->by_path);
    free(door->path);
}

static bool add(struct doors *doors, char error[DOORS_ERROR_SIZE])
{
    size_t size = (size_t)doors->size + 1;
    struct door *door;
    bool is_good;

    doors->ports = xrealloc(doors->ports, size * sizeof(*doors->ports));
    doors->of = xrealloc(doors->of, size * sizeof(*doors->of));
    door = &doors->of[doors->size];
    *door = (struct door){.path = path_of(doors->settings, doors->size)};
    doors->ports[doors->size] = doors->settings->cluster.base_port + doors->size;
    is_good = (doors->settings->has_no_port || have_port(doors, doors->size, error)) &&
              (door->path == NULL || listen_at_path(doors, door, error));
    if (is_good)
        doors->size++;
    else
        door_fini(door);
    return is_good;
}

static void remove_last(struct doors *doors)
{
    struct door *door = &doors->of[--doors->size];

    if (door->path != NULL)
        unlink(door->path);
    door_fini(door);
}

bool doors_reserve(struct doors *doors, int nodes, char error[DOORS_ERROR_SIZE])
{
    int size = doors->size;

    while (doors->size < nodes) {
        if (add(doors, error))
            continue;
        while (doors->size > size)
            remove_last(doors);
        return false;
    }
    return true;
}

void doors_free(struct doors *doors)
{
    if (doors == NULL)
        return;
    if (doors->cluster != NULL)
        cluster_watch_doors(doors->cluster, NULL, NULL);
    while (doors->size > 0)
        remove_last(doors);
    free(doors->of);
    free(doors->ports);
    free(doors);
}

const int *doors_ports(const struct doors *doors)
{
    return doors->ports;
}

const char *doors_host(const struct doors *doors)
{
    return doors->settings->has_no_port ? "127.0.0.1" : listener_host(doors->of[0].by_port);
}

bool doors_hear(void *ctx, const char *host)
{
    const struct doors *doors = ctx;

    return !doors->settings->has_no_port && listener_hears(doors->of[0].by_port, host);
}

const char *doors_path(const struct doors *doors, int node)
{
    return doors->of[node].path;
}

static void open_door(struct doors *doors, int node)
{
    struct door *door = &doors->of[node];
    char error[DOORS_ERROR_SIZE];

    if (door->by_port != NULL)
        listener_open(door->by_port, cluster_node(doors->cluster, node));
    if (door->path != NULL && door->by_path == NULL && !listen_at_path(doors, door, error))
        fprintf(stderr, "mockd: %s\n", error);
    if (door->by_path != NULL)
        listener_open(door->by_path, cluster_node(doors->cluster, node));
}

/* A path stays, and refuses who tries it. */
static void shut_door(struct door *door)
{
    if (door->by_port != NULL)
        listener_open(door->by_port, NULL);
    listener_free(door->by_path);
    door->by_path = NULL;
}

/* When clients have shut down all nodes this process is as good as a server that was. */
static void on_doors(void *ctx, int node, bool are_open)
{
    struct doors *doors = ctx;

    if (are_open)
        open_door(doors, node);
    else
        shut_door(&doors->of[node]);
    if (cluster_has_ended(doors->cluster))
        loop_stop(doors->loop);
}

void doors_open(struct doors *doors, struct mockd *cluster)
{
    doors->cluster = cluster;
    cluster_watch_doors(cluster, on_doors, doors);
    for (int i = 0; i < doors->size; i++)
        if (mockd_node_is_up(cluster, i))
            open_door(doors, i);
        else
            shut_door(&doors->of[i]);
}
