/* SPDX-License-Identifier: MIT */
#ifndef FAULT_H
#define FAULT_H

/* What can go wrong with one reply on its way to a client. */

#include "tests/torture/stream.h"

#include <stdint.h>
#include <sys/types.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_LOST_REQUEST, /* reset when the request is written, which the server never sees */
    FAULT_LOST_REPLY,   /* the server has done what was asked; then a reset */
    FAULT_RESET_AFTER,
    FAULT_CUT_BEFORE, /* the stream ends before the reply, after its first byte, its type … */
    FAULT_CUT_FIRST,
    FAULT_CUT_RETURN, /* … between the two bytes that end its first line, behind that line, … */
    FAULT_CUT_LINE,
    FAULT_CUT_MIDDLE,
    FAULT_CUT_LAST, /* … and before its last byte */
    FAULT_END_AFTER,
    FAULT_DELAY,   /* it comes an hour late */
    FAULT_DRIBBLE, /* byte by byte, one each second */
    FAULT_DUPLICATE,
    FAULT_ERROR,
    FAULT_LEAVING,
    FAULT_NOAUTH,
    FAULT_GARBAGE,
    FAULT_OTHER, /* a reply, but of the wrong kind */
    FAULT_HUGE,  /* the length of 2 GB, and then nothing */
    FAULT_DEEP,  /* ten thousand arrays within each other */
    FAULT_KIND_COUNT,
};

const char *fault_name(enum fault_kind kind);

/* What is on its way to a client. Zeroed is an open road. */
struct road {
    struct stream readable;
    int64_t readable_at_us; /* not before; and then one byte each second if it dribbles */
    bool dribbles;
    bool is_cut;    /* nothing that comes later is seen */
    ssize_t ending; /* of what is cut: 0 or DISQ_RESET */
};

/* Puts a reply on the road, with that fault. */
void fault_apply(enum fault_kind kind, struct road *road, const char *reply, size_t size, int64_t now_us);

#endif
