/* SPDX-License-Identifier: MIT */
/* Numbers are written as words, and not as a struct holds them, so that every build reads the files of every
 * other. */
#include "mockd/node/record.h"

#include "mockd/node/audit.h"
#include "mockd/node/node.h"
#include "mockd/node/requeue.h"

#include <inttypes.h>
#include <stdlib.h>

/* What a job is written as: these numbers and its ID, a word each, then a line feed, the queue's name, the
 * body, and the IDs of the nodes that may have a copy. */
enum field {
    FIELD_STATE,
    FIELD_FLAGS,
    FIELD_REPL,
    FIELD_ETIME_S,
    FIELD_DELAY_S,
    FIELD_RETRY_S,
    FIELD_NACKS,
    FIELD_DELIVERIES,
    FIELD_CTIME_NS,
    FIELD_QUEUE_SIZE,
    FIELD_BODY_SIZE,
    FIELD_HOLDERS,
    FIELD_COUNT,
};

void record_write(struct buffer *record, const struct job *job)
{
    struct job_copy *copy = job_copy_new(job);
    const int64_t fields[FIELD_COUNT] = {
        job->state,     copy->flags,      copy->repl,      job->etime_s,
        copy->delay_s,  copy->retry_s,    copy->nacks,     copy->deliveries,
        copy->ctime_ns, copy->queue_size, copy->body_size, copy->delivered_count,
    };

    for (size_t i = 0; i < FIELD_COUNT; i++)
        buffer_printf(record, "%" PRId64 " ", fields[i]);
    buffer_printf(record, "%.*s\n", JOB_ID_SIZE, job->id.text);
    buffer_add(record, copy->data,
               (size_t)copy->queue_size + copy->body_size + (size_t)copy->delivered_count * NODE_ID_SIZE);
    free(copy);
}

static bool read_fields(struct bytes *record, int64_t fields[FIELD_COUNT], struct job_id *id)
{
    struct bytes word;

    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (!bytes_cut_at(record, ' ', &word) || !bytes_to_integer(word, &fields[i]) || fields[i] < 0)
            return false;
    return bytes_cut_at(record, '\n', &word) && job_id_parse(word, id);
}

static struct job_copy *read_copy(struct bytes record, int64_t fields[FIELD_COUNT])
{
    struct job_copy *copy;
    struct job_id id;

    if (!read_fields(&record, fields, &id) || fields[FIELD_QUEUE_SIZE] > (int64_t)record.size ||
        fields[FIELD_BODY_SIZE] > (int64_t)record.size || fields[FIELD_HOLDERS] > (int64_t)record.size ||
        fields[FIELD_QUEUE_SIZE] + fields[FIELD_BODY_SIZE] + fields[FIELD_HOLDERS] * NODE_ID_SIZE !=
            (int64_t)record.size)
        return NULL;
    copy = xmalloc(sizeof(*copy) + record.size);
    *copy = (struct job_copy){
        .id = id,
        .flags = (uint8_t)fields[FIELD_FLAGS],
        .repl = (uint16_t)fields[FIELD_REPL],
        .delay_s = (uint32_t)fields[FIELD_DELAY_S],
        .retry_s = (uint32_t)fields[FIELD_RETRY_S],
        .nacks = (uint32_t)fields[FIELD_NACKS],
        .deliveries = (uint32_t)fields[FIELD_DELIVERIES],
        .queue_size = (uint32_t)fields[FIELD_QUEUE_SIZE],
        .body_size = (uint32_t)fields[FIELD_BODY_SIZE],
        .delivered_count = (uint32_t)fields[FIELD_HOLDERS],
        .ctime_ns = fields[FIELD_CTIME_NS],
    };
    memcpy(copy->data, record.data, record.size);
    return copy;
}

bool record_load(struct node *node, struct bytes record, bool enqueue)
{
    int64_t fields[FIELD_COUNT];
    struct job_copy *copy = read_copy(record, fields);
    struct job *job;

    if (copy == NULL)
        return false;
    if (fields[FIELD_ETIME_S] > node_now_s(node) && node_find_job(node, &copy->id) == NULL) {
        job = job_from_copy(node, copy);
        job->etime_s = (uint32_t)fields[FIELD_ETIME_S];
        node_add_job(node, job);
        node_audit(node, &job->id, AUDIT_RESTORED);
        node_note(node, BEHAVIOUR_RESTORED);
        /* One that is delivered at most once has no time for it (S-09). */
        if (enqueue && fields[FIELD_STATE] == JOB_QUEUED)
            requeue_enqueue(job, false);
    }
    free(copy);
    return true;
}
