/* SPDX-License-Identifier: MIT */
#include "tests/torture/fault.h"

#include "client/disq.h"

#include <string.h>

#define HOUR_US INT64_C(3600000000)

enum { DEPTH = 10000 };

/* ---- How much of a reply comes before the stream ends ---- */

static size_t line_size(const char *reply, size_t size)
{
    const char *newline = memchr(reply, '\n', size);

    return newline != NULL ? (size_t)(newline - reply) + 1 : size;
}

static size_t keep_nothing(const char *reply, size_t size)
{
    (void)reply;
    (void)size;
    return 0;
}

static size_t keep_first(const char *reply, size_t size)
{
    (void)reply;
    return size < 1 ? size : 1;
}

static size_t keep_half_an_end(const char *reply, size_t size)
{
    return line_size(reply, size) - 1;
}

static size_t keep_half(const char *reply, size_t size)
{
    (void)reply;
    return size / 2;
}

static size_t keep_but_last(const char *reply, size_t size)
{
    (void)reply;
    return size - 1;
}

static size_t keep_all(const char *reply, size_t size)
{
    (void)reply;
    return size;
}

/* ---- What else comes ---- */

static void put_whole(struct road *road, const char *reply, size_t size, int64_t now_us)
{
    (void)now_us;
    stream_add(&road->readable, reply, size);
}

static void put_late(struct road *road, const char *reply, size_t size, int64_t now_us)
{
    road->readable_at_us = now_us + HOUR_US;
    stream_add(&road->readable, reply, size);
}

static void put_slowly(struct road *road, const char *reply, size_t size, int64_t now_us)
{
    (void)now_us;
    road->dribbles = true;
    stream_add(&road->readable, reply, size);
}

static void put_twice(struct road *road, const char *reply, size_t size, int64_t now_us)
{
    (void)now_us;
    stream_add(&road->readable, reply, size);
    stream_add(&road->readable, reply, size);
}

static void put_deep(struct road *road, const char *reply, size_t size, int64_t now_us)
{
    (void)now_us;
    for (int i = 0; i < DEPTH; i++)
        stream_add(&road->readable, "*1\r\n", 4);
    stream_add(&road->readable, reply, size);
}

/* One of `keep`, `put` and `text`. */
struct fault {
    const char *name;
    size_t (*keep)(const char *reply, size_t size); /* how much of it comes before the … */
    ssize_t ending;                                 /* … of the stream */
    void (*put)(struct road *road, const char *reply, size_t size, int64_t now_us);
    const char *text; /* comes in place of it */
};

static const struct fault faults[FAULT_KIND_COUNT] = {
    [FAULT_NONE] = {.name = "no fault", .put = put_whole},
    [FAULT_LOST_REQUEST] = {.name = "lost request"},
    [FAULT_LOST_REPLY] = {.name = "lost reply", .keep = keep_nothing, .ending = DISQ_RESET},
    [FAULT_RESET_AFTER] = {.name = "reset after", .keep = keep_all, .ending = DISQ_RESET},
    [FAULT_CUT_BEFORE] = {.name = "end before", .keep = keep_nothing},
    [FAULT_CUT_FIRST] = {.name = "cut after the first byte", .keep = keep_first},
    [FAULT_CUT_RETURN] = {.name = "cut within the end of its first line", .keep = keep_half_an_end},
    [FAULT_CUT_LINE] = {.name = "cut after its first line", .keep = line_size},
    [FAULT_CUT_MIDDLE] = {.name = "cut in half", .keep = keep_half},
    [FAULT_CUT_LAST] = {.name = "cut before the last byte", .keep = keep_but_last},
    [FAULT_END_AFTER] = {.name = "end after", .keep = keep_all},
    [FAULT_DELAY] = {.name = "delay", .put = put_late},
    [FAULT_DRIBBLE] = {.name = "dribble", .put = put_slowly},
    [FAULT_DUPLICATE] = {.name = "duplicate", .put = put_twice},
    [FAULT_ERROR] = {.name = "error", .text = "-ERR injected\r\n"},
    [FAULT_LEAVING] = {.name = "leaving",
                       .text = "-LEAVING This node is leaving the cluster, please connect to a different "
                               "one\r\n"},
    [FAULT_NOAUTH] = {.name = "noauth", .text = "-NOAUTH Authentication required.\r\n"},
    [FAULT_GARBAGE] = {.name = "garbage", .text = "HTTP/1.1 400 Bad Request\r\n\r\n"},
    [FAULT_OTHER] = {.name = "other kind", .text = "*2\r\n*1\r\n:1\r\n+what\r\n"},
    [FAULT_HUGE] = {.name = "huge length", .text = "$2147483648\r\n"},
    [FAULT_DEEP] = {.name = "deep nesting", .put = put_deep},
};

const char *fault_name(enum fault_kind kind)
{
    return faults[kind].name;
}

void fault_apply(enum fault_kind kind, struct road *road, const char *reply, size_t size, int64_t now_us)
{
    const struct fault *fault = &faults[kind];

    if (fault->put != NULL) {
        fault->put(road, reply, size, now_us);
    } else if (fault->keep != NULL) {
        stream_add(&road->readable, reply, fault->keep(reply, size));
        road->is_cut = true;
        road->ending = fault->ending;
    } else {
        stream_add(&road->readable, fault->text, strlen(fault->text));
    }
}
