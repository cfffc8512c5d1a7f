/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_JOURNAL_H
#define MOCKD_DAEMON_JOURNAL_H

#include "mockd/daemon/settings.h"

/* What disque-server says of itself, in the form of that server's log, so that who waits for one of its lines
 * finds it. */
struct journal;

enum journal_level { JOURNAL_DEBUG, JOURNAL_VERBOSE, JOURNAL_NOTICE, JOURNAL_WARNING };

/* Where these settings, which are borrowed, want it. NULL after saying on standard error what cannot be. */
struct journal *journal_open(const struct settings *settings);

/* NULL is fine. */
void journal_close(struct journal *journal);

/* One line of this time; nothing if that level is not wanted, or there is no journal. */
void journal_say(struct journal *journal, enum journal_level level, int64_t now_us, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
