/* SPDX-License-Identifier: MIT */
#ifndef DISQ_ROUTE_H
#define DISQ_ROUTE_H

/* Which nodes a command about jobs goes to. */

#include "client/call.h"

/* Adds a job's ID to the request of the part that goes where it should, which is begun with the command's
 * name if there is none yet. To its deliverer; if that cannot be reached, to the node that created it, else
 * to any. With tells_origin the latter is told too, by a part of its own. 0 or DISQ_NO_MEMORY. */
int disq_route_add(struct disq_call *call, const char *id, bool tells_origin);

/* Completes the requests of all parts. 0 or DISQ_NO_MEMORY. */
int disq_route_end(struct disq_call *call);

/* 0, or DISQ_INVALID (a NULL among them), DISQ_BADID. */
int disq_route_check(const char *const *ids, size_t count);

#endif
