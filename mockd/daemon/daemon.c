/* SPDX-License-Identifier: MIT */
/* A cluster as a process: what has to be there before it is ready, and what goes when it ends. */
#include "mockd/daemon/daemon.h"

#include "mockd/cluster.h"
#include "mockd/daemon/background.h"
#include "mockd/daemon/doors.h"
#include "mockd/daemon/ready.h"
#include "mockd/daemon/storage.h"
#include "mockd/front/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct daemon {
    const struct settings *settings;
    pid_t parent; /* which started it */
    FILE *log;
    struct storage *storage;
    struct loop *loop;
    struct doors *doors;
    struct mockd *cluster;
    bool has_pidfile;
};

/* Who listens everywhere is still to be found at one address. */
static const char *told_host(const struct settings *settings)
{
    return strcmp(settings->host, "0.0.0.0") == 0 ? "127.0.0.1" : settings->host;
}

static FILE *open_file(const char *path)
{
    FILE *file = fopen(path, "we");

    if (file == NULL)
        fprintf(stderr, "mockd: cannot write %s: %s\n", path, strerror(errno));
    return file;
}

/* Whoever follows the log sees each event at once. */
static bool open_log(struct daemon *daemon)
{
    if (daemon->settings->log_path == NULL)
        return true;
    daemon->log = open_file(daemon->settings->log_path);
    if (daemon->log != NULL)
        setvbuf(daemon->log, NULL, _IOLBF, 0);
    return daemon->log != NULL;
}

static void on_event(void *ctx, const char *line)
{
    fprintf(ctx, "%s\n", line);
}

static bool write_pid(struct daemon *daemon)
{
    FILE *file;

    if (daemon->settings->pidfile == NULL)
        return true;
    file = open_file(daemon->settings->pidfile);
    if (file == NULL)
        return false;
    daemon->has_pidfile = true;
    fprintf(file, "%d\n", (int)getpid());
    fclose(file);
    return true;
}

/* Each client is a descriptor. */
static void allow_many_clients(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static bool open_storage(struct daemon *daemon)
{
    if (daemon->settings->directory == NULL)
        return true;
    daemon->storage = storage_open(daemon->settings);
    return daemon->storage != NULL;
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

static bool make_cluster(struct daemon *daemon)
{
    struct cluster_options options = {.options = daemon->settings->cluster,
                                      .mode = CLOCK_WALL,
                                      .speed = daemon->settings->speed,
                                      .host = told_host(daemon->settings),
                                      .ports = doors_ports(daemon->doors),
                                      .loop = daemon->loop};

    if (daemon->log != NULL) {
        options.options.on_event = on_event;
        options.options.event_ctx = daemon->log;
    }
    if (daemon->storage != NULL)
        options.disks = storage_disks(daemon->storage);
    daemon->cluster = cluster_new(&options);
    return have_all_started(daemon->cluster);
}

static bool heed_end(struct daemon *daemon)
{
    loop_stop_on_signal(daemon->loop, SIGTERM);
    loop_stop_on_signal(daemon->loop, SIGINT);
    if (!daemon->settings->is_bound_to_parent || loop_stop_on_end_of(daemon->loop, daemon->parent) == 0)
        return true;
    fprintf(stderr, "mockd: --with-parent: %s\n", strerror(errno));
    return false;
}

static bool complain(const char *error)
{
    fprintf(stderr, "mockd: %s\n", error);
    return false;
}

static bool start(struct daemon *daemon)
{
    char error[DOORS_ERROR_SIZE];

    allow_many_clients();
    if (!open_log(daemon) || !open_storage(daemon))
        return false;
    daemon->loop = loop_new(NULL, NULL);
    daemon->doors = doors_new(daemon->settings, daemon->loop);
    if (!doors_reserve(daemon->doors, daemon->settings->cluster.nodes, error))
        return complain(error);
    if (!make_cluster(daemon) || !heed_end(daemon))
        return false;
    if (!doors_open(daemon->doors, daemon->cluster, error))
        return complain(error);
    return write_pid(daemon);
}

static void finish(struct daemon *daemon)
{
    if (daemon->has_pidfile)
        unlink(daemon->settings->pidfile);
    doors_free(daemon->doors);
    cluster_free(daemon->cluster);
    loop_free(daemon->loop);
    storage_close(daemon->storage);
    if (daemon->log != NULL)
        fclose(daemon->log);
}

int daemon_serve(const struct settings *settings)
{
    struct daemon daemon = {.settings = settings, .parent = getppid()};
    int background = settings->is_background ? background_start() : -1;
    int code = EXIT_FAILURE;

    if (settings->is_background && background < 0)
        return code;
    if (!start(&daemon))
        goto done;
    ready_say(settings, daemon.cluster, daemon.doors);
    if (settings->is_background)
        background_begin(background);
    loop_serve(daemon.loop);
    code = EXIT_SUCCESS;
done:
    finish(&daemon);
    return code;
}
