/* SPDX-License-Identifier: MIT */
/* The messages of the bus, what each carries, and who handles it. */
#include "mockd/node/message.h"

#include "mockd/node/ack.h"
#include "mockd/node/failure.h"
#include "mockd/node/federation.h"
#include "mockd/node/gossip.h"
#include "mockd/node/heartbeat.h"
#include "mockd/node/pause.h"
#include "mockd/node/replication.h"
#include "mockd/node/requeue.h"

#include <assert.h>
#include <stdlib.h>

/* The sender is NULL if it is not known here; of such only heartbeats are heard. */
typedef void message_fn(struct node *node, struct peer *sender, const struct message *message);

static const struct {
    const char *name;
    message_fn *handle;
} messages[] = {
    /* clang-format off */
    [MSG_PING]      = {"PING",      heartbeat_on_ping},
    [MSG_PONG]      = {"PONG",      heartbeat_on_pong},
    [MSG_MEET]      = {"MEET",      heartbeat_on_ping},
    [MSG_FAIL]      = {"FAIL",      failure_on_fail},
    [MSG_REPLJOB]   = {"REPLJOB",   replication_on_repljob},
    [MSG_GOTJOB]    = {"GOTJOB",    replication_on_gotjob},
    [MSG_ENQUEUE]   = {"ENQUEUE",   requeue_on_enqueue},
    [MSG_QUEUED]    = {"QUEUED",    requeue_on_queued},
    [MSG_SETACK]    = {"SETACK",    ack_on_setack},
    [MSG_WILLQUEUE] = {"WILLQUEUE", requeue_on_willqueue},
    [MSG_GOTACK]    = {"GOTACK",    ack_on_gotack},
    [MSG_DELJOB]    = {"DELJOB",    ack_on_deljob},
    [MSG_NEEDJOBS]  = {"NEEDJOBS",  federation_on_needjobs},
    [MSG_YOURJOBS]  = {"YOURJOBS",  federation_on_yourjobs},
    [MSG_WORKING]   = {"WORKING",   requeue_on_working},
    [MSG_PAUSE]     = {"PAUSE",     pause_on_pause},
    /* clang-format on */
};

static_assert(ARRAY_LEN(messages) == MSG_TYPE_COUNT, "every message type has a row");

int message_find(struct bytes name)
{
    for (int type = 0; type < MSG_TYPE_COUNT; type++)
        if (bytes_is_word(name, messages[type].name))
            return type;
    return -1;
}

static struct message *of_parcel(struct parcel *parcel)
{
    return OWNER_OF(parcel, struct message, parcel);
}

static void message_free(struct parcel *parcel)
{
    struct message *message = of_parcel(parcel);

    for (size_t i = 0; i < message->job_count; i++)
        free(message->jobs[i]);
    free(message->jobs);
    free(message->queue);
    free(message->gossip);
    free(message);
}

static struct parcel *clone_parcel(const struct parcel *parcel)
{
    return &message_clone(OWNER_OF(parcel, const struct message, parcel))->parcel;
}

struct message *message_new(enum message_type type)
{
    struct message *message = xmalloc(sizeof(*message));

    *message = (struct message){.parcel = {.kind = (int)type, .free = message_free, .clone = clone_parcel},
                                .type = type};
    return message;
}

struct message *message_about_job(enum message_type type, const struct job_id *id, unsigned flags,
                                  uint32_t number)
{
    struct message *message = message_new(type);

    message->job_id = *id;
    message->flags = flags;
    message->number = number;
    return message;
}

struct message *message_about_queue(enum message_type type, struct bytes queue, uint32_t number)
{
    struct message *message = message_new(type);

    message->queue = xmemdup(queue.data, queue.size);
    message->queue_size = queue.size;
    message->number = number;
    return message;
}

static void *clone_array(const void *array, size_t size)
{
    return array != NULL ? xmemdup(array, size) : NULL;
}

struct message *message_clone(const struct message *message)
{
    struct message *clone = message_new(message->type);
    struct parcel parcel = clone->parcel;

    *clone = *message;
    clone->parcel = parcel;
    clone->queue = clone_array(message->queue, message->queue_size);
    clone->gossip = clone_array(message->gossip, message->gossip_count * sizeof(*message->gossip));
    clone->jobs = clone_array(message->jobs, message->job_count * sizeof(*message->jobs));
    for (size_t i = 0; i < message->job_count; i++)
        clone->jobs[i] = job_copy_clone(message->jobs[i]);
    return clone;
}

void message_add_job(struct message *message, const struct job *job)
{
    message->jobs = xrealloc(message->jobs, (message->job_count + 1) * sizeof(*message->jobs));
    message->jobs[message->job_count++] = job_copy_new(job);
    message->job_id = job->id;
}

static bool is_heartbeat(const struct message *message)
{
    return message->type <= MSG_MEET;
}

/* "->": this node sends it to another; "=>": it came from there. */
static void log_message(const struct node *node, const char *arrow, int other, const struct message *message)
{
    bool is_sent = arrow[0] == '-';
    struct buffer what = {0};
    const char *name;

    if (!log_is_on(node->log) || (message->type <= MSG_PONG && !node->log->heartbeats))
        return;
    name = bus_name(node->bus, other);
    buffer_add_text(&what, messages[message->type].name);
    if (message->queue != NULL) {
        buffer_add_text(&what, " ");
        buffer_add_quoted(&what, (struct bytes){message->queue, message->queue_size}, 64);
    } else if (!is_heartbeat(message)) {
        buffer_printf(&what, " %.40s",
                      message->type == MSG_FAIL ? message->node_id.text : message->job_id.text);
    }
    log_event(node->log, "%s%s%s %.*s", is_sent ? node->name : name, arrow, is_sent ? name : node->name,
              (int)what.size, what.data);
    buffer_fini(&what);
}

static void sign(struct node *node, int to, struct message *message)
{
    message->sender = node->self->id;
    node->messages_sent++;
    log_message(node, "->", to, message);
}

/* A node whose ID is not known yet is sent heartbeats only. */
void message_send(struct node *node, struct peer *to, struct message *message)
{
    if (!bus_is_open(&to->link) || (to->is_in_handshake && !is_heartbeat(message))) {
        message_free(&message->parcel);
        return;
    }
    sign(node, to->address.place, message);
    bus_send(&to->link, &message->parcel);
}

void message_answer(struct node *node, const struct message *received, struct message *message)
{
    sign(node, received->parcel.from, message);
    bus_answer(&received->parcel, &message->parcel);
}

void message_tell_holders(struct job *job, enum message_type type, unsigned flags, uint32_t number)
{
    struct node *node = job_node(job);

    NODE_SET_FOR_EACH (index, &job->delivered)
        if (node->peers[index] != node->self)
            message_send(node, node->peers[index], message_about_job(type, &job->id, flags, number));
}

void message_tell_all(struct node *node, struct message *message)
{
    for (size_t i = 0; i < node->known_count; i++)
        if (bus_is_open(&node->known[i]->link))
            message_send(node, node->known[i], message_clone(message));
    message_free(&message->parcel);
}

void message_deliver(void *receiver, struct parcel *parcel)
{
    struct node *node = receiver;
    struct message *message = of_parcel(parcel);
    struct peer *sender = peer_find(node, message->sender.text);

    node->messages_received++;
    if (sender != NULL || is_heartbeat(message)) {
        log_message(node, "=>", parcel->from, message);
        messages[message->type].handle(node, sender, message);
        node_settle(node);
    }
    message_free(parcel);
}
