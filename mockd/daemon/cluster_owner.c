/* SPDX-License-Identifier: MIT */
/* One daemon serves test after test, each with a new cluster at the same ports. So whatever a cluster does
 * not have to take with it when it goes is kept here. */
#include "mockd/daemon/cluster_owner.h"

#include "mockd/cluster.h"
#include "mockd/daemon/history.h"
#include "mockd/daemon/storage.h"
#include "mockd/daemon/transcript.h"
#include "mockd/front/loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct cluster_owner {
    const struct settings *settings;
    struct history *history;
    struct transcript *transcript; /* NULL: nobody will ask for it */
    struct storage *storage;       /* NULL: files are in memory */
    struct loop *loop;
    struct listeners *listeners;
    struct mockd *cluster;
};

static struct mockd *make_cluster(struct cluster_owner *owner, const struct mockd_options *options)
{
    struct cluster_options all = {.options = *options,
                                  .mode = owner->settings->clock,
                                  .speed = owner->settings->speed,
                                  .host = listeners_host(owner->listeners),
                                  .is_here = listeners_hear,
                                  .here_ctx = owner->listeners,
                                  .config = owner->settings->config,
                                  .ports = listeners_ports(owner->listeners),
                                  .loop = owner->loop};

    /* Where time is the machine's nothing repeats anyway, and whoever kills by this number means us. */
    if (all.mode == CLOCK_WALL)
        all.process_id = (int)getpid();
    history_record(owner->history, &all.options);
    if (owner->storage != NULL)
        all.disks = storage_disks(owner->storage);
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

static bool open_storage(struct cluster_owner *owner)
{
    if (owner->settings->directory == NULL)
        return true;
    owner->storage = storage_open(owner->settings);
    return owner->storage != NULL;
}

static void listen_in(struct cluster_owner *owner)
{
    owner->transcript = transcript_new();
    loop_set_tap(owner->loop, transcript_tap(owner->transcript));
}

static bool set_up(struct cluster_owner *owner)
{
    const struct settings *settings = owner->settings;
    char error[LISTENERS_ERROR_SIZE];

    owner->history = history_open(settings);
    if (owner->history == NULL || !open_storage(owner))
        return false;
    owner->loop = loop_new(NULL, NULL);
    if (settings->is_eager)
        loop_be_eager(owner->loop);
    if (settings->has_control)
        listen_in(owner);
    owner->listeners = listeners_new(&settings->listening, &settings->cluster, owner->loop);
    if (!listeners_reserve(owner->listeners, settings->cluster.nodes, error)) {
        fprintf(stderr, "mockd: %s\n", error);
        return false;
    }
    owner->cluster = make_cluster(owner, &settings->cluster);
    if (!have_all_started(owner->cluster))
        return false;
    listeners_open(owner->listeners, owner->cluster);
    return true;
}

struct cluster_owner *cluster_owner_new(const struct settings *settings)
{
    struct cluster_owner *owner = xcalloc(1, sizeof(*owner));

    owner->settings = settings;
    if (set_up(owner))
        return owner;
    cluster_owner_free(owner);
    return NULL;
}

void cluster_owner_free(struct cluster_owner *owner)
{
    if (owner == NULL)
        return;
    listeners_free(owner->listeners);
    cluster_free(owner->cluster);
    loop_free(owner->loop);
    storage_close(owner->storage);
    transcript_free(owner->transcript);
    history_close(owner->history);
    free(owner);
}

static bool may_replace(const struct cluster_owner *owner, const struct mockd_options *options,
                        char error[LISTENERS_ERROR_SIZE])
{
    const char *problem = cluster_check(options);

    if (owner->storage != NULL)
        problem = "the nodes' files are in a directory, so none is new";
    if (problem != NULL)
        snprintf(error, LISTENERS_ERROR_SIZE, "%s", problem);
    return problem == NULL;
}

bool cluster_owner_replace(struct cluster_owner *owner, const struct mockd_options *options,
                           char error[LISTENERS_ERROR_SIZE])
{
    if (!may_replace(owner, options, error) || !listeners_reserve(owner->listeners, options->nodes, error))
        return false;
    cluster_free(owner->cluster);
    history_forget(owner->history);
    if (owner->transcript != NULL)
        transcript_forget(owner->transcript);
    owner->cluster = make_cluster(owner, options);
    listeners_open(owner->listeners, owner->cluster);
    return true;
}

const struct settings *cluster_owner_settings(const struct cluster_owner *owner)
{
    return owner->settings;
}

struct loop *cluster_owner_loop(const struct cluster_owner *owner)
{
    return owner->loop;
}

const struct listeners *cluster_owner_listeners(const struct cluster_owner *owner)
{
    return owner->listeners;
}

struct mockd *cluster_owner_current(const struct cluster_owner *owner)
{
    return owner->cluster;
}

struct history *cluster_owner_history(const struct cluster_owner *owner)
{
    return owner->history;
}

struct transcript *cluster_owner_transcript(const struct cluster_owner *owner)
{
    return owner->transcript;
}
