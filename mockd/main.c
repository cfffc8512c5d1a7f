/* SPDX-License-Identifier: MIT */
/* The daemon: a cluster on TCP ports, in wall time, until it is told to end. */
#include "mockd/cluster.h"
#include "mockd/front/listener.h"
#include "mockd/front/loop.h"
#include "mockd/sim/bytes.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

struct settings {
    struct mockd_options cluster;
    const char *host;
    bool are_ports_chosen; /* by the system, instead of counting from base_port */
    void (*show)(void);    /* instead of serving */
};

struct daemon {
    struct mockd *cluster;
    int size;
    int *ports;
    int *sockets; /* -1: not open, or its listener's */
    struct listener **listeners;
};

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
    settings->are_ports_chosen = number == 0;
    return true;
}

static bool read_seed(struct settings *settings, const char *text)
{
    return read_number(text, UINT64_MAX, &settings->cluster.seed) && settings->cluster.seed != 0;
}

static bool read_joined(struct settings *settings, const char *text)
{
    settings->cluster.apart = strcmp(text, "no") == 0;
    return settings->cluster.apart || strcmp(text, "yes") == 0;
}

static bool read_host(struct settings *settings, const char *text)
{
    settings->host = text;
    return listener_is_host(text);
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
    {"--nodes",   "N",    read_nodes,  "a number from 1",            "so many nodes, one cluster; 1"},
    {"--port",    "PORT", read_port,   "a number from 0 to 65535",   "of the first node, the others follow; 0: any free ports; 7711"},
    {"--bind",    "ADDR", read_host,   "an IPv4 address",            "where they listen; 127.0.0.1"},
    {"--joined",  "yes|no", read_joined, "yes or no",                "one cluster from the start, or single nodes to MEET; yes"},
    {"--seed",    "S",    read_seed,   "a number from 1 to 2^64 - 1", "of all that is random, IDs included; 1"},
    {"--help",    NULL,   ask_help,    NULL,                         "this, and ends"},
    {"--version", NULL,   ask_version, NULL,                         "which one this is, and ends"},
    /* clang-format on */
};

static void show_help(void)
{
    puts("Usage: mockd [OPTION]...\n"
         "Serves a cluster of simulated Disque nodes on TCP until SIGTERM or SIGINT. Says on standard\n"
         "output, in one line of JSON, when it is ready.\n");
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        printf("  %-9s %-6s  %s\n", options[i].name, options[i].value != NULL ? options[i].value : "",
               options[i].help);
}

static const struct option *find_option(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        if (strcmp(options[i].name, name) == 0)
            return &options[i];
    return NULL;
}

/* Reads an option and its value. How many words that were, or 0 after saying what is wrong. */
static int read_option(struct settings *settings, char **words)
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

static bool read_options(struct settings *settings, char **words)
{
    const char *problem;
    int count;

    for (; *words != NULL; words += count)
        if ((count = read_option(settings, words)) == 0)
            return false;
    problem = cluster_check(&settings->cluster);
    if (problem != NULL)
        fprintf(stderr, "mockd: --nodes %d --port %d: %s\n", settings->cluster.nodes,
                settings->cluster.base_port, problem);
    return problem == NULL;
}

static void daemon_init(struct daemon *daemon, int size)
{
    *daemon = (struct daemon){.size = size};
    daemon->ports = xcalloc((size_t)size, sizeof(daemon->ports[0]));
    daemon->sockets = xcalloc((size_t)size, sizeof(daemon->sockets[0]));
    daemon->listeners = xcalloc((size_t)size, sizeof(daemon->listeners[0]));
    for (int i = 0; i < size; i++)
        daemon->sockets[i] = -1;
}

static void daemon_fini(struct daemon *daemon)
{
    for (int i = 0; i < daemon->size; i++) {
        listener_free(daemon->listeners[i]);
        if (daemon->sockets[i] >= 0)
            close(daemon->sockets[i]);
    }
    cluster_free(daemon->cluster);
    free(daemon->listeners);
    free(daemon->sockets);
    free(daemon->ports);
}

static bool open_ports(struct daemon *daemon, const struct settings *settings)
{
    char error[256];

    for (int i = 0; i < daemon->size; i++) {
        int port = settings->are_ports_chosen ? 0 : settings->cluster.base_port + i;

        daemon->sockets[i] = listener_bind(settings->host, port, &daemon->ports[i], error, sizeof(error));
        if (daemon->sockets[i] < 0) {
            fprintf(stderr, "mockd: %s\n", error);
            return false;
        }
    }
    return true;
}

/* Who listens everywhere is still to be found at one address. */
static const char *told_host(const struct settings *settings)
{
    return strcmp(settings->host, "0.0.0.0") == 0 ? "127.0.0.1" : settings->host;
}

static void start(struct daemon *daemon, const struct settings *settings)
{
    struct loop *loop;

    daemon->cluster = cluster_new(&(struct cluster_options){.options = settings->cluster,
                                                            .mode = CLOCK_WALL,
                                                            .host = told_host(settings),
                                                            .ports = daemon->ports});
    loop = cluster_loop(daemon->cluster);
    for (int i = 0; i < daemon->size; i++) {
        daemon->listeners[i] = listener_new(loop, cluster_node(daemon->cluster, i), daemon->sockets[i]);
        daemon->sockets[i] = -1;
    }
    loop_stop_on_signal(loop, SIGTERM);
    loop_stop_on_signal(loop, SIGINT);
}

static void say_ready(const struct mockd *cluster, uint64_t seed)
{
    printf("{\"nodes\": [");
    for (int i = 0; i < mockd_node_count(cluster); i++)
        printf("%s{\"name\": \"%s\", \"id\": \"%s\", \"host\": \"%s\", \"port\": %d}", i > 0 ? ", " : "",
               mockd_node_name(cluster, i), mockd_node_id(cluster, i), mockd_node_host(cluster, i),
               mockd_node_port(cluster, i));
    printf("], \"seed\": %" PRIu64 "}\n", seed);
    fflush(stdout);
}

static int serve(const struct settings *settings)
{
    struct daemon daemon;
    int code = EXIT_FAILURE;

    daemon_init(&daemon, settings->cluster.nodes);
    if (!open_ports(&daemon, settings))
        goto done;
    start(&daemon, settings);
    say_ready(daemon.cluster, settings->cluster.seed);
    loop_run_wall(cluster_loop(daemon.cluster));
    code = EXIT_SUCCESS;
done:
    daemon_fini(&daemon);
    return code;
}

int main(int argc, char **argv)
{
    struct settings settings = {.cluster = {.nodes = 1, .seed = 1, .base_port = 7711}, .host = "127.0.0.1"};

    /* Nobody has to read what it says. */
    signal(SIGPIPE, SIG_IGN);
    if (argc > 0 && !read_options(&settings, argv + 1))
        return EXIT_USAGE;
    if (settings.show == NULL)
        return serve(&settings);
    settings.show();
    return EXIT_SUCCESS;
}
