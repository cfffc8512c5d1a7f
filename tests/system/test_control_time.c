/* SPDX-License-Identifier: MIT */
/* How time passes in the daemon, and what waits for it at the control port. */
#include "tests/support/daemon.h"

#include <signal.h>
#include <string.h>

static int start_clock(struct world *world, const char *clock)
{
    START(world, "--nodes", "3", "--port", "0", "--control", "0", "--clock", clock);
    return connect_port(world, world->control);
}

static void time_stands_until_it_is_let_pass(void **state)
{
    struct world *world = *state;
    int control = start_clock(world, "manual");
    int client = new_client(world, 0);

    say(client, "GETJOB TIMEOUT 60000 FROM q\r\n");
    assert_asks(control, "advance 59s", ":59000\r\n");
    assert_asks(control, "advance 2s", ":2000\r\n");

    assert_answer(client, "*-1\r\n");
    assert_ends_well(world, SIGTERM);
}

static void copies_need_no_time(void **state)
{
    struct world *world = *state;
    char answer[256];
    int client;

    start_clock(world, "manual");
    client = new_client(world, 0);
    say(client, "ADDJOB q body 0 REPLICATE 3\r\n");
    read_until(client, "\r\n", answer, sizeof(answer));

    assert_memory_equal(answer, "+D-", 3);
    assert_ends_well(world, SIGTERM);
}

static void time_stops_at_a_reply_if_that_is_wanted(void **state)
{
    struct world *world = *state;
    int control = start_clock(world, "manual");
    int client = new_client(world, 0);
    char answer[64];

    assert_asks(client, "PING", "+PONG\r\n");
    say(client, "GETJOB TIMEOUT 60000 FROM q\r\n");
    say(control, "advance 10m until-reply\r\n");
    read_until(control, "\r\n", answer, sizeof(answer));

    assert_memory_equal(answer, ":60", 3);
    assert_int_equal(strlen(answer), strlen(":60123\r\n"));
    assert_answer(client, "*-1\r\n");
    assert_ends_well(world, SIGTERM);
}

static void who_lets_time_pass_first_is_answered_first(void **state)
{
    struct world *world = *state;
    int control = start_clock(world, "manual");
    int other = connect_port(world, world->control);

    say(control, "advance 10m\r\n");
    assert_asks(other, "advance 1s", ":1000\r\n");

    assert_answer(control, ":600000\r\n");
    assert_ends_well(world, SIGTERM);
}

static void wall_time_passes_by_itself(void **state)
{
    struct world *world = *state;
    int control = start_clock(world, "wall");

    assert_asks(control, "advance 1s", "-ERR time passes by itself, unless it is --clock manual or auto\r\n");
    assert_ends_well(world, SIGTERM);
}

static void what_cannot_pass_is_named(void **state)
{
    struct world *world = *state;
    int control = start_clock(world, "manual");

    assert_asks(control, "advance soon", "-ERR not a duration: soon (such as 50ms, 2s, 1m, 3h, 1d)\r\n");
    assert_asks(control, "advance 1s 2s", "-ERR nothing more was expected: 2s\r\n");
    assert_ends_well(world, SIGTERM);
}

static void time_passes_while_a_client_waits(void **state)
{
    struct world *world = *state;
    int client;

    start_clock(world, "auto");
    client = new_client(world, 0);
    say(client, "GETJOB TIMEOUT 60000 FROM q\r\n");

    assert_answer(client, "*-1\r\n");
    assert_ends_well(world, SIGTERM);
}

static void a_job_comes_back_to_who_waits(void **state)
{
    struct world *world = *state;
    char answer[4096];
    int client;

    start_clock(world, "auto");
    client = new_client(world, 0);
    say(client, "ADDJOB q body 0 RETRY 60\r\nGETJOB FROM q\r\n");
    read_until(client, "body\r\n", answer, sizeof(answer));
    say(client, "GETJOB FROM q\r\n");

    read_until(client, "body\r\n", answer, sizeof(answer));
    assert_ends_well(world, SIGTERM);
}

static void time_passes_for_a_late_answer(void **state)
{
    struct world *world = *state;
    int control = start_clock(world, "auto");
    int client = new_client(world, 0);

    assert_asks(control, "fault A on PING : delay 30s", "+OK\r\n");
    assert_asks(client, "PING", "+PONG\r\n");
    assert_asks(client, "DEBUG SLEEP 30", "+OK\r\n");
    assert_asks(client, "CLIENT PAUSE 30000", "+OK\r\n");
    assert_asks(client, "PING", "+PONG\r\n");
    assert_ends_well(world, SIGTERM);
}

static void a_step_waits_for_what_clients_do(void **state)
{
    struct world *world = *state;
    int control = start_clock(world, "wall");
    int client = new_client(world, 0);

    assert_asks(control, "fault late = A on PING : error \"-LATE\"", "+OK\r\n");
    say(control, "hits late 1 within 30s\r\n");
    assert_asks(client, "PING", "-LATE\r\n");

    assert_answer(control, "+OK\r\n");
    assert_ends_well(world, SIGTERM);
}

static void a_step_that_waits_lets_time_pass(void **state)
{
    struct world *world = *state;
    int control = start_clock(world, "manual");

    assert_asks(control, "met requeue within 10s", "-FAILED requeue to have happened\r\n");
    assert_ends_well(world, SIGTERM);
}

static void who_waits_for_another_cluster_waits_in_vain(void **state)
{
    struct world *world = *state;
    int control = start_clock(world, "wall");
    int other = connect_port(world, world->control);

    assert_asks(control, "fault late = A on PING : error \"-LATE\"", "+OK\r\n");
    say(control, "hits late 1 within 1h\r\nnodes extra\r\n");
    assert_asks(other, "heal", "+OK\r\n");
    assert_asks(other, "new 1", "+OK\r\n");

    assert_answer(control, "-FAILED another cluster has taken the place of this one\r\n"
                           "-ERR nothing more was expected: extra\r\n");
    assert_ends_well(world, SIGTERM);
}

static void it_ends_though_somebody_waits(void **state)
{
    struct world *world = *state;
    int control = start_clock(world, "wall");

    assert_asks(control, "fault late = A on PING : error \"-LATE\"", "+OK\r\n");
    say(control, "hits late 1 within 1h\r\n");
    assert_asks(connect_port(world, world->control), "heal", "+OK\r\n");

    assert_ends_well(world, SIGTERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DAEMON_TEST(time_stands_until_it_is_let_pass),
        DAEMON_TEST(copies_need_no_time),
        DAEMON_TEST(time_stops_at_a_reply_if_that_is_wanted),
        DAEMON_TEST(who_lets_time_pass_first_is_answered_first),
        DAEMON_TEST(wall_time_passes_by_itself),
        DAEMON_TEST(what_cannot_pass_is_named),
        DAEMON_TEST(time_passes_while_a_client_waits),
        DAEMON_TEST(a_job_comes_back_to_who_waits),
        DAEMON_TEST(time_passes_for_a_late_answer),
        DAEMON_TEST(a_step_waits_for_what_clients_do),
        DAEMON_TEST(a_step_that_waits_lets_time_pass),
        DAEMON_TEST(who_waits_for_another_cluster_waits_in_vain),
        DAEMON_TEST(it_ends_though_somebody_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
