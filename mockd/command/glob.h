/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_COMMAND_GLOB_H
#define MOCKD_COMMAND_GLOB_H

#include "mockd/sim/bytes.h"

/* Does a pattern of * ? [a-z] [^a-z] \x fit all of the text, byte by byte? */
bool glob_fits(struct bytes pattern, struct bytes text);

#endif
