/* SPDX-License-Identifier: MIT */
/* After whatever has been done to a cluster: all is put right, and then it has to come to rest. */
#include "mockd/node/node.h"
#include "mockd/step/chaos.h"
#include "mockd/step/rest.h"
#include "mockd/step/step.h"

#include <stdio.h>

#define PATIENCE_US (60 * INT64_C(1000000))

bool step_settle_read(struct args *args, struct mockd_step *step)
{
    step->within_us = PATIENCE_US;
    if (args_take(args, "within") && !args_take_duration(args, &step->within_us))
        return false;
    return args_end(args);
}

/* NULL, or why a node cannot be put right. */
static const char *mend(struct machine *machine)
{
    if (machine->node == NULL)
        machine_start(machine);
    if (machine->problem != NULL)
        return machine->problem;
    machine_set_frozen(machine, false);
    machine_set_refusing(machine, false);
    machine_skew(machine, 0);
    return NULL;
}

static bool mend_all(struct mockd *cluster, struct mockd_outcome *outcome)
{
    fault_heal(cluster_faults(cluster));
    for (int i = 0; i < mockd_node_count(cluster); i++) {
        const char *problem = mend(cluster_machine(cluster, i));

        if (problem == NULL)
            continue;
        snprintf(outcome->text, sizeof(outcome->text), "%s to start", mockd_node_name(cluster, i));
        snprintf(outcome->got, sizeof(outcome->got), "%s", problem);
        return false;
    }
    return true;
}

static bool are_loads_done(struct mockd *cluster, struct mockd_outcome *outcome)
{
    const char *running = loads_running(cluster_loads(cluster));

    if (running == NULL)
        return true;
    snprintf(outcome->text, sizeof(outcome->text), "an end of %s", running);
    snprintf(outcome->got, sizeof(outcome->got), "it is still running");
    return false;
}

int step_settle_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    struct ledger_entry *chaos = ledger_find(cluster_ledger(cluster), CHAOS_ENTRY);

    if (step->deadline_us == 0 && !mend_all(cluster, outcome))
        return MOCKD_FAILED;
    /* What costs most is looked at last: this is asked each millisecond. */
    if (!are_loads_done(cluster, outcome) || !rest_is_drained(cluster, outcome) ||
        !rest_is_converged(cluster, outcome))
        return step_wait(cluster, step, outcome);
    loads_end_endless(cluster_loads(cluster));
    if (chaos != NULL)
        chaos->lack = NULL;
    return 0;
}
