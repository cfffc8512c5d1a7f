/* SPDX-License-Identifier: MIT */
/* A cluster that a program serves, started anew for every scenario. */
#include "scenarios/runner/spawn.h"
#include "scenarios/runner/target.h"
#include "scenarios/runner/value.h"

#include <stdio.h>
#include <stdlib.h>

#define READY_US INT64_C(30000000)
#define POLL_US  20000

struct spawned {
    pid_t pid;
    void (*free_target)(struct target *target);
};

static void target_spawn_free(struct target *target)
{
    struct spawned *spawned = target->impl;
    struct disq_env env = target->env;
    pid_t pid = spawned->pid;

    spawned->free_target(target);
    free(spawned);
    spawn_stop(pid, &env);
}

/* Does this node know all others, and reach them? */
static bool is_joined(const struct disq_env *env, const char *address, int nodes)
{
    struct arena arena = {0};
    struct value reply = {0};
    char known[48], reachable[48];
    bool is_good;

    snprintf(known, sizeof(known), "cluster_known_nodes:%d\r\n", nodes);
    snprintf(reachable, sizeof(reachable), "cluster_reachable_nodes:%d\r\n", nodes - 1);
    is_good = target_ask(env, address, "CLUSTER INFO\r\n", &arena, &reply) && reply.kind == VALUE_BULK &&
              memmem(reply.text.data, reply.text.size, known, strlen(known)) != NULL &&
              memmem(reply.text.data, reply.text.size, reachable, strlen(reachable)) != NULL;
    arena_fini(&arena);
    return is_good;
}

static bool are_joined(const struct disq_env *env, int port, int nodes)
{
    char address[32];

    for (int i = 0; i < nodes; i++) {
        snprintf(address, sizeof(address), "127.0.0.1:%d", port + i);
        if (!is_joined(env, address, nodes))
            return false;
    }
    return true;
}

static bool wait_until_ready(const struct disq_env *env, pid_t pid, int port, int nodes, struct text *error)
{
    int64_t deadline_us = env->now_us(env->ctx) + READY_US;

    while (!are_joined(env, port, nodes)) {
        if (!spawn_runs(pid)) {
            text_add(error, slice_of("the program that --spawn runs has ended"));
            return false;
        }
        if (env->now_us(env->ctx) >= deadline_us) {
            text_printf(error, "no cluster of %d nodes at ports from %d", nodes, port);
            return false;
        }
        env->wait(env->ctx, NULL, 0, env->now_us(env->ctx) + POLL_US);
    }
    return true;
}

static struct target *open_target(pid_t pid, int port, int nodes, struct text *error)
{
    struct text addresses = {0};
    struct target *target;
    struct spawned *spawned;

    for (int i = 0; i < nodes; i++)
        text_printf(&addresses, "%s127.0.0.1:%d", i > 0 ? "," : "", port + i);
    target = target_real_new(addresses.data, error);
    text_fini(&addresses);
    if (target == NULL)
        return NULL;
    spawned = must_calloc(1, sizeof(*spawned));
    *spawned = (struct spawned){pid, target->free};
    target->impl = spawned;
    target->free = target_spawn_free;
    return target;
}

struct target *target_spawn_new(const char *command, int nodes, struct text *error)
{
    int port = spawn_find_ports(nodes);
    pid_t pid = port > 0 ? spawn_start(command, nodes, port) : -1;
    struct target *target = NULL;
    struct disq_env env;

    if (pid < 0) {
        text_add(error, slice_of("no free ports, or no process for --spawn"));
        return NULL;
    }
    disq_env_default(&env);
    if (wait_until_ready(&env, pid, port, nodes, error))
        target = open_target(pid, port, nodes, error);
    if (target == NULL)
        spawn_stop(pid, &env);
    return target;
}
