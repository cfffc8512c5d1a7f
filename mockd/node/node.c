/* SPDX-License-Identifier: MIT */
#include "mockd/node/node.h"

#include "mockd/node/heartbeat.h"
#include "mockd/node/message.h"
#include "mockd/node/queue.h"
#include "mockd/node/replication.h"

#include <stdlib.h>

#define NEVER_MS (CLOCK_NEVER / 2000) /* later than anything is due, even by a clock that was set */

static struct bytes job_key(const void *entry)
{
    return job_id_bytes(&((const struct job *)entry)->id);
}

static struct bytes queue_key(const void *entry)
{
    return queue_name(entry);
}

static void init_tables(struct node *node)
{
    map_init(&node->jobs, job_key);
    map_init(&node->queues, queue_key);
    roll_init(&node->jobs_by_age);
    roll_init(&node->queues_by_age);
    roll_init(&node->clients);
    list_init(&node->signalled);
    visits_init(&node->visits, node);
    slowlog_init(&node->slowlog);
}

struct node *node_new(const struct node_options *options)
{
    struct node *node = xcalloc(1, sizeof(*node));
    uint64_t number = (uint64_t)options->place | options->run << 32;
    struct address address = {.place = options->place, .port = bus_port(options->bus, options->place)};
    struct node_id id;
    struct rng run = rng_stream(options->seed, "run id", number);

    node->clock = options->clock;
    node->bus = options->bus;
    node->name = bus_name(node->bus, options->place);
    node->log = options->log;
    node->start_us = clock_now_us(node->clock);
    node->skew_us = options->skew_us;
    node->has_jitter = !options->no_jitter;
    node->identity = rng_stream(options->seed, "node id", number);
    id = node_id_new(&node->identity);
    node->run_id = node_id_new(&run);
    node->ids = rng_stream(options->seed, "job ids", number);
    node->jitter = rng_stream(options->seed, "jitter", number);
    node->picks = rng_stream(options->seed, "picks", number);
    node->gossip = rng_stream(options->seed, "gossip", number);
    node->names = rng_stream(options->seed, "handshakes", number);
    config_init(&node->config);
    config_put_number(&node->config, CONFIG_PORT, address.port);
    gate_init(&node->gate);
    init_tables(node);
    memory_count(node, MEMORY_NODE_BYTES);
    node->self = peer_add(node, &id, &address);
    heartbeat_init(node);
    bus_attach(node->bus, options->place, message_deliver, node);
    bus_set_gate(node->bus, options->place, &node->gate);
    return node;
}

static void free_jobs(struct node *node)
{
    struct roll_entry *first;

    while ((first = roll_first(&node->jobs_by_age)) != NULL) {
        struct job *job = ROLL_OWNER(first, struct job, by_age);

        roll_remove(&node->jobs_by_age, first);
        clock_disarm(node->clock, &job->timer);
        job_free(job);
    }
    map_fini(&node->jobs);
}

void node_free(struct node *node)
{
    if (node == NULL)
        return;
    visits_fini(&node->visits);
    clock_disarm(node->clock, &node->pause_ends);
    clock_disarm(node->clock, &node->sleep_ends);
    queues_free(node);
    free_jobs(node);
    map_fini(&node->queues);
    heartbeat_fini(node);
    peers_free(node);
    free(node->reachable);
    free(node->barred);
    slowlog_clear(&node->slowlog);
    config_fini(&node->config);
    free(node);
}

const char *node_name(const struct node *node)
{
    return node->name;
}

struct log *node_log(struct node *node)
{
    return node->log;
}

struct clock *node_clock(struct node *node)
{
    return node->clock;
}

int64_t node_now_us(const struct node *node)
{
    return clock_now_us(node->clock) + node->skew_us;
}

int64_t node_now_ms(const struct node *node)
{
    return node_now_us(node) / 1000;
}

int64_t node_now_s(const struct node *node)
{
    return node_now_ms(node) / 1000;
}

int64_t node_clock_us(const struct node *node, int64_t at_ms)
{
    return at_ms < NEVER_MS ? at_ms * 1000 - node->skew_us : CLOCK_NEVER;
}

void node_skew(struct node *node, int64_t skew_us)
{
    node->skew_us = skew_us;
    for (struct roll_entry *entry = roll_first(&node->jobs_by_age); entry != NULL;
         entry = roll_next(&node->jobs_by_age, entry))
        job_rearm(ROLL_OWNER(entry, struct job, by_age));
    queues_review(node);
    if (timer_is_armed(&node->pause_ends))
        clock_arm(node->clock, &node->pause_ends, node_clock_us(node, node->paused_until_ms));
    heartbeat_wake(node);
}

int64_t node_jitter_ms(struct node *node)
{
    return node->has_jitter ? (int64_t)rng_below(&node->jitter, 500) - 250 : 0;
}

int64_t node_tick_at_us(const struct node *node, int64_t period_us, int64_t at_us)
{
    int64_t earliest_us = clock_now_us(node->clock) + 1;
    int64_t since_us = (at_us > earliest_us ? at_us : earliest_us) - node->start_us;

    return node->start_us + (since_us + period_us - 1) / period_us * period_us;
}

void node_settle(struct node *node)
{
    if (!list_is_empty(&node->signalled))
        queues_serve(node);
}

struct job *node_find_job(const struct node *node, const struct job_id *id)
{
    return map_get(&node->jobs, job_id_bytes(id));
}

size_t node_job_count(const struct node *node)
{
    return node->jobs.count;
}

size_t node_queue_count(const struct node *node)
{
    return node->queues.count;
}

static int64_t job_bytes(const struct job *job)
{
    return MEMORY_JOB_BYTES + (int64_t)job->queue_size + job->body_size;
}

void node_add_job(struct node *node, struct job *job)
{
    map_add(&node->jobs, job);
    roll_add(&node->jobs_by_age, &job->by_age);
    log_event(node->log, "%s job %.40s %s", node->name, job->id.text, job_state_name(job->state));
    job_rearm(job);
    memory_count(node, job_bytes(job));
}

void node_drop_job(struct job *job)
{
    struct node *node = job->node;

    if (job->state == JOB_QUEUED)
        queue_remove(job);
    else if (job->state == JOB_WAIT_REPL)
        replication_give_up(job);
    log_event(node->log, "%s job %.40s gone", node->name, job->id.text);
    clock_disarm(node->clock, &job->timer);
    map_remove(&node->jobs, job);
    roll_remove(&node->jobs_by_age, &job->by_age);
    memory_count(node, -job_bytes(job));
    job_free(job);
}

void node_flush(struct node *node)
{
    struct roll_entry *first;

    while ((first = roll_first(&node->jobs_by_age)) != NULL)
        node_drop_job(ROLL_OWNER(first, struct job, by_age));
    queues_flush(node);
}

int64_t node_next_ctime(struct node *node)
{
    int64_t ctime_ns = node_now_ms(node) * 1000000;

    node->last_ctime_ns = ctime_ns > node->last_ctime_ns ? ctime_ns : node->last_ctime_ns + 1;
    return node->last_ctime_ns;
}
