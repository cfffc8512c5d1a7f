/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_SCENARIO_TEXT_H
#define MOCKD_DAEMON_SCENARIO_TEXT_H

#include "mockd/sim/bytes.h"

/* Requests and replies as a scenario would have them; long strings are cut. */

/* One word of a request. */
void scenario_text_add_word(struct buffer *text, struct bytes word);

/* The first reply of these bytes, which lose it; or all, quoted, if they do not begin with a whole one. */
void scenario_text_add_reply(struct buffer *text, struct bytes *bytes);

#endif
