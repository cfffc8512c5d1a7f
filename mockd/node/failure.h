/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_FAILURE_H
#define MOCKD_NODE_FAILURE_H

struct message;
struct node;
struct peer;

/* Who is taken for failing (§7.6): fail? by this node alone, fail once most nodes agree. It changes who may
 * be asked to hold copies, and what clients are told, and nothing else. */

/* It has not answered for too long. */
void failure_suspect(struct peer *peer);

/* It answered. */
void failure_clear(struct peer *peer);

/* Another node takes it for failing, or does not any more. */
void failure_report(struct peer *peer, const struct peer *by);
void failure_withdraw(struct peer *peer, const struct peer *by);

/* What a node that is forgotten has reported does not count. */
void failure_forget_reports(struct node *node, const struct peer *by);

void failure_on_fail(struct node *node, struct peer *sender, const struct message *message);

#endif
