/* SPDX-License-Identifier: MIT */
/* A call begins, is done when all of its parts are, and ends when its result is fetched. */
#include "client/call.h"

#include "client/client.h"
#include "client/link.h"

#include <stdlib.h>
#include <string.h>

int disq_call_begin(struct disq *client, const struct disq_command *command, struct disq_call **call)
{
    const struct disq_env *env;
    struct disq_call *begun;

    if (client == NULL)
        return DISQ_INVALID;
    begun = client->spare_calls;
    if (begun != NULL)
        client->spare_calls = begun->next;
    else if ((begun = calloc(1, sizeof(*begun))) == NULL)
        return DISQ_NO_MEMORY;
    env = disq_env_of(client);
    client->now_us = env->now_us(env->ctx);
    memset(begun, 0, offsetof(struct disq_call, arena));
    begun->client = client;
    begun->command = command;
    begun->serial = ++client->call_serial;
    begun->begun_at_us = client->now_us;
    begun->timeout_ms = client->settings.options.call_timeout_ms;
    begun->error_text[0] = '\0';
    disq_arena_reset(&begun->arena);
    *call = begun;
    return 0;
}

struct disq_part *disq_call_add(struct disq_call *call, enum disq_role role, struct disq_node *node)
{
    struct disq_part *part = call->client->spare_parts;
    struct disq_part **end = &call->parts;

    if (part != NULL)
        call->client->spare_parts = part->next;
    else if ((part = calloc(1, sizeof(*part))) == NULL)
        return NULL;
    memset(part, 0, offsetof(struct disq_part, request));
    part->owed.kind = DISQ_OWED_PART;
    part->call = call;
    part->role = role;
    part->node = node;
    while (*end != NULL)
        end = &(*end)->next;
    *end = part;
    return part;
}

static void drop_parts(struct disq_call *call)
{
    while (call->parts != NULL) {
        struct disq_part *part = call->parts;

        call->parts = part->next;
        disq_request_trim(&part->request);
        part->next = call->client->spare_parts;
        call->client->spare_parts = part;
    }
}

/* Its memory is used again. */
static void drop(struct disq_call *call)
{
    drop_parts(call);
    disq_jobs_give_back_all(&call->client->jobs, call->jobs);
    call->jobs = NULL;
    call->next = call->client->spare_calls;
    call->client->spare_calls = call;
}

int disq_call_send(struct disq_call *call, int rc)
{
    struct disq *client = call->client;

    if (rc != 0) {
        drop(call);
        return rc;
    }
    if (client->calls == NULL)
        client->calls = call;
    else
        client->calls_last->next = call;
    client->calls_last = call;
    client->has_news = true;
    return 0;
}

void disq_call_note(struct disq_call *call, const char *text, size_t size)
{
    if (call->error_text[0] != '\0')
        return;
    if (size >= sizeof(call->error_text))
        size = sizeof(call->error_text) - 1;
    memcpy(call->error_text, text, size);
    call->error_text[size] = '\0';
}

/* ---- Under way ---- */

static void call_done(struct disq_call *call, int rc)
{
    struct disq *client = call->client;

    call->rc = rc;
    call->is_done = true;
    if (client->settings.options.on_event == NULL)
        return;
    disq_tell_event(client, &(struct disq_event){
                                .kind = DISQ_EVENT_ANSWERED,
                                .command = call->command->name,
                                .error = rc,
                                .took_us = client->now_us - call->begun_at_us,
                            });
}

static void settle(struct disq_call *call)
{
    int rc = 0;

    for (const struct disq_part *part = call->parts; part != NULL; part = part->next) {
        if (part->state != DISQ_PART_DONE)
            return;
        if (rc == 0)
            rc = disq_part_result(part);
    }
    call_done(call, rc);
}

static void step(struct disq_call *call)
{
    for (struct disq_part *part = call->parts; part != NULL; part = part->next) {
        while (part->state == DISQ_PART_WAITING && disq_part_step(part))
            continue;
    }
    settle(call);
}

void disq_calls_step(struct disq *client)
{
    bool are_done;

    do {
        are_done = true;
        for (struct disq_call *call = client->calls; call != NULL; call = call->next) {
            if (!call->is_done)
                step(call);
            are_done = are_done && call->is_done;
        }
    } while (!disq_link_flush(client));
    client->has_news = false;
    if (are_done)
        client->search.is_on = false;
}

bool disq_calls_are_done(const struct disq *client)
{
    for (const struct disq_call *call = client->calls; call != NULL; call = call->next) {
        if (!call->is_done)
            return false;
    }
    return true;
}

uint64_t disq_calls_oldest(const struct disq *client)
{
    for (const struct disq_call *call = client->calls; call != NULL; call = call->next) {
        if (!call->is_done)
            return call->serial;
    }
    return client->call_serial + 1;
}

void disq_calls_wait(struct disq *client, const struct disq_call *call)
{
    if (client->has_news)
        disq_calls_step(client);
    while (!call->is_done) {
        int rc = disq_link_wait(client, disq_next_deadline(client));

        if (rc >= 0) {
            disq_process(client);
            continue;
        }
        disq_calls_fail(client, rc);
    }
}

/* What a call comes to that is given up. Who cancels knows what it means; others are told what may be done.
 */
static int failure(const struct disq_call *call, int why)
{
    if (why == DISQ_CANCELLED)
        return why;
    for (const struct disq_part *part = call->parts; part != NULL; part = part->next) {
        int rc = part->state != DISQ_PART_DONE ? disq_part_failure(part, why) : why;

        if (rc != why)
            return rc;
    }
    return why;
}

/* Closes the connections that owe answers to calls that are done. */
static void drop_owing(struct disq *client)
{
    struct disq_conn *next;

    for (struct disq_conn *conn = client->conns; conn != NULL; conn = next) {
        next = conn->next;
        if (conn->owed != NULL && conn->state == DISQ_CONN_READY)
            disq_link_drop(client, conn, DISQ_CANCELLED);
    }
}

void disq_calls_fail(struct disq *client, int rc)
{
    for (struct disq_call *call = client->calls; call != NULL; call = call->next) {
        if (!call->is_done)
            call_done(call, failure(call, rc));
    }
    client->search.is_on = false;
    client->has_news = false;
    drop_owing(client);
}

/* ---- The end ---- */

static void take_out(struct disq *client, const struct disq_call *call)
{
    struct disq_call **at = &client->calls;
    struct disq_call *before = NULL;

    while (*at != call) {
        before = *at;
        at = &before->next;
    }
    *at = call->next;
    if (client->calls_last == call)
        client->calls_last = before;
}

/* What is known of a failure: the server's words, what connecting met with, or ours. */
static void note_failure(struct disq_call *call)
{
    const char *text = call->client->trouble;
    bool is_trouble = call->rc == DISQ_CANNOT_CONNECT || call->rc == DISQ_NOAUTH;

    if (call->rc == 0) {
        call->error_text[0] = '\0'; /* what was said on the way does not matter any more */
        return;
    }
    if (!is_trouble || text[0] == '\0')
        text = disq_strerror(call->rc);
    disq_call_note(call, text, strlen(text));
}

int disq_call_finish(struct disq_call *call)
{
    struct disq *client = call->client;

    take_out(client, call);
    drop_parts(call);
    if (client->finished != NULL)
        drop(client->finished);
    client->finished = call;
    note_failure(call);
    return call->rc;
}

void disq_calls_fini(struct disq *client)
{
    while (client->calls != NULL) {
        client->calls->is_done = true;
        disq_call_finish(client->calls);
    }
    if (client->finished != NULL)
        drop(client->finished);
    while (client->spare_calls != NULL) {
        struct disq_call *next = client->spare_calls->next;

        disq_arena_fini(&client->spare_calls->arena);
        disq_table_fini(&client->spare_calls->table);
        free(client->spare_calls);
        client->spare_calls = next;
    }
    while (client->spare_parts != NULL) {
        struct disq_part *next = client->spare_parts->next;

        disq_request_fini(&client->spare_parts->request);
        free(client->spare_parts);
        client->spare_parts = next;
    }
}
