/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_TAP_H
#define MOCKD_FRONT_TAP_H

#include "mockd/sim/bytes.h"

struct session;

/* Who listens in to what clients send and get. */
struct tap {
    void (*on_request)(void *ctx, const struct session *session, const struct bytes *argv, size_t argc);
    /* More of its output, which is whole replies unless something was done to them. */
    void (*on_output)(void *ctx, const struct session *session, struct bytes output);
    void *ctx;
};

#endif
