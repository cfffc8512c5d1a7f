/* SPDX-License-Identifier: MIT */
#include "tests/torture/scene.h"

#include "scenarios/lab/lab.h"
#include "scenarios/runner/clients.h"
#include "scenarios/runner/run.h"
#include "tests/torture/allocations.h"
#include "tests/torture/stream.h"

#include <string.h>

/* A client may be in a pause after what went wrong: it is asked thrice. That a password is needed is a true
 * answer: a scenario that went wrong may not have come to where it is given. */
#define PAUSE_US INT64_C(30000000)

enum { SEED = 7, ACT_NODES = 3 };

static bool is_usable(struct disq *client, const struct disq_env *env)
{
    disq_cancel(client);
    while (disq_pending(client) > 0)
        disq_finish(client);
    for (int i = 0; i < 3; i++) {
        int rc = disq_ping(client);

        if (rc == 0 || rc == DISQ_NOAUTH)
            return true;
        env->wait(env->ctx, NULL, 0, env->now_us(env->ctx) + PAUSE_US);
    }
    return false;
}

static void ask(struct outcome *outcome, int index, struct disq *client, const struct disq_env *env)
{
    if (client == NULL)
        return;
    outcome->clients |= 1U << index;
    if (is_usable(client, env))
        outcome->usable |= 1U << index;
}

/* What is counted in the run itself, before anybody is asked anything. */
static void heal(struct outcome *outcome)
{
    outcome->replies = faulty_replies(outcome->faulty);
    outcome->allocations = allocations_count();
    allocations_heal();
}

/* A target whose clients are harmed. */
struct stage {
    struct target target;
    struct target *inner;
    struct faulty *faulty;
};

static const struct disq_env *stage_env_of(struct target *target, const char *name)
{
    struct stage *stage = target->impl;

    return faulty_env(stage->faulty, target_env_of(stage->inner, name), true);
}

static void stage_init(struct stage *stage, struct target *inner, struct faulty *faulty)
{
    *stage = (struct stage){.target = *inner, .inner = inner, .faulty = faulty};
    stage->target.env = *faulty_env(faulty, &inner->env, false);
    stage->target.env_of = stage_env_of;
    stage->target.impl = stage;
}

/* Names that a step did not bind are empty in those behind it. */
static void forget_failure(struct run *run, size_t mark)
{
    vars_rollback(&run->vars, mark);
    text_fini(&run->failure.expected);
    text_fini(&run->failure.got);
    run->failure = (struct failure){0};
    run->has_failed = false;
}

/* To its end, whatever fails. False: the cluster does not come to rest. */
static bool play_steps(struct run *run)
{
    const struct scenario *scenario = run->scenario;

    for (size_t i = 0; i < scenario->step_count; i++) {
        size_t mark = vars_mark(&run->vars);

        if (!run_steps(run, i, i + 1)) {
            if (strcmp(run->failure.expected.data, "the cluster to come to rest") == 0)
                return false;
            forget_failure(run, mark);
        }
        if (scenario->steps[i].end != 0)
            i = scenario->steps[i].end;
    }
    return true;
}

static void play_scenario(const struct scenario *scenario, const struct harm *harm, struct outcome *outcome)
{
    uint64_t seed = scenario->cluster.has_seed ? scenario->cluster.seed : SEED;
    struct text error = {0};
    struct target *target = target_mock_new(&scenario->cluster, seed, false, NULL, NULL, &error);
    struct stage stage;
    struct run run;

    stream_need(target != NULL, "no cluster");
    outcome->faulty = faulty_new(&target->env, harm->fault, harm->reply);
    stage_init(&stage, target, outcome->faulty);
    run_begin(&run, scenario, &stage.target);
    outcome->is_stuck = !play_steps(&run);
    heal(outcome);
    for (size_t i = 0; i < scenario->client_count; i++)
        ask(outcome, (int)i, clients_handle(&run, i), &stage.target.env);
    run_fini(&run);
    outcome->connections = faulty_open_count(outcome->faulty);
    target_free(target);
}

static void count_addjobs(void *ctx, const struct disq_event *event)
{
    int64_t *calls = ctx;

    *calls += event->kind == DISQ_EVENT_ANSWERED && strcmp(event->command, "ADDJOB") == 0;
}

static void play_act(const struct act *act, const struct harm *harm, struct outcome *outcome)
{
    struct lab *lab = lab_new(&(struct mockd_options){.nodes = ACT_NODES, .seed = SEED});
    struct disq_options options = act->options;
    int64_t addjob_calls = 0;
    struct disq *client;

    stream_need(lab != NULL, "no cluster");
    outcome->faulty = faulty_new(&lab->env, harm->fault, harm->reply);
    options.env = faulty_env(outcome->faulty, &lab->env, true);
    options.on_event = count_addjobs;
    options.event_ctx = &addjob_calls;
    client = disq_new(&options);
    if (client != NULL)
        outcome->is_stuck = !act->play(client, options.env);
    heal(outcome);
    ask(outcome, 0, client, options.env);
    disq_free(client);
    outcome->adds_twice = (int64_t)faulty_adds(outcome->faulty)->count > addjob_calls;
    outcome->connections = faulty_open_count(outcome->faulty);
    lab_free(lab);
}

struct outcome scene_play(const struct scene *scene, const struct harm *harm)
{
    struct outcome outcome = {0};
    int64_t live = allocations_live();

    allocations_start(harm->allocation, harm->and_all_behind);
    if (scene->scenario != NULL)
        play_scenario(scene->scenario, harm, &outcome);
    else
        play_act(scene->act, harm, &outcome);
    outcome.leaks = allocations_live() - live;
    return outcome;
}
