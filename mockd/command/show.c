/* SPDX-License-Identifier: MIT */
/* SHOW (§5.7). */
#include "mockd/command/command.h"
#include "mockd/command/job_reply.h"
#include "mockd/command/reply.h"
#include "mockd/node/node.h"

void cmd_show(struct client *client, const struct bytes *argv, size_t argc)
{
    struct job_id id;
    const struct job *job;

    (void)argc;
    if (!job_id_parse(argv[1], &id))
        reply_bad_id(client->reply);
    else if ((job = node_find_job(client->node, &id)) == NULL)
        reply_nil(client->reply);
    else
        job_reply_all(client->reply, job);
}
