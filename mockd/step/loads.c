/* SPDX-License-Identifier: MIT */
/* Clients that work in the background. */
#include "mockd/command/reply.h"
#include "mockd/step/step.h"

#include <stdlib.h>

enum { PACE_US = 1000, TIMEOUT_US = 1000000 };

static bool take_node(struct args *args, struct mockd_step *step)
{
    step->nodes = xcalloc(1, sizeof(*step->nodes));
    step->node_count = 1;
    return args_take_label(args, &step->name) && args_take_node(args, &step->nodes[0]);
}

static bool read_queue(const struct args *args, const char *value, struct mockd_step *step)
{
    (void)args;
    free(step->queue);
    step->queue = xmemdup(value, strlen(value) + 1);
    return true;
}

/* key=value, of which the first is a row of the table. */
struct option {
    const char *key;
    bool (*read)(const struct args *args, const char *value, struct mockd_step *step);
};

static bool read_options(struct args *args, struct mockd_step *step, const struct option *options,
                         size_t count, const char *names)
{
    for (; args_peek(args) != NULL; args->at++) {
        const char *value = NULL;
        size_t i = 0;

        while (i < count && (value = args_option(args, options[i].key)) == NULL)
            i++;
        if (i == count)
            return args_fail(args, "not an option: %s (there are %s)", args_peek(args), names);
        if (!options[i].read(args, value, step))
            return false;
    }
    return step->queue != NULL || args_fail(args, "expected queue=QUEUE");
}

static bool read_count(const struct args *args, const char *value, struct mockd_step *step)
{
    step->consume.count = 0;
    return args_read_number(args, bytes_of(value), &step->produce.count) &&
           args_read_number(args, bytes_of(value), &step->consume.count);
}

static bool read_every(const struct args *args, const char *value, struct mockd_step *step)
{
    return args_read_positive_duration(args, bytes_of(value), &step->produce.every_us);
}

static bool read_timeout(const struct args *args, const char *value, struct mockd_step *step)
{
    return args_read_duration(args, bytes_of(value), &step->produce.timeout_us);
}

static bool read_async(const struct args *args, const char *value, struct mockd_step *step)
{
    bool is_async;

    if (!args_read_yes(args, bytes_of(value), &is_async))
        return false;
    if (is_async) {
        reply_text(&step->options, "ASYNC");
        step->produce.option_count++;
    }
    return true;
}

/* One of ADDJOB's own, which has the same name there. */
static bool read_of_addjob(const struct args *args, const char *value, struct mockd_step *step)
{
    const char *key = args_peek(args);
    uint64_t number;

    if (!args_read_number(args, bytes_of(value), &number))
        return false;
    reply_bulk(&step->options, (struct bytes){key, strcspn(key, "=")});
    reply_text(&step->options, value);
    step->produce.option_count += 2;
    return true;
}

bool step_produce_read(struct args *args, struct mockd_step *step)
{
    static const struct option options[] = {
        {"queue", read_queue},      {"count", read_count},     {"every", read_every},
        {"timeout", read_timeout},  {"async", read_async},     {"replicate", read_of_addjob},
        {"ttl", read_of_addjob},    {"retry", read_of_addjob}, {"delay", read_of_addjob},
        {"maxlen", read_of_addjob},
    };

    step->produce = (struct produce){.count = 1, .every_us = PACE_US, .timeout_us = TIMEOUT_US};
    return take_node(args, step) &&
           read_options(
               args, step, options, ARRAY_LEN(options),
               "queue=, count=, every=, timeout=, async=, replicate=, ttl=, retry=, delay= and maxlen=");
}

static bool read_ack(const struct args *args, const char *value, struct mockd_step *step)
{
    bool acks;

    if (!args_read_yes(args, bytes_of(value), &acks))
        return false;
    step->consume.never_acks = !acks;
    return true;
}

static bool read_work(const struct args *args, const char *value, struct mockd_step *step)
{
    return args_read_positive_duration(args, bytes_of(value), &step->consume.work_us);
}

bool step_consume_read(struct args *args, struct mockd_step *step)
{
    static const struct option options[] = {
        {"queue", read_queue}, {"count", read_count}, {"ack", read_ack}, {"work", read_work}};

    step->consume = (struct consume){.count = UINT64_MAX, .work_us = PACE_US};
    return take_node(args, step) &&
           read_options(args, step, options, ARRAY_LEN(options), "queue=, count=, ack= and work=");
}

static struct load_order order_of(const struct mockd_step *step)
{
    return (struct load_order){.place = step->nodes[0], .name = step->name, .text = step->text};
}

int step_produce_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    struct load_order order = order_of(step);

    (void)outcome;
    step->produce.queue = bytes_of(step->queue);
    step->produce.options = (struct bytes){step->options.data, step->options.size};
    step->entry = produce_start(cluster_loads(cluster), &step->produce, &order);
    return 0;
}

int step_consume_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    struct load_order order = order_of(step);

    (void)outcome;
    step->consume.queue = bytes_of(step->queue);
    step->entry = consume_start(cluster_loads(cluster), &step->consume, &order);
    return 0;
}
