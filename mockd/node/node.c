/* SPDX-License-Identifier: MIT */
/* Brings together what the other files of this folder do: a node is made, started from its disk, and freed in
 * an order in which nothing refers to what is gone. */
#include "mockd/node/node.h"

#include "mockd/node/audit.h"
#include "mockd/node/heartbeat.h"
#include "mockd/node/message.h"
#include "mockd/node/queue.h"
#include "mockd/node/replication.h"
#include "mockd/node/roster.h"

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
    map_init(&node->jobs, job_key, offsetof(struct job, by_id));
    map_init(&node->queues, queue_key, offsetof(struct queue, by_name));
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
    node->process_id = options->process_id;
    node->log = options->log;
    node->disk = options->disk;
    node->config_source = options->config;
    node->on_exit = options->on_exit;
    node->exit_ctx = options->exit_ctx;
    node->audit = options->audit;
    node->behaviours = options->behaviours;
    node->received = options->received;
    node->start_at_us = clock_now_us(node->clock);
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
    aof_init(node);
    init_tables(node);
    memory_count(node, MEMORY_NODE_BYTES);
    node->self = peer_add(node, &id, &address);
    heartbeat_init(node);
    bus_attach(node->bus, options->place, message_deliver, node);
    bus_set_gate(node->bus, options->place, &node->gate);
    return node;
}

/* The jobs, as far as they are wanted again. The other option is for one start only (§12.3). */
static const char *load_jobs(struct node *node)
{
    bool enqueue = config_number(&node->config, CONFIG_AOF_ENQUEUE_JOBS_ONCE) != 0;
    enum aof_result result;

    if (config_number(&node->config, CONFIG_APPENDONLY) == 0 && !enqueue)
        return NULL;
    result = aof_load(node, aof_size(node));
    if (result == AOF_BROKEN)
        return "its append-only file is broken";
    if (enqueue && result == AOF_MISSING)
        return "aof-enqueue-jobs-once needs an append-only file";
    aof_start(node);
    if (enqueue) {
        config_put_number(&node->config, CONFIG_AOF_ENQUEUE_JOBS_ONCE, 0);
        node_save_config(node);
    }
    return NULL;
}

/* Its port is where it is, whatever the file says. */
static bool load_config(struct node *node)
{
    const struct config_source *source = &node->config_source;
    struct bytes words = bytes_of(source->words != NULL ? source->words : "");
    struct config_flaw flaw;
    bool is_good = true;

    if (source->directory != NULL)
        config_put_directory(&node->config, bytes_of(source->directory));
    if (disk_has(node->disk, DISK_CONFIG))
        is_good = config_file_read(&node->config, disk_bytes(node->disk, DISK_CONFIG), NULL, &flaw);
    is_good = is_good && config_file_read(&node->config, words, NULL, &flaw);
    config_put_number(&node->config, CONFIG_PORT, node->self->address.port);
    return is_good;
}

const char *node_load(struct node *node)
{
    const char *problem;

    if (!load_config(node))
        return "its configuration file is broken";
    if (disk_has(node->disk, DISK_ROSTER) && !roster_load(node, disk_bytes(node->disk, DISK_ROSTER)))
        return "its nodes.conf is broken";
    if (disk_path(node->disk, DISK_ROSTER) != NULL && node_save_roster(node) != 0)
        return "its nodes.conf cannot be written";
    memory_review(node);
    problem = load_jobs(node);
    if (problem == NULL)
        aof_flush(node);
    return problem;
}

int node_save_roster(struct node *node)
{
    struct buffer text = {0};
    int rc;

    roster_save(&text, node);
    rc = disk_replace(node->disk, DISK_ROSTER, (struct bytes){text.data, text.size});
    buffer_fini(&text);
    return rc;
}

int node_save_config(struct node *node)
{
    struct buffer text = {0};
    int rc;

    if (!disk_has(node->disk, DISK_CONFIG))
        return 0;
    config_file_rewrite(&node->config, disk_bytes(node->disk, DISK_CONFIG), &text);
    rc = disk_replace(node->disk, DISK_CONFIG, (struct bytes){text.data, text.size});
    buffer_fini(&text);
    return rc;
}

void node_exit(struct node *node, int64_t restart_us)
{
    gate_shut(&node->gate);
    if (node->on_exit != NULL)
        node->on_exit(node->exit_ctx, restart_us);
}

static void free_jobs(struct node *node)
{
    struct roll_entry *first;

    while ((first = roll_first(&node->jobs_by_age)) != NULL) {
        struct job *job = OWNER_OF(first, struct job, by_age);

        node_audit(node, &job->id, AUDIT_FORGOTTEN);
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
    aof_fini(node);
    peers_free(node);
    free(node->reachable);
    free(node->barred);
    slowlog_clear(&node->slowlog);
    config_fini(&node->config);
    gate_fini(&node->gate);
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
        job_rearm(OWNER_OF(entry, struct job, by_age));
    queues_review(node);
    if (timer_is_armed(&node->pause_ends))
        clock_arm(node->clock, &node->pause_ends, node_clock_us(node, node->paused_until_ms));
    heartbeat_wake(node);
}

int64_t node_jitter_ms(struct node *node)
{
    return node->has_jitter ? (int64_t)rng_below(&node->jitter, 500) - 250 : 0;
}

int64_t node_cron_period_us(const struct node *node)
{
    return 1000 / config_number(&node->config, CONFIG_HZ) * 1000;
}

int64_t node_tick_at_us(const struct node *node, int64_t period_us, int64_t at_us)
{
    int64_t earliest_us = clock_now_us(node->clock) + 1;
    int64_t since_us = (at_us > earliest_us ? at_us : earliest_us) - node->start_at_us;

    return node->start_at_us + (since_us + period_us - 1) / period_us * period_us;
}

void node_settle(struct node *node)
{
    if (!list_is_empty(&node->signalled))
        queues_serve(node);
    aof_flush(node);
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
    struct node *node = job_node(job);

    if (job->state == JOB_ACTIVE || job->state == JOB_QUEUED)
        aof_remove(job);
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

    while ((first = roll_first(&node->jobs_by_age)) != NULL) {
        struct job *job = OWNER_OF(first, struct job, by_age);

        node_audit(node, &job->id, AUDIT_FORGOTTEN);
        node_drop_job(job);
    }
    queues_flush(node);
}

int64_t node_next_ctime(struct node *node)
{
    int64_t ctime_ns = node_now_ms(node) * 1000000;

    node->last_ctime_ns = ctime_ns > node->last_ctime_ns ? ctime_ns : node->last_ctime_ns + 1;
    return node->last_ctime_ns;
}
