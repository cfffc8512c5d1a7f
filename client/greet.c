/* SPDX-License-Identifier: MIT */
/* Every connection starts with HELLO: who answers there is known only then, and who else there is. */
#include "client/greet.h"

#include "client/client.h"
#include "client/error.h"
#include "client/link.h"

#include <string.h>

static int format_greeting(struct disq_request *greeting, const char *password, size_t *auth_size)
{
    struct disq_request hello = {0};
    int rc;

    *auth_size = 0;
    disq_request_begin(greeting);
    if (password == NULL) {
        disq_request_add_word(greeting, "HELLO");
        return disq_request_end(greeting);
    }
    disq_request_add_word(greeting, "AUTH");
    disq_request_add_word(greeting, password);
    if ((rc = disq_request_end(greeting)) != 0)
        return rc;
    *auth_size = greeting->end - greeting->begin;
    disq_request_begin(&hello);
    disq_request_add_word(&hello, "HELLO");
    if ((rc = disq_request_end(&hello)) == 0)
        rc = disq_request_append(greeting, &hello);
    disq_request_fini(&hello);
    return rc;
}

int disq_greet_init(struct disq *client, const char *password)
{
    struct disq_request greeting = {0};
    size_t auth_size;
    int rc = format_greeting(&greeting, password, &auth_size);

    if (rc != 0) {
        disq_request_fini(&greeting);
        return rc;
    }
    disq_request_fini(&client->greeting);
    client->greeting = greeting;
    client->auth_size = auth_size;
    return 0;
}

int disq_greet_start(struct disq *client, struct disq_conn *conn, int64_t deadline_us)
{
    const struct disq_request *greeting = &client->greeting;
    const char *bytes = greeting->buffer + greeting->begin;
    size_t size = greeting->end - greeting->begin;
    int rc = 0;

    conn->auth.deadline_us = conn->hello.deadline_us = deadline_us;
    if (client->auth_size > 0)
        rc = disq_conn_push(conn, &conn->auth, bytes, client->auth_size);
    if (rc == 0)
        rc = disq_conn_push(conn, &conn->hello, bytes + client->auth_size, size - client->auth_size);
    return rc;
}

void disq_greet_refresh(struct disq *client, struct disq_conn *conn)
{
    const struct disq_request *greeting = &client->greeting;
    const char *auth = greeting->buffer + greeting->begin;
    const char *hello = auth + client->auth_size;
    int64_t age_us = client->now_us - conn->hello_at_us;
    bool is_old = age_us >= client->settings.options.hello_interval_ms * 1000;

    if (conn->owed != NULL || !(is_old || conn->wants_auth))
        return;
    disq_conn_trim(conn);                                          /* now and then will do */
    conn->auth.deadline_us = conn->hello.deadline_us = DISQ_NEVER; /* the request behind has one */
    if (conn->wants_auth && disq_conn_push(conn, &conn->auth, auth, client->auth_size) == 0)
        conn->wants_auth = false; /* else, as there was no memory, next time; so with HELLO */
    if (disq_conn_push(conn, &conn->hello, hello, (size_t)(greeting->buffer + greeting->end - hello)) == 0)
        conn->hello_at_us = client->now_us;
}

void disq_greet_again(struct disq *client, struct disq_conn *conn)
{
    if (client->auth_size == 0)
        return;
    conn->wants_auth = true;
}

/* A wrong password is not final, as a node without one also complains: HELLO tells. */
void disq_greet_on_auth(struct disq *client, const struct disq_reply *reply)
{
    if (reply->type == DISQ_REPLY_ERROR)
        disq_note_trouble(client, reply->text, reply->size);
}

static bool has_delivered(const struct disq *client, const struct disq_node *node)
{
    for (size_t i = 0; i < DISQ_DELIVERIES; i++) {
        if (client->origins.deliveries[i].by == node)
            return true;
    }
    return false;
}

static bool has_parts(const struct disq *client, const struct disq_node *node)
{
    for (const struct disq_call *call = client->calls; call != NULL; call = call->next) {
        for (const struct disq_part *part = call->parts; part != NULL; part = part->next) {
            if (part->node == node || part->fallback == node)
                return true;
        }
    }
    return false;
}

static bool is_used(const struct disq *client, const struct disq_node *node)
{
    return node == client->home || node == client->reads || node == client->search.node ||
           node == client->search.from || node == client->origins.target || has_delivered(client, node) ||
           has_parts(client, node);
}

int disq_greet_learn(struct disq *client, const struct disq_hello *hello)
{
    int rc = disq_pool_update(&client->pool, hello);

    disq_pool_forget(&client->pool, is_used, client);
    return rc;
}

/* The node that we dialled turned out to be another one of the pool. */
static void change_node(struct disq *client, struct disq_conn *conn, struct disq_node *node)
{
    struct disq_node *dialled = conn->node;

    disq_link_leave(client, dialled, DISQ_CLOSED);
    dialled->conn = NULL;
    if (!dialled->is_alias)
        disq_link_give_up(client, dialled);
    if (client->search.node == dialled)
        client->search.node = node;
    conn->node = node;
    if (node->conn == NULL)
        node->conn = conn;
}

static int greet(struct disq *client, struct disq_conn *conn, const struct disq_reply *reply)
{
    struct disq_node *node;
    int rc = disq_table_parse(&client->table, reply, conn->address, &client->settings.options);

    if (rc != 0)
        return rc;
    node = disq_pool_identify(&client->pool, conn->node, client->table.hello.id, conn->address);
    if (node == NULL)
        return DISQ_NO_MEMORY;
    if (node != conn->node)
        change_node(client, conn, node);
    rc = disq_greet_learn(client, &client->table.hello);
    if (rc != 0)
        return rc;
    node->tries_other = false;
    node->failures = 0;
    node->retry_at_us = 0;
    conn->hello_at_us = client->now_us;
    if (conn->state == DISQ_CONN_GREETING)
        disq_tell(client, DISQ_EVENT_CONNECTED, NULL, conn->address, DISQ_OK);
    conn->state = DISQ_CONN_READY;
    return node->conn == conn ? 0 : DISQ_CLOSED; /* the node has one already */
}

int disq_greet_on_hello(struct disq *client, struct disq_conn *conn, const struct disq_reply *reply)
{
    int rc;

    if (reply->type != DISQ_REPLY_ERROR)
        return greet(client, conn, reply);
    if (conn->state == DISQ_CONN_READY)
        return 0; /* the old table will do */
    rc = disq_error_of_reply(reply->text, reply->size);
    if (client->auth_size == 0 || rc != DISQ_NOAUTH)
        disq_note_trouble(client, reply->text, reply->size);
    if (rc == DISQ_NOAUTH && client->search.node == conn->node)
        disq_search_locked_out(client);
    return rc;
}
