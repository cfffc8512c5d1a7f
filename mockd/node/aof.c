/* SPDX-License-Identifier: MIT */
/* What Disque leaves to a child process, the node does itself here, at a time of the cluster's clock: two
 * runs write the same file. */
#include "mockd/node/aof.h"

#include "mockd/node/node.h"
#include "mockd/node/record.h"

#include <inttypes.h>
#include <stdlib.h>

enum { ARGS_MAX = 2 };

/* ---- Writing ---- */

static void add_arg(struct buffer *file, struct bytes arg)
{
    buffer_printf(file, "$%zu\r\n", arg.size);
    buffer_add(file, arg.data, arg.size);
    buffer_add_text(file, "\r\n");
}

static void write_loadjob(struct buffer *file, const struct job *job)
{
    struct buffer record = {0};

    record_write(&record, job);
    buffer_add_text(file, "*2\r\n$7\r\nLOADJOB\r\n");
    add_arg(file, (struct bytes){record.data, record.size});
    buffer_fini(&record);
}

static bool is_written(const struct node *node)
{
    return node->aof.state == AOF_ON && !node->aof.is_loading;
}

/* As the server looks at it now and then, here whenever it has grown. */
static void rewrite_if_grown(struct node *node)
{
    int64_t base_size = node->aof.base_size > 0 ? (int64_t)node->aof.base_size : 1;
    int64_t percentage = config_number(&node->config, CONFIG_AUTO_AOF_REWRITE_PERCENTAGE);
    int64_t size = (int64_t)aof_size(node);

    if (percentage != 0 && size > config_number(&node->config, CONFIG_AUTO_AOF_REWRITE_MIN_SIZE) &&
        size * 100 / base_size - 100 >= percentage)
        aof_rewrite(node);
}

static void append(struct node *node, struct buffer *command)
{
    disk_append(node->disk, DISK_JOBS, (struct bytes){command->data, command->size});
    buffer_fini(command);
    rewrite_if_grown(node);
}

void aof_add(const struct job *job)
{
    struct buffer command = {0};

    if (!is_written(job_node(job)))
        return;
    write_loadjob(&command, job);
    append(job_node(job), &command);
}

void aof_remove(const struct job *job)
{
    struct buffer command = {0};

    if (!is_written(job_node(job)))
        return;
    buffer_add_text(&command, "*2\r\n$6\r\nDELJOB\r\n");
    add_arg(&command, job_id_bytes(&job->id));
    append(job_node(job), &command);
}

void aof_flush(struct node *node)
{
    if (node->aof.state == AOF_ON)
        node->aof.error = disk_flush(node->disk, DISK_JOBS);
}

size_t aof_size(const struct node *node)
{
    return disk_bytes(node->disk, DISK_JOBS).size;
}

/* ---- Writing anew ---- */

bool aof_rewrite_now(struct node *node)
{
    struct buffer file = {0};
    int rc;

    for (struct roll_entry *entry = roll_first(&node->jobs_by_age); entry != NULL;
         entry = roll_next(&node->jobs_by_age, entry)) {
        const struct job *job = OWNER_OF(entry, struct job, by_age);

        if (job->state == JOB_ACTIVE || job->state == JOB_QUEUED)
            write_loadjob(&file, job);
    }
    rc = disk_replace(node->disk, DISK_JOBS, (struct bytes){file.data, file.size});
    buffer_fini(&file);
    node->aof.has_failed = rc != 0;
    if (rc == 0)
        node->aof.base_size = aof_size(node);
    return rc == 0;
}

/* The real server has a child write the file, and sees at a tick that it has ended. */
static void on_rewritten(struct timer *timer)
{
    struct node *node = OWNER_OF(timer, struct node, aof.rewritten);

    node->aof.is_rewriting = false;
    node->aof.last_rewrite_took_s = node_now_s(node) - node->aof.rewriting_since_s;
    if (aof_rewrite_now(node) && node->aof.state == AOF_WAIT_REWRITE)
        node->aof.state = AOF_ON;
}

bool aof_rewrite(struct node *node)
{
    if (node->aof.is_rewriting)
        return false;
    node->aof.is_rewriting = true;
    node->aof.rewriting_since_s = node_now_s(node);
    clock_arm(node->clock, &node->aof.rewritten, node_tick_at_us(node, node_cron_period_us(node), 0));
    return true;
}

static void stop_rewriting(struct node *node)
{
    clock_disarm(node->clock, &node->aof.rewritten);
    node->aof.is_rewriting = false;
}

void aof_review(struct node *node)
{
    bool is_wanted = config_number(&node->config, CONFIG_APPENDONLY) != 0;

    if (is_wanted == (node->aof.state != AOF_OFF))
        return;
    if (!is_wanted) {
        stop_rewriting(node);
        node->aof.state = AOF_OFF;
        node->aof.error = 0;
        return;
    }
    node->aof.state = AOF_WAIT_REWRITE;
    aof_rewrite(node);
}

void aof_start(struct node *node)
{
    if (config_number(&node->config, CONFIG_APPENDONLY) == 0)
        return;
    node->aof.state = AOF_ON;
    node->aof.base_size = aof_size(node);
    disk_append(node->disk, DISK_JOBS, bytes_of(""));
}

void aof_init(struct node *node)
{
    node->aof = (struct aof){.last_rewrite_took_s = -1};
    node->aof.rewritten = (struct timer){.fire = on_rewritten, .gate = &node->gate};
}

void aof_fini(struct node *node)
{
    stop_rewriting(node);
}

/* ---- Loading ---- */

static bool delete_job(struct node *node, struct bytes word)
{
    struct job_id id;
    struct job *job;

    if (!job_id_parse(word, &id))
        return false;
    job = node_find_job(node, &id);
    if (job != NULL)
        node_drop_job(job);
    return true;
}

static bool run(struct node *node, const struct bytes argv[ARGS_MAX], bool enqueue)
{
    if (bytes_is_word(argv[0], "loadjob"))
        return record_load(node, argv[1], enqueue);
    return bytes_is_word(argv[0], "deljob") && delete_job(node, argv[1]);
}

/* A file may end anywhere, as the machine can stop while it is written. */
enum reading { READ_WHOLE, READ_TORN, READ_BAD };

/* A number behind this sign, at the end of a line. */
static enum reading read_number(struct bytes *file, char sign, int64_t min, int64_t *number)
{
    struct bytes line;
    bool is_whole = bytes_cut_at(file, '\n', &line);

    if (line.size > 0 && line.data[0] != sign)
        return READ_BAD;
    if (!is_whole)
        return READ_TORN;
    return line.size >= 3 && line.data[line.size - 1] == '\r' &&
                   bytes_to_integer((struct bytes){line.data + 1, line.size - 2}, number) && *number >= min
               ? READ_WHOLE
               : READ_BAD;
}

static enum reading read_arg(struct bytes *file, struct bytes *arg)
{
    int64_t size;
    enum reading reading = read_number(file, '$', 0, &size);

    if (reading != READ_WHOLE)
        return reading;
    if (file->size < 2 || (uint64_t)size > file->size - 2)
        return READ_TORN;
    *arg = (struct bytes){file->data, (size_t)size};
    *file = (struct bytes){file->data + size + 2, file->size - (size_t)size - 2};
    return READ_WHOLE;
}

static enum reading read_command(struct bytes *file, struct bytes argv[ARGS_MAX])
{
    int64_t argc;
    enum reading reading = read_number(file, '*', 1, &argc);

    if (reading == READ_WHOLE && argc != ARGS_MAX)
        reading = READ_BAD;
    for (size_t i = 0; i < ARGS_MAX && reading == READ_WHOLE; i++)
        reading = read_arg(file, &argv[i]);
    return reading;
}

/* Runs all commands, and tells how many bytes they took. */
static enum reading run_all(struct node *node, struct bytes file, bool enqueue, size_t *done)
{
    struct bytes argv[ARGS_MAX];
    struct bytes rest = file;
    enum reading reading = READ_WHOLE;

    for (*done = 0; rest.size > 0; *done = file.size - rest.size) {
        reading = read_command(&rest, argv);
        if (reading == READ_WHOLE && !run(node, argv, enqueue))
            reading = READ_BAD;
        if (reading != READ_WHOLE)
            break;
    }
    return reading;
}

/* A copy is read: what is done with the jobs may change the file. */
enum aof_result aof_load(struct node *node, size_t size)
{
    bool enqueue = config_number(&node->config, CONFIG_AOF_ENQUEUE_JOBS_ONCE) != 0;
    struct bytes file = disk_bytes(node->disk, DISK_JOBS);
    enum reading reading;
    size_t done;
    char *copy;

    if (!disk_has(node->disk, DISK_JOBS))
        return AOF_MISSING;
    if (size == 0)
        return AOF_EMPTY;
    copy = xmemdup(file.data, size);
    node->aof.is_loading = true;
    reading = run_all(node, (struct bytes){copy, size}, enqueue, &done);
    node->aof.is_loading = false;
    free(copy);
    if (reading == READ_WHOLE)
        return AOF_LOADED;
    if (reading == READ_BAD || config_number(&node->config, CONFIG_AOF_LOAD_TRUNCATED) == 0 ||
        aof_size(node) != size)
        return AOF_BROKEN;
    disk_cut(node->disk, DISK_JOBS, done);
    return AOF_LOADED;
}
