/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_SERVER_LOG_H
#define MOCKD_DAEMON_SERVER_LOG_H

#include "mockd/daemon/settings.h"

/* What disque-server says of itself, in the form of that server's log, so that who waits for one of its lines
 * finds it. */
struct server_log;

enum server_log_level { SERVER_LOG_DEBUG, SERVER_LOG_VERBOSE, SERVER_LOG_NOTICE, SERVER_LOG_WARNING };

/* Where these settings, which are borrowed, want it. NULL after saying on standard error what cannot be. */
struct server_log *server_log_open(const struct settings *settings);

/* NULL is fine. */
void server_log_close(struct server_log *log);

/* One line of this time; nothing if that level is not wanted, or there is no log. */
void server_log_write(struct server_log *log, enum server_log_level level, int64_t now_us, const char *format,
                      ...) __attribute__((format(printf, 4, 5)));

#endif
