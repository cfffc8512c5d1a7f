/* SPDX-License-Identifier: MIT */
#ifndef SOURCE_RULES_H
#define SOURCE_RULES_H

/* The rules that the sources keep among themselves: which folder includes which, and where time and chance
 * may come from. They stand in tables in source_rules.c. */

typedef void source_complaint(void *ctx, const char *path, int line, const char *what);

/* Reads one source file's text, which lies at that path of the project, and complains of each line that
 * breaks a rule. */
void source_check(const char *path, const char *text, source_complaint *complain, void *ctx);

#endif
