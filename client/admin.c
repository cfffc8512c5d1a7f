/* SPDX-License-Identifier: MIT */
/* CONFIG, AUTH and CLUSTER, to the home node: which node is administered matters, so none of them but AUTH is
 * sent on to another once a byte is on its way. */
#include "client/client.h"
#include "client/command.h"
#include "client/greet.h"
#include "client/link.h"
#include "client/results.h"

enum { PORT_MAX = 65535 };

static int on_array(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    return reply->type == DISQ_REPLY_ARRAY ? disq_on_any(part, conn, reply) : DISQ_PROTOCOL;
}

static int on_leaving(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    (void)conn;
    part->call->number = disq_reply_is_word(reply, "yes");
    return part->call->number || disq_reply_is_word(reply, "no") ? 0 : DISQ_PROTOCOL;
}

static const struct disq_command config_get = {"CONFIG", 0, DISQ_RESULT_REPLY, on_array};
static const struct disq_command config = {"CONFIG", 0, DISQ_RESULT_NONE, disq_on_ok};
static const struct disq_command cluster = {"CLUSTER", 0, DISQ_RESULT_NONE, disq_on_ok};
static const struct disq_command cluster_text = {"CLUSTER", 0, DISQ_RESULT_REPLY, disq_on_string};
static const struct disq_command cluster_leaving = {"CLUSTER", 0, DISQ_RESULT_NUMBER, on_leaving};

/* ---- CONFIG ---- */

int disq_config_get_start(struct disq *client, const char *pattern)
{
    const struct disq_bytes args[] = {disq_text_arg("GET"), disq_text_arg(pattern)};

    return disq_command_send(client, &config_get, args, 2);
}

int disq_config_get(struct disq *client, const char *pattern, const struct disq_reply **pairs)
{
    return disq_results_wait(client, disq_config_get_start(client, pattern), DISQ_RESULT_REPLY, pairs);
}

int disq_config_set_start(struct disq *client, const char *name, const char *value)
{
    const struct disq_bytes args[] = {disq_text_arg("SET"), disq_text_arg(name), disq_text_arg(value)};

    return disq_command_send(client, &config, args, 3);
}

int disq_config_set(struct disq *client, const char *name, const char *value)
{
    return disq_results_wait(client, disq_config_set_start(client, name, value), DISQ_RESULT_NONE, NULL);
}

int disq_config_rewrite_start(struct disq *client)
{
    return disq_command_send(client, &config, (struct disq_bytes[]){disq_text_arg("REWRITE")}, 1);
}

int disq_config_rewrite(struct disq *client)
{
    return disq_results_wait(client, disq_config_rewrite_start(client), DISQ_RESULT_NONE, NULL);
}

int disq_config_resetstat_start(struct disq *client)
{
    return disq_command_send(client, &config, (struct disq_bytes[]){disq_text_arg("RESETSTAT")}, 1);
}

int disq_config_resetstat(struct disq *client)
{
    return disq_results_wait(client, disq_config_resetstat_start(client), DISQ_RESULT_NONE, NULL);
}

/* ---- AUTH ---- */

static const struct disq_command auth = {"AUTH", DISQ_IDEMPOTENT, DISQ_RESULT_NONE, disq_on_ok};

/* Connections but the home's are made anew when they are needed: the greeting then has the password. */
static void drop_idle(struct disq *client)
{
    struct disq_conn *next;

    for (struct disq_conn *conn = client->conns; conn != NULL; conn = next) {
        next = conn->next;
        if (conn->owed == NULL && conn->node != client->home)
            disq_link_drop(client, conn, DISQ_CANCELLED);
    }
}

int disq_auth_start(struct disq *client, const char *password)
{
    int rc;

    if (client == NULL || password == NULL)
        return DISQ_INVALID;
    if ((rc = disq_greet_init(client, password)) != 0)
        return rc;
    drop_idle(client);
    return disq_command_send(client, &auth, (struct disq_bytes[]){disq_text_arg(password)}, 1);
}

int disq_auth(struct disq *client, const char *password)
{
    return disq_results_wait(client, disq_auth_start(client, password), DISQ_RESULT_NONE, NULL);
}

/* ---- CLUSTER ---- */

int disq_cluster_nodes_start(struct disq *client)
{
    return disq_command_send(client, &cluster_text, (struct disq_bytes[]){disq_text_arg("NODES")}, 1);
}

int disq_cluster_nodes(struct disq *client, const struct disq_reply **text)
{
    return disq_results_wait(client, disq_cluster_nodes_start(client), DISQ_RESULT_REPLY, text);
}

int disq_cluster_info_start(struct disq *client)
{
    return disq_command_send(client, &cluster_text, (struct disq_bytes[]){disq_text_arg("INFO")}, 1);
}

int disq_cluster_info(struct disq *client, const struct disq_reply **text)
{
    return disq_results_wait(client, disq_cluster_info_start(client), DISQ_RESULT_REPLY, text);
}

int disq_cluster_meet_start(struct disq *client, const char *ip, int port)
{
    char digits[DISQ_NUMBER_SIZE];
    const struct disq_bytes args[] = {disq_text_arg("MEET"), disq_text_arg(ip),
                                      disq_number_arg(digits, port)};

    return disq_is_within(port, 1, PORT_MAX) ? disq_command_send(client, &cluster, args, 3) : DISQ_INVALID;
}

int disq_cluster_meet(struct disq *client, const char *ip, int port)
{
    return disq_results_wait(client, disq_cluster_meet_start(client, ip, port), DISQ_RESULT_NONE, NULL);
}

int disq_cluster_forget_start(struct disq *client, const char *node_id)
{
    const struct disq_bytes args[] = {disq_text_arg("FORGET"), disq_text_arg(node_id)};

    return disq_command_send(client, &cluster, args, 2);
}

int disq_cluster_forget(struct disq *client, const char *node_id)
{
    return disq_results_wait(client, disq_cluster_forget_start(client, node_id), DISQ_RESULT_NONE, NULL);
}

int disq_cluster_reset_start(struct disq *client, bool is_hard)
{
    const struct disq_bytes args[] = {disq_text_arg("RESET"), disq_text_arg(is_hard ? "HARD" : "SOFT")};

    return disq_command_send(client, &cluster, args, 2);
}

int disq_cluster_reset(struct disq *client, bool is_hard)
{
    return disq_results_wait(client, disq_cluster_reset_start(client, is_hard), DISQ_RESULT_NONE, NULL);
}

int disq_cluster_leave_start(struct disq *client, bool leaves)
{
    const struct disq_bytes args[] = {disq_text_arg("LEAVING"), disq_text_arg(leaves ? "yes" : "no")};

    return disq_command_send(client, &cluster, args, 2);
}

int disq_cluster_leave(struct disq *client, bool leaves)
{
    return disq_results_wait(client, disq_cluster_leave_start(client, leaves), DISQ_RESULT_NONE, NULL);
}

int disq_cluster_is_leaving_start(struct disq *client)
{
    return disq_command_send(client, &cluster_leaving, (struct disq_bytes[]){disq_text_arg("LEAVING")}, 1);
}

int disq_cluster_is_leaving(struct disq *client, bool *is_leaving)
{
    int64_t answer = 0;
    int rc = disq_results_wait(client, disq_cluster_is_leaving_start(client), DISQ_RESULT_NUMBER, &answer);

    if (rc == 0 && is_leaving != NULL)
        *is_leaving = answer != 0;
    return rc;
}

int disq_cluster_save_start(struct disq *client)
{
    return disq_command_send(client, &cluster, (struct disq_bytes[]){disq_text_arg("SAVECONFIG")}, 1);
}

int disq_cluster_save(struct disq *client)
{
    return disq_results_wait(client, disq_cluster_save_start(client), DISQ_RESULT_NONE, NULL);
}
