/* SPDX-License-Identifier: MIT */
/* A test in C and `new` at the control port have the same words for a cluster as a scenario has. */
#include "mockd/step/cluster_line.h"

#include "mockd/cluster.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#define CONFIG_PREFIX "config."

static bool set_seed(const struct args *args, const char *value, struct mockd_options *options)
{
    char *end;

    errno = 0;
    options->seed = strtoull(value, &end, 10);
    return (isdigit((unsigned char)value[0]) && *end == '\0' && errno == 0 && options->seed > 0) ||
           args_fail(args, "a seed is a number from 1 to 2^64 - 1, not %s", value);
}

static bool set_choice(const struct args *args, const char *value, const char *yes, const char *no,
                       bool *is_no)
{
    *is_no = strcmp(value, no) == 0;
    return *is_no || strcmp(value, yes) == 0 || args_fail(args, "expected %s or %s, not %s", yes, no, value);
}

static bool set_jitter(const struct args *args, const char *value, struct mockd_options *options)
{
    return set_choice(args, value, "on", "off", &options->no_jitter);
}

static bool set_joined(const struct args *args, const char *value, struct mockd_options *options)
{
    return set_choice(args, value, "yes", "no", &options->apart);
}

static bool set_link(const struct args *args, const char *value, struct mockd_options *options)
{
    if (!args_read_duration(args, bytes_of(value), &options->link_delay_us))
        return false;
    if (options->link_delay_us == 0)
        options->link_delay_us = -1;
    return true;
}

static bool set_audit(const struct args *args, const char *value, struct mockd_options *options)
{
    return args_read_yes(args, bytes_of(value), &options->audits);
}

static const struct {
    const char *key;
    bool (*set)(const struct args *args, const char *value, struct mockd_options *options);
} settings[] = {
    {"seed", set_seed}, {"jitter", set_jitter}, {"joined", set_joined},
    {"link", set_link}, {"audit", set_audit},
};

static bool add_config(const struct args *args, const char *word, struct cluster_line *line)
{
    const char *name = word + strlen(CONFIG_PREFIX), *equals = strchr(word, '=');

    if (equals == NULL)
        return args_fail(args, "expected config.NAME=VALUE, not %s", word);
    buffer_printf(&line->config, "%.*s %s\n", (int)(equals - name), name, equals + 1);
    line->options.config = line->config.data;
    return mockd_check(&(struct mockd_options){.config = line->config.data}) == NULL ||
           args_fail(args, "not what CONFIG SET takes: %s", word);
}

static bool read_option(const struct args *args, struct cluster_line *line)
{
    const char *word = args_peek(args);

    if (strncmp(word, CONFIG_PREFIX, strlen(CONFIG_PREFIX)) == 0)
        return add_config(args, word, line);
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        const char *value = args_option(args, settings[i].key);

        if (value != NULL)
            return settings[i].set(args, value, &line->options);
    }
    return args_fail(args, "no option of a cluster: %s", word);
}

bool cluster_line_read(struct args *args, struct cluster_line *line)
{
    uint64_t nodes;

    if (!args_take_number(args, &nodes))
        return false;
    line->options.nodes = nodes > 0 && nodes < INT_MAX ? (int)nodes : -1;
    for (; args_peek(args) != NULL; args->at++)
        if (!read_option(args, line))
            return false;
    return true;
}

void cluster_line_fini(struct cluster_line *line)
{
    buffer_fini(&line->config);
}

static struct mockd *make(struct args *args)
{
    struct cluster_line line = {0};
    struct mockd *cluster = NULL;
    const char *problem;

    if (cluster_line_read(args, &line)) {
        problem = mockd_check(&line.options);
        if (problem == NULL)
            cluster = mockd_new(&line.options);
        else
            args_fail(args, "%s", problem);
    }
    cluster_line_fini(&line);
    return cluster;
}

struct mockd *mockd_new_from(const char *line, struct mockd_outcome *outcome)
{
    size_t size = strlen(line);
    char *copy = xmemdup(line, size + 1);
    const char **argv = xcalloc(size / 2 + 1, sizeof(*argv));
    struct args args = {.argc = args_split(copy, argv), .argv = argv, .outcome = outcome};
    struct mockd *cluster = NULL;

    *outcome = (struct mockd_outcome){0};
    if (args.argc < 0)
        args_fail(&args, ARGS_BAD_QUOTE);
    else
        cluster = make(&args);
    free(argv);
    free(copy);
    return cluster;
}
