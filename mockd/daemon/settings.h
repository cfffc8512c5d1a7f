/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_SETTINGS_H
#define MOCKD_DAEMON_SETTINGS_H

#include "mockd/mockd.h"
#include "mockd/sim/clock.h"

/* What the daemon was told to do. Texts belong to the command line. */
struct settings {
    struct mockd_options cluster;
    const char *host;
    bool are_ports_chosen;  /* by the system, instead of counting from cluster.base_port */
    const char *unixsocket; /* NULL: none */
    bool has_control;
    int control_port; /* 0: the system chooses */
    enum clock_mode clock;
    bool is_eager;         /* virtual time passes while clients wait */
    double speed;          /* 0: none was asked for */
    const char *directory; /* of the nodes' files; NULL: they are in memory */
    const char *log_path;  /* of the event log; NULL: none */
    int ready_fd;          /* where it says that it is ready; -1: standard output */
    bool is_background;
    const char *pidfile; /* NULL: none */
    bool is_bound_to_parent;
    void (*show)(void); /* what to print instead of serving; NULL: nothing */
};

/* All at their defaults. */
void settings_init(struct settings *settings);

/* Reads a command line without its first word, which ends with NULL. False after saying on standard error
 * what is wrong. */
bool settings_read_options(struct settings *settings, char **words);

#endif
