/* SPDX-License-Identifier: MIT */
/* ACKJOB, FASTACK, DELJOB (§5.3, §5.4): what ends jobs. */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/ack.h"
#include "mockd/node/audit.h"

static bool delete_job(struct node *node, const struct job_id *id)
{
    struct job *job = node_find_job(node, id);

    node_audit(node, id, AUDIT_DELETED);
    if (job != NULL)
        node_drop_job(job);
    return job != NULL;
}

void cmd_ackjob(struct client *client, const struct bytes *argv, size_t argc)
{
    command_for_each_id(client, argv, argc, ack_by_command);
}

void cmd_fastack(struct client *client, const struct bytes *argv, size_t argc)
{
    command_for_each_id(client, argv, argc, ack_fast);
}

void cmd_deljob(struct client *client, const struct bytes *argv, size_t argc)
{
    command_for_each_id(client, argv, argc, delete_job);
}
