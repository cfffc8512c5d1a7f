/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_CONFIG_FILE_H
#define MOCKD_NODE_CONFIG_FILE_H

#include "mockd/node/config.h"

/* Disque's configuration file: a directive a line, as its server reads and rewrites it (§3.1). */

/* What there is besides the file itself. */
struct config_source {
    const char *directory; /* in which it is read; NULL: the root */
    const char *words;     /* lines that are read behind it; NULL: none */
};

/* What is wrong with one. */
struct config_flaw {
    int line;        /* from 1; 0: it is not about a line, the text says all */
    char shown[256]; /* that line */
    char text[256];
};

/* Does what the lines say. False at the first that is wrong. Only who knows the commands can tell whether
 * they can be renamed so; is_command may be NULL. */
bool config_file_read(struct config *config, struct bytes text, bool (*is_command)(struct bytes name),
                      struct config_flaw *flaw);

/* Appends what the file becomes by CONFIG REWRITE: its lines say what the parameters are, and those that it
 * does not name and that are not as they are at first come at its end. */
void config_file_rewrite(const struct config *config, struct bytes old, struct buffer *text);

#endif
