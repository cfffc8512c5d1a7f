/* SPDX-License-Identifier: MIT */
/* Who looks for the cause of a failed test asks what happened just before. So the control port has the last
 * events, even if nobody asked for a file. */
#include "mockd/daemon/history.h"

#include "mockd/command/reply.h"
#include "mockd/sim/list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEPT_MAX = 10000 };

struct history {
    FILE *file; /* NULL: none */
    bool is_kept;
    struct link events; /* the oldest first */
    size_t count;
};

struct event {
    struct link link;
    char line[];
};

static bool open_file(struct history *history, const char *path)
{
    history->file = fopen(path, "we");
    if (history->file == NULL) {
        fprintf(stderr, "mockd: cannot write %s: %s\n", path, strerror(errno));
        return false;
    }
    /* Whoever follows the file sees each event at once. */
    setvbuf(history->file, NULL, _IOLBF, 0);
    return true;
}

struct history *history_open(const struct settings *settings)
{
    struct history *history = xcalloc(1, sizeof(*history));

    list_init(&history->events);
    history->is_kept = settings->has_control;
    if (settings->log_path == NULL || open_file(history, settings->log_path))
        return history;
    history_close(history);
    return NULL;
}

static void drop_oldest(struct history *history)
{
    struct event *event = OWNER_OF(history->events.next, struct event, link);

    list_remove(&event->link);
    free(event);
    history->count--;
}

void history_forget(struct history *history)
{
    while (history->count > 0)
        drop_oldest(history);
}

void history_close(struct history *history)
{
    if (history == NULL)
        return;
    history_forget(history);
    if (history->file != NULL)
        fclose(history->file);
    free(history);
}

static void keep(struct history *history, const char *line)
{
    size_t size = strlen(line) + 1;
    struct event *event = xmalloc(sizeof(*event) + size);

    memcpy(event->line, line, size);
    list_append(&history->events, &event->link);
    if (++history->count > KEPT_MAX)
        drop_oldest(history);
}

static void on_event(void *ctx, const char *line)
{
    struct history *history = ctx;

    if (history->file != NULL)
        fprintf(history->file, "%s\n", line);
    if (history->is_kept)
        keep(history, line);
}

void history_record(struct history *history, struct mockd_options *options)
{
    if (history->file == NULL && !history->is_kept)
        return;
    options->on_event = on_event;
    options->event_ctx = history;
}

void history_reply(const struct history *history, struct buffer *out, size_t count)
{
    size_t skipped = count < history->count ? history->count - count : 0;

    reply_array(out, history->count - skipped);
    LIST_FOR_EACH (link, &history->events) {
        if (skipped > 0)
            skipped--;
        else
            reply_text(out, OWNER_OF(link, struct event, link)->line);
    }
}
