/* SPDX-License-Identifier: MIT */
/* What other nodes report comes with their gossip. One that is cut off can take nothing back any more, so a
 * report counts for two node timeouts only. */
#include "mockd/node/failure.h"

#include "mockd/node/membership.h"
#include "mockd/node/message.h"
#include "mockd/node/node.h"

enum { REPORT_TIMEOUTS = 2 };

void failure_suspect(struct peer *peer)
{
    if (peer->is_suspected || peer->is_failed)
        return;
    peer->is_suspected = true;
    peer_log(peer, "fail?");
    node_note(peer->node, BEHAVIOUR_SUSPICION);
    membership_changed(peer->node);
}

void failure_clear(struct peer *peer)
{
    if (!peer->is_suspected && !peer->is_failed)
        return;
    peer->is_suspected = peer->is_failed = false;
    peer_log(peer, "well");
    node_note(peer->node, BEHAVIOUR_FAILURE_CLEARED);
    membership_changed(peer->node);
}

static void fail(struct peer *peer)
{
    peer->is_suspected = false;
    peer->is_failed = true;
    peer_log(peer, "fail");
    membership_changed(peer->node);
}

static struct report *find(const struct peer *peer, const struct peer *by)
{
    for (size_t i = 0; i < peer->report_count; i++)
        if (peer->reports[i].by == by)
            return &peer->reports[i];
    return NULL;
}

static void drop_old(struct peer *peer)
{
    int64_t timeout_ms = config_number(&peer->node->config, CONFIG_CLUSTER_NODE_TIMEOUT);
    int64_t oldest_ms = node_now_ms(peer->node) - REPORT_TIMEOUTS * timeout_ms;
    size_t kept = 0;

    for (size_t i = 0; i < peer->report_count; i++)
        if (peer->reports[i].at_ms >= oldest_ms)
            peer->reports[kept++] = peer->reports[i];
    peer->report_count = kept;
}

static void tell_failed(const struct peer *peer)
{
    struct message *message = message_new(MSG_FAIL);

    message->node_id = peer->id;
    message_tell_all(peer->node, message);
}

/* This node counts as one of those that report. One that does not suspect the other itself decides nothing.
 */
static void fail_if_agreed(struct peer *peer)
{
    drop_old(peer);
    if (!peer->is_suspected || peer->report_count + 1 < membership_size(peer->node) / 2 + 1)
        return;
    node_note(peer->node, BEHAVIOUR_FAILURE);
    fail(peer);
    tell_failed(peer);
}

void failure_report(struct peer *peer, const struct peer *by)
{
    struct report *report = find(peer, by);

    if (report == NULL) {
        peer->reports = xrealloc(peer->reports, (peer->report_count + 1) * sizeof(*peer->reports));
        report = &peer->reports[peer->report_count++];
    }
    *report = (struct report){by, node_now_ms(peer->node)};
    fail_if_agreed(peer);
}

void failure_withdraw(struct peer *peer, const struct peer *by)
{
    struct report *report = find(peer, by);

    if (report != NULL)
        *report = peer->reports[--peer->report_count];
}

void failure_forget_reports(struct node *node, const struct peer *by)
{
    for (size_t i = 0; i < node->known_count; i++)
        failure_withdraw(node->known[i], by);
}

/* Whoever is told believes it, also one that reaches the node itself: the next PONG clears it again. */
void failure_on_fail(struct node *node, struct peer *sender, const struct message *message)
{
    struct peer *peer = peer_find(node, message->node_id.text);

    (void)sender;
    if (peer == NULL || peer == node->self || peer->is_failed)
        return;
    node_note(node, BEHAVIOUR_FAILURE_TOLD);
    fail(peer);
}
