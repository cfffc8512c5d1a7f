/* SPDX-License-Identifier: MIT */
/* Steps that are about the links between nodes. */
#include "mockd/step/step.h"

static bool take_link(struct args *args, struct mockd_step *step)
{
    step->rule.kinds = FAULT_ALL_KINDS;
    return args_take_label(args, &step->name) &&
           args_take_link(args, &step->rule.from, &step->rule.to, &step->rule.is_both_ways);
}

/* What a link has a chance of doing. */
static const struct {
    const char *key;
    enum fault_kind kind;
} chances[] = {
    {"loss", FAULT_LOSES},
    {"dup", FAULT_DOUBLES},
    {"reorder", FAULT_REORDERS},
};

static bool read_delay(const struct args *args, const char *text, struct fault_rule *rule)
{
    const char *dots = strstr(text, "..");
    struct bytes low = {text, dots != NULL ? (size_t)(dots - text) : strlen(text)};
    struct bytes high = dots != NULL ? bytes_of(dots + 2) : low;

    rule->says |= FAULT_SAYS(DELAYS);
    if (!args_read_duration(args, low, &rule->delay_min_us) ||
        !args_read_duration(args, high, &rule->delay_max_us))
        return false;
    return rule->delay_min_us <= rule->delay_max_us ||
           args_fail(args, "a range goes from the shorter to the longer: %s", text);
}

static bool read_option(const struct args *args, struct fault_rule *rule)
{
    const char *value;

    if ((value = args_option(args, "only")) != NULL)
        return args_read_kinds(args, bytes_of(value), &rule->kinds);
    if ((value = args_option(args, "delay")) != NULL)
        return read_delay(args, value, rule);
    for (size_t i = 0; i < ARRAY_LEN(chances); i++) {
        if ((value = args_option(args, chances[i].key)) == NULL)
            continue;
        rule->says |= 1u << chances[i].kind;
        return args_read_chance(args, bytes_of(value), &rule->chances[chances[i].kind]);
    }
    return args_fail(args, "not an option of a link: %s (there are delay=, loss=, dup=, reorder= and only=)",
                     args_peek(args));
}

bool step_link_read(struct args *args, struct mockd_step *step)
{
    if (!take_link(args, step))
        return false;
    for (; args_peek(args) != NULL; args->at++)
        if (!read_option(args, &step->rule))
            return false;
    return step->rule.says != 0 || args_fail(args, "expected what the link does, such as loss=10%%");
}

bool step_hold_read(struct args *args, struct mockd_step *step)
{
    const char *kinds;

    if (!take_link(args, step))
        return false;
    step->rule.says = FAULT_SAYS(HOLDS);
    step->rule.chances[FAULT_HOLDS] = FAULT_CHANCE_CERTAIN;
    if ((kinds = args_option(args, "only")) != NULL) {
        if (!args_read_kinds(args, bytes_of(kinds), &step->rule.kinds))
            return false;
        args->at++;
    }
    return args_end(args);
}

bool step_release_read(struct args *args, struct mockd_step *step)
{
    return take_link(args, step) && args_end(args);
}

bool step_drop_read(struct args *args, struct mockd_step *step)
{
    const char *kinds;

    if (!take_link(args, step))
        return false;
    kinds = args_peek(args);
    if (kinds == NULL)
        return args_fail(args, "expected a message, such as SETACK");
    if (!args_read_kinds(args, bytes_of(kinds), &step->rule.kinds))
        return false;
    args->at++;
    step->rule.says = FAULT_SAYS(DROPS);
    return args_take_some_times(args, &step->rule.left) && args_end(args);
}

int step_rule_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    (void)outcome;
    step->entry = fault_add(cluster_faults(cluster), &step->rule, step->name, step->text);
    return 0;
}

int step_release_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    (void)outcome;
    fault_release(cluster_faults(cluster), step->rule.from, step->rule.to, step->rule.is_both_ways);
    return 0;
}

bool step_partition_read(struct args *args, struct mockd_step *step)
{
    int group = 1, size = 0, node;

    step->groups = xcalloc((size_t)args->nodes, sizeof(*step->groups));
    if (!args_take_label(args, &step->name))
        return false;
    while (args_peek(args) != NULL) {
        if (args_take(args, "|")) {
            if (size == 0)
                return args_fail(args, "a group has at least one node");
            group++;
            size = 0;
            continue;
        }
        if (!args_take_node(args, &node))
            return false;
        if (step->groups[node] != 0)
            return args_fail_last(args, "%s is in a group already", args_last(args));
        step->groups[node] = group;
        size++;
    }
    return (group > 1 && size > 0) || args_fail(args, "expected groups of nodes, such as A B | C");
}

int step_partition_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    (void)outcome;
    step->entry = fault_partition(cluster_faults(cluster), step->groups, step->name, step->text);
    return 0;
}

bool step_heal_read(struct args *args, struct mockd_step *step)
{
    (void)step;
    return args_end(args);
}

int step_heal_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    (void)step;
    (void)outcome;
    fault_heal(cluster_faults(cluster));
    return 0;
}
