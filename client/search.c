/* SPDX-License-Identifier: MIT */
/* Whether nodes refuse, are silent, or are too many to try: a search ends at its deadline, and a silent node
 * takes no more than its share of what is left. */
#include "client/search.h"

#include "client/client.h"
#include "client/link.h"

#include <string.h>

int64_t disq_search_backoff_us(struct disq *client, unsigned failures)
{
    const struct disq_options *options = &client->settings.options;
    const struct disq_env *env = disq_env_of(client);
    int64_t pause_us = options->backoff_initial_ms * 1000;
    int64_t max_us = options->backoff_max_ms * 1000;

    for (unsigned i = 1; i < failures && pause_us < max_us; i++)
        pause_us *= 2;
    if (pause_us > max_us)
        pause_us = max_us;
    return pause_us - (int64_t)(env->random(env->ctx) % (uint64_t)(pause_us / 2 + 1));
}

/* In the first round only nodes that are well. Later all will do: what is known of them may be old. */
static bool is_choice(const struct disq *client, const struct disq_node *node)
{
    bool is_known = node->id[0] != '\0';

    if (node->is_alias || node->shunned_in >= disq_calls_oldest(client) ||
        (!node->is_listed && !node->is_given))
        return false;
    return client->search.rounds > 0 || !is_known ||
           (node->is_listed && node->priority < DISQ_PRIORITY_UNHEALTHY);
}

static bool is_untried(const struct disq *client, const struct disq_node *node)
{
    return is_choice(client, node) && node->tried_in != client->search.round;
}

/* How many are to be tried in this round, and how many of them are as good as the best. */
static size_t count_choices(const struct disq *client, int *best, size_t *equals)
{
    size_t choices = 0;

    *equals = 0;
    for (const struct disq_node *node = client->pool.nodes; node != NULL; node = node->next) {
        if (!is_untried(client, node))
            continue;
        if (choices++ == 0 || node->priority < *best) {
            *best = node->priority;
            *equals = 0;
        }
        *equals += node->priority == *best;
    }
    return choices;
}

static struct disq_node *pick(const struct disq *client, size_t *choices)
{
    int best = 0;
    size_t equals, skip;

    *choices = count_choices(client, &best, &equals);
    if (*choices == 0)
        return NULL;
    skip = (size_t)(client->search.choice % equals);
    for (struct disq_node *node = client->pool.nodes; node != NULL; node = node->next) {
        if (is_untried(client, node) && node->priority == best && skip-- == 0)
            return node;
    }
    return NULL;
}

static void begin_round(struct disq *client)
{
    const struct disq_env *env = disq_env_of(client);

    client->search.round++;
    client->search.tried = 0;
    client->search.pause_until_us = 0;
    client->search.choice = env->random(env->ctx);
}

static void begin(struct disq *client)
{
    struct disq_search *search = &client->search;

    search->is_on = true;
    search->deadline_us = disq_after_ms(client, client->settings.options.connect_timeout_ms);
    search->rounds = 0;
    search->failure = DISQ_CANNOT_CONNECT;
    search->node = NULL;
    begin_round(client);
}

static void end(struct disq *client)
{
    client->search.is_on = false;
    client->search.node = NULL;
}

static int fail(struct disq *client, int rc)
{
    end(client);
    client->search.failure = rc;
    client->search.failed_in = client->call_serial;
    return rc;
}

static int found(struct disq *client, struct disq_node *node)
{
    const struct disq_node *from = client->search.from;

    client->home = node;
    if (from != NULL && from != node)
        disq_tell(client, DISQ_EVENT_MOVED, disq_node_address(from), node->conn->address, client->search.why);
    client->search.from = NULL;
    end(client);
    return 0;
}

/* 0: it is connected; DISQ_AGAIN: that is under way; else it is not to be had. */
static int try_node(struct disq *client, struct disq_node *node, size_t choices)
{
    struct disq_search *search = &client->search;
    int64_t share_us = (search->deadline_us - client->now_us) / (int64_t)choices;
    int rc = 0;

    node->tried_in = search->round;
    search->tried++;
    if (!disq_link_is_ready(client, node) && node->conn == NULL)
        rc = disq_link_dial(client, node, client->now_us + share_us);
    if (rc != 0)
        return rc;
    search->node = node;
    return node->conn->state == DISQ_CONN_READY ? 0 : DISQ_AGAIN;
}

/* All were tried, for nothing. 0: there are others to be tried at once. */
static int end_round(struct disq *client)
{
    struct disq_search *search = &client->search;
    int attempts = client->settings.options.connect_attempts;
    bool was_empty = search->tried == 0;

    search->rounds++;
    if (was_empty && search->rounds == 1) { /* none is well, so those that are not come next */
        begin_round(client);
        return 0;
    }
    if (was_empty || search->failure == DISQ_NOAUTH || (attempts > 0 && search->rounds >= (unsigned)attempts))
        return fail(client, search->failure);
    search->pause_until_us = client->now_us + disq_search_backoff_us(client, search->rounds);
    return DISQ_AGAIN;
}

/* Dials one node after the other until one is connected, or may yet be. */
static int try_nodes(struct disq *client)
{
    struct disq_node *node;
    size_t choices;
    int rc = 0;

    while (rc == 0) {
        node = pick(client, &choices);
        if (node == NULL) {
            rc = end_round(client);
            continue;
        }
        rc = try_node(client, node, choices);
        if (rc == 0)
            return found(client, node);
        if (rc == DISQ_NO_MEMORY)
            return fail(client, rc);
        if (rc != DISQ_AGAIN)
            rc = 0;
    }
    return rc;
}

int disq_search_step(struct disq *client)
{
    struct disq_search *search = &client->search;
    struct disq_node *node;

    if (!search->is_on)
        begin(client);
    node = search->node;
    if (node != NULL && node->conn != NULL)
        return node->conn->state == DISQ_CONN_READY ? found(client, node) : DISQ_AGAIN;
    search->node = NULL;
    if (client->now_us >= search->deadline_us)
        return fail(client, search->failure);
    if (client->now_us < search->pause_until_us)
        return DISQ_AGAIN;
    if (search->pause_until_us > 0)
        begin_round(client);
    return try_nodes(client);
}

void disq_search_locked_out(struct disq *client)
{
    client->search.failure = DISQ_NOAUTH;
}

int64_t disq_search_deadline(const struct disq *client)
{
    const struct disq_search *search = &client->search;

    if (!search->is_on || search->node != NULL)
        return DISQ_NEVER;
    return search->pause_until_us < search->deadline_us ? search->pause_until_us : search->deadline_us;
}
