/* SPDX-License-Identifier: MIT */
/* The functions of disq_env, each a line or two over the cluster's connections in memory. */
#include "scenarios/lab/lab.h"

#include "scenarios/lab/sockets.h"

#include <stdlib.h>
#include <string.h>

/* One environment of a lab: what is opened through it has its name. */
struct door {
    struct lab_state *state;
    struct disq_env env;
    struct door *next;
    char name[];
};

/* A handle is an index into conns. */
struct lab_state {
    struct mockd *cluster;
    bool is_on_sockets; /* a handle is a descriptor, and conns are none */
    uint64_t random;
    struct mockd_conn **conns; /* NULL: free */
    size_t size;
    struct door *doors;
};

static struct lab_state *state_of(void *ctx)
{
    const struct door *door = ctx;

    return door->state;
}

static int64_t lab_now_us(void *ctx)
{
    const struct lab_state *state = state_of(ctx);

    return mockd_now_us(state->cluster);
}

/* SplitMix64: any seed will do. */
static uint64_t lab_random(void *ctx)
{
    struct lab_state *state = state_of(ctx);
    uint64_t z = state->random += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* A free handle, or a negative code. */
static int find_handle(struct lab_state *state)
{
    size_t handle = 0, size = state->size == 0 ? 16 : state->size * 2;
    struct mockd_conn **larger;

    while (handle < state->size && state->conns[handle] != NULL)
        handle++;
    if (handle < state->size)
        return (int)handle;
    larger = realloc(state->conns, size * sizeof(*larger));
    if (larger == NULL)
        return DISQ_NO_MEMORY;
    memset(larger + state->size, 0, (size - state->size) * sizeof(*larger));
    state->conns = larger;
    state->size = size;
    return (int)handle;
}

static int lab_connect(void *ctx, const char *address)
{
    struct lab_state *state = state_of(ctx);
    int handle = find_handle(state);

    if (handle < 0)
        return handle;
    state->conns[handle] = mockd_connect(state->cluster, address);
    if (state->conns[handle] == NULL)
        return DISQ_REFUSED;
    if (((const struct door *)ctx)->name[0] != '\0')
        mockd_set_name(state->conns[handle], ((const struct door *)ctx)->name);
    return handle;
}

static struct mockd_conn *conn_of(const struct lab_state *state, int handle)
{
    return handle >= 0 && (size_t)handle < state->size ? state->conns[handle] : NULL;
}

static ssize_t result_of(ssize_t result)
{
    if (result >= 0)
        return result;
    return result == MOCKD_AGAIN ? DISQ_AGAIN : DISQ_RESET;
}

static ssize_t lab_send(void *ctx, int handle, const void *bytes, size_t size)
{
    struct mockd_conn *conn = conn_of(state_of(ctx), handle);

    return conn != NULL ? result_of(mockd_send(conn, bytes, size)) : DISQ_RESET;
}

static ssize_t lab_recv(void *ctx, int handle, void *bytes, size_t size)
{
    struct mockd_conn *conn = conn_of(state_of(ctx), handle);

    return conn != NULL ? result_of(mockd_recv(conn, bytes, size)) : DISQ_RESET;
}

static void lab_close(void *ctx, int handle)
{
    struct lab_state *state = state_of(ctx);

    mockd_close(conn_of(state, handle));
    if (conn_of(state, handle) != NULL)
        state->conns[handle] = NULL;
}

struct waiting {
    const struct lab_state *state;
    struct disq_ready *ready;
    size_t count;
    int ready_count;
};

/* Memory always takes what is written. A connection that is gone is ready for everything. */
static bool look(void *ctx)
{
    struct waiting *waiting = ctx;

    waiting->ready_count = 0;
    for (size_t i = 0; i < waiting->count; i++) {
        struct disq_ready *ready = &waiting->ready[i];
        const struct mockd_conn *conn = conn_of(waiting->state, ready->handle);

        ready->got = ready->wanted & DISQ_WRITABLE;
        if (conn == NULL || mockd_is_readable(conn))
            ready->got |= ready->wanted & DISQ_READABLE;
        waiting->ready_count += ready->got != 0;
    }
    return waiting->ready_count > 0;
}

static int lab_wait(void *ctx, struct disq_ready *ready, size_t count, int64_t deadline_us)
{
    struct lab_state *state = state_of(ctx);
    struct waiting waiting = {.state = state, .ready = ready, .count = count};
    int rc = mockd_run(state->cluster, deadline_us, look, &waiting);

    if (rc < 0 && rc != MOCKD_TIMEOUT)
        return DISQ_TIMEOUT;
    look(&waiting);
    return waiting.ready_count;
}

static int connect_sockets(void *ctx, const char *address)
{
    const struct door *door = ctx;

    return lab_sockets_connect(door->state->cluster, address, door->name);
}

static int wait_for_sockets(void *ctx, struct disq_ready *ready, size_t count, int64_t deadline_us)
{
    return lab_sockets_wait(state_of(ctx)->cluster, ready, count, deadline_us);
}

static struct door *door_new(struct lab_state *state, const char *name)
{
    struct door *door = calloc(1, sizeof(*door) + strlen(name) + 1);

    if (door == NULL)
        return NULL;
    memcpy(door->name, name, strlen(name));
    door->state = state;
    door->next = state->doors;
    state->doors = door;
    door->env = (struct disq_env){
        .ctx = door,
        .now_us = lab_now_us,
        .random = lab_random,
        .connect = lab_connect,
        .send = lab_send,
        .recv = lab_recv,
        .close = lab_close,
        .wait = lab_wait,
    };
    if (state->is_on_sockets) {
        door->env.connect = connect_sockets;
        door->env.send = lab_sockets_send;
        door->env.recv = lab_sockets_recv;
        door->env.close = lab_sockets_close;
        door->env.wait = wait_for_sockets;
    }
    return door;
}

const struct disq_env *lab_env(struct lab *lab, const char *name)
{
    struct door *door = lab->state->doors;

    while (door != NULL && strcmp(door->name, name) != 0)
        door = door->next;
    if (door == NULL)
        door = door_new(lab->state, name);
    return door != NULL ? &door->env : NULL;
}

static struct lab *make(const struct mockd_options *options, bool is_on_sockets)
{
    struct lab *lab = calloc(1, sizeof(*lab));

    if (lab == NULL)
        return NULL;
    lab->state = calloc(1, sizeof(*lab->state));
    lab->cluster = lab->state != NULL ? mockd_new(options) : NULL;
    if (lab->cluster != NULL)
        lab->state->is_on_sockets = is_on_sockets;
    if (lab->cluster == NULL || lab_env(lab, "") == NULL) {
        lab_free(lab);
        return NULL;
    }
    lab->state->cluster = lab->cluster;
    lab->state->random = options != NULL ? options->seed : 0;
    lab->env = *lab_env(lab, "");
    return lab;
}

struct lab *lab_new(const struct mockd_options *options)
{
    return make(options, false);
}

struct lab *lab_new_on_sockets(const struct mockd_options *options)
{
    return make(options, true);
}

static void free_state(struct lab_state *state)
{
    struct door *door;

    while (state != NULL && (door = state->doors) != NULL) {
        state->doors = door->next;
        free(door);
    }
    if (state != NULL)
        free(state->conns);
    free(state);
}

void lab_free(struct lab *lab)
{
    if (lab == NULL)
        return;
    mockd_free(lab->cluster);
    free_state(lab->state);
    free(lab);
}
