/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_STEP_LITERAL_H
#define MOCKD_STEP_LITERAL_H

#include "mockd/sim/bytes.h"

/* Adds the reply that a value of the scenario language stands for: "text", 42, nil, nil[], +status, -ERR
 * text, [v, v], {"key": v}. False if the text is no such value; *wrong is then where it ceases to be one. */
bool literal_add(struct buffer *out, const char *text, const char **wrong);

#endif
