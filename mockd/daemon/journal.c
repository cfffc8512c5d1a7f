/* SPDX-License-Identifier: MIT */
#include "mockd/daemon/journal.h"

#include "mockd/sim/bytes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

struct journal {
    const struct settings *settings;
    FILE *file; /* NULL: nowhere but to syslog */
};

/* Without a file it is for standard output, which is nobody's any more in the background. */
static bool open_file(struct journal *journal)
{
    const char *path = journal->settings->journal_path;

    if (path == NULL) {
        journal->file = journal->settings->is_background ? NULL : stdout;
        return true;
    }
    journal->file = fopen(path, "ae");
    if (journal->file == NULL)
        fprintf(stderr, "mockd: cannot write %s: %s\n", path, strerror(errno));
    return journal->file != NULL;
}

struct journal *journal_open(const struct settings *settings)
{
    struct journal *journal = xcalloc(1, sizeof(*journal));

    journal->settings = settings;
    if (!open_file(journal)) {
        journal_close(journal);
        return NULL;
    }
    if (settings->syslog_ident != NULL)
        openlog(settings->syslog_ident, LOG_PID | LOG_NDELAY | LOG_NOWAIT, settings->syslog_facility);
    return journal;
}

void journal_close(struct journal *journal)
{
    if (journal == NULL)
        return;
    if (journal->file != NULL && journal->file != stdout)
        fclose(journal->file);
    if (journal->settings->syslog_ident != NULL)
        closelog();
    free(journal);
}

static void write_line(FILE *file, enum journal_level level, int64_t now_us, const char *text)
{
    time_t now_s = now_us / 1000000;
    struct tm date;
    char shown[64];

    strftime(shown, sizeof(shown), "%d %b %H:%M:%S", localtime_r(&now_s, &date));
    fprintf(file, "%d:P %s.%03d %c %s\n", (int)getpid(), shown, (int)(now_us / 1000 % 1000), ".-*#"[level],
            text);
    fflush(file);
}

void journal_say(struct journal *journal, enum journal_level level, int64_t now_us, const char *format, ...)
{
    static const int priorities[] = {LOG_DEBUG, LOG_INFO, LOG_NOTICE, LOG_WARNING};
    char text[1024];
    va_list args;

    if (journal == NULL || (int)level < journal->settings->journal_level)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (journal->file != NULL)
        write_line(journal->file, level, now_us, text);
    if (journal->settings->syslog_ident != NULL)
        syslog(priorities[level], "%s", text);
}
