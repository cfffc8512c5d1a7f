/* SPDX-License-Identifier: MIT */
/* The functions named outside_… are where callgrind stops counting instructions: what they call is not the
 * client. The linker sends every malloc of the program here (--wrap), which is why hiredis is linked
 * statically and why the counts are a global: malloc has no argument for them. */
#include "tests/bench/tally.h"

#include <stdbool.h>
#include <stdlib.h>

static struct tally counts;
static bool is_counting;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    counts.allocations += is_counting;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    counts.allocations += is_counting;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    counts.allocations += is_counting;
    return __real_realloc(old, size);
}

/* Between these two nothing is the measured code's. */
static bool leave(int64_t *calls)
{
    bool was_counting = is_counting;

    *calls += is_counting;
    is_counting = false;
    return was_counting;
}

static void come_back(bool was_counting)
{
    is_counting = was_counting;
}

static int64_t outside_now_us(void *ctx)
{
    const struct disq_env *real = ctx;
    bool was_counting = leave(&counts.clock_reads);
    int64_t now_us = real->now_us(real->ctx);

    come_back(was_counting);
    return now_us;
}

static int outside_connect(void *ctx, const char *address)
{
    const struct disq_env *real = ctx;
    bool was_counting = leave(&(int64_t){0});
    int handle = real->connect(real->ctx, address);

    come_back(was_counting);
    return handle;
}

static ssize_t outside_send(void *ctx, int handle, const void *bytes, size_t size)
{
    const struct disq_env *real = ctx;
    bool was_counting = leave(&counts.sends);
    ssize_t sent = real->send(real->ctx, handle, bytes, size);

    come_back(was_counting);
    return sent;
}

static ssize_t outside_recv(void *ctx, int handle, void *bytes, size_t size)
{
    const struct disq_env *real = ctx;
    bool was_counting = leave(&counts.receives);
    ssize_t received = real->recv(real->ctx, handle, bytes, size);

    come_back(was_counting);
    return received;
}

static void outside_close(void *ctx, int handle)
{
    const struct disq_env *real = ctx;
    bool was_counting = leave(&(int64_t){0});

    real->close(real->ctx, handle);
    come_back(was_counting);
}

static int outside_wait(void *ctx, struct disq_ready *ready, size_t count, int64_t deadline_us)
{
    const struct disq_env *real = ctx;
    bool was_counting = leave(&counts.waits);
    int rc = real->wait(real->ctx, ready, count, deadline_us);

    come_back(was_counting);
    return rc;
}

static uint64_t outside_random(void *ctx)
{
    const struct disq_env *real = ctx;

    return real->random(real->ctx);
}

void tally_env(struct disq_env *env, const struct disq_env *real)
{
    *env = (struct disq_env){
        .ctx = (void *)(uintptr_t)real,
        .now_us = outside_now_us,
        .random = outside_random,
        .connect = outside_connect,
        .send = outside_send,
        .recv = outside_recv,
        .close = outside_close,
        .wait = outside_wait,
    };
}

static __attribute__((noinline)) void outside_work(void (*work)(void *ctx), void *ctx)
{
    bool was_counting = leave(&(int64_t){0});

    work(ctx);
    come_back(was_counting);
}

void tally_outside(void (*work)(void *ctx), void *ctx)
{
    outside_work(work, ctx);
}

struct tally *tally_counts(void)
{
    return &counts;
}

void tally_start(void)
{
    counts = (struct tally){0};
    is_counting = true;
}

struct tally tally_stop(void)
{
    is_counting = false;
    return counts;
}
