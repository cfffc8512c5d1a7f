/* SPDX-License-Identifier: MIT */
/* In virtual time, a timer that has nothing to do would only keep the clock from jumping: it runs only while
 * some client waits. */
#include "mockd/node/visit.h"

#include "mockd/node/node.h"

enum { VISITS_MIN = 5 };

static size_t visits_a_tick(const struct visits *visits)
{
    size_t share = visits->count / (size_t)config_number(&visits->node->config, CONFIG_HZ);

    share = share < VISITS_MIN ? VISITS_MIN : share;
    return share < visits->count ? share : visits->count;
}

/* The last one comes first, and the others wait behind it. */
static struct visitor *rotate(struct visits *visits)
{
    struct link *last = visits->visitors.prev;

    list_remove(last);
    list_prepend(&visits->visitors, last);
    return OWNER_OF(last, struct visitor, link);
}

/* Ticks that found nobody waiting were left out; whose turn it is moves on as if they had been. */
static void catch_up(struct visits *visits, int64_t now_us)
{
    int64_t missed = (now_us - visits->last_at_us) / node_cron_period_us(visits->node) - 1;
    size_t share = visits_a_tick(visits);

    visits->last_at_us = now_us;
    if (missed <= 0 || share == visits->count)
        return;
    for (size_t turns = (size_t)missed * share % visits->count; turns > 0; turns--)
        rotate(visits);
}

static void arm(struct visits *visits)
{
    struct clock *clock = visits->node->clock;

    if (visits->waiting_count == 0)
        clock_disarm(clock, &visits->timer);
    else if (!timer_is_armed(&visits->timer))
        clock_arm(clock, &visits->timer,
                  node_tick_at_us(visits->node, node_cron_period_us(visits->node), clock_now_us(clock)));
}

static void visits_on_timer(struct timer *timer)
{
    struct visits *visits = OWNER_OF(timer, struct visits, timer);

    catch_up(visits, clock_now_us(visits->node->clock));
    for (size_t left = visits_a_tick(visits); left > 0; left--) {
        struct visitor *visitor = rotate(visits);

        if (visitor->is_waiting)
            visitor->on_visit(visitor);
    }
    arm(visits);
    node_settle(visits->node);
}

void visits_init(struct visits *visits, struct node *node)
{
    *visits = (struct visits){.node = node, .last_at_us = node->start_at_us};
    visits->timer = (struct timer){.fire = visits_on_timer, .gate = &node->gate};
    list_init(&visits->visitors);
}

void visits_fini(struct visits *visits)
{
    clock_disarm(visits->node->clock, &visits->timer);
}

void visits_join(struct visits *visits, struct visitor *visitor)
{
    list_append(&visits->visitors, &visitor->link);
    visits->count++;
}

void visits_leave(struct visits *visits, struct visitor *visitor)
{
    visits_want(visits, visitor, false);
    list_remove(&visitor->link);
    visits->count--;
}

void visits_want(struct visits *visits, struct visitor *visitor, bool is_waiting)
{
    if (visitor->is_waiting == is_waiting)
        return;
    visitor->is_waiting = is_waiting;
    if (is_waiting)
        visits->waiting_count++;
    else
        visits->waiting_count--;
    arm(visits);
}
