/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_SCENARIO_H
#define SCENARIOS_RUNNER_SCENARIO_H

/* A scenario as it was parsed: what the parser makes and the run only reads. */

#include "scenarios/runner/pattern.h"
#include "scenarios/runner/words.h"

/* What is indented under a step. */
enum expect_kind {
    EXPECT_NO_ERROR, /* nothing is: any answer but an error */
    EXPECT_VALUE,
    EXPECT_BLOCKED,
    EXPECT_NOTHING,
    EXPECT_CLOSED,
    EXPECT_RESET,
    EXPECT_REFUSED,
    EXPECT_KIND_COUNT,
};

struct expect {
    enum expect_kind kind;
    struct pattern pattern; /* of EXPECT_VALUE */
    struct slice source;    /* as it was written, several lines perhaps; empty for EXPECT_NO_ERROR */
};

struct step_kind;

struct step {
    const struct step_kind *kind;
    int line;
    struct slice source; /* the line as it was written */
    struct expect expect;

    int conn;   /* of a step on a connection: which of the scenario's */
    int client; /* of a client's step: which of the scenario's */
    struct words
        words; /* a command's arguments; the raw bytes; a client's options, or its call with what follows */
    int64_t duration_us;  /* of wait; of a send under `within`: how long it is repeated, else 0 */
    int64_t turns;        /* of repeat */
    struct slice counter; /* of repeat: the name behind `as`, or empty */
    size_t end;           /* of repeat: the index of its `end` */
};

/* The options of the cluster step. */
struct cluster_options {
    int nodes;
    bool has_seed;
    uint64_t seed;
    bool no_jitter;
    bool apart;
    int64_t link_delay_us; /* below 0: not given */
    int64_t patience_us;   /* below 0: not given */
    const char *config;    /* lines of NAME VALUE for every node, or NULL */
    const char *mock_only; /* the first option that a real cluster cannot have, or NULL */
};

struct scenario {
    struct arena arena; /* all that follows lives in it */
    const char *path;
    struct slice source; /* the whole file */
    struct slice title;  /* of its first comment; may be empty */
    struct cluster_options cluster;
    struct step *steps;
    size_t step_count;
    struct scenario_conn {
        int node;
        struct slice name;  /* empty: the node's default connection */
        struct slice label; /* as in the file: "A.worker" */
    } * conns;
    size_t conn_count;
    struct slice *clients; /* their names */
    size_t client_count;
    const struct step *mock_only; /* the first step that a real cluster cannot do, or NULL */
};

#endif
