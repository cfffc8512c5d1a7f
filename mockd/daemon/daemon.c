/* SPDX-License-Identifier: MIT */
/* A cluster as a process: what has to be there before it is ready, and what goes when it ends. */
#include "mockd/daemon/daemon.h"

#include "mockd/daemon/background.h"
#include "mockd/daemon/control.h"
#include "mockd/daemon/ready.h"
#include "mockd/daemon/server_log.h"
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
    pid_t parent;                  /* which started it */
    struct server_log *server_log; /* NULL: it is not disque-server */
    struct cluster_owner *owner;
    struct control *control; /* NULL: none */
    bool has_pidfile;
};

static bool write_pid(struct daemon *daemon)
{
    const char *path = daemon->settings->pidfile;
    FILE *file;

    if (path == NULL)
        return true;
    file = fopen(path, "we");
    if (file == NULL) {
        if (!daemon->settings->may_lack_pidfile)
            fprintf(stderr, "mockd: cannot write %s: %s\n", path, strerror(errno));
        return daemon->settings->may_lack_pidfile;
    }
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

/* A terminal that goes is the end, unless this one was told to outlive it (nohup), as the server always does.
 */
static void heed_hangup(struct daemon *daemon)
{
    struct sigaction action = {0};

    if (daemon->settings->is_server)
        signal(SIGHUP, SIG_IGN);
    else if (sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
        loop_stop_on_signal(cluster_owner_loop(daemon->owner), SIGHUP);
}

static bool heed_end(struct daemon *daemon)
{
    struct loop *loop = cluster_owner_loop(daemon->owner);

    loop_stop_on_signal(loop, SIGTERM);
    loop_stop_on_signal(loop, SIGINT);
    heed_hangup(daemon);
    if (!daemon->settings->is_bound_to_parent || loop_stop_on_end_of(loop, daemon->parent) == 0)
        return true;
    fprintf(stderr, "mockd: --with-parent: %s\n", strerror(errno));
    return false;
}

static bool open_control(struct daemon *daemon)
{
    char error[LISTENERS_ERROR_SIZE];

    if (!daemon->settings->has_control)
        return true;
    daemon->control = control_new(daemon->owner, error);
    if (daemon->control == NULL)
        fprintf(stderr, "mockd: --control: %s\n", error);
    return daemon->control != NULL;
}

static bool open_server_log(struct daemon *daemon)
{
    if (!daemon->settings->is_server)
        return true;
    daemon->server_log = server_log_open(daemon->settings);
    return daemon->server_log != NULL;
}

static bool start(struct daemon *daemon)
{
    allow_many_clients();
    if (!open_server_log(daemon))
        return false;
    daemon->owner = cluster_owner_new(daemon->settings);
    return daemon->owner != NULL && heed_end(daemon) && open_control(daemon) && write_pid(daemon);
}

/* Who waits for the server looks for the last of its lines; the JSON is for who asks for it by name. */
static void say_ready(struct daemon *daemon)
{
    const struct settings *settings = daemon->settings;
    struct mockd *cluster = cluster_owner_current(daemon->owner);
    int64_t now_us = mockd_now_us(cluster);

    if (!settings->is_server || settings->ready_fd >= 0)
        ready_say(daemon->owner, daemon->control);
    server_log_write(daemon->server_log, SERVER_LOG_NOTICE, now_us, "I'm %s", mockd_node_id(cluster, 0));
    server_log_write(daemon->server_log, SERVER_LOG_WARNING, now_us,
                     "Server started, Disque version 1.0-rc1");
    if (!settings->listening.has_no_port)
        server_log_write(daemon->server_log, SERVER_LOG_NOTICE, now_us,
                         "The server is now ready to accept connections on port %d",
                         mockd_node_port(cluster, 0));
    if (settings->listening.unixsocket != NULL)
        server_log_write(daemon->server_log, SERVER_LOG_NOTICE, now_us,
                         "The server is now ready to accept connections at %s",
                         settings->listening.unixsocket);
}

static void say_end(struct daemon *daemon)
{
    server_log_write(daemon->server_log, SERVER_LOG_WARNING,
                     mockd_now_us(cluster_owner_current(daemon->owner)),
                     "Disque is now ready to exit, bye bye...");
}

static void finish(struct daemon *daemon)
{
    if (daemon->has_pidfile)
        unlink(daemon->settings->pidfile);
    control_free(daemon->control);
    cluster_owner_free(daemon->owner);
    server_log_close(daemon->server_log);
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
    say_ready(&daemon);
    if (settings->is_background)
        background_begin(background);
    loop_serve(cluster_owner_loop(daemon.owner));
    say_end(&daemon);
    code = EXIT_SUCCESS;
done:
    finish(&daemon);
    return code;
}
