/* SPDX-License-Identifier: MIT */
#ifndef DISQ_ERROR_H
#define DISQ_ERROR_H

#include "client/disq.h"

/* The code for an error line of Disque's, without its '-'. Words that have no code of their own are DISQ_ERR.
 */
int disq_error_of_reply(const char *line, size_t size);

/* Is it one of those, so that a node answered? */
bool disq_error_is_reply(int error);

#endif
