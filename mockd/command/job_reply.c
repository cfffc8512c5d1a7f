/* SPDX-License-Identifier: MIT */
/* Jobs in replies. Several commands answer the same job in the same form, and SHOW's form is JSCAN's too. */
#include "mockd/command/job_reply.h"

#include "mockd/command/reply.h"
#include "mockd/node/node.h"

#include <stdlib.h>

void job_reply(struct buffer *out, const struct job *job, bool with_counters)
{
    reply_array(out, with_counters ? 7 : 3);
    reply_bulk(out, job_queue_name(job));
    reply_bulk(out, job_id_bytes(&job->id));
    reply_bulk(out, job_body(job));
    if (!with_counters)
        return;
    reply_text(out, "nacks");
    reply_integer(out, job->nacks);
    reply_text(out, "additional-deliveries");
    reply_integer(out, job->deliveries);
}

/* What is below 0 is shown as 0. */
static void reply_named_or_zero(struct buffer *out, const char *name, int64_t value)
{
    reply_text(out, name);
    reply_integer(out, value > 0 ? value : 0);
}

static void reply_named_or_nil(struct buffer *out, const char *name, bool is_there, struct bytes value)
{
    reply_text(out, name);
    if (is_there)
        reply_bulk(out, value);
    else
        reply_nil(out);
}

static int compare_peers(const void *a, const void *b)
{
    return strcmp((*(struct peer *const *)a)->id.text, (*(struct peer *const *)b)->id.text);
}

void reply_nodes(struct buffer *out, const struct node *node, const struct node_set *set)
{
    size_t size = node_set_size(set);
    struct peer **peers = xmalloc(size * sizeof(*peers));
    size_t count = 0;

    NODE_SET_FOR_EACH (index, set)
        peers[count++] = node->peers[index];
    qsort(peers, count, sizeof(*peers), compare_peers);
    reply_array(out, count);
    for (size_t i = 0; i < count; i++)
        reply_text(out, peers[i]->id.text);
    free(peers);
}

void job_reply_all(struct buffer *out, const struct job *job)
{
    const struct node *node = job_node(job);
    int64_t now_ms = node_now_ms(node);

    reply_array(out, 30);
    reply_named_or_nil(out, "id", true, job_id_bytes(&job->id));
    reply_named_or_nil(out, "queue", !job->is_dummy, job_queue_name(job));
    reply_named_or_nil(out, "state", true, bytes_of(job_state_name(job->state)));
    reply_named_or_zero(out, "repl", job->repl);
    reply_named_or_zero(out, "ttl", job->etime_s - node_now_s(node));
    reply_named_or_zero(out, "ctime", job->ctime_ns);
    reply_named_or_zero(out, "delay", job->delay_s);
    reply_named_or_zero(out, "retry", job->retry_s);
    reply_named_or_zero(out, "nacks", job->nacks);
    reply_named_or_zero(out, "additional-deliveries", job->deliveries);
    reply_text(out, "nodes-delivered");
    reply_nodes(out, node, &job->delivered);
    reply_text(out, "nodes-confirmed");
    reply_nodes(out, node, job_confirmed(job));
    if (job->qtime_ms != 0) {
        reply_named_or_zero(out, "next-requeue-within", job->qtime_ms - now_ms);
    } else {
        reply_text(out, "next-requeue-within");
        reply_nil(out);
    }
    reply_named_or_zero(out, "next-awake-within", job_awake_ms(job) - now_ms);
    reply_named_or_nil(out, "body", !job->is_dummy, job_body(job));
}
