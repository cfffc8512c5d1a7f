/* SPDX-License-Identifier: MIT */
/* What mockd.h says of a cluster as a whole, thin over cluster.h. Its other parts are made beside what they
 * use: views of nodes, jobs, queues and links in face/view.c, connections in front/memory.c, answers of hooks
 * in front/hook.c, steps in step/step.c, faults by a handle in step/handle.c, and a cluster from a line in
 * step/cluster_line.c. */
#include "mockd/face/face.h"

#include "mockd/front/hook.h"
#include "mockd/front/loop.h"
#include "mockd/front/memory.h"
#include "mockd/front/session.h"
#include "mockd/front/socket.h"
#include "mockd/node/node.h"
#include "mockd/sim/bus.h"

#include <ctype.h>
#include <stdio.h>
#include <sys/socket.h>

const char *mockd_strerror(int error)
{
    switch ((enum mockd_error)error) {
    case MOCKD_AGAIN:
        return "nothing to read yet";
    case MOCKD_RESET:
        return "the connection is gone";
    case MOCKD_TIMEOUT:
        return "time reached the deadline";
    case MOCKD_STUCK:
        return "the cluster does not come to rest";
    case MOCKD_INVALID:
        return "an argument that cannot be";
    case MOCKD_FAILED:
        return "it is not as it should be";
    }
    return error == 0 ? "no error" : "unknown error";
}

const char *mockd_check(const struct mockd_options *options)
{
    return cluster_check(options);
}

struct mockd *mockd_new(const struct mockd_options *options)
{
    struct cluster_options all = {.mode = CLOCK_VIRTUAL};

    if (cluster_check(options) != NULL)
        return NULL;
    if (options != NULL)
        all.options = *options;
    return cluster_new(&all);
}

void mockd_free(struct mockd *cluster)
{
    cluster_free(cluster);
}

int mockd_node_count(const struct mockd *cluster)
{
    return bus_place_count(cluster_bus(cluster));
}

bool face_has_node(const struct mockd *cluster, int index)
{
    return index >= 0 && index < mockd_node_count(cluster);
}

const char *mockd_node_name(const struct mockd *cluster, int index)
{
    return face_has_node(cluster, index) ? bus_name(cluster_bus(cluster), index) : NULL;
}

const char *mockd_node_id(const struct mockd *cluster, int index)
{
    return face_has_node(cluster, index) ? machine_id(cluster_machine(cluster, index))->text : NULL;
}

const char *mockd_node_host(const struct mockd *cluster, int index)
{
    return face_has_node(cluster, index) ? bus_host(cluster_bus(cluster), index) : NULL;
}

int mockd_node_port(const struct mockd *cluster, int index)
{
    return face_has_node(cluster, index) ? bus_port(cluster_bus(cluster), index) : -1;
}

bool mockd_node_is_up(const struct mockd *cluster, int index)
{
    return face_has_node(cluster, index) && cluster_node(cluster, index) != NULL;
}

const char *mockd_behaviour(int index)
{
    return index >= 0 && index < BEHAVIOUR_COUNT ? behaviour_name((enum behaviour)index) : NULL;
}

uint64_t mockd_met(const struct mockd *cluster, int index)
{
    return index >= 0 && index < BEHAVIOUR_COUNT ? cluster_met(cluster, (enum behaviour)index) : 0;
}

int64_t mockd_now_us(const struct mockd *cluster)
{
    return clock_now_us(cluster_clock(cluster));
}

int mockd_run(struct mockd *cluster, int64_t deadline_us, bool (*done)(void *ctx), void *ctx)
{
    return loop_run(cluster_loop(cluster), deadline_us, done, ctx);
}

int mockd_advance(struct mockd *cluster, int64_t duration_us)
{
    int64_t now_us = clock_now_us(cluster_clock(cluster));

    if (duration_us < 0 || duration_us > INT64_MAX - now_us)
        return MOCKD_INVALID;
    return loop_run(cluster_loop(cluster), now_us + duration_us, NULL, NULL);
}

/* The node of this name, which may have a dot and more behind it, or of this address; -1 if there is none. */
static int find_node(const struct mockd *cluster, const char *name)
{
    size_t size = strcspn(name, ".");
    char address[HOST_SIZE + 8];

    for (int i = 0; i < mockd_node_count(cluster); i++) {
        snprintf(address, sizeof(address), "%s:%d", bus_host(cluster_bus(cluster), i),
                 bus_port(cluster_bus(cluster), i));
        if (strcmp(name, address) == 0 ||
            bytes_equal((struct bytes){name, size}, bytes_of(bus_name(cluster_bus(cluster), i))))
            return i;
    }
    return -1;
}

int mockd_node_index(const struct mockd *cluster, const char *name)
{
    return find_node(cluster, name);
}

int mockd_crash(struct mockd *cluster, const char *node)
{
    int index = find_node(cluster, node);

    if (!mockd_node_is_up(cluster, index))
        return MOCKD_INVALID;
    cluster_crash(cluster, index);
    return 0;
}

int mockd_stop(struct mockd *cluster, const char *node)
{
    int index = find_node(cluster, node);

    if (!mockd_node_is_up(cluster, index))
        return MOCKD_INVALID;
    cluster_stop(cluster, index);
    return 0;
}

int mockd_restart(struct mockd *cluster, const char *node)
{
    int index = find_node(cluster, node);

    if (index < 0 || mockd_node_is_up(cluster, index))
        return MOCKD_INVALID;
    return cluster_restart(cluster, index) == NULL ? 0 : MOCKD_FAILED;
}

/* What is behind the dot of a node's name, or "". */
static const char *name_of_conn(const char *name)
{
    const char *dot = strchr(name, '.');

    return dot != NULL && !isdigit((unsigned char)name[0]) ? dot + 1 : "";
}

struct mockd_conn *mockd_connect(struct mockd *cluster, const char *name)
{
    int index = find_node(cluster, name);
    struct mockd_conn *conn;

    if (index < 0)
        return NULL;
    conn = machine_connect(cluster_machine(cluster, index));
    if (conn != NULL)
        mockd_set_name(conn, name_of_conn(name));
    return conn;
}

int mockd_connect_fd(struct mockd *cluster, const char *name)
{
    int index = find_node(cluster, name), ends[2];
    struct node *node = index >= 0 ? cluster_node(cluster, index) : NULL;
    struct session *session;

    if (node == NULL || node->is_refusing || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return -1;
    session = socket_serve(cluster_loop(cluster), node, ends[1]);
    snprintf(session->name, sizeof(session->name), "%s", name_of_conn(name));
    return ends[0];
}

struct mockd_hook *mockd_hook(struct mockd *cluster, const char *command, mockd_hook_fn *fn, void *ctx)
{
    return hook_add(loop_hooks(cluster_loop(cluster)), command, fn, ctx);
}

void mockd_unhook(struct mockd_hook *hook)
{
    hook_free(hook);
}
