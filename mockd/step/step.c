/* SPDX-License-Identifier: MIT */
/* The vocabulary of faults and checks: one table for scenarios, the control port and mockd.h. */
#include "mockd/step/step.h"
#include "mockd/front/line.h"

#include <stdio.h>
#include <stdlib.h>

static const struct step_kind kinds[] = {
    /* clang-format off */
    {"freeze", "freeze NODE ...", step_nodes_read, step_nodes_run, step_freeze},
    {"thaw", "thaw NODE ...", step_nodes_read, step_nodes_run, step_thaw},
    {"refuse", "refuse NODE ...", step_nodes_read, step_nodes_run, step_refuse},
    {"accept", "accept NODE ...", step_nodes_read, step_nodes_run, step_accept},
    {"skew", "skew NODE +D|-D", step_skew_read, step_nodes_run, step_skew},
    {"partition", "partition NODE ... | NODE ... [| ...]", step_partition_read, step_partition_run, NULL},
    {"link", "link LINK [delay=D[..D]] [loss=P%] [dup=P%] [reorder=P%] [only=MESSAGE,...]",
     step_link_read, step_rule_run, NULL},
    {"hold", "hold LINK [only=MESSAGE,...]", step_hold_read, step_rule_run, NULL},
    {"release", "release LINK", step_release_read, step_release_run, NULL},
    {"drop", "drop LINK MESSAGE[,...] [xN]", step_drop_read, step_rule_run, NULL},
    {"heal", "heal", step_heal_read, step_heal_run, NULL},
    /* clang-format on */
};

const char *mockd_step_usage(int index)
{
    return index >= 0 && (size_t)index < ARRAY_LEN(kinds) ? kinds[index].usage : NULL;
}

static const struct step_kind *find_kind(struct args *args)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (args_take(args, kinds[i].name))
            return &kinds[i];
    args_fail(args, "no such step: %s", args_peek(args) != NULL ? args_peek(args) : "");
    return NULL;
}

struct mockd_step *mockd_step_new(int nodes, int argc, const char *const *argv, struct mockd_outcome *outcome)
{
    struct args args = {.nodes = nodes, .argc = argc, .argv = argv, .outcome = outcome};
    struct mockd_step *step = xcalloc(1, sizeof(*step));

    *outcome = (struct mockd_outcome){0};
    step->kind = find_kind(&args);
    if (step->kind != NULL && step->kind->read(&args, step))
        return step;
    mockd_step_free(step);
    return NULL;
}

void mockd_step_free(struct mockd_step *step)
{
    if (step == NULL)
        return;
    free(step->nodes);
    free(step->groups);
    free(step);
}

int mockd_step_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    *outcome = (struct mockd_outcome){0};
    return step->kind->run(cluster, step, outcome);
}

/* Runs it, and the cluster, until it is over. */
static int run_to_end(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    int rc;

    while ((rc = mockd_step_run(cluster, step, outcome)) == MOCKD_AGAIN)
        if ((rc = mockd_run(cluster, outcome->again_at_us, NULL, NULL)) != 0)
            break;
    return rc;
}

/* Splits a text that may be written to; how many words, or -1 after a quote that is not closed. */
static int split(char *text, const char **argv)
{
    struct line line = {text, text + strlen(text)};
    enum line_result result;
    struct bytes word;
    int argc = 0;

    while ((result = line_next(&line, &word)) == LINE_WORD) {
        char *end = text + (word.data - text) + word.size;

        if (end == line.at && line.at < line.end)
            line.at++;
        *end = '\0';
        argv[argc++] = word.data;
    }
    return result == LINE_END ? argc : -1;
}

int mockd_step(struct mockd *cluster, const char *text)
{
    struct mockd_outcome *outcome = cluster_outcome(cluster);
    size_t size = strlen(text);
    char *copy = xmemdup(text, size + 1);
    const char **argv = xcalloc(size / 2 + 1, sizeof(*argv));
    struct mockd_step *step = NULL;
    int argc = split(copy, argv), rc = MOCKD_INVALID;

    *outcome = (struct mockd_outcome){0};
    if (argc < 0)
        snprintf(outcome->text, sizeof(outcome->text), "a quote has no end, or no blank behind it");
    else
        step = mockd_step_new(mockd_node_count(cluster), argc, argv, outcome);
    if (step != NULL)
        rc = run_to_end(cluster, step, outcome);
    mockd_step_free(step);
    free(argv);
    free(copy);
    return rc;
}

const char *mockd_why(struct mockd *cluster)
{
    return cluster_outcome(cluster)->text;
}

const char *mockd_leftover(struct mockd *cluster)
{
    if (fault_was_missed(cluster_faults(cluster)))
        return "a message that was to be dropped never came";
    return NULL;
}
