/* SPDX-License-Identifier: MIT */
/* A cluster that runs already, reached over TCP. Its jobs are flushed before each scenario. */
#include "scenarios/runner/target.h"

#include "scenarios/runner/conn.h"
#include "scenarios/runner/wire.h"

#include <stdio.h>
#include <stdlib.h>

#define PROBE_US    150000
#define PATIENCE_US 15000000
#define ASK_US      5000000

static void target_real_free(struct target *target)
{
    free(target->nodes);
    free(target);
}

/* Reads "host:port", up to a comma or the end; the place behind it, or NULL. */
static const char *take_address(const char *at, struct target_node *node)
{
    const char *end = strchrnul(at, ',');
    const char *colon = memrchr(at, ':', (size_t)(end - at));
    size_t host = colon != NULL ? (size_t)(colon - at) : 0;
    char *port_end;
    long port;

    if (host == 0 || host >= sizeof(node->host))
        return NULL;
    port = strtol(colon + 1, &port_end, 10);
    if (port_end != end || port < 1 || port > 65535)
        return NULL;
    snprintf(node->address, sizeof(node->address), "%.*s", (int)(end - at), at);
    snprintf(node->host, sizeof(node->host), "%.*s", (int)host, at);
    node->port = (int)port;
    return *end == ',' ? end + 1 : end;
}

int target_real_count(const char *addresses)
{
    struct target_node node;
    const char *at = addresses;
    int count = 0;

    do {
        at = take_address(at, &node);
        count++;
    } while (at != NULL && at[-1] == ',');
    return at != NULL ? count : 0;
}

bool target_ask(const struct disq_env *env, const char *address, const char *command, struct arena *arena,
                struct value *reply)
{
    int64_t deadline_us = env->now_us(env->ctx) + ASK_US;
    struct conn conn = {0};
    bool is_there;

    conn_open(&conn, env, address);
    conn_write(&conn, slice_of(command));
    for (conn_process(&conn); !conn_is_answered(&conn); conn_process(&conn)) {
        struct disq_ready ready = {.handle = conn.handle,
                                   .wanted = DISQ_READABLE | (conn.out.size > 0 ? DISQ_WRITABLE : 0u)};

        if (env->wait(env->ctx, &ready, 1, deadline_us) <= 0)
            break;
    }
    is_there = conn_read(&conn, arena, reply);
    conn_close(&conn);
    return is_there;
}

static bool open_node(const struct disq_env *env, struct target_node *node, struct text *error)
{
    struct arena arena = {0};
    struct value reply = {0};
    bool ok = target_ask(env, node->address, "DEBUG FLUSHALL\r\n", &arena, &reply) &&
              target_ask(env, node->address, "CLUSTER MYID\r\n", &arena, &reply);

    if (!ok) {
        text_printf(error, "%s does not answer", node->address);
    } else if (reply.kind != VALUE_BULK || reply.text.size != sizeof(node->id) - 1) {
        text_printf(error, "%s answers CLUSTER MYID with ", node->address);
        value_print(&reply, error);
        ok = false;
    } else {
        memcpy(node->id, reply.text.data, reply.text.size);
    }
    arena_fini(&arena);
    return ok;
}

struct target *target_real_new(const char *addresses, struct text *error)
{
    struct target *target = must_calloc(1, sizeof(*target));
    const char *at = addresses;

    disq_env_default(&target->env);
    target->free = target_real_free;
    target->probe_us = PROBE_US;
    target->patience_us = PATIENCE_US;
    target->confuses_resets = true; /* TCP resets what is closed before all was read */
    target->node_count = target_real_count(addresses);
    target->nodes = must_calloc((size_t)target->node_count, sizeof(*target->nodes));
    for (int i = 0; i < target->node_count; i++) {
        at = take_address(at, &target->nodes[i]);
        if (open_node(&target->env, &target->nodes[i], error))
            continue;
        target_free(target);
        return NULL;
    }
    return target;
}
