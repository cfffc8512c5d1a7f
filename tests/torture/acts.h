/* SPDX-License-Identifier: MIT */
#ifndef ACTS_H
#define ACTS_H

/* What scenarios cannot say: the worker, pipelines, scans, moves. Each uses a client as a program would that
 * takes no error for its last: it makes all its calls whatever came of those before. */

#include "client/disq.h"

struct act {
    const char *name;
    /* false: it does not come to its end. */
    bool (*play)(struct disq *client, const struct disq_env *env);
    struct disq_options options; /* of the client */
};

/* Ends with an act that has no name. */
extern const struct act acts[];

#endif
