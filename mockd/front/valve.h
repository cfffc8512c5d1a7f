/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_VALVE_H
#define MOCKD_FRONT_VALVE_H

#include <stddef.h>
#include <stdint.h>

struct session;

/* Keeps a part of a session's output back for a while: a slow server, or a slow road. While there is one the
 * session runs no request. */
struct valve;

/* Lets `open` more bytes go now, and then, every so often, `step` more of the `size` bytes behind them; then
 * it is no more. The session has no other. */
void valve_open(struct session *session, size_t open, size_t size, size_t step, int64_t every_us);

/* How many bytes may go now. */
size_t valve_passes(const struct valve *valve);

/* So many went. */
void valve_passed(struct valve *valve, size_t size);

/* Takes it off the session; NULL is fine. */
void valve_free(struct valve *valve);

#endif
