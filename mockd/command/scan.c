/* SPDX-License-Identifier: MIT */
/* QSCAN and JSCAN (§5.8). Disque walks hash buckets; here a cursor is the number of the next entry in the
 * order in which they came, and an entry counts as a bucket. */
#include "mockd/command/command.h"
#include "mockd/command/job_reply.h"
#include "mockd/command/reply.h"
#include "mockd/node/federation.h"
#include "mockd/node/node.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

enum { DEFAULT_COUNT = 100, BUCKETS_A_COUNT = 10 };

struct scan {
    struct roll *roll;
    uint64_t cursor;
    bool has_cursor;
    int64_t count;
    bool is_whole; /* whatever count says */
    /* QSCAN; -1: any */
    int64_t minlen;
    int64_t maxlen;
    int64_t importrate;
    /* JSCAN */
    struct bytes queue;
    bool has_queue;
    unsigned states; /* a bit each; 0: any */
    bool wants_all;
};

/* What an option does with the words from its own on: how many it took, or 0 after answering what is wrong.
 */
typedef size_t option_fn(struct client *client, struct scan *scan, const struct bytes *words);

struct scan_option {
    const char *word;
    size_t size; /* with its value */
    option_fn *read;
};

struct scan_kind {
    const struct scan_option *options;
    size_t option_count;
    bool (*wants)(const struct scan *scan, struct roll_entry *entry);
    void (*reply)(struct buffer *out, const struct scan *scan, struct roll_entry *entry);
};

static size_t read_number(struct client *client, struct bytes text, int64_t *number)
{
    if (bytes_to_integer(text, number))
        return 2;
    reply_not_an_integer(client->reply);
    return 0;
}

static size_t option_count(struct client *client, struct scan *scan, const struct bytes *words)
{
    return read_number(client, words[1], &scan->count);
}

static size_t option_busyloop(struct client *client, struct scan *scan, const struct bytes *words)
{
    (void)client;
    (void)words;
    scan->is_whole = true;
    return 1;
}

static size_t option_minlen(struct client *client, struct scan *scan, const struct bytes *words)
{
    return read_number(client, words[1], &scan->minlen);
}

static size_t option_maxlen(struct client *client, struct scan *scan, const struct bytes *words)
{
    return read_number(client, words[1], &scan->maxlen);
}

static size_t option_importrate(struct client *client, struct scan *scan, const struct bytes *words)
{
    return read_number(client, words[1], &scan->importrate);
}

static size_t option_queue(struct client *client, struct scan *scan, const struct bytes *words)
{
    (void)client;
    scan->queue = words[1];
    scan->has_queue = true;
    return 2;
}

static size_t option_state(struct client *client, struct scan *scan, const struct bytes *words)
{
    for (unsigned i = 0; i < JOB_STATE_COUNT; i++) {
        if (bytes_is_word(words[1], job_state_name(i))) {
            scan->states |= 1u << i;
            return 2;
        }
    }
    reply_error(client->reply, "ERR Invalid job state name");
    return 0;
}

static size_t option_reply(struct client *client, struct scan *scan, const struct bytes *words)
{
    scan->wants_all = bytes_is_word(words[1], "all");
    if (scan->wants_all || bytes_is_word(words[1], "id"))
        return 2;
    reply_error(client->reply, "ERR Invalid REPLY type, try ID or ALL");
    return 0;
}

/* As strtoul has it: a sign may be there, and a NUL ends it. */
static bool parse_cursor(struct bytes word, uint64_t *cursor)
{
    struct buffer text = {0};
    bool is_number;
    char *end;

    buffer_printf(&text, "%.*s", BYTES_ARG(word));
    errno = 0;
    *cursor = strtoull(text.data, &end, 10);
    is_number = errno == 0 && *end == '\0' && !isspace((unsigned char)text.data[0]);
    buffer_fini(&text);
    return is_number;
}

/* A word that is no option is the cursor, once. */
static size_t read_cursor(struct client *client, struct scan *scan, struct bytes word)
{
    if (scan->has_cursor) {
        reply_syntax_error(client->reply);
        return 0;
    }
    scan->has_cursor = true;
    if (parse_cursor(word, &scan->cursor))
        return 1;
    reply_error(client->reply, "ERR invalid cursor or option name");
    return 0;
}

static const struct scan_option *find_option(const struct scan_kind *kind, struct bytes word,
                                             size_t words_left)
{
    for (size_t i = 0; i < kind->option_count; i++)
        if (kind->options[i].size <= words_left && bytes_is_word(word, kind->options[i].word))
            return &kind->options[i];
    return NULL;
}

static bool read_options(struct client *client, const struct scan_kind *kind, struct scan *scan,
                         const struct bytes *argv, size_t argc)
{
    size_t taken;

    for (size_t i = 1; i < argc; i += taken) {
        const struct scan_option *option = find_option(kind, argv[i], argc - i);

        taken = option != NULL ? option->read(client, scan, argv + i) : read_cursor(client, scan, argv[i]);
        if (taken == 0)
            return false;
    }
    return true;
}

/* Walks until there are enough, or ten times as many were looked at; a count below 0 is everything. */
static void walk(struct client *client, const struct scan_kind *kind, const struct scan *scan)
{
    struct roll_entry *entry = roll_from(scan->roll, scan->cursor);
    struct buffer found = {0};
    int64_t visited = 0;
    int64_t matches = 0;

    do {
        if (entry == NULL)
            break;
        if (kind->wants(scan, entry)) {
            kind->reply(&found, scan, entry);
            matches++;
        }
        visited++;
        entry = roll_next(scan->roll, entry);
    } while (scan->is_whole || scan->count < 0 ||
             (matches < scan->count && visited / BUCKETS_A_COUNT < scan->count));
    roll_mark(scan->roll, entry);
    reply_array(client->reply, 2);
    reply_number_text(client->reply, entry != NULL ? (int64_t)entry->number : 0);
    reply_array(client->reply, (size_t)matches);
    buffer_add(client->reply, found.data, found.size);
    buffer_fini(&found);
}

static void run_scan(struct client *client, const struct scan_kind *kind, struct roll *roll,
                     const struct bytes *argv, size_t argc)
{
    struct scan scan = {.roll = roll, .count = DEFAULT_COUNT, .minlen = -1, .maxlen = -1, .importrate = -1};

    if (read_options(client, kind, &scan, argv, argc))
        walk(client, kind, &scan);
}

static bool wants_queue(const struct scan *scan, struct roll_entry *entry)
{
    const struct queue *queue = OWNER_OF(entry, struct queue, by_age);
    int64_t len = (int64_t)queue_len(queue);

    return (scan->minlen == -1 || len >= scan->minlen) && (scan->maxlen == -1 || len <= scan->maxlen) &&
           (scan->importrate == -1 || federation_import_rate(queue) >= scan->importrate);
}

static void reply_queue(struct buffer *out, const struct scan *scan, struct roll_entry *entry)
{
    (void)scan;
    reply_bulk(out, queue_name(OWNER_OF(entry, struct queue, by_age)));
}

static bool wants_job(const struct scan *scan, struct roll_entry *entry)
{
    const struct job *job = OWNER_OF(entry, struct job, by_age);

    return !job->is_dummy && (scan->states == 0 || (scan->states >> job->state & 1) != 0) &&
           (!scan->has_queue || bytes_equal(scan->queue, job_queue_name(job)));
}

static void reply_job(struct buffer *out, const struct scan *scan, struct roll_entry *entry)
{
    const struct job *job = OWNER_OF(entry, struct job, by_age);

    if (scan->wants_all)
        job_reply_all(out, job);
    else
        reply_status_bytes(out, job_id_bytes(&job->id));
}

void cmd_qscan(struct client *client, const struct bytes *argv, size_t argc)
{
    static const struct scan_option options[] = {
        {"count", 2, option_count},   {"busyloop", 1, option_busyloop},     {"minlen", 2, option_minlen},
        {"maxlen", 2, option_maxlen}, {"importrate", 2, option_importrate},
    };
    static const struct scan_kind kind = {options, ARRAY_LEN(options), wants_queue, reply_queue};

    run_scan(client, &kind, &client->node->queues_by_age, argv, argc);
}

void cmd_jscan(struct client *client, const struct bytes *argv, size_t argc)
{
    static const struct scan_option options[] = {
        {"count", 2, option_count}, {"busyloop", 1, option_busyloop}, {"queue", 2, option_queue},
        {"state", 2, option_state}, {"reply", 2, option_reply},
    };
    static const struct scan_kind kind = {options, ARRAY_LEN(options), wants_job, reply_job};

    run_scan(client, &kind, &client->node->jobs_by_age, argv, argc);
}
