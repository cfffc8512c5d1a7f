/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_HEARTBEAT_H
#define MOCKD_NODE_HEARTBEAT_H

struct message;
struct node;
struct peer;

/* PING, PONG and MEET, and the membership tick that sends them (§7.5, §7.6).
 *
 * Disque's tick comes every 100 ms. Here the timer is armed at the next one that has something to do: each
 * tenth, which sends a PING to a node picked at random; and the first one after a link was lost, a handshake
 * ran out, or a PONG got too old. A node that knows no other has no timer at all.
 *
 * Every PING and PONG is really sent, with its gossip: an idle hour of three nodes is 21,600 of them, and
 * takes some milliseconds. */
void heartbeat_init(struct node *node);
void heartbeat_fini(struct node *node);

/* Something has changed that the next tick has to look at. */
void heartbeat_wake(struct node *node);

void heartbeat_on_ping(struct node *node, struct peer *sender, const struct message *message);
void heartbeat_on_pong(struct node *node, struct peer *sender, const struct message *message);

#endif
