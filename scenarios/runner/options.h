/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_OPTIONS_H
#define SCENARIOS_RUNNER_OPTIONS_H

#include "scenarios/runner/report.h"

enum verb {
    VERB_NONE,
    VERB_RUN,
    VERB_CHECK,
    VERB_HELP,
    VERB_VERSION,
};

struct options {
    enum verb verb;
    bool has_seed;
    uint64_t seed;
    enum report_format format;
    const char *target; /* addresses of a cluster that runs; NULL: none */
    const char
        *spawn;      /* a command that serves one; NULL: none, and if there is no target either, in process */
    const char *log; /* NULL: none */
    bool shows_behaviours;
    bool is_on_sockets; /* those in process: not in memory */
    char **files;       /* within argv */
    int file_count;
};

/* Reads the command line; may reorder argv. False if it cannot be: the reason is in *error. */
bool options_parse(struct options *options, int argc, char **argv, struct text *error);

/* Prints the help, made from the tables of options and of steps. */
void options_help(FILE *out);

#endif
