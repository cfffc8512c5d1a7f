/* SPDX-License-Identifier: MIT */
/* From the parameters of disque-server to what the daemon is told. */
#include "mockd/daemon/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <syslog.h>
#include <unistd.h>

#define DEFAULT_PIDFILE "/var/run/disque.pid"

/* NULL if it is empty; as long as the server. */
static const char *text_of(struct server *server, enum config_name name)
{
    struct bytes text = config_text(&server->config, name);
    char **kept = &server->texts[name];

    if (text.size == 0)
        return NULL;
    if (*kept == NULL) {
        *kept = xcalloc(1, text.size + 1);
        memcpy(*kept, text.data, text.size);
    }
    return *kept;
}

/* Servers on one machine are told apart by their ports, which give them different IDs, too. */
static void apply_places(struct server *server, struct settings *settings)
{
    int port = (int)config_number(&server->config, CONFIG_PORT);
    const char *hosts = text_of(server, CONFIG_BIND);

    settings->listening.hosts = hosts != NULL ? hosts : "0.0.0.0 -::";
    settings->listening.has_no_port = port == 0;
    if (port > 0)
        settings->cluster.base_port = port;
    if (settings->cluster.seed == 0)
        settings->cluster.seed = (uint64_t)settings->cluster.base_port;
    settings->listening.unixsocket = text_of(server, CONFIG_UNIXSOCKET);
    settings->listening.unixsocket_mode = (int)config_number(&server->config, CONFIG_UNIXSOCKETPERM);
}

static void apply_files(struct server *server, struct settings *settings)
{
    settings->directory = ".";
    settings->roster_name = text_of(server, CONFIG_CLUSTER_CONFIG_FILE);
    settings->jobs_name = text_of(server, CONFIG_APPENDFILENAME);
    settings->config_path = server->path;
    settings->config_text = server->file.data;
    settings->config = (struct config_source){server->start, server->words.data};
}

static int facility_of(const char *name)
{
    int local = name[strlen(name) - 1] - '0';

    return strcasecmp(name, "user") == 0 ? LOG_USER : ((LOG_LOCAL0 >> 3) + local) << 3;
}

static void apply_server_log(struct server *server, struct settings *settings)
{
    settings->server_log_path = text_of(server, CONFIG_LOGFILE);
    settings->server_log_level = (int)config_number(&server->config, CONFIG_LOGLEVEL);
    if (config_number(&server->config, CONFIG_SYSLOG_ENABLED) == 0)
        return;
    settings->syslog_ident = text_of(server, CONFIG_SYSLOG_IDENT);
    settings->syslog_facility = facility_of(text_of(server, CONFIG_SYSLOG_FACILITY));
}

/* Only who is in the background keeps its process ID in a file, and does not care if it cannot. */
static void apply_background(struct server *server, struct settings *settings)
{
    const char *pidfile = text_of(server, CONFIG_PIDFILE);

    settings->may_lack_pidfile = true;
    settings->is_background = config_number(&server->config, CONFIG_DAEMONIZE) != 0;
    if (settings->is_background)
        settings->pidfile = pidfile != NULL ? pidfile : DEFAULT_PIDFILE;
}

static bool may_listen(const struct settings *settings)
{
    bool is_anywhere = !settings->listening.has_no_port || settings->listening.unixsocket != NULL;

    if (!is_anywhere)
        fputs("Configured to not listen anywhere, exiting.\n", stderr);
    return is_anywhere;
}

static bool enter_directory(struct server *server)
{
    const char *path = text_of(server, CONFIG_DIR);

    if (chdir(path) == 0)
        return true;
    fprintf(stderr, "Can't chdir to '%s': %s\n", path, strerror(errno));
    return false;
}

bool server_apply(struct server *server, struct settings *settings)
{
    settings->is_server = true;
    apply_places(server, settings);
    apply_files(server, settings);
    apply_server_log(server, settings);
    apply_background(server, settings);
    return may_listen(settings) && enter_directory(server) && settings_check(settings);
}
