/* SPDX-License-Identifier: MIT */
#include "mockd/daemon/stage.h"

#include "mockd/cluster.h"
#include "mockd/daemon/history.h"
#include "mockd/daemon/storage.h"
#include "mockd/daemon/transcript.h"
#include "mockd/front/loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct stage {
    const struct settings *settings;
    struct history *history;
    struct transcript *transcript; /* NULL: nobody will ask for it */
    struct storage *storage;       /* NULL: files are in memory */
    struct loop *loop;
    struct listeners *listeners;
    struct mockd *cluster;
};

static struct mockd *make_cluster(struct stage *stage, const struct mockd_options *options)
{
    struct cluster_options all = {.options = *options,
                                  .mode = stage->settings->clock,
                                  .speed = stage->settings->speed,
                                  .host = listeners_host(stage->listeners),
                                  .is_here = listeners_hear,
                                  .here_ctx = stage->listeners,
                                  .config = stage->settings->config,
                                  .ports = listeners_ports(stage->listeners),
                                  .loop = stage->loop};

    /* Where time is the machine's nothing repeats anyway, and whoever kills by this number means us. */
    if (all.mode == CLOCK_WALL)
        all.process_id = (int)getpid();
    history_record(stage->history, &all.options);
    if (stage->storage != NULL)
        all.disks = storage_disks(stage->storage);
    return cluster_new(&all);
}

static bool have_all_started(const struct mockd *cluster)
{
    for (int i = 0; i < mockd_node_count(cluster); i++) {
        if (cluster_problem(cluster, i) == NULL)
            continue;
        fprintf(stderr, "mockd: node %s cannot start: %s\n", mockd_node_name(cluster, i),
                cluster_problem(cluster, i));
        return false;
    }
    return true;
}

static bool open_storage(struct stage *stage)
{
    if (stage->settings->directory == NULL)
        return true;
    stage->storage = storage_open(stage->settings);
    return stage->storage != NULL;
}

static void listen_in(struct stage *stage)
{
    stage->transcript = transcript_new();
    loop_set_tap(stage->loop, transcript_tap(stage->transcript));
}

static bool set_up(struct stage *stage)
{
    const struct settings *settings = stage->settings;
    char error[LISTENERS_ERROR_SIZE];

    stage->history = history_open(settings);
    if (stage->history == NULL || !open_storage(stage))
        return false;
    stage->loop = loop_new(NULL, NULL);
    if (settings->is_eager)
        loop_be_eager(stage->loop);
    if (settings->has_control)
        listen_in(stage);
    stage->listeners = listeners_new(settings, stage->loop);
    if (!listeners_reserve(stage->listeners, settings->cluster.nodes, error)) {
        fprintf(stderr, "mockd: %s\n", error);
        return false;
    }
    stage->cluster = make_cluster(stage, &settings->cluster);
    if (!have_all_started(stage->cluster))
        return false;
    listeners_open(stage->listeners, stage->cluster);
    return true;
}

struct stage *stage_new(const struct settings *settings)
{
    struct stage *stage = xcalloc(1, sizeof(*stage));

    stage->settings = settings;
    if (set_up(stage))
        return stage;
    stage_free(stage);
    return NULL;
}

void stage_free(struct stage *stage)
{
    if (stage == NULL)
        return;
    listeners_free(stage->listeners);
    cluster_free(stage->cluster);
    loop_free(stage->loop);
    storage_close(stage->storage);
    transcript_free(stage->transcript);
    history_close(stage->history);
    free(stage);
}

static bool may_change(const struct stage *stage, const struct mockd_options *options,
                       char error[LISTENERS_ERROR_SIZE])
{
    const char *problem = cluster_check(options);

    if (stage->storage != NULL)
        problem = "the nodes' files are in a directory, so none is new";
    if (problem != NULL)
        snprintf(error, LISTENERS_ERROR_SIZE, "%s", problem);
    return problem == NULL;
}

bool stage_change(struct stage *stage, const struct mockd_options *options, char error[LISTENERS_ERROR_SIZE])
{
    if (!may_change(stage, options, error) || !listeners_reserve(stage->listeners, options->nodes, error))
        return false;
    cluster_free(stage->cluster);
    history_forget(stage->history);
    if (stage->transcript != NULL)
        transcript_forget(stage->transcript);
    stage->cluster = make_cluster(stage, options);
    listeners_open(stage->listeners, stage->cluster);
    return true;
}

const struct settings *stage_settings(const struct stage *stage)
{
    return stage->settings;
}

struct loop *stage_loop(const struct stage *stage)
{
    return stage->loop;
}

const struct listeners *stage_listeners(const struct stage *stage)
{
    return stage->listeners;
}

struct mockd *stage_cluster(const struct stage *stage)
{
    return stage->cluster;
}

struct history *stage_history(const struct stage *stage)
{
    return stage->history;
}

struct transcript *stage_transcript(const struct stage *stage)
{
    return stage->transcript;
}
