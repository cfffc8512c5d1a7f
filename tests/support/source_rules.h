/* SPDX-License-Identifier: MIT */
#ifndef SOURCE_RULES_H
#define SOURCE_RULES_H

#include <stdbool.h>

/* The rules that the sources keep among themselves: which folder includes which, where time and chance may
 * come from, and which files say why they exist. They stand in tables in source_rules.c. */

typedef void source_complaint(void *ctx, const char *path, int line, const char *what);

/* Reads one source file's text, which lies at that path of the project, and complains of each line that
 * breaks a rule. */
void source_check(const char *path, const char *text, source_complaint *complain, void *ctx);

/* Does its second line begin a comment, which is to say why the file exists? True where it need not. */
bool source_says_why(const char *path, const char *text);

#endif
