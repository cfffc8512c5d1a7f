/* SPDX-License-Identifier: MIT */
/* The command line: a table, from which --help is printed too. */
#include "mockd/cluster.h"
#include "mockd/daemon/settings.h"
#include "mockd/front/endpoint.h"
#include "mockd/sim/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

static bool read_number(const char *text, uint64_t max, uint64_t *number)
{
    char *end;

    errno = 0;
    *number = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *number <= max;
}

static bool read_nodes(struct settings *settings, const char *text)
{
    uint64_t number;

    if (!read_number(text, INT16_MAX, &number) || number == 0)
        return false;
    settings->cluster.nodes = (int)number;
    return true;
}

static bool read_port(struct settings *settings, const char *text)
{
    uint64_t number;

    if (!read_number(text, UINT16_MAX, &number))
        return false;
    settings->cluster.base_port = (int)number;
    settings->listening.are_ports_chosen = number == 0;
    return true;
}

static bool read_control(struct settings *settings, const char *text)
{
    uint64_t number;

    if (!read_number(text, UINT16_MAX, &number))
        return false;
    settings->has_control = settings->cluster.audits = true;
    settings->control_port = (int)number;
    return true;
}

static bool read_clock(struct settings *settings, const char *text)
{
    bool is_wall = strcmp(text, "wall") == 0;

    settings->is_eager = strcmp(text, "auto") == 0;
    settings->clock = is_wall ? CLOCK_WALL : CLOCK_VIRTUAL;
    return is_wall || settings->is_eager || strcmp(text, "manual") == 0;
}

static bool read_hosts(struct settings *settings, const char *text)
{
    settings->listening.hosts = text;
    return endpoint_are_addresses(text);
}

static bool read_unixsocket(struct settings *settings, const char *text)
{
    settings->listening.unixsocket = text;
    return text[0] != '\0';
}

static bool read_joined(struct settings *settings, const char *text)
{
    settings->cluster.apart = strcmp(text, "no") == 0;
    return settings->cluster.apart || strcmp(text, "yes") == 0;
}

static bool read_seed(struct settings *settings, const char *text)
{
    return read_number(text, UINT64_MAX, &settings->cluster.seed) && settings->cluster.seed != 0;
}

static bool read_speed(struct settings *settings, const char *text)
{
    char *end;

    settings->speed = strtod(text, &end);
    return *end == '\0' && clock_can_have_speed(settings->speed);
}

static bool read_directory(struct settings *settings, const char *text)
{
    settings->directory = text;
    return text[0] != '\0';
}

static bool read_log(struct settings *settings, const char *text)
{
    settings->log_path = text;
    return text[0] != '\0';
}

static bool read_ready_fd(struct settings *settings, const char *text)
{
    uint64_t number;

    if (!read_number(text, INT16_MAX, &number) || fcntl((int)number, F_GETFD) < 0)
        return false;
    settings->ready_fd = (int)number;
    return true;
}

static bool read_pidfile(struct settings *settings, const char *text)
{
    settings->pidfile = text;
    return text[0] != '\0';
}

static bool ask_background(struct settings *settings, const char *text)
{
    (void)text;
    settings->is_background = true;
    return true;
}

static bool ask_parent(struct settings *settings, const char *text)
{
    (void)text;
    settings->is_bound_to_parent = true;
    return true;
}

static void show_help(void);

static void show_version(void)
{
    puts("mockd " MOCKD_VERSION ", answers as Disque 1.0-rc1");
}

static bool ask_help(struct settings *settings, const char *text)
{
    (void)text;
    settings->show = show_help;
    return true;
}

static bool ask_version(struct settings *settings, const char *text)
{
    (void)text;
    settings->show = show_version;
    return true;
}

static const struct option {
    const char *name;
    const char *value; /* NULL: takes none */
    bool (*read)(struct settings *settings, const char *text);
    const char *expected;
    const char *help;
} options[] = {
    /* clang-format off */
    {"--nodes",      "N",      read_nodes,      "a number from 1",             "so many nodes, one cluster; 1"},
    {"--port",       "PORT",   read_port,       "a number from 0 to 65535",    "of the first node, the others follow; 0: any free ports; 7711"},
    {"--bind",       "ADDR",   read_hosts,      "IP addresses",                "where they listen, with commas between; 127.0.0.1 and, if there is one, ::1"},
    {"--unixsocket", "PATH",   read_unixsocket, "a path",                      "listen there too; of several nodes each at PATH.NAME"},
    {"--joined",     "yes|no", read_joined,     "yes or no",                   "one cluster from the start, or single nodes to MEET; yes"},
    {"--seed",       "S",      read_seed,       "a number from 1 to 2^64 - 1", "of all that is random, IDs included; 1"},
    {"--control",    "PORT",   read_control,    "a number from 0 to 65535",    "take faults and checks there, as from redis-cli; 0: any free port"},
    {"--clock",      "wall|manual|auto", read_clock, "wall, manual or auto",   "time passes by itself, when --control says so, or while clients wait; wall"},
    {"--speed",      "X",      read_speed,      "a number from 0.001 to 1000", "time runs X times as fast; 1"},
    {"--dir",        "DIR",    read_directory,  "a path",                      "keep the nodes' files there, of several each in DIR/NAME; in memory"},
    {"--log",        "FILE",   read_log,        "a path",                      "write what happens there, a line an event"},
    {"--ready-fd",   "FD",     read_ready_fd,   "an open descriptor",          "say there that it is ready, and close it; standard output"},
    {"--daemonize",  NULL,     ask_background,  NULL,                          "go to the background once it is ready"},
    {"--pidfile",    "FILE",   read_pidfile,    "a path",                      "keep the process ID there while it runs"},
    {"--with-parent", NULL,    ask_parent,      NULL,                          "end when the process that started it ends"},
    {"--help",       NULL,     ask_help,        NULL,                          "this, and ends"},
    {"--version",    NULL,     ask_version,     NULL,                          "which one this is, and ends"},
    /* clang-format on */
};

static void show_help(void)
{
    puts("Usage: mockd [OPTION]...\n"
         "Serves a cluster of simulated Disque nodes until SIGTERM, SIGINT or SIGHUP. Says in one line of\n"
         "JSON when it is ready. Called as disque-server it takes that server's command line.\n");
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        printf("  %-13s %-16s  %s\n", options[i].name, options[i].value != NULL ? options[i].value : "",
               options[i].help);
}

static const struct option *find_option(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        if (strcmp(options[i].name, name) == 0)
            return &options[i];
    return NULL;
}

bool settings_have_option(const char *word)
{
    return find_option(word) != NULL;
}

int settings_read_option(struct settings *settings, char **words)
{
    const struct option *option = find_option(words[0]);

    if (option == NULL)
        fprintf(stderr, "mockd: there is no option %s; see mockd --help\n", words[0]);
    else if (option->value != NULL && words[1] == NULL)
        fprintf(stderr, "mockd: %s needs %s\n", option->name, option->expected);
    else if (!option->read(settings, words[1]))
        fprintf(stderr, "mockd: %s needs %s, not '%s'\n", option->name, option->expected, words[1]);
    else
        return option->value != NULL ? 2 : 1;
    return 0;
}

void settings_init(struct settings *settings)
{
    *settings = (struct settings){
        /* A message takes what the machine takes, as between servers on one host. */
        .cluster = {.nodes = 1, .seed = 1, .base_port = 7711, .link_delay_us = -1},
        /* What "localhost" may stand for. */
        .listening = {.hosts = "127.0.0.1,-::1", .ends_loop = true},
        .clock = CLOCK_WALL,
        .ready_fd = -1,
    };
}

/* What does not go together, or NULL. */
static const char *find_contradiction(const struct settings *settings)
{
    if (settings->speed != 0 && settings->clock != CLOCK_WALL)
        return "--speed is for --clock wall";
    if (settings->clock == CLOCK_VIRTUAL && !settings->is_eager && !settings->has_control)
        return "--clock manual needs --control, which lets time pass";
    return NULL;
}

bool settings_check(const struct settings *settings)
{
    const char *problem = cluster_check(&settings->cluster);

    if (problem != NULL) {
        fprintf(stderr, "mockd: --nodes %d --port %d: %s\n", settings->cluster.nodes,
                settings->cluster.base_port, problem);
        return false;
    }
    problem = find_contradiction(settings);
    if (problem != NULL)
        fprintf(stderr, "mockd: %s\n", problem);
    return problem == NULL;
}

bool settings_read_options(struct settings *settings, char **words)
{
    int count;

    for (; *words != NULL; words += count)
        if ((count = settings_read_option(settings, words)) == 0)
            return false;
    return settings_check(settings);
}
