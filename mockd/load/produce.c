/* SPDX-License-Identifier: MIT */
/* The body of a job is its number, by which whoever reads a failed run can tell it. */
#include "mockd/load/produce.h"

#include "mockd/command/reply.h"

#include <stdlib.h>

struct producer {
    struct load load;
    struct produce wants;
    uint64_t sent;
};

static struct producer *producer_of(const struct load *load)
{
    return OWNER_OF(load, struct producer, load);
}

static bool is_over(const struct load *load)
{
    return producer_of(load)->sent == producer_of(load)->wants.count;
}

/* The body is the job's number. */
static void ask(struct load *load, struct buffer *request)
{
    struct producer *producer = producer_of(load);
    const struct produce *wants = &producer->wants;

    producer->sent++;
    reply_array(request, 4 + wants->option_count);
    reply_text(request, "ADDJOB");
    reply_bulk(request, wants->queue);
    reply_number_text(request, (int64_t)producer->sent);
    reply_number_text(request, wants->timeout_us / 1000);
    buffer_add(request, wants->options.data, wants->options.size);
    load_pause(load, wants->every_us);
}

static void take(struct load *load, struct bytes reply)
{
    load->entry->hits += reply.data[0] == '+';
}

static void free_producer(struct load *load)
{
    struct producer *producer = producer_of(load);

    free((char *)producer->wants.queue.data);
    free((char *)producer->wants.options.data);
    free(producer);
}

struct ledger_entry *produce_start(struct loads *loads, const struct produce *produce,
                                   const struct load_order *order)
{
    static const struct load_kind kind = {"producer", is_over, ask, take, free_producer};
    struct producer *producer = xcalloc(1, sizeof(*producer));

    producer->load.kind = &kind;
    producer->wants = *produce;
    producer->wants.queue.data = xmemdup(produce->queue.data, produce->queue.size);
    producer->wants.options.data = xmemdup(produce->options.data, produce->options.size);
    return load_start(loads, &producer->load, order);
}
