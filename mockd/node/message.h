/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_MESSAGE_H
#define MOCKD_NODE_MESSAGE_H

#include "mockd/node/job.h"
#include "mockd/sim/bus.h"

struct gossip;
struct peer;

/* What nodes say to each other (§8). The numbers are Disque's. */
enum message_type {
    MSG_PING,
    MSG_PONG,
    MSG_MEET,
    MSG_FAIL,
    MSG_REPLJOB,
    MSG_GOTJOB,
    MSG_ENQUEUE,
    MSG_QUEUED,
    MSG_SETACK,
    MSG_WILLQUEUE,
    MSG_GOTACK,
    MSG_DELJOB,
    MSG_NEEDJOBS,
    MSG_YOURJOBS,
    MSG_WORKING,
    MSG_PAUSE,
    MSG_TYPE_COUNT,
};

enum message_flag {
    MSG_NOREPLY = 1,        /* REPLJOB: no GOTJOB wanted */
    MSG_INCR_NACKS = 2,     /* QUEUED: it was a NACK */
    MSG_INCR_DELIV = 4,     /* QUEUED: it is one more delivery */
    MSG_SENDER_LEAVING = 8, /* PING, PONG, MEET: of the sender itself */
};

struct message {
    struct parcel parcel; /* its kind is the type */
    enum message_type type;
    unsigned flags; /* of enum message_flag */
    struct node_id sender;
    union {
        struct job_id job_id;   /* of those about one job */
        struct node_id node_id; /* FAIL */
    };
    uint32_t number;        /* ENQUEUE: delay in s; SETACK: how many may have the job; GOTACK: is it known;
                             * NEEDJOBS: how many; PAUSE: the state */
    struct job_copy **jobs; /* REPLJOB: one; YOURJOBS: some */
    size_t job_count;
    char *queue; /* NEEDJOBS, PAUSE: its name */
    size_t queue_size;
    struct gossip *gossip; /* PING, PONG, MEET: about others */
    size_t gossip_count;
};

/* The type of this name, in any case, or -1. */
int message_find(struct bytes name);

struct message *message_new(enum message_type type);
struct message *message_about_job(enum message_type type, const struct job_id *id, unsigned flags,
                                  uint32_t number);
struct message *message_about_queue(enum message_type type, struct bytes queue, uint32_t number);

/* One that says the same, and shares nothing with it. */
struct message *message_clone(const struct message *message);

/* Adds a copy of a job to what it carries. */
void message_add_job(struct message *message, const struct job *job);

/* Takes the message, and sends it. Without a link it is lost. */
void message_send(struct node *node, struct peer *to, struct message *message);

/* Takes the message, and sends it back on the link that another one came on. */
void message_answer(struct node *node, const struct message *received, struct message *message);

/* Sends a message about a job to all that may have it but this node (→delivered). */
void message_tell_holders(struct job *job, enum message_type type, unsigned flags, uint32_t number);

/* Takes the message, and sends it to all other nodes to which there is a link. */
void message_tell_all(struct node *node, struct message *message);

/* The bus's door to a node: takes the parcel of a message. */
void message_deliver(void *receiver, struct parcel *parcel);

#endif
