/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_COMMAND_JOB_REPLY_H
#define MOCKD_COMMAND_JOB_REPLY_H

#include "mockd/node/job.h"

/* What GETJOB and QPEEK answer of a job: ["queue", "id", "body"], and the two counters with their names. */
void job_reply(struct buffer *out, const struct job *job, bool with_counters);

/* What SHOW answers of it: 30 elements (§5.7). */
void job_reply_all(struct buffer *out, const struct job *job);

/* The IDs of these nodes, in their order; those that were forgotten may still be among them. */
void reply_nodes(struct buffer *out, const struct node *node, const struct node_set *set);

#endif
