/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_COMMAND_CLIENT_H
#define MOCKD_COMMAND_CLIENT_H

#include "mockd/sim/bytes.h"

struct node;

/* A client of a node, as its commands see it. It lives inside a session of front/, which owns it, feeds it
 * requests and takes its replies. */
struct client {
    struct node *node;
    uint64_t number;   /* from 1, in the order in which a node's clients came */
    struct buffer out; /* replies that the session has not taken yet */
    bool is_closing;   /* to be closed once out is written; no further request is run */

    /* Called when out grew, is_closing was set or the client was unblocked by something else than its own
     * command_run: another client, a message, a timer. It must only note that, not run anything. */
    void (*on_wake)(struct client *client);
};

void client_init(struct client *client, struct node *node, void (*on_wake)(struct client *client));

/* The connection is gone: leaves all queues, gives up what it waited for. */
void client_fini(struct client *client);

/* Does it wait for a job, or for replication? Its further input is kept until it does no more. */
bool client_is_blocked(const struct client *client);

#endif
