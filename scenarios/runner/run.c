/* SPDX-License-Identifier: MIT */
/* Runs a scenario's steps, one after the other, and waits in one place for all of them. */
#include "scenarios/runner/run.h"

#include "scenarios/runner/clients.h"
#include "scenarios/runner/match.h"
#include "scenarios/runner/step_mock.h"
#include "scenarios/runner/steps.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int64_t run_now_us(const struct run *run)
{
    return run->target->env.now_us(run->target->env.ctx);
}

static bool fail(struct run *run, const struct step *step, const char *expected, va_list args)
{
    char text[1000];

    if (run->has_failed)
        return false;
    run->has_failed = true;
    run->failure.step = step;
    run->failure.found = step != run->step ? run->step : NULL;
    run->failure.at_us = run_now_us(run);
    vsnprintf(text, sizeof(text), expected, args);
    text_add(&run->failure.expected, slice_of(text));
    return true;
}

bool run_fail(struct run *run, const struct step *step, const struct value *got, const char *expected, ...)
{
    va_list args;

    va_start(args, expected);
    if (fail(run, step, expected, args) && got != NULL)
        value_print(got, &run->failure.got);
    va_end(args);
    return false;
}

bool run_fail_text(struct run *run, const struct step *step, const char *got, const char *expected, ...)
{
    va_list args;

    va_start(args, expected);
    if (fail(run, step, expected, args) && got != NULL)
        text_add(&run->failure.got, slice_of(got));
    va_end(args);
    return false;
}

bool run_accepts(struct run *run, const struct step *step, const struct value *value)
{
    if (step->expect.kind == EXPECT_NO_ERROR)
        return value->kind != VALUE_ERROR && value->kind != VALUE_FAILURE;
    return step->expect.kind == EXPECT_VALUE && match(&step->expect.pattern, value, &run->vars);
}

void run_add_expected(const struct step *step, struct text *out)
{
    bool is_line_start = true;

    if (step->expect.source.size == 0)
        text_add(out, slice_of("no error"));
    for (size_t i = 0; i < step->expect.source.size; i++) {
        char c = step->expect.source.data[i];

        if (c == '\r' || (is_line_start && c != '\n' && is_blank(c)))
            continue;
        is_line_start = c == '\n';
        text_add_char(out, c);
    }
}

bool run_expect(struct run *run, const struct step *step, const struct value *value)
{
    struct text expected = {0};

    if (run_accepts(run, step, value))
        return true;
    run_add_expected(step, &expected);
    run_fail(run, step, value, "%s", expected.data);
    text_fini(&expected);
    return false;
}

struct slice run_word(struct run *run, const struct word *word)
{
    struct text text = {0};
    struct slice copy;

    template_expand(&word->text, &run->vars, &text);
    copy = arena_copy(&run->arena, text_slice(&text));
    text_fini(&text);
    return copy;
}

static void process(struct run *run)
{
    conns_process(&run->conns);
    clients_process(run);
}

/* Waits in the environment for everybody; how many are ready, or a negative code. */
static int wait_for_all(struct run *run, int64_t deadline_us)
{
    const struct disq_env *env = &run->target->env;
    size_t room = run->conns.count + clients_wants(run, NULL, 0), count;
    struct disq_ready *ready = must_calloc(room, sizeof(*ready));
    int64_t clients_us = clients_next_deadline(run);
    int rc;

    count = conns_wants(&run->conns, ready);
    count += clients_wants(run, ready + count, room - count);
    rc = env->wait(env->ctx, ready, count, clients_us < deadline_us ? clients_us : deadline_us);
    free(ready);
    return rc;
}

static const struct step *last_step(const struct run *run)
{
    return &run->scenario->steps[run->scenario->step_count - 1];
}

bool run_wait(struct run *run, int64_t duration_us, bool (*done)(void *ctx), void *ctx)
{
    int64_t deadline_us = run_now_us(run) + duration_us;
    int rc = 1;

    for (;;) {
        process(run);
        if (done != NULL && done(ctx))
            return true;
        /* Nothing was ready at the last look, and time is up. */
        if (rc == 0 && run_now_us(run) >= deadline_us)
            return false;
        rc = wait_for_all(run, deadline_us);
        if (rc < 0)
            return run_fail_text(run, run->step != NULL ? run->step : last_step(run),
                                 "a cluster that has no end of work at one instant",
                                 "the cluster to come to rest");
    }
}

/* What is blocked must be so still when another step begins. */
static bool check_blocked(struct run *run)
{
    run_wait(run, 0, NULL, NULL);
    return !run->has_failed && conns_check_blocked(run) && clients_check_blocked(run);
}

static bool run_step(struct run *run, const struct step *step)
{
    if (step->kind->run == NULL)
        return true;
    arena_fini(&run->arena);
    run->step = step;
    if (!(step->kind->flags & STEP_IS_COLLECT) && !check_blocked(run))
        return false;
    return step->kind->run(run, step);
}

bool run_steps(struct run *run, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        const struct step *step = &run->scenario->steps[i];

        if (!run_step(run, step))
            return false;
        if (step->end != 0)
            i = step->end;
    }
    return true;
}

static void bind_nodes(struct run *run)
{
    char node[8], name[16], port[16];

    for (int i = 0; i < run->scenario->cluster.nodes; i++) {
        const struct target_node *facts = &run->target->nodes[i];

        node_index_to_name(i, node);
        snprintf(port, sizeof(port), "%d", facts->port);
        snprintf(name, sizeof(name), "%s.id", node);
        vars_bind(&run->vars, slice_of(name), slice_of(facts->id));
        snprintf(name, sizeof(name), "%s.prefix", node);
        vars_bind(&run->vars, slice_of(name), (struct slice){facts->id, 8});
        snprintf(name, sizeof(name), "%s.host", node);
        vars_bind(&run->vars, slice_of(name), slice_of(facts->host));
        snprintf(name, sizeof(name), "%s.port", node);
        vars_bind(&run->vars, slice_of(name), slice_of(port));
    }
}

void run_begin(struct run *run, const struct scenario *scenario, struct target *target)
{
    *run = (struct run){.scenario = scenario, .target = target, .patience_us = target->patience_us};
    if (scenario->cluster.patience_us >= 0)
        run->patience_us = scenario->cluster.patience_us;
    run->start_us = run_now_us(run);
    conns_init(&run->conns, scenario);
    clients_init(run);
    bind_nodes(run);
}

bool run_scenario(struct run *run, const struct scenario *scenario, struct target *target)
{
    run_begin(run, scenario, target);
    if (!run_steps(run, 0, scenario->step_count))
        return false;
    run->step = NULL;
    return check_blocked(run) && conns_check_leftovers(run) && clients_check_leftovers(run) &&
           step_mock_check_leftovers(run);
}

void run_fini(struct run *run)
{
    clients_fini(run);
    conns_fini(&run->conns);
    vars_fini(&run->vars);
    arena_fini(&run->arena);
    text_fini(&run->notes);
    text_fini(&run->failure.expected);
    text_fini(&run->failure.got);
}
