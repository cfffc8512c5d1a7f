/* SPDX-License-Identifier: MIT */
/* A worker as users have them: it acknowledges a job only when the work is done, and until then the job may
 * be delivered again. */
#include "mockd/load/consume.h"

#include "mockd/command/reply.h"
#include "mockd/load/token.h"
#include "mockd/node/job_id.h"

#include <stdlib.h>

enum { AGAIN_US = 100000 }; /* after an error */

struct consumer {
    struct load load;
    struct consume wants;
    uint64_t had;
    bool has_job; /* that it has to acknowledge yet */
    struct job_id job;
};

static struct consumer *consumer_of(const struct load *load)
{
    return OWNER_OF(load, struct consumer, load);
}

static bool is_over(const struct load *load)
{
    const struct consumer *consumer = consumer_of(load);

    return consumer->had >= consumer->wants.count && !consumer->has_job;
}

static void ask(struct load *load, struct buffer *request)
{
    struct consumer *consumer = consumer_of(load);

    if (consumer->has_job) {
        reply_array(request, 2);
        reply_text(request, "ACKJOB");
        reply_bulk(request, job_id_bytes(&consumer->job));
        return;
    }
    reply_array(request, 3);
    reply_text(request, "GETJOB");
    reply_text(request, "FROM");
    reply_bulk(request, consumer->wants.queue);
}

/* [["queue", "id", "body"]]; false if it is nothing like that. */
static bool read_job(struct bytes reply, struct job_id *id)
{
    struct token token;

    for (int i = 0; i < 4; i++)
        if (token_take(&reply, &token) <= 0)
            return false;
    return job_id_parse(token.text, id);
}

static void take(struct load *load, struct bytes reply)
{
    struct consumer *consumer = consumer_of(load);

    if (reply.data[0] == '-') {
        load_pause(load, AGAIN_US);
    } else if (consumer->has_job) {
        consumer->has_job = false;
    } else if (read_job(reply, &consumer->job)) {
        consumer->had++;
        load->entry->hits++;
        consumer->has_job = !consumer->wants.never_acks;
        load_pause(load, consumer->wants.work_us);
    }
}

static void free_consumer(struct load *load)
{
    struct consumer *consumer = consumer_of(load);

    free((char *)consumer->wants.queue.data);
    free(consumer);
}

struct ledger_entry *consume_start(struct loads *loads, const struct consume *consume,
                                   const struct load_order *order)
{
    static const struct load_kind kind = {"consumer", is_over, ask, take, free_consumer};
    struct consumer *consumer = xcalloc(1, sizeof(*consumer));

    consumer->load.kind = &kind;
    consumer->load.is_endless = consume->count == UINT64_MAX;
    consumer->wants = *consume;
    consumer->wants.queue.data = xmemdup(consume->queue.data, consume->queue.size);
    return load_start(loads, &consumer->load, order);
}
