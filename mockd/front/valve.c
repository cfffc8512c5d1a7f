/* SPDX-License-Identifier: MIT */
/* A slow reply is a whole one that goes out in parts, at times of the cluster's clock. */
#include "mockd/front/valve.h"

#include "mockd/front/loop.h"
#include "mockd/front/session.h"

#include <stdlib.h>

struct valve {
    struct session *session;
    size_t open; /* bytes that may go */
    size_t kept; /* behind them, until later */
    size_t step;
    int64_t every_us;
    struct timer timer;
};

static void arm(struct valve *valve)
{
    struct clock *clock = loop_clock(valve->session->loop);

    clock_arm(clock, &valve->timer, clock_now_us(clock) + valve->every_us);
}

static void valve_on_timer(struct timer *timer)
{
    struct valve *valve = OWNER_OF(timer, struct valve, timer);
    struct session *session = valve->session;

    loop_wake(session->loop, session);
    if (valve->kept <= valve->step) {
        valve_free(valve);
        return;
    }
    valve->open += valve->step;
    valve->kept -= valve->step;
    arm(valve);
}

void valve_open(struct session *session, size_t open, size_t size, size_t step, int64_t every_us)
{
    struct valve *valve = xcalloc(1, sizeof(*valve));

    *valve =
        (struct valve){.session = session, .open = open, .kept = size, .step = step, .every_us = every_us};
    valve->timer = (struct timer){.fire = valve_on_timer};
    session->valve = valve;
    arm(valve);
}

size_t valve_passes(const struct valve *valve)
{
    return valve->open;
}

void valve_passed(struct valve *valve, size_t size)
{
    valve->open -= size;
}

void valve_free(struct valve *valve)
{
    if (valve == NULL)
        return;
    clock_disarm(loop_clock(valve->session->loop), &valve->timer);
    valve->session->valve = NULL;
    free(valve);
}
