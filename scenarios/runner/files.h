/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_FILES_H
#define SCENARIOS_RUNNER_FILES_H

#include "scenarios/runner/text.h"

/* Paths of scenarios, in the order in which they will run. All zero is empty. */
struct files {
    char **paths;
    size_t count;
};

void files_fini(struct files *files);

/* Adds a file as it is given, or all .scn below a folder, sorted. 0; or an errno, also when there is nothing
 * of that name. */
int files_add(struct files *files, const char *path);

/* Reads a whole file. 0, or an errno. */
int file_read(const char *path, struct text *content);

#endif
