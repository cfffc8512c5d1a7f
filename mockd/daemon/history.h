/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_HISTORY_H
#define MOCKD_DAEMON_HISTORY_H

#include "mockd/daemon/settings.h"

struct buffer;

/* The events of a cluster: written to a file if one was asked for, and the last of them kept for the control
 * port if there is one. */
struct history;

/* NULL after saying on standard error what cannot be. */
struct history *history_open(const struct settings *settings);

/* NULL is fine. */
void history_close(struct history *history);

/* Has a cluster of these options tell its events, if anybody wants them. */
void history_record(struct history *history, struct mockd_options *options);

/* Another cluster begins: what is kept of the old one goes. */
void history_forget(struct history *history);

/* Appends the last events that are kept, `count` at most, as an array. */
void history_reply(const struct history *history, struct buffer *out, size_t count);

#endif
