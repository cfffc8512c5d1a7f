/* SPDX-License-Identifier: MIT */
#include "tests/support/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void on_event(void *ctx, const struct disq_event *event)
{
    static const char *const kinds[] = {
        [DISQ_EVENT_CONNECTED] = "connected",     [DISQ_EVENT_DISCONNECTED] = "disconnected",
        [DISQ_EVENT_UNREACHABLE] = "unreachable", [DISQ_EVENT_MOVED] = "moved",
        [DISQ_EVENT_RESENT] = "resent",
    };
    struct play *play = ctx;
    size_t used = strlen(play->events);

    if (event->kind == DISQ_EVENT_ANSWERED) {
        play->answers++;
        play->took_us = event->took_us;
        return;
    }
    snprintf(play->events + used, sizeof(play->events) - used, "%s%s%s%s%s%s%s|", kinds[event->kind],
             event->from != NULL ? " " : "", event->from != NULL ? event->from : "",
             event->to != NULL ? " " : "", event->to != NULL ? event->to : "", event->error != 0 ? " " : "",
             event->error != 0 ? disq_error_name(event->error) : "");
}

int play_setup(void **state)
{
    struct play *play = calloc(1, sizeof(*play));

    play->world = scripted_new();
    play->a = scripted_listen(play->world, "a:1", 'a');
    play->b = scripted_listen(play->world, "b:1", 'b');
    play->c = scripted_listen(play->world, "c:1", 'c');
    scripted_table(play->a, "a a 1 1,b b 1 1,c c 1 1");
    scripted_table(play->b, "b b 1 1,a a 1 1,c c 1 1");
    scripted_table(play->c, "c c 1 1,a a 1 1,b b 1 1");
    *state = play;
    return 0;
}

int play_teardown(void **state)
{
    struct play *play = *state;

    disq_worker_free(play->worker);
    disq_free(play->client);
    scripted_free(play->world);
    free(play);
    return 0;
}

struct disq *play_client(struct play *play, struct disq_options options)
{
    disq_free(play->client);
    options.nodes = options.nodes != NULL ? options.nodes : "a:1";
    options.env = scripted_env(play->world);
    options.on_event = on_event;
    options.event_ctx = play;
    play->client = disq_new(&options);
    return play->client;
}

struct disq *play_connected(struct play *play, struct disq_options options)
{
    struct disq *client = play_client(play, options);

    if (client == NULL || disq_hello(client, NULL) != 0)
        abort();
    scripted_forget(play->a);
    play_forget(play);
    return client;
}

void play_forget(struct play *play)
{
    play->events[0] = '\0';
}

int64_t play_ms(const struct play *play)
{
    return (scripted_now_us(play->world) - SCRIPTED_START_US) / 1000;
}
