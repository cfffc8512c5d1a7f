/* SPDX-License-Identifier: MIT */
/* QLEN, QPEEK, QSTAT, PAUSE (§5.8, §5.9). */
#include "mockd/command/command.h"
#include "mockd/command/job_reply.h"
#include "mockd/command/reply.h"
#include "mockd/node/federation.h"
#include "mockd/node/node.h"
#include "mockd/node/pause.h"

void cmd_qlen(struct client *client, const struct bytes *argv, size_t argc)
{
    const struct queue *queue = queue_find(client->node, argv[1]);

    (void)argc;
    reply_integer(client->reply, queue != NULL ? (int64_t)queue_len(queue) : 0);
}

static void reply_jobs(struct buffer *out, const struct queue *queue, size_t count, bool is_newest_first)
{
    const struct job *job = is_newest_first ? queue->jobs.last : queue->jobs.first;

    count = count < queue_len(queue) ? count : queue_len(queue);
    reply_array(out, count);
    for (; count > 0; count--) {
        job_reply(out, job, false);
        job = is_newest_first ? job_tree_prev(job) : job_tree_next(job);
    }
}

void cmd_qpeek(struct client *client, const struct bytes *argv, size_t argc)
{
    const struct queue *queue = queue_find(client->node, argv[1]);
    int64_t count;

    (void)argc;
    if (!bytes_to_integer(argv[2], &count))
        reply_not_an_integer(client->reply);
    else if (queue == NULL)
        reply_array(client->reply, 0);
    else
        reply_jobs(client->reply, queue, (size_t)(count < 0 ? -(uint64_t)count : (uint64_t)count), count < 0);
}

static void reply_sources(struct buffer *out, const struct queue *queue)
{
    struct node_set sources = {0};

    for (size_t i = 0; i < queue->imports.source_count; i++)
        node_set_add(&sources, queue->imports.sources[i].index);
    reply_nodes(out, queue->node, &sources);
    node_set_clear(&sources);
}

static void reply_named(struct buffer *out, const char *name, int64_t value)
{
    reply_text(out, name);
    reply_integer(out, value);
}

static void reply_stat(struct buffer *out, const struct queue *queue)
{
    int64_t now_s = node_now_s(queue->node);

    reply_array(out, 20);
    reply_text(out, "name");
    reply_bulk(out, queue_name(queue));
    reply_named(out, "len", (int64_t)queue_len(queue));
    reply_named(out, "age", now_s - queue->ctime_ms / 1000);
    reply_named(out, "idle", now_s - queue->atime_ms / 1000);
    reply_named(out, "blocked", (int64_t)queue->waiting_count);
    reply_text(out, "import-from");
    reply_sources(out, queue);
    reply_named(out, "import-rate", federation_import_rate(queue));
    reply_named(out, "jobs-in", (int64_t)queue->jobs_in);
    reply_named(out, "jobs-out", (int64_t)queue->jobs_out);
    reply_text(out, "pause");
    reply_text(out, pause_name(queue->pause));
}

void cmd_qstat(struct client *client, const struct bytes *argv, size_t argc)
{
    const struct queue *queue = queue_find(client->node, argv[1]);

    (void)argc;
    if (queue == NULL)
        reply_nil_array(client->reply);
    else
        reply_stat(client->reply, queue);
}

struct pause {
    unsigned state;
    bool is_given; /* else the queue's state is only asked for */
    bool is_bcast;
};

static bool read_pause(struct pause *pause, const struct bytes *words, size_t count)
{
    static const struct {
        const char *word;
        unsigned add;
        bool clears;
        bool gives;
        bool bcasts;
    } known[] = {
        {"in", PAUSED_IN, false, true, false},
        {"out", PAUSED_OUT, false, true, false},
        {"all", PAUSED_IN | PAUSED_OUT, false, true, false},
        {"none", 0, true, true, false},
        {"state", 0, false, false, false},
        {"bcast", 0, false, false, true},
    };

    for (size_t i = 0; i < count; i++) {
        size_t k = 0;

        while (k < ARRAY_LEN(known) && !bytes_is_word(words[i], known[k].word))
            k++;
        if (k == ARRAY_LEN(known))
            return false;
        pause->state = (known[k].clears ? 0 : pause->state) | known[k].add;
        pause->is_given |= known[k].gives;
        pause->is_bcast |= known[k].bcasts;
    }
    return true;
}

void cmd_pause(struct client *client, const struct bytes *argv, size_t argc)
{
    struct pause pause = {0};

    if (!read_pause(&pause, argv + 2, argc - 2)) {
        reply_syntax_error(client->reply);
        return;
    }
    if (pause.is_given)
        pause_set(client->node, argv[1], pause.state);
    pause.state = pause_get(client->node, argv[1]);
    if (pause.is_bcast)
        pause_tell_all(client->node, argv[1], pause.state);
    reply_status(client->reply, pause_name(pause.state));
}
