/* SPDX-License-Identifier: MIT */
#ifndef SCENE_H
#define SCENE_H

/* A scenario or an act, played once from its beginning, with one thing going wrong. */

#include "scenarios/runner/parse.h"
#include "tests/torture/acts.h"
#include "tests/torture/faulty.h"

struct scene {
    const char *name;
    struct scenario *scenario; /* or */
    const struct act *act;
};

/* All zero: nothing goes wrong. */
struct harm {
    enum fault_kind fault;
    int64_t reply;       /* that it happens to, counting from 0 */
    int64_t allocation;  /* that fails, counting from 1; 0: none */
    bool and_all_behind; /* it */
};

struct outcome {
    int64_t replies;     /* to clients */
    int64_t allocations; /* by them */
    unsigned usable;     /* which of the clients work in the end, a bit for each */
    unsigned clients;    /* which there are */
    bool adds_twice;     /* an act: the server saw more ADDJOBs than were called for */
    int64_t leaks;       /* blocks */
    int connections;     /* left open */
    bool is_stuck;       /* the scenario would not come to rest */
    struct faulty *faulty;
};

/* Plays it; then nothing goes wrong any more, and each client is asked whether it works. The outcome's faulty
 * is the caller's. */
struct outcome scene_play(const struct scene *scene, const struct harm *harm);

#endif
