/* SPDX-License-Identifier: MIT */
/* A later rule overrules an earlier one in what it says itself, and in nothing else: so each question about a
 * parcel is put to all rules anew, the newest first. */
#include "mockd/sim/fault.h"

#include "mockd/sim/bytes.h"
#include "mockd/sim/rng.h"

#include <stdlib.h>

enum { REORDER_MIN_US = 1000, REORDER_TIMES_MAX = 10 };

struct rule {
    struct fault_rule is;
    struct link link;
    struct ledger_entry *entry;
};

struct partition {
    struct link link;
    struct ledger_entry *entry;
    int groups[]; /* of each place */
};

struct faults {
    struct bus *bus;
    struct ledger *ledger;
    int places;
    uint64_t seed;
    struct rng *chances; /* one for each link; NULL until one is needed */
    struct link rules;   /* newest first */
    struct link cuts;    /* partitions */
    int64_t ended_at_us; /* when the last of either was over */
};

struct faults *faults_new(struct bus *bus, uint64_t seed, struct ledger *ledger)
{
    struct faults *faults = xcalloc(1, sizeof(*faults));

    faults->bus = bus;
    faults->ledger = ledger;
    faults->places = bus_place_count(bus);
    faults->seed = seed;
    list_init(&faults->rules);
    list_init(&faults->cuts);
    return faults;
}

static void end_rule(struct faults *faults, struct rule *rule)
{
    faults->ended_at_us = clock_now_us(bus_clock(faults->bus));
    ledger_close(rule->entry);
    list_remove(&rule->link);
    free(rule);
}

static void end_cut(struct faults *faults, struct partition *cut)
{
    faults->ended_at_us = clock_now_us(bus_clock(faults->bus));
    ledger_close(cut->entry);
    list_remove(&cut->link);
    free(cut);
}

static void forget_all(struct faults *faults)
{
    LIST_FOR_EACH_SAFE (link, &faults->rules)
        end_rule(faults, OWNER_OF(link, struct rule, link));
    LIST_FOR_EACH_SAFE (link, &faults->cuts)
        end_cut(faults, OWNER_OF(link, struct partition, link));
}

void faults_free(struct faults *faults)
{
    if (faults == NULL)
        return;
    forget_all(faults);
    free(faults->chances);
    free(faults);
}

static bool is_on(const struct fault_rule *rule, int from, int to)
{
    return (rule->from < 0 || rule->from == from) && (rule->to < 0 || rule->to == to);
}

static bool is_for(const struct fault_rule *rule, const struct parcel *parcel)
{
    bool is_kind =
        parcel->kind == BUS_SIGNAL ? rule->kinds == FAULT_ALL_KINDS : (rule->kinds >> parcel->kind & 1) != 0;

    return is_kind && (is_on(rule, parcel->from, parcel->to) ||
                       (rule->is_both_ways && is_on(rule, parcel->to, parcel->from)));
}

/* The rule that counts for a parcel, or NULL. */
static struct rule *find_rule(const struct faults *faults, enum fault_kind kind, const struct parcel *parcel)
{
    LIST_FOR_EACH (link, &faults->rules) {
        struct rule *rule = OWNER_OF(link, struct rule, link);

        if ((rule->is.says & (1u << kind)) && is_for(&rule->is, parcel))
            return rule;
    }
    return NULL;
}

/* A stream for each link: what is drawn on one shifts no other. */
static uint64_t draw(struct faults *faults, const struct parcel *parcel, uint64_t bound)
{
    size_t places = (size_t)faults->places;

    if (faults->chances == NULL) {
        faults->chances = xcalloc(places * places, sizeof(*faults->chances));
        for (size_t i = 0; i < places * places; i++)
            faults->chances[i] = rng_stream(faults->seed, "link", i);
    }
    return rng_below(&faults->chances[(size_t)parcel->from * places + (size_t)parcel->to], bound);
}

/* These three ask whether a fault befalls a parcel, and count that it did. */
static bool try_chance(struct faults *faults, enum fault_kind kind, const struct parcel *parcel)
{
    struct rule *rule = find_rule(faults, kind, parcel);
    uint32_t chance = rule != NULL ? rule->is.chances[kind] : 0;

    if (chance == 0 ||
        (chance < FAULT_CHANCE_CERTAIN && draw(faults, parcel, FAULT_CHANCE_CERTAIN) >= chance))
        return false;
    ledger_hit(rule->entry);
    return true;
}

static bool try_cut(const struct faults *faults, const struct parcel *parcel)
{
    LIST_FOR_EACH (link, &faults->cuts) {
        struct partition *cut = OWNER_OF(link, struct partition, link);
        int from = cut->groups[parcel->from], to = cut->groups[parcel->to];

        if (from == 0 || to == 0 || from == to)
            continue;
        ledger_hit(cut->entry);
        return true;
    }
    return false;
}

static bool try_drop(struct faults *faults, const struct parcel *parcel)
{
    struct rule *rule = find_rule(faults, FAULT_DROPS, parcel);

    if (rule == NULL)
        return false;
    ledger_hit(rule->entry);
    if (--rule->is.left == 0)
        end_rule(faults, rule);
    return true;
}

static int64_t delay_of(struct faults *faults, const struct parcel *parcel, int64_t delay_us)
{
    struct rule *rule = find_rule(faults, FAULT_DELAYS, parcel);

    if (rule == NULL)
        return delay_us;
    ledger_hit(rule->entry);
    delay_us = rule->is.delay_min_us;
    if (rule->is.delay_max_us > delay_us)
        delay_us += (int64_t)draw(faults, parcel, (uint64_t)(rule->is.delay_max_us - delay_us + 1));
    return delay_us;
}

static int64_t detour_us(struct faults *faults, const struct parcel *parcel, int64_t delay_us)
{
    int64_t once_us = delay_us > REORDER_MIN_US ? delay_us : REORDER_MIN_US;

    return once_us * (1 + (int64_t)draw(faults, parcel, REORDER_TIMES_MAX));
}

static struct fate decide(void *ctx, const struct parcel *parcel, int64_t delay_us)
{
    struct faults *faults = ctx;
    struct fate fate = {.what = FATE_ARRIVES};

    if (try_cut(faults, parcel) || try_drop(faults, parcel) || try_chance(faults, FAULT_LOSES, parcel))
        return (struct fate){.what = FATE_IS_LOST};
    if (try_chance(faults, FAULT_HOLDS, parcel))
        return (struct fate){.what = FATE_IS_HELD};
    fate.delay_us = delay_of(faults, parcel, delay_us);
    fate.is_doubled = try_chance(faults, FAULT_DOUBLES, parcel);
    fate.may_overtake = try_chance(faults, FAULT_REORDERS, parcel);
    if (fate.may_overtake)
        fate.delay_us += detour_us(faults, parcel, fate.delay_us);
    return fate;
}

/* An older rule for the same messages loses what the newer one says too; without anything left to say it
 * ends. */
static void supersede(struct faults *faults, const struct fault_rule *newer)
{
    LIST_FOR_EACH_SAFE (link, &faults->rules) {
        struct rule *rule = OWNER_OF(link, struct rule, link);
        struct fault_rule *older = &rule->is;

        if (older->from != newer->from || older->to != newer->to || older->kinds != newer->kinds ||
            older->is_both_ways != newer->is_both_ways || (older->says & FAULT_SAYS(DROPS)))
            continue;
        older->says &= ~newer->says;
        if (older->says == 0)
            end_rule(faults, rule);
    }
}

struct ledger_entry *fault_add(struct faults *faults, const struct fault_rule *given, const char *name,
                               const char *text)
{
    struct rule *rule = xcalloc(1, sizeof(*rule));

    supersede(faults, given);
    rule->is = *given;
    rule->entry =
        ledger_open(faults->ledger, name, text, (given->says & FAULT_SAYS(DROPS)) ? LEDGER_NEVER_HIT : NULL);
    list_prepend(&faults->rules, &rule->link);
    bus_set_fate(faults->bus, decide, faults);
    return rule->entry;
}

static void release(struct faults *faults, int from, int to, bool is_both_ways)
{
    bus_release(faults->bus, from, to);
    if (is_both_ways)
        bus_release(faults->bus, to, from);
}

static void end_rules_of(struct faults *faults, const struct ledger_entry *entry)
{
    LIST_FOR_EACH_SAFE (link, &faults->rules) {
        struct rule *rule = OWNER_OF(link, struct rule, link);

        if (rule->entry != entry)
            continue;
        if (rule->is.says & FAULT_SAYS(HOLDS))
            release(faults, rule->is.from, rule->is.to, rule->is.is_both_ways);
        end_rule(faults, rule);
    }
}

void fault_end(struct faults *faults, const struct ledger_entry *entry)
{
    end_rules_of(faults, entry);
    LIST_FOR_EACH_SAFE (link, &faults->cuts) {
        struct partition *cut = OWNER_OF(link, struct partition, link);

        if (cut->entry == entry)
            end_cut(faults, cut);
    }
}

void fault_release(struct faults *faults, int from, int to, bool is_both_ways)
{
    fault_add(faults,
              &(struct fault_rule){.from = from,
                                   .to = to,
                                   .is_both_ways = is_both_ways,
                                   .kinds = FAULT_ALL_KINDS,
                                   .says = FAULT_SAYS(HOLDS)},
              NULL, NULL);
    release(faults, from, to, is_both_ways);
}

struct ledger_entry *fault_partition(struct faults *faults, const int *groups, const char *name,
                                     const char *text)
{
    size_t size = (size_t)faults->places * sizeof(*groups);
    struct partition *cut = xmalloc(sizeof(*cut) + size);

    cut->entry = ledger_open(faults->ledger, name, text, NULL);
    memcpy(cut->groups, groups, size);
    list_append(&faults->cuts, &cut->link);
    bus_set_fate(faults->bus, decide, faults);
    return cut->entry;
}

/* fault_release adds a rule that holds messages by a chance of 0, which does no harm. */
static bool does_harm(const struct fault_rule *rule)
{
    bool does = (rule->says & (FAULT_SAYS(DELAYS) | FAULT_SAYS(DROPS))) != 0;

    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++)
        does = does || ((rule->says & (1u << kind)) && rule->chances[kind] > 0);
    return does;
}

bool faults_are_calm(const struct faults *faults, int64_t since_us)
{
    if (!list_is_empty(&faults->cuts) || faults->ended_at_us >= since_us)
        return false;
    LIST_FOR_EACH (link, &faults->rules)
        if (does_harm(&OWNER_OF(link, struct rule, link)->is))
            return false;
    return true;
}

void fault_heal(struct faults *faults)
{
    forget_all(faults);
    bus_set_fate(faults->bus, NULL, NULL);
    bus_catch_up(faults->bus);
}
