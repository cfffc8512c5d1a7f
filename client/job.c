/* SPDX-License-Identifier: MIT */
/* Each job is one block of memory, its texts behind it, and comes back to the handle: a worker that takes and
 * acknowledges one after the other allocates nothing. */
#include "client/job.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_CAPACITY = 256,
    KEPT_MAX = 65536, /* larger ones are not kept */
};

struct box {
    struct disq_job job; /* first: the two are the same address */
    size_t capacity;
    char texts[];
};

static_assert(offsetof(struct box, job) == 0, "a job is its box");

bool disq_is_job_id(const char *text, size_t size)
{
    return size == DISQ_ID_SIZE && text[0] == 'D' && text[DISQ_ID_PREFIX_AT - 1] == '-' &&
           text[DISQ_ID_RANDOM_AT - 1] == '-' && text[DISQ_ID_TTL_AT - 1] == '-';
}

static struct box *take(struct disq_jobs *jobs, size_t size)
{
    struct box *box = (struct box *)jobs->spare;
    size_t capacity = box != NULL ? box->capacity : FIRST_CAPACITY;
    struct box *grown;

    if (box != NULL && size <= capacity) {
        jobs->spare = box->job.next;
        return box;
    }
    while (capacity < size)
        capacity *= 2;
    grown = malloc(sizeof(*grown) + capacity);
    if (grown == NULL)
        return NULL;
    if (box != NULL) { /* in its place, or small ones would pile up */
        jobs->spare = box->job.next;
        free(box);
    }
    grown->capacity = capacity;
    return grown;
}

static const char *copy_text(char **to, const struct disq_reply *text)
{
    char *copy = *to;

    memcpy(copy, text->text, text->size + 1);
    *to += text->size + 1;
    return copy;
}

/* The names and values behind the body; names that are not known are let pass. */
static int parse_counters(struct disq_job *job, const struct disq_reply *name)
{
    for (; name != NULL && name->next != NULL; name = name->next->next) {
        int64_t *number = disq_reply_is_word(name, "nacks")                   ? &job->nacks
                          : disq_reply_is_word(name, "additional-deliveries") ? &job->additional_deliveries
                                                                              : NULL;

        if (number != NULL && disq_reply_number(name->next, number) != 0)
            return DISQ_PROTOCOL;
    }
    return 0;
}

static bool is_job(const struct disq_reply *row)
{
    const struct disq_reply *text = row->first;

    if (row->type != DISQ_REPLY_ARRAY || row->count < 3)
        return false;
    for (int i = 0; i < 3; i++, text = text->next) {
        if (text->type != DISQ_REPLY_STRING || text->size > SIZE_MAX / 8)
            return false;
    }
    return disq_is_job_id(row->first->next->text, row->first->next->size);
}

static int parse_job(struct disq_jobs *jobs, const struct disq_reply *row, struct disq_job **job)
{
    const struct disq_reply *queue = row->first;
    const struct disq_reply *id, *body;
    struct box *box;
    char *texts;

    if (!is_job(row))
        return DISQ_PROTOCOL;
    id = queue->next;
    body = id->next;
    box = take(jobs, queue->size + id->size + body->size + 3);
    if (box == NULL)
        return DISQ_NO_MEMORY;
    texts = box->texts;
    box->job = (struct disq_job){
        .queue_size = queue->size,
        .body_size = body->size,
    };
    box->job.id = copy_text(&texts, id);
    box->job.queue = copy_text(&texts, queue);
    box->job.body = copy_text(&texts, body);
    *job = &box->job;
    return parse_counters(*job, body->next);
}

int disq_jobs_parse(struct disq_jobs *jobs, const struct disq_reply *reply, struct disq_job **list)
{
    struct disq_job **end = list;
    int rc = 0;

    *list = NULL;
    if (reply->type == DISQ_REPLY_NIL_ARRAY)
        return 0;
    if (reply->type != DISQ_REPLY_ARRAY)
        return DISQ_PROTOCOL;
    for (const struct disq_reply *row = reply->first; row != NULL && rc == 0; row = row->next) {
        rc = parse_job(jobs, row, end);
        if (*end != NULL)
            end = &(*end)->next;
    }
    if (rc != 0) {
        disq_jobs_give_back_all(jobs, *list);
        *list = NULL;
    }
    return rc;
}

void disq_jobs_give_back(struct disq_jobs *jobs, struct disq_job *job)
{
    if (((struct box *)job)->capacity > KEPT_MAX) {
        free(job);
        return;
    }
    job->next = jobs->spare;
    jobs->spare = job;
}

void disq_jobs_give_back_all(struct disq_jobs *jobs, struct disq_job *job)
{
    while (job != NULL) {
        struct disq_job *next = job->next;

        disq_jobs_give_back(jobs, job);
        job = next;
    }
}

void disq_jobs_fini(struct disq_jobs *jobs)
{
    while (jobs->spare != NULL) {
        struct disq_job *next = jobs->spare->next;

        free(jobs->spare);
        jobs->spare = next;
    }
    *jobs = (struct disq_jobs){0};
}
