/* SPDX-License-Identifier: MIT */
/* The steps of faults: "fault" is what is done to the connections of clients; "unfault" and "hits" are about
 * whatever has a name in the ledger, the faults of links too. */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/step/literal.h"
#include "mockd/step/step.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { BYTES_MAX = 1 << 20 };

static bool copy_name(const struct args *args, const char *from, size_t size, char *to)
{
    if (size >= TAMPER_NAME_SIZE)
        return args_fail(args, "a name has at most %d characters", TAMPER_NAME_SIZE - 1);
    memcpy(to, from, size);
    to[size] = '\0';
    return true;
}

/* NODE, NODE.CONN, a client's name, or any. */
static bool take_scope(struct args *args, struct tamper_rule *rule)
{
    const char *scope = args_peek(args), *name;
    size_t size;
    int node;

    if (scope == NULL)
        return args_fail(args, "expected whose connections: NODE, NODE.CONN, a client, or any");
    if (args_take(args, "any"))
        return true;
    size = isupper((unsigned char)scope[0]) ? strcspn(scope, ".") : 0;
    name = scope + size + (scope[size] == '.');
    if (size > 0 && !args_read_node(args, (struct bytes){scope, size}, &node))
        return false;
    if (scope[size] != '\0' && !args_is_name(name))
        return args_fail(args, "not a name: %s", name);
    if (!copy_name(args, scope, size, rule->node) || !copy_name(args, name, strlen(name), rule->client))
        return false;
    args->at++;
    return true;
}

static bool take_command(struct args *args, struct tamper_rule *rule)
{
    const char *command = args_peek(args);

    if (command == NULL || command_find(bytes_of(command)) == SIZE_MAX)
        return args_fail(args, "no such command: %s", command != NULL ? command : "");
    if (!copy_name(args, command, strlen(command), rule->command))
        return false;
    args->at++;
    return true;
}

/* Everything between the scope and the colon, in any order. */
static bool take_conditions(struct args *args, struct mockd_step *step)
{
    struct tamper_rule *rule = &step->tamper;
    bool ok = true;

    rule->times = 1;
    step->is_needed = true;
    while (ok && !args_take(args, ":")) {
        const char *next = args_peek(args);

        if (args_take(args, "on"))
            ok = take_command(args, rule);
        else if (args_take(args, "after"))
            ok = args_take_number(args, &rule->after);
        else if (args_take(args, "always"))
            rule->times = UINT64_MAX;
        else if (args_take(args, "optional"))
            step->is_needed = false;
        else if (next != NULL && tolower((unsigned char)next[0]) == 'x')
            ok = args_take_some_times(args, &rule->times);
        else
            ok = args_fail(args, "expected on COMMAND, after N, xN, always, optional or : ACTION");
    }
    return ok;
}

static bool set_reply(struct tamper_rule *rule, struct buffer *reply)
{
    rule->bytes = reply->data;
    rule->size = reply->size;
    return true;
}

/* "-TEXT" for an error, any value for a reply. */
static bool take_reply(struct args *args, struct tamper_rule *rule)
{
    const char *text = args_peek(args), *wrong;
    struct buffer reply = {0};

    if (text == NULL)
        return args_fail(args, "expected the reply");
    if (strcmp(rule->action->name, "error") == 0) {
        if (text[0] != '-' || !isupper((unsigned char)text[1]))
            return args_fail(args, "expected an error, such as \"-LEAVING I am going\": %s", text);
        reply_error(&reply, "%s", text + 1);
    } else if (!literal_add(&reply, text, &wrong)) {
        buffer_fini(&reply);
        return args_fail(args, "not a value from here on: %s", wrong);
    }
    args->at++;
    return set_reply(rule, &reply);
}

static bool take_bytes_count(struct args *args, struct tamper_rule *rule)
{
    if (!args_take_number(args, &rule->count))
        return false;
    if (rule->count > BYTES_MAX || (rule->count == 0 && strcmp(rule->action->name, "cut") != 0))
        return args_fail_last(args, "expected a number of bytes up to %d", BYTES_MAX);
    return true;
}

static bool take_needs(struct args *args, struct tamper_rule *rule)
{
    switch (rule->action->needs) {
    case TAMPER_NEEDS_NOTHING:
        return true;
    case TAMPER_NEEDS_BYTES:
        return take_reply(args, rule);
    case TAMPER_NEEDS_COUNT:
        return take_bytes_count(args, rule);
    case TAMPER_NEEDS_DURATION:
        return args_take_duration(args, &rule->duration_us);
    case TAMPER_NEEDS_BOTH:
        return take_bytes_count(args, rule) &&
               (args_take(args, "every") || args_fail(args, "expected every DURATION")) &&
               args_take_duration(args, &rule->duration_us);
    }
    return false;
}

bool step_fault_read(struct args *args, struct mockd_step *step)
{
    struct tamper_rule *rule = &step->tamper;
    char names[200];

    if (!args_take_label(args, &step->name) || !take_scope(args, rule) || !take_conditions(args, step))
        return false;
    rule->runs = args_take(args, "execute-then");
    rule->action = tamper_action_find(args_peek(args) != NULL ? args_peek(args) : "");
    if (rule->action == NULL)
        return args_fail(args, "no such action (there are %s)", tamper_action_names(names, sizeof(names)));
    args->at++;
    return take_needs(args, rule) && args_end(args);
}

int step_fault_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    (void)outcome;
    step->entry =
        tamper_add(cluster_tampers(cluster), &step->tamper, step->name, step->text, step->is_needed);
    return 0;
}

bool step_unfault_read(struct args *args, struct mockd_step *step)
{
    return args_take_name(args, &step->name) && args_end(args);
}

static int not_found(const struct mockd_step *step, struct mockd_outcome *outcome)
{
    outcome->word = 1;
    snprintf(outcome->text, sizeof(outcome->text), "no fault is called %s", step->name);
    return MOCKD_INVALID;
}

void step_end_entry(struct mockd *cluster, const struct ledger_entry *entry)
{
    if (!entry->is_over && !tamper_end(cluster_tampers(cluster), entry) &&
        !load_end(cluster_loads(cluster), entry))
        fault_end(cluster_faults(cluster), entry);
}

int step_unfault_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    const struct ledger *ledger = cluster_ledger(cluster);

    if (ledger_find(ledger, step->name) == NULL)
        return not_found(step, outcome);
    LIST_FOR_EACH_SAFE (link, &ledger->entries) {
        const struct ledger_entry *entry = OWNER_OF(link, const struct ledger_entry, link);

        if (entry->name != NULL && strcmp(entry->name, step->name) == 0)
            step_end_entry(cluster, entry);
    }
    return 0;
}

bool step_hits_read(struct args *args, struct mockd_step *step)
{
    return args_take_name(args, &step->name) && args_take_number(args, &step->count) &&
           args_take_within(args, &step->within_us) && args_end(args);
}

int step_hits_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    const struct ledger_entry *entry = ledger_find(cluster_ledger(cluster), step->name);

    if (entry == NULL)
        return not_found(step, outcome);
    if (entry->hits >= step->count)
        return 0;
    snprintf(outcome->text, sizeof(outcome->text), "%" PRIu64 " hits of %s", step->count, step->name);
    snprintf(outcome->got, sizeof(outcome->got), "%" PRIu64, entry->hits);
    return step_wait(cluster, step, outcome);
}
