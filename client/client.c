/* SPDX-License-Identifier: MIT */
/* The handle: made, driven, looked into, freed. */
#include "client/client.h"
#include "client/greet.h"
#include "client/link.h"

#include <stdlib.h>
#include <string.h>

/* Who did not let us in has the last word. */
void disq_note_trouble(struct disq *client, const char *text, size_t size)
{
    if (client->search.is_on && client->search.failure == DISQ_NOAUTH)
        return;
    if (size >= sizeof(client->trouble))
        size = sizeof(client->trouble) - 1;
    memcpy(client->trouble, text, size);
    client->trouble[size] = '\0';
}

void disq_tell_event(const struct disq *client, const struct disq_event *event)
{
    const struct disq_options *options = &client->settings.options;
    struct disq_event told;

    if (options->on_event == NULL)
        return;
    told = *event;
    told.now_us = client->now_us;
    options->on_event(options->event_ctx, &told);
}

void disq_tell(const struct disq *client, enum disq_event_kind kind, const char *from, const char *to,
               int error)
{
    disq_tell_event(client, &(struct disq_event){.kind = kind, .from = from, .to = to, .error = error});
}

static int add_nodes(struct disq *client)
{
    const char *list = client->settings.options.nodes;
    char address[DISQ_ADDRESS_SIZE];

    while ((list = disq_address_next(list, address)) != NULL) {
        if (disq_pool_add(&client->pool, address) != 0)
            return DISQ_NO_MEMORY;
    }
    return 0;
}

static int init(struct disq *client, const struct disq_options *options)
{
    int rc;

    if ((rc = disq_settings_init(&client->settings, options)) != 0)
        return rc;
    if ((rc = disq_origins_init(client)) != 0)
        return rc;
    if ((rc = disq_greet_init(client, client->settings.options.password)) != 0)
        return rc;
    return add_nodes(client);
}

struct disq *disq_new(const struct disq_options *options)
{
    struct disq *client = calloc(1, sizeof(*client));

    if (client == NULL || init(client, options) == 0)
        return client;
    disq_free(client);
    return NULL;
}

void disq_free(struct disq *client)
{
    if (client == NULL)
        return;
    while (client->conns != NULL) {
        struct disq_conn *next = client->conns->next;

        disq_conn_close(client->conns, disq_env_of(client));
        client->conns = next;
    }
    disq_calls_fini(client);
    disq_jobs_fini(&client->jobs);
    disq_counter_fini(&client->origins.counter);
    disq_table_fini(&client->table);
    disq_pool_fini(&client->pool);
    disq_request_fini(&client->greeting);
    disq_settings_fini(&client->settings);
    free(client->ready);
    free(client);
}

/* ---- Driving calls ---- */

bool disq_is_done(const struct disq *client)
{
    return client->calls == NULL || client->calls->is_done;
}

size_t disq_pending(const struct disq *client)
{
    size_t count = 0;

    for (const struct disq_call *call = client->calls; call != NULL; call = call->next)
        count++;
    return count;
}

int64_t disq_now_us(const struct disq *client)
{
    const struct disq_env *env = disq_env_of(client);

    return env->now_us(env->ctx);
}

int disq_process(struct disq *client)
{
    const struct disq_env *env = disq_env_of(client);
    struct disq_conn *next;

    if (disq_calls_are_done(client))
        return 0;
    client->now_us = env->now_us(env->ctx);
    for (struct disq_conn *conn = client->conns; conn != NULL; conn = next) {
        next = conn->next;
        disq_link_serve(client, conn);
    }
    disq_calls_step(client);
    return disq_is_done(client) ? 0 : DISQ_AGAIN;
}

size_t disq_wants(const struct disq *client, struct disq_ready *ready, size_t size)
{
    size_t count = 0;

    if (disq_calls_are_done(client))
        return 0;
    for (const struct disq_conn *conn = client->conns; conn != NULL; conn = conn->next) {
        if (conn->owed == NULL)
            continue;
        if (count < size) {
            ready[count] = (struct disq_ready){
                .handle = conn->handle,
                .wanted = disq_conn_has_output(conn) ? DISQ_READABLE | DISQ_WRITABLE : DISQ_READABLE,
            };
        }
        count++;
    }
    return count;
}

int64_t disq_next_deadline(const struct disq *client)
{
    int64_t deadline_us = DISQ_NEVER;

    if (client->has_news)
        return client->now_us;
    if (disq_calls_are_done(client))
        return DISQ_NEVER;
    deadline_us = disq_search_deadline(client);
    for (const struct disq_conn *conn = client->conns; conn != NULL; conn = conn->next) {
        int64_t conn_deadline_us = disq_conn_deadline(conn);

        if (conn_deadline_us < deadline_us)
            deadline_us = conn_deadline_us;
    }
    return deadline_us;
}

void disq_wait(struct disq *client)
{
    if (client->calls != NULL)
        disq_calls_wait(client, client->calls);
}

void disq_cancel(struct disq *client)
{
    disq_calls_fail(client, DISQ_CANCELLED);
}

/* ---- Looking inside ---- */

const char *disq_error_text(const struct disq *client)
{
    return client != NULL && client->finished != NULL ? client->finished->error_text : "";
}

const char *disq_node(const struct disq *client)
{
    const struct disq_node *node = disq_origins_reads(client);

    return node != NULL ? node->id : "";
}

const char *disq_home(const struct disq *client)
{
    return client->home != NULL ? client->home->id : "";
}

size_t disq_origins(struct disq *client, struct disq_origin *origins, size_t size)
{
    const struct disq_env *env = disq_env_of(client);
    struct disq_counter *counter = &client->origins.counter;
    struct disq_count count;
    size_t keys = 0;

    if (!client->settings.options.count_origins)
        return 0;
    client->now_us = env->now_us(env->ctx);
    for (bool more = disq_counter_first(counter, client->now_us / 1000, &count); more;
         more = disq_counter_next(counter, &count)) {
        if (keys < size) {
            memcpy(origins[keys].prefix, count.name, DISQ_PREFIX_SIZE);
            origins[keys].prefix[DISQ_PREFIX_SIZE] = '\0';
            origins[keys].jobs = count.count;
        }
        keys++;
    }
    return keys;
}

void disq_job_free(struct disq *client, struct disq_job *job)
{
    if (job != NULL)
        disq_jobs_give_back(&client->jobs, job);
}

void disq_jobs_free(struct disq *client, struct disq_job *jobs)
{
    if (jobs != NULL)
        disq_jobs_give_back_all(&client->jobs, jobs);
}
