/* SPDX-License-Identifier: MIT */
/* QSCAN and JSCAN. A cursor means something to the node that gave it only: a scan whose node is lost ends
 * with an error rather than with another node's half. */
#include "client/array.h"
#include "client/client.h"
#include "client/command.h"
#include "client/results.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 24 };

/* The words of a request, numbers among them. */
struct words {
    struct disq_bytes list[WORDS_MAX];
    size_t count;
    char digits[4][DISQ_NUMBER_SIZE];
    size_t digits_count;
};

static void add_word(struct words *words, const char *word)
{
    words->list[words->count++] = disq_text_arg(word);
}

static void add_option(struct words *words, const char *name, int64_t number)
{
    if (number == 0)
        return;
    add_word(words, name);
    words->list[words->count++] = disq_number_arg(words->digits[words->digits_count++], number);
}

static bool is_cursor(const char *cursor)
{
    return cursor != NULL && cursor[0] != '\0' && cursor[strspn(cursor, "0123456789")] == '\0';
}

static bool is_page(const struct disq_reply *reply)
{
    const struct disq_reply *cursor = reply->first;

    return reply->type == DISQ_REPLY_ARRAY && reply->count == 2 && cursor->type == DISQ_REPLY_STRING &&
           cursor->size < DISQ_NUMBER_SIZE && is_cursor(cursor->text) &&
           cursor->next->type == DISQ_REPLY_ARRAY;
}

/* ["cursor", [item…]] */
static int on_page(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    if (!is_page(reply))
        return DISQ_PROTOCOL;
    strcpy(part->call->id, conn->node->id);
    return disq_on_any(part, conn, reply);
}

static const struct disq_command qscan = {"QSCAN", DISQ_IDEMPOTENT, DISQ_RESULT_REPLY, on_page};
static const struct disq_command jscan = {"JSCAN", DISQ_IDEMPOTENT, DISQ_RESULT_REPLY, on_page};

int disq_qscan_start(struct disq *client, const char *cursor, const struct disq_qscan_options *options)
{
    static const struct disq_qscan_options defaults = {0};
    struct words words = {.count = 0};

    if (options == NULL)
        options = &defaults;
    if (!is_cursor(cursor) || options->count < 0 || options->min_length < 0 || options->max_length < 0 ||
        options->import_rate < 0)
        return DISQ_INVALID;
    add_word(&words, cursor);
    add_option(&words, "COUNT", options->count);
    add_option(&words, "MINLEN", options->min_length);
    add_option(&words, "MAXLEN", options->max_length);
    add_option(&words, "IMPORTRATE", options->import_rate);
    if (options->all_at_once)
        add_word(&words, "BUSYLOOP");
    return disq_command_send(client, &qscan, words.list, words.count);
}

static void add_states(struct words *words, unsigned states)
{
    static const char *const names[] = {"wait-repl", "active", "queued",
                                        "acked"}; /* from the lowest bit on */

    for (size_t i = 0; i < DISQ_ARRAY_LEN(names); i++) {
        if (states & 1U << i) {
            add_word(words, "STATE");
            add_word(words, names[i]);
        }
    }
}

int disq_jscan_start(struct disq *client, const char *cursor, const struct disq_jscan_options *options)
{
    static const struct disq_jscan_options defaults = {0};
    struct words words = {.count = 0};

    if (options == NULL)
        options = &defaults;
    if (!is_cursor(cursor) || options->count < 0 || options->states > DISQ_STATE_ALL)
        return DISQ_INVALID;
    add_word(&words, cursor);
    add_option(&words, "COUNT", options->count);
    if (options->queue != NULL) {
        add_word(&words, "QUEUE");
        words.list[words.count++] = disq_queue_arg(options->queue, options->queue_size);
    }
    add_states(&words, options->states);
    if (options->whole) {
        add_word(&words, "REPLY");
        add_word(&words, "all");
    }
    if (options->all_at_once)
        add_word(&words, "BUSYLOOP");
    return disq_command_send(client, &jscan, words.list, words.count);
}

/* ---- One after the other ---- */

struct disq_scan {
    struct disq *client;
    bool is_of_jobs;
    struct disq_qscan_options queues;
    struct disq_jscan_options jobs;
    char *queue; /* a copy, for jobs.queue */
    char cursor[DISQ_NUMBER_SIZE];
    char node[DISQ_ID_SIZE + 1]; /* that the cursor is of; "" at first */
    struct disq_arena page;
    const struct disq_reply *next; /* in the page */
    bool is_last;
};

static struct disq_scan *scan_new(struct disq *client)
{
    struct disq_scan *scan = client != NULL ? calloc(1, sizeof(*scan)) : NULL;

    if (scan != NULL) {
        scan->client = client;
        scan->cursor[0] = '0';
    }
    return scan;
}

struct disq_scan *disq_qscan(struct disq *client, const struct disq_qscan_options *options)
{
    struct disq_scan *scan = scan_new(client);

    if (scan != NULL && options != NULL)
        scan->queues = *options;
    return scan;
}

static int copy_queue(struct disq_scan *scan)
{
    const struct disq_bytes queue = disq_queue_arg(scan->jobs.queue, scan->jobs.queue_size);

    scan->queue = malloc(queue.size + 1);
    if (scan->queue == NULL)
        return DISQ_NO_MEMORY;
    memcpy(scan->queue, queue.data, queue.size);
    scan->queue[queue.size] = '\0';
    scan->jobs.queue = scan->queue;
    return 0;
}

struct disq_scan *disq_jscan(struct disq *client, const struct disq_jscan_options *options)
{
    struct disq_scan *scan = scan_new(client);

    if (scan == NULL)
        return NULL;
    scan->is_of_jobs = true;
    if (options != NULL)
        scan->jobs = *options;
    if (scan->jobs.queue == NULL || copy_queue(scan) == 0)
        return scan;
    disq_scan_free(scan);
    return NULL;
}

/* The page is kept: the caller may make other calls while it looks at it. */
static int fetch(struct disq_scan *scan)
{
    struct disq *client = scan->client;
    const struct disq_reply *reply = NULL;
    struct disq_arena spare = scan->page;
    int rc = scan->is_of_jobs ? disq_jscan_start(client, scan->cursor, &scan->jobs)
                              : disq_qscan_start(client, scan->cursor, &scan->queues);

    rc = disq_results_wait(client, rc, DISQ_RESULT_REPLY, &reply);
    if (rc != 0)
        return rc;
    if (scan->node[0] != '\0' && strcmp(scan->node, client->finished->id) != 0)
        return disq_results_judge(client, DISQ_CLOSED);
    strcpy(scan->node, client->finished->id);
    scan->page = client->finished->arena;
    client->finished->arena = spare;
    strcpy(scan->cursor, reply->first->text);
    scan->is_last = strcmp(scan->cursor, "0") == 0;
    scan->next = reply->first->next->first;
    return 0;
}

int disq_scan_next(struct disq_scan *scan, const struct disq_reply **item)
{
    int rc;

    *item = NULL;
    if (scan == NULL)
        return DISQ_INVALID;
    while (scan->next == NULL && !scan->is_last) {
        if ((rc = fetch(scan)) != 0)
            return rc;
    }
    *item = scan->next;
    if (scan->next != NULL)
        scan->next = scan->next->next;
    return 0;
}

void disq_scan_free(struct disq_scan *scan)
{
    if (scan == NULL)
        return;
    disq_arena_fini(&scan->page);
    free(scan->queue);
    free(scan);
}
