/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_TARGET_H
#define SCENARIOS_RUNNER_TARGET_H

/* What a scenario runs on: an environment to reach the nodes through, and who they are. A cluster in process
 * and a real one differ in nothing else. */

#include "client/disq.h"
#include "scenarios/runner/scenario.h"

struct arena;
struct mockd;
struct value;

struct target_node {
    char id[41];
    char host[DISQ_ADDRESS_SIZE];
    int port;
    char address[DISQ_ADDRESS_SIZE + 8]; /* for env.connect */
};

struct target {
    struct disq_env env;
    struct target_node *nodes;
    int node_count;
    int64_t probe_us;     /* how long a silence lasts that proves that nothing comes */
    int64_t patience_us;  /* how long an answer is waited for */
    bool confuses_resets; /* a reset may look like the end, or the end like a reset */
    struct mockd *mock;   /* NULL: a real cluster */
    /* The environment for a client of this name, or NULL: env. */
    const struct disq_env *(*env_of)(struct target *target, const char *name);
    void *impl;
    void (*free)(struct target *target);
};

/* A new cluster in process and in virtual time; connections are in memory, or pairs of sockets. on_event may
 * be NULL. NULL if it cannot be, and the error says why. */
struct target *target_mock_new(const struct cluster_options *options, uint64_t seed, bool is_on_sockets,
                               void (*on_event)(void *ctx, const char *line), void *event_ctx,
                               struct text *error);

/* A real cluster at "host:port,host:port…", its jobs flushed. NULL if it does not answer. */
struct target *target_real_new(const char *addresses, struct text *error);

/* A cluster of so many nodes, which a command line serves at ports of 127.0.0.1 until the target is freed:
 * {n} in it is the number of nodes, {port} the first port, the others follow. NULL if that does not become
 * one. */
struct target *target_spawn_new(const char *command, int nodes, struct text *error);

/* Sends a command to a node on a connection of its own, and waits some seconds for the reply, which is made
 * in the arena. */
bool target_ask(const struct disq_env *env, const char *address, const char *command, struct arena *arena,
                struct value *reply);

/* How many addresses of a real cluster are these? 0: something else. */
int target_real_count(const char *addresses);

/* The environment for a client of this name. */
const struct disq_env *target_env_of(struct target *target, const char *name);

/* NULL is fine. */
void target_free(struct target *target);

#endif
