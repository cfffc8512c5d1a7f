/* SPDX-License-Identifier: MIT */
/* All that happens to a connection happens here, so that nothing keeps one that is gone. */
#include "client/link.h"

#include "client/client.h"
#include "client/error.h"
#include "client/greet.h"

#include <stdlib.h>
#include <string.h>

/* After so long a connection may have died without our having noticed. */
#define IDLE_US INT64_C(1000000)

enum { HOSTS_MAX = 8 }; /* tried of those that one name stands for */

/* disq_wait has nobody to tell that there is no memory, so its room grows with the connections. */
static int make_room(struct disq *client)
{
    size_t capacity = client->ready_capacity > 0 ? 2 * client->ready_capacity : 4;
    struct disq_ready *ready;

    if (client->conn_count < client->ready_capacity)
        return 0;
    ready = realloc(client->ready, capacity * sizeof(*ready));
    if (ready == NULL)
        return DISQ_NO_MEMORY;
    client->ready = ready;
    client->ready_capacity = capacity;
    return 0;
}

static int open_link(struct disq *client, struct disq_node *node, const char *address, const char *host,
                     int64_t deadline_us)
{
    const struct disq_env *env = disq_env_of(client);
    struct disq_conn *conn;
    int rc;

    if ((rc = make_room(client)) != 0)
        return rc;
    rc = disq_conn_open(env, address, host, client->settings.options.reply_max_bytes, &conn);
    if (rc != 0)
        return rc;
    if ((rc = disq_greet_start(client, conn, deadline_us)) != 0 || (rc = disq_conn_write(conn, env)) != 0) {
        disq_conn_close(conn, env);
        return rc;
    }
    disq_note_trouble(client, "", 0);
    conn->used_at_us = client->now_us;
    conn->node = node;
    node->conn = conn;
    conn->next = client->conns;
    client->conns = conn;
    client->conn_count++;
    return 0;
}

void disq_link_give_up(struct disq *client, struct disq_node *node)
{
    node->tries_other = false;
    node->failures++;
    node->retry_at_us = client->now_us + disq_search_backoff_us(client, node->failures);
    if (client->origins.target == node)
        disq_origins_stay(client);
}

static void note_unreachable(struct disq *client, const char *address, int rc)
{
    disq_note_trouble(client, disq_strerror(rc), strlen(disq_strerror(rc)));
    disq_tell(client, DISQ_EVENT_UNREACHABLE, NULL, address, rc);
}

static int look_up(struct disq *client, struct disq_node *node, const char *address)
{
    const struct disq_env *env = disq_env_of(client);
    int rc = 1;

    node->hosts_tried = 0;
    if (node->hosts == NULL && (node->hosts = calloc(HOSTS_MAX, sizeof(*node->hosts))) == NULL)
        return DISQ_NO_MEMORY;
    if (env->resolve != NULL)
        rc = env->resolve(env->ctx, address, node->hosts, HOSTS_MAX);
    else
        strcpy(node->hosts[0], address);
    if (rc > 0) {
        node->host_count = rc;
        return 0;
    }
    rc = rc < 0 ? rc : DISQ_REFUSED;
    note_unreachable(client, address, rc);
    return rc;
}

/* A host that is silent takes no more than its share of what is left. */
static int64_t share_end_us(const struct disq *client, const struct disq_node *node)
{
    int64_t left_us = node->dial_until_us - client->now_us;
    int tries = node->host_count - node->hosts_tried + (disq_node_has_other(node) ? 1 : 0);

    return client->now_us + left_us / tries;
}

/* At the hosts of this address that were not tried yet. */
static int dial_hosts(struct disq *client, struct disq_node *node, const char *address)
{
    int rc = node->host_count == 0 ? look_up(client, node, address) : DISQ_REFUSED;

    while (node->hosts_tried < node->host_count && rc != DISQ_NO_MEMORY) {
        int64_t deadline_us = share_end_us(client, node);

        rc = open_link(client, node, address, node->hosts[node->hosts_tried++], deadline_us);
        if (rc == 0)
            return 0;
        note_unreachable(client, address, rc);
    }
    return rc;
}

/* At the address that is next, and those after it. */
static int dial_on(struct disq *client, struct disq_node *node)
{
    const char *address;
    int rc = DISQ_REFUSED;

    while ((address = disq_node_address(node)) != NULL) {
        rc = dial_hosts(client, node, address);
        if (rc == 0)
            return 0;
        if (node->tries_other || rc == DISQ_NO_MEMORY)
            break;
        node->tries_other = true;
        node->host_count = 0;
    }
    disq_link_give_up(client, node);
    return rc;
}

int disq_link_dial(struct disq *client, struct disq_node *node, int64_t deadline_us)
{
    node->tries_other = false;
    node->host_count = 0;
    node->dial_until_us = deadline_us;
    return dial_on(client, node);
}

static void unlink_conn(struct disq *client, struct disq_conn *conn)
{
    struct disq_conn **at = &client->conns;

    while (*at != conn)
        at = &(*at)->next;
    *at = conn->next;
    client->conn_count--;
    if (conn->node->conn == conn)
        conn->node->conn = NULL;
}

void disq_link_leave(struct disq *client, const struct disq_node *node, int why)
{
    if (client->home == node) {
        client->home = NULL;
        client->search.from = node;
        client->search.why = why;
    }
    if (client->reads == node) {
        client->reads = NULL;
        if (client->home != NULL)
            disq_tell(client, DISQ_EVENT_MOVED, disq_node_address(node), disq_node_address(client->home),
                      why);
    }
    if (client->origins.target == node)
        disq_origins_stay(client);
}

/* Those behind the one that is late are not late themselves; who had a reply without sense was told. */
static void tell_owed(struct disq *client, struct disq_conn *conn, int why)
{
    struct disq_owed *next;

    for (struct disq_owed *owed = conn->owed; owed != NULL; owed = next) {
        bool is_late = owed->deadline_us <= client->now_us;
        bool is_other = (why == DISQ_TIMEOUT && !is_late) || why == DISQ_PROTOCOL;

        next = owed->next;
        if (owed->kind == DISQ_OWED_PART)
            disq_part_lost((struct disq_part *)owed, disq_conn_has_sent(conn, owed),
                           is_other ? DISQ_CLOSED : why);
    }
}

static void drop_greeting(struct disq *client, struct disq_conn *conn, int why)
{
    struct disq_node *node = conn->node;

    if (client->trouble[0] == '\0') /* it said nothing */
        disq_note_trouble(client, disq_strerror(why), strlen(disq_strerror(why)));
    disq_tell(client, DISQ_EVENT_UNREACHABLE, NULL, conn->address, why);
    if (node->conn != NULL) /* it turned out to be one that is connected */
        return;
    if (disq_error_is_reply(why) && node->hosts_tried == node->host_count)
        disq_link_give_up(client, node); /* what it answered here it would answer there */
    else
        dial_on(client, node);
}

void disq_link_drop(struct disq *client, struct disq_conn *conn, int why)
{
    bool is_last = conn->node->conn == conn; /* or the node has another, which lives on */

    unlink_conn(client, conn);
    if (conn->state == DISQ_CONN_READY) {
        disq_tell(client, DISQ_EVENT_DISCONNECTED, conn->address, NULL, why);
        if (is_last)
            disq_link_leave(client, conn->node, why);
    } else {
        drop_greeting(client, conn, why);
    }
    tell_owed(client, conn, why);
    disq_conn_close(conn, disq_env_of(client));
}

static int on_reply(struct disq *client, struct disq_conn *conn, struct disq_owed *owed,
                    const struct disq_reply *reply)
{
    switch (owed->kind) {
    case DISQ_OWED_AUTH:
        disq_greet_on_auth(client, reply);
        return 0;
    case DISQ_OWED_HELLO:
        return disq_greet_on_hello(client, conn, reply);
    case DISQ_OWED_PART:
        return disq_part_reply((struct disq_part *)owed, conn, reply);
    }
    return DISQ_PROTOCOL;
}

static int answer(struct disq *client, struct disq_conn *conn)
{
    const struct disq_reply *reply;
    struct disq_owed *owed;
    int rc;

    while ((rc = disq_conn_reply(conn, &owed, &reply)) == 0) {
        conn->used_at_us = client->now_us;
        if ((rc = on_reply(client, conn, owed, reply)) != 0)
            return rc;
    }
    if (rc == DISQ_PROTOCOL && owed->kind == DISQ_OWED_PART)
        disq_part_lost((struct disq_part *)owed, true, rc);
    return rc == DISQ_AGAIN ? 0 : rc;
}

/* A node that hangs up may have said why: what has come is looked at first. */
static int serve(struct disq *client, struct disq_conn *conn)
{
    int written = disq_conn_has_output(conn) ? disq_conn_write(conn, disq_env_of(client)) : 0;
    int read, rc;

    if (conn->owed == NULL)
        return written;
    read = disq_conn_read(conn, disq_env_of(client));
    if ((rc = answer(client, conn)) != 0)
        return rc;
    return written != 0 ? written : read;
}

void disq_link_serve(struct disq *client, struct disq_conn *conn)
{
    int rc = serve(client, conn);

    if (rc == 0 && disq_conn_deadline(conn) <= client->now_us)
        rc = DISQ_TIMEOUT;
    if (rc != 0)
        disq_link_drop(client, conn, rc);
}

/* The one connection that all calls wait for an answer on, or NULL. */
static struct disq_conn *only_owing(const struct disq *client)
{
    struct disq_conn *only = NULL;

    for (struct disq_conn *conn = client->conns; conn != NULL; conn = conn->next) {
        if (conn->owed == NULL)
            continue;
        if (only != NULL || disq_conn_has_output(conn))
            return NULL;
        only = conn;
    }
    return only;
}

int disq_link_wait(struct disq *client, int64_t deadline_us)
{
    const struct disq_env *env = disq_env_of(client);
    struct disq_conn *only = env->recv_until != NULL ? only_owing(client) : NULL;

    if (only == NULL)
        return env->wait(env->ctx, client->ready, disq_wants(client, client->ready, client->ready_capacity),
                         deadline_us);
    return disq_conn_await(only, env, deadline_us);
}

bool disq_link_flush(struct disq *client)
{
    bool is_well = true;
    struct disq_conn *next;

    for (struct disq_conn *conn = client->conns; conn != NULL; conn = next) {
        int rc = disq_conn_has_output(conn) ? disq_conn_write(conn, disq_env_of(client)) : 0;

        next = conn->next;
        if (rc != 0) {
            disq_link_drop(client, conn, rc);
            is_well = false;
        }
    }
    return is_well;
}

bool disq_link_is_ready(struct disq *client, struct disq_node *node)
{
    struct disq_conn *conn = node->conn;
    int rc = 0;

    if (conn == NULL || conn->state != DISQ_CONN_READY)
        return false;
    if (conn->owed == NULL && client->now_us - conn->used_at_us >= IDLE_US) {
        rc = disq_conn_read(conn, disq_env_of(client));
        conn->is_spoiled = conn->is_spoiled || disq_reader_has_bytes(&conn->reader);
        conn->used_at_us = client->now_us;
    }
    if (rc == 0 && conn->is_spoiled)
        rc = DISQ_PROTOCOL;
    if (rc != 0)
        disq_link_drop(client, conn, rc);
    return rc == 0;
}
