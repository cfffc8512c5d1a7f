/* SPDX-License-Identifier: MIT */
/* A job's whole way in a libevent loop, next to a clock that goes on ticking.
 * usage: events NODES QUEUE */
#include "client/adapters/libevent.h"

#include <stdio.h>

struct app {
    struct event_base *base;
    struct disq *client;
    const char *queue;
    struct disq_job *job;
    int step;
    int rc;
};

/* Called for each call that is done: ends it, and starts the next. */
static void on_done(void *ctx, int rc)
{
    struct app *app = ctx;

    (void)rc;
    app->rc = app->step == 1 ? disq_finish_jobs(app->client, &app->job) : disq_finish(app->client);
    if (app->rc == 0 && app->step == 0)
        app->rc = disq_getjob_start(app->client, app->queue, NULL);
    else if (app->rc == 0 && app->step == 1)
        app->rc = disq_ackjob_start(app->client, &app->job->id, 1);
    if (app->rc != 0 || app->step++ == 2)
        event_base_loopbreak(app->base);
}

static void on_tick(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    (void)ctx;
    puts("tick");
}

int main(int argc, char **argv)
{
    struct app app = {.base = event_base_new(), .queue = argc > 2 ? argv[2] : "mail"};
    struct disq_libevent *adapter;
    struct event *tick = event_new(app.base, -1, EV_PERSIST, on_tick, NULL);

    app.client = disq_new(&(struct disq_options){.nodes = argc > 1 ? argv[1] : NULL});
    adapter = disq_libevent_new(app.base, app.client, on_done, &app);
    event_add(tick, &(struct timeval){.tv_usec = 1000});
    app.rc = disq_addjob_start(app.client, app.queue, "hello", 5, NULL);
    disq_libevent_update(adapter);
    event_base_dispatch(app.base);
    printf("%s: %s\n", disq_strerror(app.rc), app.job != NULL ? app.job->body : "no job");
    disq_job_free(app.client, app.job);
    disq_libevent_free(adapter);
    disq_free(app.client);
    event_free(tick);
    event_base_free(app.base);
    return app.rc != 0;
}
