/* SPDX-License-Identifier: MIT */
/* A job that was created on another node than the one we read from has travelled there for us. If most have,
 * the reader is the one who should travel. */
#include "client/origins.h"

#include "client/client.h"

#include <string.h>

/* Who does not count pays for no counter. */
int disq_origins_init(struct disq *client)
{
    const struct disq_options *options = &client->settings.options;

    client->origins.view = (struct disq_view){
        .moved_at_us = INT64_MIN,
        .margin_percent = options->move_margin_percent > 0 ? options->move_margin_percent : 0,
        .min_jobs = options->move_min_jobs,
        .dwell_us = options->move_dwell_ms > 0 ? options->move_dwell_ms * 1000 : 0,
    };
    return options->count_origins ? disq_counter_init(&client->origins.counter, options->origin_window_ms)
                                  : 0;
}

static uint64_t delivery_key(const char *id)
{
    uint64_t words[3];

    memcpy(words, id + DISQ_ID_RANDOM_AT, sizeof(words));
    return (words[0] ^ words[1] << 1 ^ words[2] << 2) * UINT64_C(0x9e3779b97f4a7c15);
}

static size_t delivery_place(uint64_t key)
{
    return (size_t)(key >> 32) % DISQ_DELIVERIES;
}

struct disq_node *disq_origins_deliverer(const struct disq *client, const char *id)
{
    uint64_t key = delivery_key(id);
    const struct disq_delivery *delivery = &client->origins.deliveries[delivery_place(key)];

    return delivery->by != NULL && delivery->key == key ? delivery->by : NULL;
}

void disq_origins_received(struct disq *client, struct disq_node *by, const struct disq_job *jobs)
{
    bool counts = client->settings.options.count_origins;
    int64_t now_ms = client->now_us / 1000;

    for (const struct disq_job *job = jobs; job != NULL; job = job->next) {
        uint64_t key = delivery_key(job->id);

        client->origins.deliveries[delivery_place(key)] = (struct disq_delivery){.key = key, .by = by};
        if (counts) /* one that cannot be counted for want of memory is only worth less of a move */
            disq_counter_add(&client->origins.counter, job->id + DISQ_ID_PREFIX_AT, DISQ_PREFIX_SIZE, now_ms);
    }
    if (jobs != NULL)
        disq_origins_consider(client, DISQ_RECEIVED);
}

struct disq_node *disq_origins_reads(const struct disq *client)
{
    if (client->origins.target != NULL)
        return client->origins.target;
    return client->reads != NULL ? client->reads : client->home;
}

/* Can reads move there, as far as is known? */
static bool is_open(const struct disq *client, const struct disq_node *node)
{
    return node != NULL && node->is_listed && node->priority < DISQ_PRIORITY_UNHEALTHY &&
           (node->conn != NULL || node->retry_at_us <= client->now_us);
}

static bool agrees(struct disq *client, enum disq_moment moment, const struct disq_count *best,
                   const char *current, int64_t now_ms)
{
    const struct disq_options *options = &client->settings.options;
    struct disq_view *view = &client->origins.view;

    view->moment = moment;
    memcpy(view->best.prefix, best->name, DISQ_PREFIX_SIZE);
    view->best.jobs = best->count;
    memcpy(view->current.prefix, current, DISQ_PREFIX_SIZE);
    view->current.jobs = disq_counter_count(&client->origins.counter, current, DISQ_PREFIX_SIZE, now_ms);
    view->now_us = client->now_us;
    return options->policy(options->policy_ctx, view);
}

static __attribute__((noinline)) void consider(struct disq *client, enum disq_moment moment)
{
    const struct disq_node *current = disq_origins_reads(client);
    int64_t now_ms = client->now_us / 1000;
    struct disq_count best;
    struct disq_node *node;

    if (current == NULL || !disq_counter_max(&client->origins.counter, now_ms, &best) ||
        memcmp(best.name, current->id, DISQ_PREFIX_SIZE) == 0 ||
        !agrees(client, moment, &best, current->id, now_ms))
        return;
    node = disq_pool_find_prefix(&client->pool, best.name);
    if (is_open(client, node))
        client->origins.target = node;
}

/* The default's answer is known without looking for the best, but before a GETJOB. */
static bool is_worth_asking(const struct disq_options *options, enum disq_moment moment)
{
    return options->count_origins && (moment == DISQ_BEFORE_GETJOB || options->policy != disq_policy_default);
}

void disq_origins_consider(struct disq *client, enum disq_moment moment)
{
    if (is_worth_asking(&client->settings.options, moment))
        consider(client, moment);
}

void disq_origins_arrive(struct disq *client)
{
    struct disq_node *target = client->origins.target;
    const struct disq_node *from;

    client->origins.target = NULL;
    from = disq_origins_reads(client);
    if (from == target)
        return;
    client->reads = target;
    client->origins.view.moved_at_us = client->now_us;
    disq_tell(client, DISQ_EVENT_MOVED, from != NULL ? disq_node_address(from) : NULL, target->conn->address,
              DISQ_OK);
}

void disq_origins_stay(struct disq *client)
{
    client->origins.target = NULL;
}
