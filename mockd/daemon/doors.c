/* SPDX-License-Identifier: MIT */
#include "mockd/daemon/doors.h"

#include "mockd/cluster.h"
#include "mockd/front/listener.h"
#include "mockd/front/loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CHOICES_MAX = 1000 };

/* Of one node. */
struct door {
    int fd;     /* of its port, until that has a listener; else -1 */
    char *path; /* NULL: not open */
    struct listener *by_port;
    struct listener *by_path;
};

struct doors {
    const struct settings *settings;
    struct mockd *cluster;
    int size;
    int *ports;
    struct door *of;
};

/* The system also chooses ports that no node may have; one in five, where they are at their defaults. */
static bool open_port(struct doors *doors, int node, int port)
{
    const struct settings *settings = doors->settings;
    char error[256] = "no free port is below 55536";
    int *fd = &doors->of[node].fd;

    for (int i = 0; i < CHOICES_MAX; i++) {
        *fd = listener_bind(settings->host, port, &doors->ports[node], error, sizeof(error));
        if (*fd < 0 || doors->ports[node] <= CLUSTER_PORT_MAX)
            break;
        close(*fd);
        *fd = -1;
    }
    if (*fd < 0)
        fprintf(stderr, "mockd: %s\n", error);
    return *fd >= 0;
}

struct doors *doors_open(const struct settings *settings)
{
    struct doors *doors = xcalloc(1, sizeof(*doors));

    doors->settings = settings;
    doors->size = settings->cluster.nodes;
    doors->ports = xcalloc((size_t)doors->size, sizeof(doors->ports[0]));
    doors->of = xcalloc((size_t)doors->size, sizeof(doors->of[0]));
    for (int i = 0; i < doors->size; i++)
        doors->of[i].fd = -1;
    for (int i = 0; i < doors->size; i++) {
        if (open_port(doors, i, settings->are_ports_chosen ? 0 : settings->cluster.base_port + i))
            continue;
        doors_close(doors);
        return NULL;
    }
    return doors;
}

static void door_close(struct door *door)
{
    listener_free(door->by_port);
    listener_free(door->by_path);
    if (door->fd >= 0)
        close(door->fd);
    if (door->path != NULL)
        unlink(door->path);
    free(door->path);
    *door = (struct door){.fd = -1};
}

void doors_close(struct doors *doors)
{
    if (doors == NULL)
        return;
    if (doors->cluster != NULL)
        cluster_watch_life(doors->cluster, NULL, NULL);
    for (int i = 0; i < doors->size; i++)
        door_close(&doors->of[i]);
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

/* A path names one node, so of several each has its own. */
static char *path_of(const struct doors *doors, const struct mockd *cluster, int node)
{
    struct buffer path = {0};

    buffer_printf(&path, "%s", doors->settings->unixsocket);
    if (doors->size > 1)
        buffer_printf(&path, ".%s", mockd_node_name(cluster, node));
    return path.data;
}

static bool serve_path(struct doors *doors, struct mockd *cluster, int node)
{
    struct door *door = &doors->of[node];
    char *path = path_of(doors, cluster, node);
    char error[256];
    int fd = listener_bind_path(path, error, sizeof(error));

    if (fd < 0) {
        fprintf(stderr, "mockd: %s\n", error);
        free(path);
        return false;
    }
    door->path = path;
    door->by_path = listener_new(cluster_loop(cluster), cluster_node(cluster, node), fd);
    return true;
}

static bool serve(struct doors *doors, int node)
{
    struct mockd *cluster = doors->cluster;
    struct door *door = &doors->of[node];

    door->by_port = listener_new(cluster_loop(cluster), cluster_node(cluster, node), door->fd);
    door->fd = -1;
    return doors->settings->unixsocket == NULL || serve_path(doors, cluster, node);
}

/* A node that is down leaves nobody at its port, and comes back to the same. When clients have shut down all
 * nodes this process is as good as a server that was. */
static void on_life(void *ctx, int node, bool is_up)
{
    struct doors *doors = ctx;

    if (!is_up)
        door_close(&doors->of[node]);
    if (!is_up && cluster_has_ended(doors->cluster))
        loop_stop(cluster_loop(doors->cluster));
    if (is_up && open_port(doors, node, doors->ports[node]))
        serve(doors, node);
}

bool doors_serve(struct doors *doors, struct mockd *cluster)
{
    doors->cluster = cluster;
    cluster_watch_life(cluster, on_life, doors);
    for (int i = 0; i < doors->size; i++)
        if (!serve(doors, i))
            return false;
    return true;
}
