/* SPDX-License-Identifier: MIT */
/* The vocabulary of faults and checks: one table for scenarios, the control port and mockd.h. */
#include "mockd/step/step.h"
#include "mockd/step/chaos.h"

#include <stdio.h>
#include <stdlib.h>

enum { POLL_US = 1000 };

static const struct step_kind kinds[] = {
    /* clang-format off */
    {"crash", "crash NODE ...", step_nodes_read, step_nodes_run, step_crash, false},
    {"stop", "stop NODE ...", step_nodes_read, step_nodes_run, step_stop, false},
    {"restart", "restart NODE ...", step_nodes_read, step_restart_run, step_restart, false},
    {"freeze", "freeze NODE ...", step_nodes_read, step_nodes_run, step_freeze, false},
    {"thaw", "thaw NODE ...", step_nodes_read, step_nodes_run, step_thaw, false},
    {"refuse", "refuse NODE ...", step_nodes_read, step_nodes_run, step_refuse, false},
    {"accept", "accept NODE ...", step_nodes_read, step_nodes_run, step_accept, false},
    {"skew", "skew NODE +D|-D", step_skew_read, step_nodes_run, step_skew, false},
    {"partition", "partition [NAME =] NODE ... | NODE ... [| ...]", step_partition_read, step_partition_run, NULL, true},
    {"link", "link [NAME =] LINK [delay=D[..D]] [loss=P%] [dup=P%] [reorder=P%] [only=MESSAGE,...]",
     step_link_read, step_rule_run, NULL, true},
    {"hold", "hold [NAME =] LINK [only=MESSAGE,...]", step_hold_read, step_rule_run, NULL, true},
    {"release", "release LINK", step_release_read, step_release_run, NULL, false},
    {"drop", "drop [NAME =] LINK MESSAGE[,...] [xN]", step_drop_read, step_rule_run, NULL, true},
    {"heal", "heal", step_heal_read, step_heal_run, NULL, false},
    {"fault", "fault [NAME =] NODE[.CONN]|CLIENT|any [on COMMAND] [after N] [xN|always] [optional] : ACTION\n"
     "    an ACTION is [execute-then] error \"-TEXT\", reply VALUE, close, reset, half-close, silence, garbage N,\n"
     "    cut N, dribble N every D, delay D or dup",
     step_fault_read, step_fault_run, NULL, true},
    {"unfault", "unfault NAME", step_unfault_read, step_unfault_run, NULL, false},
    {"produce", "produce [NAME =] NODE queue=QUEUE [count=N] [every=D] [timeout=D] [replicate=N] [ttl=S] [retry=S]\n"
     "    [delay=S] [maxlen=N] [async=yes|no]",
     step_produce_read, step_produce_run, NULL, true},
    {"consume", "consume [NAME =] NODE queue=QUEUE [count=N] [ack=yes|no] [work=D]", step_consume_read,
     step_consume_run, NULL, true},
    {"chaos", "chaos for D [crash=N/D] [stop=N/D] [freeze=N/D] [partition=N/D] [link=N/D] [lasting=D]", step_chaos_read,
     step_chaos_run, NULL, false},
    {"settle", "settle [within D]", step_settle_read, step_settle_run, NULL, false},
    {"expect", "expect NODE COMMAND [xN] [within D]", step_expect_read, step_expect_run, NULL, false},
    {"check", "check delivery [lost=N[..M]] [unexpected=N] [at-most-once=N] [resurrected=N] [imported-ack-lost=N]\n"
     "    [duplicates=N]; check converged [within D]",
     step_check_read, step_check_run, NULL, false},
    {"met", "met BEHAVIOUR [within D]", step_met_read, step_met_run, NULL, false},
    {"hits", "hits NAME N [within D]", step_hits_read, step_hits_run, NULL, false},
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

static char *join(int argc, const char *const *argv)
{
    struct buffer text = {0};

    for (int i = 0; i < argc; i++)
        buffer_printf(&text, "%s%s", i > 0 ? " " : "", argv[i]);
    return text.data;
}

struct mockd_step *mockd_step_new(int nodes, int argc, const char *const *argv, struct mockd_outcome *outcome)
{
    struct args args = {.nodes = nodes, .argc = argc, .argv = argv, .outcome = outcome};
    struct mockd_step *step = xcalloc(1, sizeof(*step));

    *outcome = (struct mockd_outcome){0};
    step->kind = find_kind(&args);
    if (step->kind != NULL && step->kind->read(&args, step)) {
        step->text = join(argc, argv);
        return step;
    }
    mockd_step_free(step);
    return NULL;
}

void mockd_step_free(struct mockd_step *step)
{
    if (step == NULL)
        return;
    free(step->text);
    free(step->name);
    free(step->tamper.bytes);
    free(step->nodes);
    free(step->groups);
    free(step->queue);
    buffer_fini(&step->options);
    chaos_free(step->chaos);
    free(step->allowed);
    free(step);
}

int mockd_step_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    *outcome = (struct mockd_outcome){0};
    return step->kind->run(cluster, step, outcome);
}

int step_wait(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    int64_t now_us = mockd_now_us(cluster);

    if (step->deadline_us == 0)
        step->deadline_us = now_us + step->within_us;
    if (now_us >= step->deadline_us)
        return MOCKD_FAILED;
    outcome->again_at_us = now_us + POLL_US < step->deadline_us ? now_us + POLL_US : step->deadline_us;
    return MOCKD_AGAIN;
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

struct mockd_step *step_from_text(const struct mockd *cluster, const char *text,
                                  struct mockd_outcome *outcome)
{
    size_t size = strlen(text);
    char *copy = xmemdup(text, size + 1);
    const char **argv = xcalloc(size / 2 + 1, sizeof(*argv));
    struct mockd_step *step = NULL;
    int argc = args_split(copy, argv);

    *outcome = (struct mockd_outcome){0};
    if (argc < 0)
        snprintf(outcome->text, sizeof(outcome->text), ARGS_BAD_QUOTE);
    else
        step = mockd_step_new(mockd_node_count(cluster), argc, argv, outcome);
    free(argv);
    free(copy);
    return step;
}

int mockd_step(struct mockd *cluster, const char *text)
{
    struct mockd_outcome *outcome = cluster_outcome(cluster);
    struct mockd_step *step = step_from_text(cluster, text, outcome);
    int rc = step != NULL ? run_to_end(cluster, step, outcome) : MOCKD_INVALID;

    mockd_step_free(step);
    return rc;
}

const char *mockd_why(struct mockd *cluster)
{
    return cluster_outcome(cluster)->text;
}

const char *mockd_got(struct mockd *cluster)
{
    return cluster_outcome(cluster)->got;
}

const char *mockd_leftover(struct mockd *cluster)
{
    const struct ledger_entry *entry = ledger_lacking(cluster_ledger(cluster));
    struct mockd_outcome *outcome = cluster_outcome(cluster);

    if (entry == NULL)
        return NULL;
    snprintf(outcome->text, sizeof(outcome->text), "%s", entry->lack);
    return entry->text;
}
