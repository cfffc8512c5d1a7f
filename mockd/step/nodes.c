/* SPDX-License-Identifier: MIT */
/* Steps that are about nodes as a whole. */
#include "mockd/node/node.h"
#include "mockd/step/step.h"

#include <stdio.h>

#define SKEW_MAX_US (3650 * INT64_C(86400000000))

/* Is it among those before the last? */
static bool has_node(const struct mockd_step *step, int node)
{
    for (int i = 0; i < step->node_count - 1; i++)
        if (step->nodes[i] == node)
            return true;
    return false;
}

bool step_nodes_read(struct args *args, struct mockd_step *step)
{
    step->nodes = xcalloc((size_t)args->argc, sizeof(*step->nodes));
    do {
        if (!args_take_node(args, &step->nodes[step->node_count]))
            return false;
        if (has_node(step, step->nodes[step->node_count++]))
            return args_fail_last(args, "%s was named before", args_last(args));
    } while (args_peek(args) != NULL);
    return true;
}

bool step_skew_read(struct args *args, struct mockd_step *step)
{
    const char *offset;

    step->nodes = xcalloc(1, sizeof(*step->nodes));
    step->node_count = 1;
    if (!args_take_node(args, &step->nodes[0]))
        return false;
    offset = args_peek(args);
    if (offset == NULL || (offset[0] != '+' && offset[0] != '-'))
        return args_fail(args, "expected how far its clock is ahead or behind, such as +3s or -3s");
    if (!args_read_duration(args, bytes_of(offset + 1), &step->skew_us))
        return false;
    if (step->skew_us > SKEW_MAX_US)
        return args_fail(args, "a clock is not that wrong: %s (at most 3650d)", offset);
    if (offset[0] == '-')
        step->skew_us = -step->skew_us;
    args->at++;
    return args_end(args);
}

/* None if one is not as it has to be; it stops at the first that cannot start. */
static int run_on_each(struct mockd *cluster, struct mockd_step *step, bool is_up,
                       struct mockd_outcome *outcome)
{
    const char *problem;

    for (int i = 0; i < step->node_count; i++) {
        int node = step->nodes[i];

        if (mockd_node_is_up(cluster, node) == is_up)
            continue;
        snprintf(outcome->text, sizeof(outcome->text), "%s is %s", mockd_node_name(cluster, node),
                 is_up ? "down" : "up");
        return MOCKD_FAILED;
    }
    for (int i = 0; i < step->node_count; i++) {
        int node = step->nodes[i];

        problem = step->kind->act(cluster, node, step);
        if (problem == NULL)
            continue;
        snprintf(outcome->text, sizeof(outcome->text), "%s cannot start: %s", mockd_node_name(cluster, node),
                 problem);
        return MOCKD_FAILED;
    }
    return 0;
}

int step_nodes_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    return run_on_each(cluster, step, true, outcome);
}

int step_restart_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    return run_on_each(cluster, step, false, outcome);
}

const char *step_crash(struct mockd *cluster, int node, const struct mockd_step *step)
{
    (void)step;
    cluster_crash(cluster, node);
    return NULL;
}

const char *step_stop(struct mockd *cluster, int node, const struct mockd_step *step)
{
    (void)step;
    cluster_stop(cluster, node);
    return NULL;
}

const char *step_restart(struct mockd *cluster, int node, const struct mockd_step *step)
{
    (void)step;
    return cluster_restart(cluster, node);
}

const char *step_freeze(struct mockd *cluster, int node, const struct mockd_step *step)
{
    (void)step;
    machine_set_frozen(cluster_machine(cluster, node), true);
    return NULL;
}

const char *step_thaw(struct mockd *cluster, int node, const struct mockd_step *step)
{
    (void)step;
    machine_set_frozen(cluster_machine(cluster, node), false);
    return NULL;
}

const char *step_refuse(struct mockd *cluster, int node, const struct mockd_step *step)
{
    (void)step;
    machine_set_refusing(cluster_machine(cluster, node), true);
    return NULL;
}

const char *step_accept(struct mockd *cluster, int node, const struct mockd_step *step)
{
    (void)step;
    machine_set_refusing(cluster_machine(cluster, node), false);
    return NULL;
}

const char *step_skew(struct mockd *cluster, int node, const struct mockd_step *step)
{
    machine_skew(cluster_machine(cluster, node), step->skew_us);
    return NULL;
}
