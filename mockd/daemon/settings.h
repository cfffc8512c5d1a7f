/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_SETTINGS_H
#define MOCKD_DAEMON_SETTINGS_H

#include "mockd/cluster.h"
#include "mockd/serve/listeners.h"

/* What the daemon was told to do. Texts belong to the command line, or to a struct server. */
struct settings {
    struct mockd_options cluster;
    struct listening listening;
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

    /* Of disque-server. */
    bool is_server;          /* it is one, and speaks as that does */
    const char *config_path; /* of the file that CONFIG REWRITE writes; NULL: none, or as in the directory */
    const char *config_text; /* of a configuration file that has no such path; NULL: none */
    struct config_source config; /* what the nodes' parameters begin and end with */
    const char *roster_name;     /* NULL: nodes.conf */
    const char *jobs_name;       /* NULL: disque.aof */
    bool may_lack_pidfile;       /* nobody cares if it cannot be written */
    const char *server_log_path; /* NULL: standard output */
    int server_log_level;
    const char *syslog_ident; /* NULL: syslog is told nothing */
    int syslog_facility;
};

/* All at their defaults. */
void settings_init(struct settings *settings);

/* Reads a command line without its first word, which ends with NULL. False after saying on standard error
 * what is wrong. */
bool settings_read_options(struct settings *settings, char **words);

/* Is this word one of its options? */
bool settings_have_option(const char *word);

/* Reads one option of it. How many words that were, or 0 after saying what is wrong. */
int settings_read_option(struct settings *settings, char **words);

/* Does all go together? False after saying on standard error what does not. */
bool settings_check(const struct settings *settings);

#endif
