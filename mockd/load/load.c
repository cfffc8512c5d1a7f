/* SPDX-License-Identifier: MIT */
/* Nobody waits for the replies of these clients while a scenario does something else. So each is driven by a
 * timer of its own, which also fires when there is something to read. */
#include "mockd/load/load.h"

#include "mockd/front/memory.h"
#include "mockd/load/token.h"
#include "mockd/mockd.h"

#include <stdlib.h>

enum { AGAIN_US = 100000 }; /* after what came of nothing */

struct loads {
    struct clock *clock;
    struct ledger *ledger;
    struct machine *machines;
    struct link all; /* in the order in which they started */
};

struct loads *loads_new(struct clock *clock, struct ledger *ledger, struct machine *machines)
{
    struct loads *loads = xcalloc(1, sizeof(*loads));

    loads->clock = clock;
    loads->ledger = ledger;
    loads->machines = machines;
    list_init(&loads->all);
    return loads;
}

static struct load *load_of(struct link *link)
{
    return OWNER_OF(link, struct load, link);
}

static void end(struct load *load)
{
    load->entry->lack = NULL;
    ledger_close(load->entry);
    clock_disarm(load->loads->clock, &load->timer);
    list_remove(&load->link);
    mockd_close(load->conn);
    buffer_fini(&load->in);
    free(load->name);
    load->kind->free(load);
}

void loads_free(struct loads *loads)
{
    if (loads == NULL)
        return;
    LIST_FOR_EACH_SAFE (link, &loads->all)
        end(load_of(link));
    free(loads);
}

void load_pause(struct load *load, int64_t duration_us)
{
    load->next_at_us = clock_now_us(load->loads->clock) + duration_us;
}

/* What it waited for is lost. */
static void disconnect(struct load *load)
{
    mockd_close(load->conn);
    load->conn = NULL;
    load->is_waiting = false;
    load->in.size = 0;
    load_pause(load, AGAIN_US);
}

/* false: the connection is of no use any more. */
static bool receive(struct load *load)
{
    char bytes[4096];
    ssize_t size;

    while ((size = mockd_recv(load->conn, bytes, sizeof(bytes))) > 0)
        buffer_add(&load->in, bytes, (size_t)size);
    return size == MOCKD_AGAIN;
}

static void on_readable(void *ctx)
{
    struct load *load = ctx;

    clock_arm(load->loads->clock, &load->timer, clock_now_us(load->loads->clock));
}

static bool ensure_connection(struct load *load)
{
    if (load->conn != NULL)
        return true;
    load->conn = machine_connect(load->machine);
    if (load->conn == NULL)
        return false;
    mockd_set_name(load->conn, load->name);
    memory_watch(load->conn, on_readable, load);
    return true;
}

static void ask(struct load *load)
{
    struct buffer request = {0};

    if (!ensure_connection(load)) {
        load_pause(load, AGAIN_US);
        return;
    }
    load->is_waiting = true;
    load->kind->ask(load, &request);
    mockd_send(load->conn, request.data, request.size);
    buffer_fini(&request);
}

/* Takes the reply if it is there as a whole. false: what came is none, or more than one. */
static bool take_reply(struct load *load)
{
    ssize_t size = reply_size((struct bytes){load->in.data, load->in.size});

    if (size <= 0)
        return size == 0;
    load->is_waiting = false;
    load->kind->take(load, (struct bytes){load->in.data, (size_t)size});
    buffer_consume(&load->in, (size_t)size);
    return load->in.size == 0;
}

static void hear(struct load *load)
{
    bool is_fine = receive(load);

    if (load->in.size > 0)
        is_fine = load->is_waiting && take_reply(load) && is_fine;
    if (!is_fine)
        disconnect(load);
}

static void on_timer(struct timer *timer)
{
    struct load *load = OWNER_OF(timer, struct load, timer);
    struct clock *clock = load->loads->clock;

    if (load->conn != NULL)
        hear(load);
    if (!load->is_waiting && load->kind->is_over(load)) {
        end(load);
        return;
    }
    if (!load->is_waiting && clock_now_us(clock) >= load->next_at_us)
        ask(load);
    if (!load->is_waiting)
        clock_arm(clock, &load->timer, load->next_at_us);
}

/* Why it must not be there at the end of the run. */
static const char *lack_of(const struct load *load)
{
    return load->is_endless ? "it goes on until it is settled" : "it is still running";
}

struct ledger_entry *load_start(struct loads *loads, struct load *load, const struct load_order *order)
{
    const char *name = order->name != NULL ? order->name : load->kind->name;

    load->loads = loads;
    load->machine = &loads->machines[order->place];
    load->name = xmemdup(name, strlen(name) + 1);
    load->entry = ledger_open(loads->ledger, order->name, order->text, lack_of(load));
    load->timer = (struct timer){.fire = on_timer};
    list_append(&loads->all, &load->link);
    clock_arm(loads->clock, &load->timer, clock_now_us(loads->clock));
    return load->entry;
}

bool load_end(struct loads *loads, const struct ledger_entry *entry)
{
    LIST_FOR_EACH (link, &loads->all) {
        if (load_of(link)->entry != entry)
            continue;
        end(load_of(link));
        return true;
    }
    return false;
}

void loads_end_endless(struct loads *loads)
{
    LIST_FOR_EACH_SAFE (link, &loads->all)
        if (load_of(link)->is_endless)
            end(load_of(link));
}

const char *loads_running(const struct loads *loads)
{
    LIST_FOR_EACH (link, &loads->all)
        if (!load_of(link)->is_endless)
            return load_of(link)->entry->text;
    return NULL;
}
