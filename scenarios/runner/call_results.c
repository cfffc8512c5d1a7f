/* SPDX-License-Identifier: MIT */
/* What the library's calls give, as replies to be expected. */
#include "scenarios/runner/call_results.h"

int call_finish_id(struct disq *client, struct arena *arena, struct value *result)
{
    char id[DISQ_ID_SIZE + 1];
    int rc = disq_finish_id(client, id);

    if (rc == 0)
        *result = value_bulk(arena, slice_of(id));
    return rc;
}

static struct value job_value(struct arena *arena, const struct disq_job *job)
{
    struct value value = value_array(arena, 3);

    value.items[0] = value_bulk(arena, (struct slice){job->queue, job->queue_size});
    value.items[1] = value_bulk(arena, (struct slice){job->id, DISQ_ID_SIZE});
    value.items[2] = value_bulk(arena, (struct slice){job->body, job->body_size});
    return value;
}

int call_finish_jobs(struct disq *client, struct arena *arena, struct value *result)
{
    struct disq_job *jobs = NULL;
    int rc = disq_finish_jobs(client, &jobs);
    size_t count = 0;

    for (const struct disq_job *job = jobs; job != NULL; job = job->next)
        count++;
    *result = count > 0 ? value_array(arena, count) : value_nil_array();
    count = 0;
    for (const struct disq_job *job = jobs; job != NULL; job = job->next)
        result->items[count++] = job_value(arena, job);
    disq_jobs_free(client, jobs);
    return rc;
}

int call_finish_number(struct disq *client, struct arena *arena, struct value *result)
{
    int64_t number = 0;
    int rc = disq_finish_number(client, &number);

    (void)arena;
    *result = value_integer(number);
    return rc;
}

int call_finish_ok(struct disq *client, struct arena *arena, struct value *result)
{
    int rc = disq_finish(client);

    *result = value_status(arena, slice_of("OK"));
    return rc;
}

int call_finish_ping(struct disq *client, struct arena *arena, struct value *result)
{
    int rc = disq_finish(client);

    *result = value_status(arena, slice_of("PONG"));
    return rc;
}

/* [version, "id", ["id", "address", priority] …] */
int call_finish_hello(struct disq *client, struct arena *arena, struct value *result)
{
    struct disq_hello hello = {0};
    int rc = disq_finish_hello(client, &hello);

    if (rc != 0)
        return rc;
    *result = value_array(arena, 2 + hello.node_count);
    result->items[0] = value_integer(hello.version);
    result->items[1] = value_bulk(arena, slice_of(hello.id));
    for (size_t i = 0; i < hello.node_count; i++) {
        struct value *node = &result->items[2 + i];

        *node = value_array(arena, 3);
        node->items[0] = value_bulk(arena, slice_of(hello.nodes[i].id));
        node->items[1] = value_bulk(arena, slice_of(hello.nodes[i].address));
        node->items[2] = value_integer(hello.nodes[i].priority);
    }
    return 0;
}

static struct value reply_value(struct arena *arena, const struct disq_reply *reply);

static struct value array_value(struct arena *arena, const struct disq_reply *reply)
{
    struct value value = value_array(arena, reply->count);
    size_t i = 0;

    for (const struct disq_reply *item = reply->first; item != NULL; item = item->next)
        value.items[i++] = reply_value(arena, item);
    return value;
}

static struct value reply_value(struct arena *arena, const struct disq_reply *reply)
{
    struct slice text = {reply->text, reply->size};

    switch (reply->type) {
    case DISQ_REPLY_NIL:
        return value_nil();
    case DISQ_REPLY_NIL_ARRAY:
        return value_nil_array();
    case DISQ_REPLY_STATUS:
        return value_status(arena, text);
    case DISQ_REPLY_ERROR:
        return value_error(arena, text);
    case DISQ_REPLY_INTEGER:
        return value_integer(reply->integer);
    case DISQ_REPLY_STRING:
        return value_bulk(arena, text);
    case DISQ_REPLY_ARRAY:
        return array_value(arena, reply);
    case DISQ_REPLY_OTHER:
        break;
    }
    return value_nil();
}

int call_finish_reply(struct disq *client, struct arena *arena, struct value *result)
{
    const struct disq_reply *reply = NULL;
    int rc = disq_finish_reply(client, &reply);

    if (rc == 0)
        *result = reply_value(arena, reply);
    return rc;
}
