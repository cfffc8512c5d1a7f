/* SPDX-License-Identifier: MIT */
/* A node ends as a process does, and all that it knew is gone. What outlasts it is here: the disk, the clock,
 * and when it starts again. */
#include "mockd/machine.h"

#include "mockd/command/client.h"
#include "mockd/front/loop.h"
#include "mockd/front/memory.h"
#include "mockd/node/node.h"
#include "mockd/sim/bus.h"

#include <stdlib.h>

/* A node ends itself a moment later: it is in the middle of something. */
static void on_exit_of_node(void *ctx, int64_t restart_us)
{
    struct machine *machine = ctx;
    struct clock *clock = machine->site->clock;

    machine->restart_us = restart_us;
    clock_arm(clock, &machine->ends, clock_now_us(clock));
}

static void tell_accepting(const struct machine *machine, bool is_accepting)
{
    const struct site *site = machine->site;

    if (site->on_accepting != NULL)
        site->on_accepting(site->accepting_ctx, machine->index, is_accepting);
}

static void tell_life(const struct machine *machine, bool is_up)
{
    const struct site *site = machine->site;

    log_event(site->log, "%s %s", bus_name(site->bus, machine->index), is_up ? "up" : "down");
    tell_accepting(machine, is_up);
}

static void start(struct machine *machine)
{
    const struct site *site = machine->site;

    machine->has_ended = false;
    machine->node = node_new(&(struct node_options){
        .place = machine->index,
        .run = machine->runs++,
        .seed = site->seed,
        .process_id = site->process_id,
        .no_jitter = site->no_jitter,
        .skew_us = machine->skew_us,
        .config = site->config_source,
        .clock = site->clock,
        .bus = site->bus,
        .log = site->log,
        .disk = machine->disk,
        .on_exit = on_exit_of_node,
        .exit_ctx = machine,
        .audit = site->audit,
        .behaviours = site->behaviours,
        .received = machine->received,
    });
    machine->problem = node_load(machine->node);
    if (machine->problem == NULL)
        return;
    machine->id = machine->node->self->id;
    node_free(machine->node);
    machine->node = NULL;
}

static void note_trouble(struct machine *machine)
{
    machine->troubled_at_us = clock_now_us(machine->site->clock);
}

void machine_start(struct machine *machine)
{
    const struct site *site = machine->site;

    clock_disarm(site->clock, &machine->starts);
    start(machine);
    note_trouble(machine);
    if (machine->problem == NULL)
        tell_life(machine, true);
    else
        log_event(site->log, "%s cannot start: %s", bus_name(site->bus, machine->index), machine->problem);
}

void machine_set_frozen(struct machine *machine, bool is_frozen)
{
    struct node *node = machine->node;

    if (is_frozen == node->is_frozen)
        return;
    node->is_frozen = is_frozen;
    note_trouble(machine);
    if (is_frozen) {
        gate_shut(&node->gate);
        return;
    }
    gate_open(&node->gate, machine->site->clock);
    client_wake_all(node);
}

void machine_set_refusing(struct machine *machine, bool is_refusing)
{
    machine->node->is_refusing = is_refusing;
    tell_accepting(machine, !is_refusing);
}

void machine_skew(struct machine *machine, int64_t skew_us)
{
    if (skew_us == machine->node->skew_us)
        return;
    note_trouble(machine);
    node_skew(machine->node, skew_us);
}

bool machine_is_calm(const struct machine *machine, int64_t since_us)
{
    const struct node *node = machine->node;

    return node != NULL && !node->is_frozen && node->skew_us == 0 && machine->troubled_at_us < since_us;
}

/* Nothing may be sent on behalf of those who go with the node, so it is cut off first. nodes.conf is written
 * whenever it changes; in memory the last time will do. */
void machine_end(struct machine *machine, bool is_torn)
{
    struct node *node = machine->node;

    clock_disarm(machine->site->clock, &machine->ends);
    tell_life(machine, false);
    machine->id = node->self->id;
    machine->skew_us = node->skew_us;
    node_save_roster(node);
    peers_cut(node);
    loop_cut(machine->site->loop, node, is_torn);
    node_free(node);
    machine->node = NULL;
}

static void on_end(struct timer *timer)
{
    struct machine *machine = OWNER_OF(timer, struct machine, ends);
    struct clock *clock = machine->site->clock;

    machine->has_ended = machine->restart_us == NODE_STAYS_DOWN;
    machine_end(machine, false);
    if (!machine->has_ended)
        clock_arm(clock, &machine->starts, clock_now_us(clock) + machine->restart_us);
}

static void on_start(struct timer *timer)
{
    machine_start(OWNER_OF(timer, struct machine, starts));
}

/* Whoever was in this directory before has had what is random at first. */
static uint64_t runs_before(const struct machine *machine)
{
    return disk_has(machine->disk, DISK_ROSTER) ? (uint64_t)clock_now_us(machine->site->clock) / 1000 : 0;
}

void machine_init(struct machine *machine, struct site *site, int index, struct disk *disk)
{
    *machine = (struct machine){.site = site, .index = index};
    machine->disk = disk != NULL ? disk : &machine->own_disk;
    machine->ends = (struct timer){.fire = on_end};
    machine->starts = (struct timer){.fire = on_start};
    machine->runs = runs_before(machine);
    machine->received = xcalloc(NODE_COMMANDS_MAX, sizeof(*machine->received));
    if (site->config != NULL && !disk_has(machine->disk, DISK_CONFIG))
        disk_replace(machine->disk, DISK_CONFIG, bytes_of(site->config));
    start(machine);
}

void machine_fini(struct machine *machine)
{
    clock_disarm(machine->site->clock, &machine->ends);
    clock_disarm(machine->site->clock, &machine->starts);
    node_free(machine->node);
    disk_fini(&machine->own_disk);
    free(machine->received);
}

struct mockd_conn *machine_connect(struct machine *machine)
{
    if (machine->node == NULL || machine->node->is_refusing)
        return NULL;
    return memory_connect(machine->site->loop, machine->node);
}

const struct node_id *machine_id(struct machine *machine)
{
    if (machine->node != NULL)
        machine->id = machine->node->self->id;
    return &machine->id;
}
