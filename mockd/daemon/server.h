/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_SERVER_H
#define MOCKD_DAEMON_SERVER_H

#include "mockd/daemon/settings.h"

/* The command line and the configuration file of disque-server. */
struct server {
    struct config config; /* what both say */
    char *start;          /* the directory in which it was started */
    char *path;           /* of the file, absolute; NULL: none that could be written to */
    struct buffer file;   /* its text */
    struct buffer words;  /* of the command line, as lines of that file */
    char *texts[CONFIG_COUNT];
};

/* Is this what the program was called as? */
bool server_is(const char *program);

/* Reads a command line without its first word, which ends with NULL. Options of the daemon's own go to the
 * settings. -1; or an exit code, if the process is to end: all is said. */
int server_read(struct server *server, struct settings *settings, char **words);

void server_fini(struct server *server);

/* Makes settings, which refer to the server, of what it has read, and goes to its directory. False after
 * saying on standard error what cannot be. */
bool server_apply(struct server *server, struct settings *settings);

#endif
