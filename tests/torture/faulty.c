/* SPDX-License-Identifier: MIT */
#include "tests/torture/faulty.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)

enum { LINKS_MAX = 64, DOORS_MAX = 32 };

/* A connection; all but the first two of a client's. */
struct link {
    bool is_open;
    bool is_clients;
    bool has_ended; /* the inner stream, in this way: */
    ssize_t ending;
    struct stream requests;
    struct stream replies; /* from the server, not looked at yet */
    struct road road;      /* to the client */
};

/* An environment, and the one inside it. */
struct door {
    struct faulty *faulty;
    const struct disq_env *inner;
    struct disq_env env;
    bool is_clients;
};

struct faulty {
    const struct disq_env *inner;
    enum fault_kind kind;
    int64_t at;
    int64_t requests;
    int64_t replies;
    struct link links[LINKS_MAX];
    struct door doors[DOORS_MAX];
    size_t door_count;
    struct adds adds;
};

static int64_t now_us(const struct faulty *faulty)
{
    return faulty->inner->now_us(faulty->inner->ctx);
}

/* ---- Replies on their way ---- */

static void put(struct faulty *faulty, struct link *link, const char *reply, size_t size)
{
    bool is_it = faulty->replies++ == faulty->at && faulty->kind > FAULT_LOST_REQUEST;

    if (link->road.is_cut)
        return;
    fault_apply(is_it ? faulty->kind : FAULT_NONE, &link->road, reply, size, now_us(faulty));
}

/* Takes what the server sent. */
static void pull(struct faulty *faulty, int handle)
{
    struct link *link = &faulty->links[handle];
    char bytes[4096];
    ssize_t n = DISQ_AGAIN;
    size_t size;

    while (!link->has_ended &&
           (n = faulty->inner->recv(faulty->inner->ctx, handle, bytes, sizeof(bytes))) > 0)
        stream_add(&link->replies, bytes, (size_t)n);
    if (n != DISQ_AGAIN && !link->has_ended) {
        link->has_ended = true;
        link->ending = n;
    }
    for (; (size = stream_message(&link->replies)) > 0; stream_drop(&link->replies, size))
        put(faulty, link, stream_bytes(&link->replies), size);
}

/* What comes when all is read. */
static ssize_t ending_of(const struct link *link)
{
    if (link->road.is_cut)
        return link->road.ending;
    return link->has_ended ? link->ending : DISQ_AGAIN;
}

/* ---- Requests ---- */

/* Sends on what is a whole request. */
static void push(struct faulty *faulty, int handle)
{
    struct link *link = &faulty->links[handle];
    size_t size;

    for (; (size = stream_message(&link->requests)) > 0; stream_drop(&link->requests, size)) {
        const char *request = stream_bytes(&link->requests);

        if (faulty->requests++ == faulty->at && faulty->kind == FAULT_LOST_REQUEST) {
            link->road.is_cut = true;
            link->road.ending = DISQ_RESET;
            return;
        }
        adds_note(&faulty->adds, request, size);
        if (faulty->inner->send(faulty->inner->ctx, handle, request, size) != (ssize_t)size) {
            link->has_ended = true;
            link->ending = DISQ_RESET;
            return;
        }
    }
}

/* ---- The environment ---- */

static struct faulty *faulty_of(void *ctx)
{
    const struct door *door = ctx;

    return door->faulty;
}

static int64_t env_now_us(void *ctx)
{
    return now_us(faulty_of(ctx));
}

static uint64_t env_random(void *ctx)
{
    const struct door *door = ctx;

    return door->inner->random(door->inner->ctx);
}

static int env_connect(void *ctx, const char *address)
{
    const struct door *door = ctx;
    int handle = door->inner->connect(door->inner->ctx, address);

    if (handle < 0)
        return handle;
    stream_need(handle < LINKS_MAX, "too many connections");
    door->faulty->links[handle] = (struct link){.is_open = true, .is_clients = door->is_clients};
    return handle;
}

static ssize_t env_send(void *ctx, int handle, const void *bytes, size_t size)
{
    struct faulty *faulty = faulty_of(ctx);
    struct link *link = &faulty->links[handle];

    if (!link->is_clients)
        return faulty->inner->send(faulty->inner->ctx, handle, bytes, size);
    if (ending_of(link) == DISQ_RESET)
        return DISQ_RESET;
    stream_add(&link->requests, bytes, size);
    push(faulty, handle);
    return (ssize_t)size;
}

/* How much may be read now. */
static size_t readable(const struct faulty *faulty, const struct link *link)
{
    size_t size = stream_size(&link->road.readable);

    if (now_us(faulty) < link->road.readable_at_us)
        return 0;
    return link->road.dribbles && size > 1 ? 1 : size;
}

static ssize_t env_recv(void *ctx, int handle, void *bytes, size_t size)
{
    struct faulty *faulty = faulty_of(ctx);
    struct link *link = &faulty->links[handle];
    size_t left;

    if (!link->is_clients)
        return faulty->inner->recv(faulty->inner->ctx, handle, bytes, size);
    pull(faulty, handle);
    left = readable(faulty, link);
    if (left == 0)
        return stream_size(&link->road.readable) > 0 ? DISQ_AGAIN : ending_of(link);
    size = size < left ? size : left;
    memcpy(bytes, stream_bytes(&link->road.readable), size);
    stream_drop(&link->road.readable, size);
    if (link->road.dribbles)
        link->road.readable_at_us = now_us(faulty) + SECOND_US;
    return (ssize_t)size;
}

static void env_close(void *ctx, int handle)
{
    struct faulty *faulty = faulty_of(ctx);
    struct link *link = &faulty->links[handle];

    faulty->inner->close(faulty->inner->ctx, handle);
    stream_fini(&link->requests);
    stream_fini(&link->replies);
    stream_fini(&link->road.readable);
    link->is_open = false;
}

static unsigned readiness(struct faulty *faulty, const struct disq_ready *ready)
{
    struct link *link = &faulty->links[ready->handle];
    unsigned got = ready->wanted & DISQ_WRITABLE;
    bool has_end;

    pull(faulty, ready->handle);
    has_end = stream_size(&link->road.readable) == 0 && ending_of(link) != DISQ_AGAIN;
    if (readable(faulty, link) > 0 || has_end)
        got |= ready->wanted & DISQ_READABLE;
    return got;
}

/* Ours are ready when we say so; those of others as they are. */
static int look(struct faulty *faulty, struct disq_ready *ready, size_t count)
{
    int n = 0;

    for (size_t i = 0; i < count; i++) {
        if (faulty->links[ready[i].handle].is_clients)
            ready[i].got = readiness(faulty, &ready[i]);
        n += ready[i].got != 0;
    }
    return n;
}

/* When something that is held back may be read. */
static int64_t next_us(const struct faulty *faulty, int64_t deadline_us)
{
    for (int i = 0; i < LINKS_MAX; i++) {
        const struct link *link = &faulty->links[i];

        if (link->is_open && stream_size(&link->road.readable) > 0 && link->road.readable_at_us < deadline_us)
            deadline_us = link->road.readable_at_us;
    }
    return deadline_us;
}

/* Does inner wait, for all that has not ended there. */
static int wait_inside(struct faulty *faulty, struct disq_ready *ready, size_t count, int64_t deadline_us)
{
    struct disq_ready asked[LINKS_MAX];
    size_t asked_count = 0;
    int rc;

    for (size_t i = 0; i < count; i++) {
        const struct link *link = &faulty->links[ready[i].handle];

        ready[i].got = 0;
        if (link->has_ended)
            continue;
        asked[asked_count] = ready[i];
        if (link->is_clients)
            asked[asked_count].wanted = DISQ_READABLE; /* we take all that they write */
        asked_count++;
    }
    rc = faulty->inner->wait(faulty->inner->ctx, asked, asked_count, deadline_us);
    for (size_t i = 0, k = 0; i < count && k < asked_count; i++) {
        if (ready[i].handle == asked[k].handle)
            ready[i].got = asked[k++].got;
    }
    return rc;
}

static int env_wait(void *ctx, struct disq_ready *ready, size_t count, int64_t deadline_us)
{
    struct faulty *faulty = faulty_of(ctx);
    int rc = wait_inside(faulty, ready, count, now_us(faulty));
    int n = rc < 0 ? rc : look(faulty, ready, count);

    while (n == 0 && now_us(faulty) < deadline_us) {
        rc = wait_inside(faulty, ready, count, next_us(faulty, deadline_us));
        n = rc < 0 ? rc : look(faulty, ready, count);
    }
    return n;
}

struct faulty *faulty_new(const struct disq_env *inner, enum fault_kind kind, int64_t reply)
{
    struct faulty *faulty = calloc(1, sizeof(*faulty));

    stream_need(faulty != NULL, "out of memory");
    faulty->inner = inner;
    faulty->kind = kind;
    faulty->at = reply;
    return faulty;
}

void faulty_free(struct faulty *faulty)
{
    free(faulty);
}

const struct disq_env *faulty_env(struct faulty *faulty, const struct disq_env *inner, bool is_client)
{
    struct door *door = &faulty->doors[faulty->door_count];

    stream_need(faulty->door_count++ < DOORS_MAX, "too many clients");
    *door = (struct door){.faulty = faulty, .inner = inner, .is_clients = is_client};
    door->env = (struct disq_env){
        .ctx = door,
        .now_us = env_now_us,
        .random = env_random,
        .connect = env_connect,
        .send = env_send,
        .recv = env_recv,
        .close = env_close,
        .wait = env_wait,
    };
    return &door->env;
}

int64_t faulty_replies(const struct faulty *faulty)
{
    return faulty->replies;
}

int faulty_open_count(const struct faulty *faulty)
{
    int count = 0;

    for (int i = 0; i < LINKS_MAX; i++)
        count += faulty->links[i].is_open && faulty->links[i].is_clients;
    return count;
}

const struct adds *faulty_adds(const struct faulty *faulty)
{
    return &faulty->adds;
}
