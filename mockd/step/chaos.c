/* SPDX-License-Identifier: MIT */
/* Faults come and go at random, each kind at its own mean rate. All that happens is a step, as a person would
 * have written it. */
#include "mockd/step/chaos.h"

#include "mockd/sim/log.h"
#include "mockd/step/chaos_fault.h"
#include "mockd/step/step.h"

#include <stdlib.h>

enum { LASTING_MS = 3000, MEAN_MAX_MS = 3600000 };

#define UNSETTLED "no settle came after it"

/* A fault that is under way. */
struct incident {
    char *end; /* the step that ends it */
    int64_t at_us;
    struct link link;
};

struct chaos {
    struct rng rng;
    int64_t duration_us;
    int64_t over_at_us; /* 0: it has not begun */
    uint64_t lasting_ms;
    uint64_t gaps_ms[CHAOS_FAULT_COUNT]; /* mean; 0: never */
    int64_t next_at_us[CHAOS_FAULT_COUNT];
    struct link incidents; /* as they began */
    unsigned count;        /* of them, ever */
};

/* How long something takes that ends in each millisecond with the same chance. No logarithms: they differ
 * between machines. */
static int64_t draw_us(struct chaos *chaos, uint64_t mean_ms)
{
    int64_t ms = 1;

    while (rng_below(&chaos->rng, mean_ms) != 0)
        ms++;
    return ms * 1000;
}

/* N/D: so many in so much time. */
static bool read_rate(const struct args *args, struct bytes text, uint64_t *gap_ms)
{
    struct bytes number, time = text;
    uint64_t times;
    int64_t in_us;

    if (!bytes_cut_at(&time, '/', &number))
        return args_fail(args, "not a rate: %.*s (such as 1/10s)", BYTES_ARG(text));
    if (!args_read_number(args, number, &times) || !args_read_duration(args, time, &in_us))
        return false;
    *gap_ms = times > 0 ? (uint64_t)in_us / 1000 / times : 0;
    return (*gap_ms > 0 && *gap_ms <= MEAN_MAX_MS) ||
           args_fail(args, "a fault comes once a millisecond to once an hour: %s", args_peek(args));
}

static bool read_option(const struct args *args, struct chaos *chaos)
{
    const char *value = args_option(args, "lasting");
    int64_t lasting_us;

    if (value != NULL) {
        if (!args_read_positive_duration(args, bytes_of(value), &lasting_us))
            return false;
        chaos->lasting_ms = (uint64_t)lasting_us / 1000;
        return chaos->lasting_ms <= MEAN_MAX_MS ||
               args_fail(args, "a fault lasts an hour at most: %s", value);
    }
    for (size_t i = 0; i < CHAOS_FAULT_COUNT; i++)
        if ((value = args_option(args, chaos_faults[i].name)) != NULL)
            return read_rate(args, bytes_of(value), &chaos->gaps_ms[i]);
    return args_fail(args,
                     "not an option of chaos: %s (there are crash=, stop=, freeze=, partition=, link= and "
                     "lasting=)",
                     args_peek(args));
}

/* Partitions and links need two nodes. */
static bool check(const struct args *args, const struct chaos *chaos)
{
    bool has_rate = false;

    for (size_t i = 0; i < CHAOS_FAULT_COUNT; i++) {
        has_rate = has_rate || chaos->gaps_ms[i] > 0;
        if (chaos->gaps_ms[i] > 0 && args->nodes == 1 && chaos_faults[i].needs_links)
            return args_fail(args, "a cluster of one node has no links");
    }
    return has_rate || args_fail(args, "expected how often something happens, such as crash=1/10s");
}

bool step_chaos_read(struct args *args, struct mockd_step *step)
{
    struct chaos *chaos = xcalloc(1, sizeof(*chaos));

    step->chaos = chaos;
    chaos->lasting_ms = LASTING_MS;
    list_init(&chaos->incidents);
    if (!args_take(args, "for"))
        return args_fail(args, "expected for DURATION");
    if (!args_take_duration(args, &chaos->duration_us))
        return false;
    for (; args_peek(args) != NULL; args->at++)
        if (!read_option(args, chaos))
            return false;
    return check(args, chaos);
}

static void forget(struct incident *incident)
{
    list_remove(&incident->link);
    free(incident->end);
    free(incident);
}

void chaos_free(struct chaos *chaos)
{
    if (chaos == NULL)
        return;
    LIST_FOR_EACH_SAFE (link, &chaos->incidents)
        forget(OWNER_OF(link, struct incident, link));
    free(chaos);
}

/* The end of the run must not come before a settle. */
static void note_in_ledger(struct mockd *cluster, const struct mockd_step *step)
{
    struct ledger_entry *entry = ledger_find(cluster_ledger(cluster), CHAOS_ENTRY);

    if (entry == NULL)
        entry = ledger_open(cluster_ledger(cluster), CHAOS_ENTRY, step->text, NULL);
    entry->lack = UNSETTLED;
}

static void begin(struct mockd *cluster, struct mockd_step *step)
{
    struct chaos *chaos = step->chaos;
    int64_t now_us = mockd_now_us(cluster);

    note_in_ledger(cluster, step);
    chaos->rng = rng_stream(cluster_machine(cluster, 0)->site->seed, "chaos", (uint64_t)now_us);
    chaos->over_at_us = now_us + chaos->duration_us;
    for (size_t i = 0; i < CHAOS_FAULT_COUNT; i++)
        if (chaos->gaps_ms[i] > 0)
            chaos->next_at_us[i] = now_us + draw_us(chaos, chaos->gaps_ms[i]);
}

/* false: it cannot be done now, such as crashing a node that is down; then it is left. */
static bool act(struct mockd *cluster, const char *line)
{
    struct mockd_outcome outcome;
    struct mockd_step *step = step_from_text(cluster, line, &outcome);
    bool ok = step != NULL && mockd_step_run(cluster, step, &outcome) == 0;

    if (ok)
        log_event(cluster_machine(cluster, 0)->site->log, "chaos %s", line);
    mockd_step_free(step);
    return ok;
}

static void begin_incident(struct mockd *cluster, struct chaos *chaos, const struct chaos_fault *fault)
{
    struct buffer begin = {0}, end = {0};
    int64_t lasting_us = draw_us(chaos, chaos->lasting_ms);
    struct incident *incident;

    fault->write(cluster, &chaos->rng, ++chaos->count, &begin, &end);
    if (act(cluster, begin.data)) {
        incident = xcalloc(1, sizeof(*incident));
        incident->end = xmemdup(end.data, end.size + 1);
        incident->at_us = mockd_now_us(cluster) + lasting_us;
        list_append(&chaos->incidents, &incident->link);
    }
    buffer_fini(&begin);
    buffer_fini(&end);
}

/* Does what is due, and gives the time of what comes next. */
static int64_t go_on(struct mockd *cluster, struct chaos *chaos)
{
    int64_t now_us = mockd_now_us(cluster), next_us = chaos->over_at_us;

    LIST_FOR_EACH_SAFE (link, &chaos->incidents) {
        struct incident *incident = OWNER_OF(link, struct incident, link);

        if (incident->at_us > now_us)
            continue;
        act(cluster, incident->end);
        forget(incident);
    }
    for (size_t i = 0; i < CHAOS_FAULT_COUNT; i++) {
        if (chaos->gaps_ms[i] == 0)
            continue;
        if (chaos->next_at_us[i] <= now_us) {
            begin_incident(cluster, chaos, &chaos_faults[i]);
            chaos->next_at_us[i] = now_us + draw_us(chaos, chaos->gaps_ms[i]);
        }
        next_us = chaos->next_at_us[i] < next_us ? chaos->next_at_us[i] : next_us;
    }
    LIST_FOR_EACH (link, &chaos->incidents) {
        const struct incident *incident = OWNER_OF(link, const struct incident, link);

        next_us = incident->at_us < next_us ? incident->at_us : next_us;
    }
    return next_us;
}

/* What is under way at the end stays so, until the settle that has to follow. */
int step_chaos_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    if (step->chaos->over_at_us == 0)
        begin(cluster, step);
    if (mockd_now_us(cluster) >= step->chaos->over_at_us)
        return 0;
    outcome->again_at_us = go_on(cluster, step->chaos);
    return MOCKD_AGAIN;
}
