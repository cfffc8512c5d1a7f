/* SPDX-License-Identifier: MIT */
/* scn: reads all scenarios, then runs one after the other. The only place of the runner that reads a real
 * clock, to tell people how long it took. */
#include "scenarios/runner/behaviours.h"
#include "scenarios/runner/files.h"
#include "scenarios/runner/options.h"
#include "scenarios/runner/parse.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

enum exit_code {
    EXIT_PASSED = 0,
    EXIT_FAILED = 1,
    EXIT_UNUSABLE = 2,
};

struct suite {
    const struct options *options;
    struct scenario **scenarios;
    size_t count;
    struct report report;
    struct events events;
    struct behaviours behaviours;
};

static int64_t real_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static bool load_file(struct suite *suite, const char *path)
{
    struct text content = {0};
    struct parse_error error;
    int rc = file_read(path, &content);

    if (rc != 0) {
        fprintf(stderr, "scn: cannot read %s: %s\n", path, strerror(rc));
    } else {
        suite->scenarios[suite->count] = parse_scenario(path, content.data, content.size, &error);
        if (suite->scenarios[suite->count] != NULL)
            suite->count++;
        else
            rc = EINVAL;
        if (rc != 0)
            fprintf(stderr, "%s:%d:%d: %s\n", path, error.line, error.column, error.what);
    }
    text_fini(&content);
    return rc == 0;
}

/* Finds and parses everything, telling all that is wrong. */
static bool load(struct suite *suite)
{
    struct files files = {0};
    bool ok = true;

    for (int i = 0; i < suite->options->file_count; i++) {
        size_t before = files.count;
        int rc = files_add(&files, suite->options->files[i]);

        if (rc == 0 && files.count > before)
            continue;
        fprintf(stderr, "scn: %s: %s\n", suite->options->files[i],
                rc != 0 ? strerror(rc) : "there are no scenarios in this folder");
        ok = false;
    }
    suite->scenarios = must_calloc(files.count, sizeof(*suite->scenarios));
    for (size_t i = 0; i < files.count; i++)
        ok = load_file(suite, files.paths[i]) && ok;
    files_fini(&files);
    return ok;
}

/* Why the scenario cannot run on --target or --spawn; false if it can. */
static bool must_skip(const struct options *options, const struct scenario *scenario, struct text *why)
{
    if (options->target == NULL && options->spawn == NULL)
        return false;
    if (options->target != NULL && scenario->cluster.nodes > target_real_count(options->target))
        text_printf(why, "needs %d nodes", scenario->cluster.nodes);
    else if (scenario->cluster.mock_only != NULL)
        text_printf(why, "a real cluster has no %s=", scenario->cluster.mock_only);
    else if (scenario->mock_only != NULL)
        text_printf(why, "line %d can only run in process", scenario->mock_only->line);
    return why->size > 0;
}

static uint64_t seed_of(const struct options *options, const struct scenario *scenario)
{
    if (options->has_seed)
        return options->seed;
    return scenario->cluster.has_seed ? scenario->cluster.seed : 1;
}

static void run_on(struct suite *suite, const struct scenario *scenario, struct target *target, uint64_t seed)
{
    struct run run;

    if (run_scenario(&run, scenario, target))
        report_passed(&suite->report, &run);
    else
        report_failed(&suite->report, &run, seed, &suite->events);
    behaviours_note(&suite->behaviours, target);
    run_fini(&run);
}

static struct target *open_target(struct suite *suite, const struct scenario *scenario, uint64_t seed,
                                  struct text *why)
{
    const struct options *options = suite->options;

    if (options->target != NULL)
        return target_real_new(options->target, why);
    if (options->spawn != NULL)
        return target_spawn_new(options->spawn, scenario->cluster.nodes, why);
    return target_mock_new(&scenario->cluster, seed, options->is_on_sockets, events_take, &suite->events,
                           why);
}

static void run_one(struct suite *suite, const struct scenario *scenario)
{
    const struct options *options = suite->options;
    uint64_t seed = seed_of(options, scenario);
    struct text why = {0};
    struct target *target;

    suite->events.count = 0;
    if (must_skip(options, scenario, &why)) {
        report_skipped(&suite->report, scenario, why.data);
        text_fini(&why);
        return;
    }
    if (suite->events.log != NULL)
        fprintf(suite->events.log, "# %s\n", scenario->path);
    target = open_target(suite, scenario, seed, &why);
    if (target != NULL)
        run_on(suite, scenario, target, seed);
    else
        report_not_begun(&suite->report, scenario, why.data);
    target_free(target);
    text_fini(&why);
}

static int run_all(struct suite *suite)
{
    int64_t begin_us = real_now_us();

    if (suite->options->log != NULL && (suite->events.log = fopen(suite->options->log, "w")) == NULL) {
        fprintf(stderr, "scn: cannot write %s: %s\n", suite->options->log, strerror(errno));
        return EXIT_UNUSABLE;
    }
    report_begin(&suite->report, suite->count);
    for (size_t i = 0; i < suite->count; i++)
        run_one(suite, suite->scenarios[i]);
    if (suite->options->shows_behaviours)
        behaviours_print(&suite->behaviours, suite->report.format == REPORT_TAP ? "# " : "", stdout);
    report_end(&suite->report, real_now_us() - begin_us);
    if (suite->events.log != NULL)
        fclose(suite->events.log);
    return suite->report.failed > 0 ? EXIT_FAILED : EXIT_PASSED;
}

static int run_or_check(const struct options *options)
{
    struct suite suite = {.options = options, .report = {.out = stdout, .format = options->format}};
    int code = EXIT_UNUSABLE;

    if (load(&suite)) {
        code = EXIT_PASSED;
        if (options->verb == VERB_RUN)
            code = run_all(&suite);
        else
            printf("%zu parsed\n", suite.count);
    }
    for (size_t i = 0; i < suite.count; i++)
        scenario_free(suite.scenarios[i]);
    free(suite.scenarios);
    behaviours_fini(&suite.behaviours);
    return code;
}

int main(int argc, char **argv)
{
    struct options options;
    struct text error = {0};

    if (!options_parse(&options, argc, argv, &error)) {
        fprintf(stderr, "%s\n", error.data);
        text_fini(&error);
        return EXIT_UNUSABLE;
    }
    if (options.verb == VERB_HELP)
        options_help(stdout);
    else if (options.verb == VERB_VERSION)
        printf("scn %s\n", SCN_VERSION);
    else
        return run_or_check(&options);
    return EXIT_PASSED;
}
