/* SPDX-License-Identifier: MIT */
/* Queues that are paused, in input or in output (§5.9, §11.3). */
#include "mockd/node/pause.h"

#include "mockd/node/message.h"
#include "mockd/node/node.h"

void pause_set(struct node *node, struct bytes name, unsigned pause)
{
    struct queue *queue = pause != 0 ? queue_need(node, name) : queue_find(node, name);

    if (queue != NULL)
        queue_set_pause(queue, pause);
}

unsigned pause_get(struct node *node, struct bytes name)
{
    const struct queue *queue = queue_find(node, name);

    return queue != NULL ? queue->pause : 0;
}

const char *pause_name(unsigned pause)
{
    static const char *const names[] = {
        [0] = "none", [PAUSED_IN] = "in", [PAUSED_OUT] = "out", [PAUSED_IN | PAUSED_OUT] = "all"};

    return names[pause];
}

void pause_tell_all(struct node *node, struct bytes queue, unsigned pause)
{
    message_tell_all(node, message_about_queue(MSG_PAUSE, queue, pause));
}

void pause_on_pause(struct node *node, struct peer *sender, const struct message *message)
{
    (void)sender;
    node_note(node, BEHAVIOUR_PAUSE_TOLD);
    pause_set(node, (struct bytes){message->queue, message->queue_size}, message->number);
}
