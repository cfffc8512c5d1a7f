/* SPDX-License-Identifier: MIT */
/* Lines look as in Disque's log, but their time is the cluster's, which need not be the machine's. */
#include "mockd/daemon/server_log.h"

#include "mockd/sim/bytes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

struct server_log {
    const struct settings *settings;
    FILE *file; /* NULL: nowhere but to syslog */
};

/* Without a file it is for standard output, which is nobody's any more in the background. */
static bool open_file(struct server_log *log)
{
    const char *path = log->settings->server_log_path;

    if (path == NULL) {
        log->file = log->settings->is_background ? NULL : stdout;
        return true;
    }
    log->file = fopen(path, "ae");
    if (log->file == NULL)
        fprintf(stderr, "mockd: cannot write %s: %s\n", path, strerror(errno));
    return log->file != NULL;
}

struct server_log *server_log_open(const struct settings *settings)
{
    struct server_log *log = xcalloc(1, sizeof(*log));

    log->settings = settings;
    if (!open_file(log)) {
        server_log_close(log);
        return NULL;
    }
    if (settings->syslog_ident != NULL)
        openlog(settings->syslog_ident, LOG_PID | LOG_NDELAY | LOG_NOWAIT, settings->syslog_facility);
    return log;
}

void server_log_close(struct server_log *log)
{
    if (log == NULL)
        return;
    if (log->file != NULL && log->file != stdout)
        fclose(log->file);
    if (log->settings->syslog_ident != NULL)
        closelog();
    free(log);
}

static void write_line(FILE *file, enum server_log_level level, int64_t now_us, const char *text)
{
    time_t now_s = now_us / 1000000;
    struct tm date;
    char shown[64];

    strftime(shown, sizeof(shown), "%d %b %H:%M:%S", localtime_r(&now_s, &date));
    fprintf(file, "%d:P %s.%03d %c %s\n", (int)getpid(), shown, (int)(now_us / 1000 % 1000), ".-*#"[level],
            text);
    fflush(file);
}

void server_log_write(struct server_log *log, enum server_log_level level, int64_t now_us, const char *format,
                      ...)
{
    static const int priorities[] = {LOG_DEBUG, LOG_INFO, LOG_NOTICE, LOG_WARNING};
    char text[1024];
    va_list args;

    if (log == NULL || (int)level < log->settings->server_log_level)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (log->file != NULL)
        write_line(log->file, level, now_us, text);
    if (log->settings->syslog_ident != NULL)
        syslog(priorities[level], "%s", text);
}
