/* SPDX-License-Identifier: MIT */
#include "tests/support/scripted_env.h"

#include "tests/support/scripted_server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t env_now_us(void *ctx)
{
    struct scripted *world = ctx;

    world->clock_reads++;
    return world->now_us;
}

static uint64_t env_random(void *ctx)
{
    const struct scripted *world = ctx;

    return world->random;
}

static void note_dial(struct scripted *world, const char *address)
{
    int64_t now_ms = (world->now_us - SCRIPTED_START_US) / 1000;
    size_t used = strlen(world->dial_text);
    int size = snprintf(world->dial_text + used, sizeof(world->dial_text) - used, "%" PRId64 ".%03d %s|",
                        now_ms / 1000, (int)(now_ms % 1000), address);

    scripted_need((size_t)size < sizeof(world->dial_text) - used, "too many dials");
    world->dials++;
}

static struct scripted_server *server_at(const struct scripted *world, const char *address)
{
    for (size_t i = 0; i < world->server_count; i++) {
        if (strcmp(world->servers[i]->address, address) == 0)
            return world->servers[i];
    }
    return NULL;
}

static int env_connect(void *ctx, const char *address)
{
    struct scripted *world = ctx;
    struct scripted_server *server = server_at(world, address);
    int handle = 0;

    note_dial(world, address);
    if (server == NULL || server->mode == SERVER_REFUSES)
        return DISQ_REFUSED;
    while (handle < SCRIPTED_HANDLES && world->wires[handle] != NULL)
        handle++;
    scripted_need(handle < SCRIPTED_HANDLES, "too many connections");
    world->wires[handle] = wire_new(server);
    world->wires[handle]->is_refused = server->mode == SERVER_REFUSES_LATE;
    return handle;
}

static int env_resolve(void *ctx, const char *address, char (*found)[DISQ_ADDRESS_SIZE], int size)
{
    const struct scripted *world = ctx;
    const char *at = strcmp(address, world->name) == 0 ? world->name_addresses : address;
    int count = 0;

    while (*at != '\0' && count < size) {
        size_t length = strcspn(at, ",");

        snprintf(found[count++], DISQ_ADDRESS_SIZE, "%.*s", (int)length, at);
        at += length + (at[length] == ',');
    }
    return count;
}

static size_t chunk(const struct scripted *world, size_t size)
{
    return world->chunk > 0 && world->chunk < size ? world->chunk : size;
}

/* How much of it the server reads before it breaks, if it does. */
static size_t until_break(struct wire *wire, size_t size)
{
    size_t *break_after = &wire->server->break_after;

    if (*break_after == 0 || *break_after > size) {
        *break_after -= *break_after > 0 ? size : 0;
        return size;
    }
    size = *break_after;
    *break_after = 0;
    wire->is_reset = true;
    return size;
}

static ssize_t env_send(void *ctx, int handle, const void *bytes, size_t size)
{
    struct scripted *world = ctx;
    struct wire *wire = world->wires[handle];

    world->sends++;
    if (wire->is_refused)
        return DISQ_REFUSED;
    if (wire->is_reset)
        return DISQ_RESET;
    size = until_break(wire, chunk(world, size));
    scripted_need(wire->in_size + size <= sizeof(wire->in), "too long a request");
    memcpy(wire->in + wire->in_size, bytes, size);
    wire->in_size += size;
    server_serve(wire->server, wire);
    return (ssize_t)size;
}

static ssize_t env_recv(void *ctx, int handle, void *bytes, size_t size)
{
    struct scripted *world = ctx;
    struct wire *wire = world->wires[handle];

    if (wire->is_refused || wire->is_reset)
        return wire->is_refused ? DISQ_REFUSED : DISQ_RESET;
    return wire_read(wire, world->now_us, bytes, chunk(world, size));
}

static void env_close(void *ctx, int handle)
{
    struct scripted *world = ctx;

    wire_free(world->wires[handle]);
    world->wires[handle] = NULL;
}

/* ---- Waiting ---- */

static unsigned readiness(const struct scripted *world, const struct disq_ready *ready)
{
    const struct wire *wire = world->wires[ready->handle];
    unsigned got = ready->wanted & DISQ_WRITABLE;

    if (wire->is_refused || wire->is_reset)
        return DISQ_READABLE | DISQ_WRITABLE;
    if (wire_next_at_us(wire) <= world->now_us)
        got |= ready->wanted & DISQ_READABLE;
    return got;
}

static int look(const struct scripted *world, struct disq_ready *ready, size_t count)
{
    int n = 0;

    for (size_t i = 0; i < count; i++) {
        ready[i].got = readiness(world, &ready[i]);
        n += ready[i].got != 0;
    }
    return n;
}

/* Moves the clock to whatever comes first. */
static void pass_time(struct scripted *world, const struct disq_ready *ready, size_t count,
                      int64_t deadline_us)
{
    int64_t until_us = deadline_us;

    for (size_t i = 0; i < count; i++) {
        int64_t at_us = wire_next_at_us(world->wires[ready[i].handle]);

        if (at_us < until_us)
            until_us = at_us;
    }
    scripted_need(until_us != DISQ_NEVER, "the client waits for ever");
    if (until_us > world->now_us)
        world->now_us = until_us;
}

static int env_wait(void *ctx, struct disq_ready *ready, size_t count, int64_t deadline_us)
{
    struct scripted *world = ctx;
    int n;

    if (world->wait_rc != 0)
        return world->wait_rc;
    if ((n = look(world, ready, count)) > 0)
        return n;
    pass_time(world, ready, count, deadline_us);
    return look(world, ready, count);
}

static ssize_t env_recv_until(void *ctx, int handle, void *bytes, size_t size, int64_t deadline_us)
{
    struct disq_ready ready = {.handle = handle, .wanted = DISQ_READABLE};
    int rc = env_wait(ctx, &ready, 1, deadline_us);

    if (rc > 0)
        return env_recv(ctx, handle, bytes, size);
    return rc == 0 ? DISQ_AGAIN : rc;
}

/* ---- The world ---- */

struct scripted *scripted_new(void)
{
    struct scripted *world = scripted_take(sizeof(*world));

    world->now_us = SCRIPTED_START_US;
    world->env = (struct disq_env){
        .ctx = world,
        .now_us = env_now_us,
        .random = env_random,
        .connect = env_connect,
        .send = env_send,
        .recv = env_recv,
        .close = env_close,
        .wait = env_wait,
        .resolve = env_resolve,
        .recv_until = env_recv_until,
    };
    return world;
}

void scripted_free(struct scripted *world)
{
    for (int i = 0; i < SCRIPTED_HANDLES; i++) {
        if (world->wires[i] != NULL)
            wire_free(world->wires[i]);
    }
    for (size_t i = 0; i < world->server_count; i++)
        server_free(world->servers[i]);
    free(world);
}

const struct disq_env *scripted_env(struct scripted *world)
{
    return &world->env;
}

void scripted_set_random(struct scripted *world, uint64_t bits)
{
    world->random = bits;
}

void scripted_fail_wait(struct scripted *world, int rc)
{
    world->wait_rc = rc;
}

void scripted_advance(struct scripted *world, int64_t duration_us)
{
    world->now_us += duration_us;
}

int64_t scripted_now_us(const struct scripted *world)
{
    return world->now_us;
}

void scripted_name(struct scripted *world, const char *name, const char *addresses)
{
    snprintf(world->name, sizeof(world->name), "%s", name);
    snprintf(world->name_addresses, sizeof(world->name_addresses), "%s", addresses);
}

void scripted_set_chunk(struct scripted *world, size_t size)
{
    world->chunk = size;
}

int scripted_open_count(const struct scripted *world)
{
    int count = 0;

    for (int i = 0; i < SCRIPTED_HANDLES; i++)
        count += world->wires[i] != NULL;
    return count;
}

int scripted_dial_count(const struct scripted *world)
{
    return world->dials;
}

const char *scripted_dials(const struct scripted *world)
{
    return world->dial_text;
}

int scripted_clock_reads(const struct scripted *world)
{
    return world->clock_reads;
}

int scripted_send_count(const struct scripted *world)
{
    return world->sends;
}
