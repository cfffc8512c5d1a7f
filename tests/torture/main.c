/* SPDX-License-Identifier: MIT */
/* torture: plays every scenario that has a client, and some acts besides, again and again, each time with one
 * thing going wrong: one fault at one reply, or one allocation that fails, alone or with all behind it.
 * Whatever that is, the client must end in a defined state, leak nothing, add no job twice behind its
 * caller's back, and work again when nothing goes wrong any more.
 *
 *     torture [--every N] FILE...     N: only every so-manieth of these runs */
#include "scenarios/runner/files.h"
#include "tests/torture/scene.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SCENES_MAX = 1000 };

/* How a run may end; the worst first. */
enum verdict { CRASHED, STUCK, LEAKED, LEFT_OPEN, ADDED_TWICE, UNUSABLE, GOOD, VERDICT_COUNT };

static const char *const verdicts[] = {
    [CRASHED] = "crashed",
    [STUCK] = "did not come to rest",
    [LEAKED] = "leaked memory",
    [LEFT_OPEN] = "left connections open",
    [ADDED_TWICE] = "added a job twice without a word",
    [UNUSABLE] = "left a client that does not work",
};

/* Shared with the process that plays a scene: what it has counted is there also if it crashes. */
struct tally {
    int64_t turn; /* of all runs that there could be */
    int64_t fault_runs;
    int64_t memory_runs;
    int64_t counts[VERDICT_COUNT];
    struct harm harm; /* of the last run */
};

struct torture {
    struct scene scenes[SCENES_MAX];
    struct text texts[SCENES_MAX]; /* of their files */
    size_t scene_count;
    int64_t every;
    struct tally *tally;
};

/* Is it this run's turn? */
static bool is_due(struct torture *torture)
{
    return torture->tally->turn++ % torture->every == 0;
}

/* An act's worker may rightly add what it added before; a scenario's calls are always the same. */
static bool adds_twice(const struct scene *scene, const struct outcome *outcome,
                       const struct outcome *unharmed)
{
    return scene->act != NULL ? outcome->adds_twice
                              : adds_exceed(faulty_adds(outcome->faulty), faulty_adds(unharmed->faulty));
}

static enum verdict verdict(const struct scene *scene, const struct outcome *outcome,
                            const struct outcome *unharmed)
{
    if (outcome->is_stuck)
        return STUCK;
    if (outcome->leaks != 0)
        return LEAKED;
    if (outcome->connections != 0)
        return LEFT_OPEN;
    if (adds_twice(scene, outcome, unharmed))
        return ADDED_TWICE;
    if ((unharmed->usable & outcome->clients & ~outcome->usable) != 0)
        return UNUSABLE;
    return GOOD;
}

static void note(struct tally *tally, const struct scene *scene, enum verdict verdict)
{
    const struct harm *harm = &tally->harm;

    tally->counts[verdict]++;
    if (verdict == GOOD)
        return;
    if (harm->allocation > 0)
        printf("%s: allocation %" PRId64 " failing%s %s\n", scene->name, harm->allocation,
               harm->and_all_behind ? ", and all behind it," : "", verdicts[verdict]);
    else
        printf("%s: %s at reply %" PRId64 " %s\n", scene->name, fault_name(harm->fault), harm->reply,
               verdicts[verdict]);
}

static void play(struct torture *torture, const struct scene *scene, struct harm harm,
                 const struct outcome *unharmed)
{
    struct outcome outcome;

    torture->tally->harm = harm;
    outcome = scene_play(scene, &harm);
    note(torture->tally, scene, verdict(scene, &outcome, unharmed));
    faulty_free(outcome.faulty);
}

static void torture_scene(struct torture *torture, const struct scene *scene)
{
    struct outcome unharmed = scene_play(scene, &(struct harm){0});

    for (int64_t reply = 0; reply < unharmed.replies; reply++) {
        for (int kind = FAULT_NONE + 1; kind < FAULT_KIND_COUNT; kind++) {
            if (!is_due(torture))
                continue;
            torture->tally->fault_runs++;
            play(torture, scene, (struct harm){.fault = (enum fault_kind)kind, .reply = reply}, &unharmed);
        }
    }
    for (int64_t i = 0; i < 2 * unharmed.allocations; i++) {
        if (!is_due(torture))
            continue;
        torture->tally->memory_runs++;
        play(torture, scene, (struct harm){.allocation = i / 2 + 1, .and_all_behind = i % 2 == 1}, &unharmed);
    }
    faulty_free(unharmed.faulty);
}

/* In a process of its own, so that a crash is one of the things that are counted. What its sanitizers find at
 * its end counts as one too. */
static void torture_apart(struct torture *torture, const struct scene *scene)
{
    int status = 0;
    pid_t pid;

    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        torture_scene(torture, scene);
        exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        note(torture->tally, scene, CRASHED);
}

/* How many runs did not end well? */
static int64_t report(const struct torture *torture)
{
    const struct tally *tally = torture->tally;
    int64_t bad = 0;

    printf("%zu scenes; %" PRId64 " runs with one fault, %" PRId64 " with allocations that failed\n",
           torture->scene_count, tally->fault_runs, tally->memory_runs);
    for (int i = 0; i < GOOD; i++) {
        printf("  %6" PRId64 " %s\n", tally->counts[i], verdicts[i]);
        bad += tally->counts[i];
    }
    return bad;
}

/* ---- Scenes ---- */

static void add_scene(struct torture *torture, struct scene scene)
{
    if (torture->scene_count < SCENES_MAX)
        torture->scenes[torture->scene_count++] = scene;
}

/* Scenarios without a client have nobody to be harmed. */
static int add_file(struct torture *torture, const char *path)
{
    struct text *text = &torture->texts[torture->scene_count];
    struct parse_error error;
    struct scenario *scenario;

    if (torture->scene_count == SCENES_MAX || file_read(path, text) != 0)
        return -1;
    scenario = parse_scenario(path, text->data, text->size, &error);
    if (scenario != NULL && scenario->client_count > 0) {
        add_scene(torture, (struct scene){.name = path, .scenario = scenario});
        return 0;
    }
    scenario_free(scenario);
    text_fini(text);
    *text = (struct text){0};
    return 0;
}

static int add_scenes(struct torture *torture, const struct files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        if (add_file(torture, files->paths[i]) != 0)
            return -1;
    }
    for (const struct act *act = acts; act->name != NULL; act++)
        add_scene(torture, (struct scene){.name = act->name, .act = act});
    return 0;
}

static void free_scenes(struct torture *torture)
{
    for (size_t i = 0; i < torture->scene_count; i++) {
        scenario_free(torture->scenes[i].scenario);
        text_fini(&torture->texts[i]);
    }
}

int main(int argc, char **argv)
{
    static struct torture torture = {.every = 1};
    struct files files = {0};
    int64_t bad;
    int rc = 0;

    for (int i = 1; i < argc && rc == 0; i++) {
        if (strcmp(argv[i], "--every") == 0 && i + 1 < argc)
            torture.every = strtoll(argv[++i], NULL, 10);
        else
            rc = files_add(&files, argv[i]);
    }
    if (rc != 0 || torture.every < 1 || add_scenes(&torture, &files) != 0) {
        fprintf(stderr, "usage: torture [--every N] FILE...\n");
        return 2;
    }
    torture.tally =
        mmap(NULL, sizeof(*torture.tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (torture.tally == MAP_FAILED)
        return 2;
    for (size_t i = 0; i < torture.scene_count; i++)
        torture_apart(&torture, &torture.scenes[i]);
    bad = report(&torture);
    free_scenes(&torture);
    files_fini(&files);
    return bad > 0;
}
