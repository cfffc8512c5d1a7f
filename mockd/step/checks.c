/* SPDX-License-Identifier: MIT */
/* Steps that look whether something has happened. */
#include "mockd/command/command.h"
#include "mockd/step/delivery.h"
#include "mockd/step/rest.h"
#include "mockd/step/step.h"

#include <inttypes.h>
#include <stdio.h>

bool step_expect_read(struct args *args, struct mockd_step *step)
{
    const char *command;

    step->nodes = xcalloc(1, sizeof(*step->nodes));
    step->node_count = 1;
    if (!args_take_node(args, &step->nodes[0]))
        return false;
    command = args_peek(args) != NULL ? args_peek(args) : "";
    step->row = command_find(bytes_of(command));
    if (step->row == SIZE_MAX)
        return args_fail(args, "no such command: %s", command);
    args->at++;
    return args_take_times(args, &step->count) && args_take_within(args, &step->within_us) && args_end(args);
}

/* Exactly so many, no more, since it was looked for last. */
int step_expect_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    uint64_t *received = &cluster_received(cluster, step->nodes[0])[step->row];

    if (*received == step->count) {
        *received = 0;
        return 0;
    }
    snprintf(outcome->text, sizeof(outcome->text), "%s %" PRIu64 " times on %s", command_name(step->row),
             step->count, mockd_node_name(cluster, step->nodes[0]));
    snprintf(outcome->got, sizeof(outcome->got), "%" PRIu64 " times", *received);
    return *received < step->count ? step_wait(cluster, step, outcome) : MOCKD_FAILED;
}

bool step_met_read(struct args *args, struct mockd_step *step)
{
    const char *name = args_peek(args) != NULL ? args_peek(args) : "";
    int behaviour = behaviour_find(name);

    if (behaviour < 0)
        return args_fail(args, "no behaviour of nodes is called %s", name);
    step->row = (size_t)behaviour;
    args->at++;
    return args_take_within(args, &step->within_us) && args_end(args);
}

int step_met_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    enum behaviour behaviour = (enum behaviour)step->row;

    if (cluster_met(cluster, behaviour) > 0)
        return 0;
    snprintf(outcome->text, sizeof(outcome->text), "%s to have happened", behaviour_name(behaviour));
    return step_wait(cluster, step, outcome);
}

/* What can be checked. */
struct check {
    const char *name;
    bool (*read)(struct args *args, struct mockd_step *step);
    int (*run)(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);
};

static bool read_converged(struct args *args, struct mockd_step *step)
{
    return args_take_within(args, &step->within_us) && args_end(args);
}

static int run_converged(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    return rest_is_converged(cluster, outcome) ? 0 : step_wait(cluster, step, outcome);
}

bool step_check_read(struct args *args, struct mockd_step *step)
{
    static const struct check checks[] = {
        {"delivery", delivery_read, delivery_run},
        {"converged", read_converged, run_converged},
    };

    for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
        if (!args_take(args, checks[i].name))
            continue;
        step->check = &checks[i];
        return checks[i].read(args, step);
    }
    return args_fail(args, "expected what to check: delivery or converged");
}

int step_check_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    return step->check->run(cluster, step, outcome);
}
