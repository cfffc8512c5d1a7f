/* SPDX-License-Identifier: MIT */
/* How a client finds a node, keeps to it, and what HELLO and AUTH may do to that. */
#include "tests/support/play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void the_greeting_comes_first_and_once(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){0});

    scripted_reply(play->a, "+PONG\r\n");
    scripted_reply(play->a, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(scripted_requests(play->a), "HELLO|PING|PING|");
    assert_int_equal(scripted_open_count(play->world), 1);
    assert_string_equal(play->events, "connected a:1|");
}

static void when_the_first_node_refuses_the_next_is_tried(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.nodes = "a:1,b:1"});

    scripted_refuse(play->a, false);
    scripted_reply(play->b, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(scripted_dials(play->world), "0.000 a:1|0.000 b:1|");
    assert_string_equal(play->events, "unreachable a:1 refused|connected b:1|");
    assert_string_equal(disq_home(client), "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
}

static void a_node_that_refuses_late_is_left_too(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.nodes = "a:1,b:1"});

    scripted_refuse(play->a, true);
    scripted_reply(play->b, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(scripted_dials(play->world), "0.000 a:1|0.000 b:1|");
}

static void a_silent_node_takes_its_share_of_the_time(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.nodes = "a:1,b:1"});

    scripted_freeze(play->a);
    scripted_reply(play->b, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(scripted_dials(play->world), "0.000 a:1|2.500 b:1|");
    assert_string_equal(play->events, "unreachable a:1 timeout|connected b:1|");
    assert_int_equal(scripted_open_count(play->world), 1);
}

static void chance_picks_among_equals(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.nodes = "a:1,b:1,c:1"});

    scripted_set_random(play->world, 5);
    scripted_reply(play->c, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(scripted_dials(play->world), "0.000 c:1|");
}

static void pauses_double_to_the_millisecond(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(
        play,
        (struct disq_options){.connect_timeout_ms = 60000, .backoff_max_ms = 5000, .connect_attempts = 9});

    scripted_refuse(play->a, false);

    assert_int_equal(disq_ping(client), DISQ_CANNOT_CONNECT);
    assert_string_equal(scripted_dials(play->world),
                        "0.000 a:1|0.100 a:1|0.300 a:1|0.700 a:1|1.500 a:1|3.100 a:1|6.300 a:1|"
                        "11.300 a:1|16.300 a:1|");
    assert_int_equal(play_ms(play), 16300);
    assert_string_equal(disq_error_text(client), "nothing listens at that address");
}

static void half_of_a_pause_is_chance(void **state)
{
    struct play *play = *state;
    struct disq *client =
        play_client(play, (struct disq_options){.connect_timeout_ms = 60000, .connect_attempts = 4});

    scripted_refuse(play->a, false);
    scripted_set_random(play->world, 50000); /* of 0 … 50 ms, then of 0 … 100 ms … */

    assert_int_equal(disq_ping(client), DISQ_CANNOT_CONNECT);
    assert_string_equal(scripted_dials(play->world), "0.000 a:1|0.050 a:1|0.200 a:1|0.550 a:1|");
}

static void the_deadline_ends_the_search(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.connect_timeout_ms = 1000});

    scripted_refuse(play->a, false);

    assert_int_equal(disq_ping(client), DISQ_CANNOT_CONNECT);
    assert_int_equal(play_ms(play), 1000);
    assert_string_equal(scripted_dials(play->world), "0.000 a:1|0.100 a:1|0.300 a:1|0.700 a:1|");
    assert_string_equal(disq_home(client), "");
    assert_string_equal(disq_node(client), "");
}

static void all_are_down_and_one_returns(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.nodes = "a:1,b:1"});

    scripted_refuse(play->a, false);
    scripted_refuse(play->b, false);
    assert_int_equal(disq_ping_start(client), 0);
    assert_int_equal(disq_process(client), DISQ_AGAIN);
    assert_int_equal(disq_next_deadline(client), SCRIPTED_START_US + 100 * MILLISECONDS);
    assert_int_equal(disq_wants(client, NULL, 0), 0);
    scripted_accept(play->b);
    scripted_reply(play->b, "+PONG\r\n");

    disq_wait(client);
    assert_int_equal(disq_finish(client), 0);
    assert_string_equal(scripted_dials(play->world), "0.000 a:1|0.000 b:1|0.100 a:1|0.100 b:1|");
}

static void a_lost_home_is_dialled_again(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_close_all(play->a);
    scripted_silence(play->a);
    scripted_reply(play->a, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(scripted_requests(play->a), "PING|HELLO|PING|");
    assert_string_equal(play->events, "disconnected a:1 closed|connected a:1|resent a:1 closed|");
}

/* ---- Names ---- */

static void what_was_met_last_is_told(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.connect_attempts = 1});

    scripted_refuse(play->a, false);
    assert_int_equal(disq_ping(client), DISQ_CANNOT_CONNECT);
    assert_string_equal(disq_error_text(client), "nothing listens at that address");
    scripted_freeze(play->a);
    assert_int_equal(disq_ping(client), DISQ_CANNOT_CONNECT);
    assert_string_equal(disq_error_text(client), "no reply in time");
}

static void what_was_said_before_hanging_up_is_told(void **state)
{
    struct play *play = *state;
    struct disq *client =
        play_client(play, (struct disq_options){.password = "secret", .connect_attempts = 1});

    scripted_cut(play->a, "-ERR max number of clients reached\r\n");
    assert_int_equal(disq_ping(client), DISQ_CANNOT_CONNECT);
    assert_string_equal(disq_error_text(client), "ERR max number of clients reached");
}

static void all_addresses_of_a_name_are_tried(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.nodes = "name:1"});

    scripted_name(play->world, "name:1", "x:1,a:1,b:1,c:1");
    scripted_refuse(play->a, true);
    scripted_freeze(play->b);
    scripted_reply(play->c, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(scripted_dials(play->world), "0.000 x:1|0.000 a:1|0.000 b:1|2.500 c:1|");
    assert_string_equal(play->events, "unreachable name:1 refused|unreachable name:1 refused|"
                                      "unreachable name:1 timeout|connected name:1|");
}

static void the_deadline_is_for_all_addresses_of_a_name(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.nodes = "name:1"});

    scripted_name(play->world, "name:1", "a:1,b:1,c:1");
    scripted_freeze(play->a);
    scripted_freeze(play->b);
    scripted_freeze(play->c);

    assert_int_equal(disq_ping(client), DISQ_CANNOT_CONNECT);
    assert_int_equal(play_ms(play), 5000);
    assert_int_equal(scripted_open_count(play->world), 0);
}

static void a_node_that_loads_does_not_speak_for_its_name(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.nodes = "name:1"});

    scripted_name(play->world, "name:1", "a:1,b:1");
    scripted_hello(play->a, "-LOADING Disque is loading the dataset in memory\r\n");
    scripted_reply(play->b, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_int_equal(play_ms(play), 0);
}

static void a_name_that_leads_to_another_node_now_is_not_asked_for_the_first(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.nodes = "name:1"});
    struct disq_job *job;

    scripted_name(play->world, "name:1", "a:1");
    scripted_job(play->a, 'a', 1);
    assert_int_equal(disq_getjob(client, "mail", NULL, &job), 0);
    scripted_close_all(play->a);
    scripted_name(play->world, "name:1", "b:1");
    assert_int_equal(disq_hello(client, NULL), 0);
    assert_string_equal(disq_home(client), "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");

    scripted_advance(play->world, 20 * SECONDS);
    scripted_reply(play->a, ":1\r\n");
    assert_int_equal(disq_ackjob(client, &job->id, 1, NULL), 0);
    assert_non_null(strstr(scripted_requests(play->a), "ACKJOB"));
    disq_job_free(client, job);
}

static void a_name_that_nobody_knows_is_not_dialled(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.nodes = "name:1,a:1"});

    scripted_name(play->world, "name:1", "");
    scripted_reply(play->a, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(play->events, "unreachable name:1 refused|connected a:1|");
    assert_string_equal(scripted_dials(play->world), "0.000 a:1|");
}

static void a_silent_address_leaves_time_for_the_nodes_other_one(void **state)
{
    struct play *play = *state;
    struct scripted_server *other = scripted_listen(play->world, "other:1", 'a');
    struct disq *client;

    scripted_table(play->a, "a other 1 1");
    client = play_connected(play, (struct disq_options){0});
    scripted_close_all(play->a);
    scripted_freeze(play->a);
    scripted_reply(other, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(scripted_dials(play->world), "0.000 a:1|0.000 a:1|2.500 other:1|");
}

/* ---- HELLO ---- */

static void an_empty_address_is_the_one_that_was_dialled(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){0});
    struct disq_hello hello;

    scripted_table(play->a, "a - 1 1,b b 1 1");

    assert_int_equal(disq_hello(client, &hello), 0);
    assert_int_equal(hello.node_count, 2);
    assert_string_equal(hello.nodes[0].address, "a:1");
    assert_string_equal(hello.nodes[1].address, "b:1");
    assert_int_equal(hello.version, 1);
}

static void the_given_address_is_kept_when_hellos_does_not_answer(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){0});

    scripted_table(play->a, "a 10.0.0.1 1 1");
    assert_int_equal(disq_hello(client, NULL), 0);
    scripted_refuse(play->a, false);
    scripted_accept(play->a);
    scripted_reply(play->a, "+PONG\r\n");

    scripted_advance(play->world, 2 * SECONDS);
    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(scripted_dials(play->world), "0.000 a:1|2.000 a:1|");
}

static void a_node_whose_address_is_wrong_is_found_where_it_was_given(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.nodes = "a:1,b:1"});

    scripted_table(play->b, "b 10.0.0.2 1 1");
    scripted_set_random(play->world, 1);
    assert_int_equal(disq_hello(client, NULL), 0); /* from b */
    scripted_set_random(play->world, 0);
    scripted_refuse(play->b, false);
    scripted_advance(play->world, 2 * SECONDS);
    scripted_table(play->a, "a a 1 1,b 10.0.0.9 1 1");
    assert_int_equal(disq_hello(client, NULL), 0); /* from a */
    scripted_refuse(play->a, false);
    scripted_accept(play->b);
    scripted_advance(play->world, 20 * SECONDS);

    assert_int_equal(disq_hello(client, NULL), 0);
    assert_string_equal(disq_home(client), "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
}

static void an_unlisted_node_is_not_gone_to(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){.connect_timeout_ms = 1000});

    scripted_table(play->a, "a a 1 1,b b 1 1");
    assert_int_equal(disq_hello(client, NULL), 0);
    scripted_refuse(play->a, false);
    scripted_refuse(play->b, false);

    assert_int_equal(disq_ping(client), DISQ_CANNOT_CONNECT);
    assert_null(strstr(scripted_dials(play->world), "c:1"));
}

static void low_priorities_come_first_and_unhealthy_nodes_last(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){0});

    scripted_table(play->a, "a a 1 1,b b 1 10,c c 1 5");
    assert_int_equal(disq_hello(client, NULL), 0);
    scripted_refuse(play->a, false);
    scripted_refuse(play->c, false);
    scripted_reply(play->b, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(scripted_dials(play->world),
                        "0.000 a:1|0.000 a:1|0.000 c:1|0.100 a:1|0.100 c:1|0.100 b:1|");
}

static void hello_goes_ahead_when_the_table_is_old(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){.hello_interval_ms = 1000});

    scripted_reply(play->a, "+PONG\r\n");
    scripted_reply(play->a, "+PONG\r\n");
    scripted_reply(play->a, "+PONG\r\n");
    scripted_advance(play->world, 1000 * MILLISECONDS - 1);
    assert_int_equal(disq_ping(client), 0);
    scripted_advance(play->world, 1);
    assert_int_equal(disq_ping(client), 0);
    assert_int_equal(disq_ping(client), 0);

    assert_string_equal(scripted_requests(play->a), "PING|HELLO|PING|PING|");
}

static void an_error_instead_of_a_newer_table_changes_nothing(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_hello(play->a, "-LOADING not now\r\n");
    scripted_reply(play->a, "+PONG\r\n");
    scripted_advance(play->world, 60 * SECONDS);

    assert_int_equal(disq_ping(client), 0);
    assert_int_equal(scripted_open_count(play->world), 1);
}

static void a_node_that_loads_is_passed_over(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.nodes = "a:1,b:1"});

    scripted_hello(play->a, "-LOADING Disque is loading the dataset in memory\r\n");
    scripted_reply(play->b, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(play->events, "unreachable a:1 loading|connected b:1|");
}

static void tables_that_make_no_sense_are_refused(void **state)
{
    static const char *const tables[] = {
        "+OK\r\n",
        "*0\r\n",
        "*1\r\n:1\r\n",
        "*2\r\n:-1\r\n$40\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n",
        "*2\r\n$1\r\nx\r\n$40\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n",
        "*2\r\n:1\r\n$3\r\nabc\r\n",
        "*2\r\n:1\r\n:40\r\n",
        "*3\r\n:1\r\n$40\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n:7\r\n",
        "*3\r\n:1\r\n$40\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n*1\r\n$1\r\na\r\n",
        "*3\r\n:1\r\n$40\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n*4\r\n"
        "$40\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n:1\r\n$1\r\n1\r\n$1\r\n1\r\n",
        "*3\r\n:1\r\n$40\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n*4\r\n"
        "$40\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n$1\r\na\r\n$5\r\n65536\r\n$1\r\n1\r\n",
        "*3\r\n:1\r\n$40\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n*4\r\n"
        "$40\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n$1\r\na\r\n$1\r\n1\r\n$0\r\n\r\n",
        "*3\r\n:1\r\n$40\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n*4\r\n"
        "$40\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n$1\r\na\r\n$1\r\n1\r\n$"
        "19\r\n1111111111111111111\r\n",
    };
    struct play *play = *state;

    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        struct disq *client = play_client(play, (struct disq_options){.connect_attempts = 1});

        scripted_hello(play->a, tables[i]);
        play_forget(play);
        assert_int_equal(disq_ping(client), DISQ_CANNOT_CONNECT);
        assert_string_equal(play->events, "unreachable a:1 protocol|");
        assert_int_equal(scripted_open_count(play->world), 0);
    }
}

static void an_address_too_long_to_be_one_is_refused(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.connect_attempts = 1});
    char table[600];

    strcpy(table, "*3\r\n:1\r\n$40\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n*4\r\n"
                  "$40\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n$255\r\n");
    memset(table + strlen(table), 'x', 255);
    strcat(table, "\r\n$1\r\n1\r\n$1\r\n1\r\n");
    scripted_hello(play->a, table);

    assert_int_equal(disq_ping(client), DISQ_CANNOT_CONNECT);
}

static void an_ipv6_address_is_written_in_brackets(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){0});
    struct disq_hello hello;

    scripted_table(play->a, "a ::1 7711 1");

    assert_int_equal(disq_hello(client, &hello), 0);
    assert_string_equal(hello.nodes[0].address, "[::1]:7711");
}

static void two_addresses_of_one_node_are_one_connection(void **state)
{
    struct play *play = *state;
    struct scripted_server *other = scripted_listen(play->world, "other:1", 'a');
    struct disq *client = play_client(play, (struct disq_options){.nodes = "other:1,a:1"});

    scripted_table(other, "a a 1 1,b b 1 1,c c 1 1");
    scripted_reply(other, "+PONG\r\n");
    assert_int_equal(disq_ping(client), 0);
    scripted_refuse(other, false);
    scripted_refuse(play->b, false);
    scripted_refuse(play->c, false);
    scripted_reply(play->a, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_int_equal(scripted_open_count(play->world), 1);
}

static void another_process_at_a_known_address_is_another_node(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_refuse(play->a, false);
    scripted_refuse(play->b, false);
    scripted_refuse(play->c, false);
    scripted_accept(play->a);
    scripted_table(play->a, "b a 1 1");
    scripted_reply(play->a, "+PONG\r\n");
    scripted_advance(play->world, 2 * SECONDS);

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(disq_home(client), "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
}

/* A table of a, and of so many nodes with IDs from that number on. */
/* b's address leads to a now, whose table then is too long to be taken. */
static void a_greeting_that_fails_leaves_the_nodes_other_connection_alone(void **state)
{
    enum { ROWS = 5000, ROW_MAX = 100 };
    struct play *play = *state;
    struct disq *client;
    const char *id = "D-bbbbbbbb-000000000000000000000007-05a1";
    char *table = malloc(ROWS * ROW_MAX);
    size_t used;

    scripted_name(play->world, "n:1", "a:1,a:1");
    client = play_connected(play, (struct disq_options){.nodes = "n:1"});
    used = (size_t)sprintf(table, "*%d\r\n:1\r\n$40\r\n%s\r\n", ROWS + 2, disq_home(client));
    for (int i = 0; i < ROWS; i++)
        used += (size_t)sprintf(table + used, "*4\r\n$40\r\n%040d\r\n$1\r\nx\r\n$1\r\n1\r\n$1\r\n1\r\n", i);
    scripted_hello(play->b, table);
    free(table);
    scripted_reply(play->a, ":1\r\n");

    assert_int_equal(disq_nack(client, &id, 1, NULL), 0);
    assert_int_equal(scripted_open_count(play->world), 1);
    assert_string_equal(scripted_requests(play->a), "NACK D-bbbbbbbb-000000000000000000000007-05a1|");
}

static void list_strangers(struct scripted_server *server, int first, int count)
{
    static const char row[] = "*4\r\n$40\r\n%s\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\n1\r\n";
    char id[DISQ_ID_SIZE + 1] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    char *text = calloc((size_t)count + 2, 100);
    char *at = text + sprintf(text, "*%d\r\n:1\r\n$40\r\n%s\r\n", count + 3, id);

    at += sprintf(at, row, id);
    for (int i = first; i < first + count; i++) {
        snprintf(id, sizeof(id), "%040d", i);
        at += sprintf(at, row, id);
    }
    scripted_hello(server, text);
    free(text);
}

static void nodes_come_and_go_for_ever(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    for (int i = 0; i < 5; i++) {
        list_strangers(play->a, 2000 * i, 2000);
        assert_int_equal(disq_hello(client, NULL), 0);
    }
    scripted_close_all(play->a);
    scripted_silence(play->a);
    scripted_reply(play->a, "+PONG\r\n");
    assert_int_equal(disq_ping(client), 0);
}

static void who_delivered_a_job_is_asked_though_hello_lists_it_no_more(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    struct disq_job *job;

    scripted_refuse(play->a, false);
    scripted_job(play->b, 'b', 1);
    assert_int_equal(disq_getjob(client, "mail", NULL, &job), 0);
    scripted_close_all(play->b);
    scripted_accept(play->a);
    scripted_refuse(play->c, false);
    scripted_table(play->a, "a a 1 1");
    scripted_advance(play->world, 20 * SECONDS);
    assert_int_equal(disq_hello(client, NULL), 0);

    scripted_reply(play->b, ":1\r\n");
    assert_int_equal(disq_ackjob(client, &job->id, 1, NULL), 0);
    assert_non_null(strstr(scripted_requests(play->b), "ACKJOB"));
    disq_job_free(client, job);
}

/* ---- AUTH ---- */

static void a_password_is_said_before_hello(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.password = "secret"});

    scripted_reply(play->a, "+OK\r\n");
    scripted_reply(play->a, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(scripted_requests(play->a), "AUTH secret|HELLO|PING|");
}

static void a_password_that_is_missing_is_no_matter_of_trying_again(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.nodes = "a:1,b:1"});

    scripted_hello(play->a, "-NOAUTH Authentication required.\r\n");
    scripted_refuse(play->b, false);

    assert_int_equal(disq_ping(client), DISQ_NOAUTH);
    assert_string_equal(disq_error_text(client), "NOAUTH Authentication required.");
    assert_int_equal(play_ms(play), 0);
    assert_int_equal(scripted_dial_count(play->world), 2);
    assert_int_equal(scripted_open_count(play->world), 0);
}

static void a_node_that_lets_us_in_is_found(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.nodes = "a:1,b:1"});

    scripted_hello(play->a, "-NOAUTH Authentication required.\r\n");
    scripted_reply(play->b, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_int_equal(play_ms(play), 0);
    assert_string_equal(scripted_requests(play->b), "HELLO|PING|");
}

static void a_password_that_is_missing_is_told_when_time_is_up(void **state)
{
    struct play *play = *state;
    struct disq *client =
        play_client(play, (struct disq_options){.nodes = "a:1,b:1", .connect_timeout_ms = 1000});

    scripted_hello(play->a, "-NOAUTH Authentication required.\r\n");
    scripted_freeze(play->b);

    assert_int_equal(disq_ping(client), DISQ_NOAUTH);
    assert_int_equal(play_ms(play), 1000);
    assert_string_equal(disq_error_text(client), "NOAUTH Authentication required.");
}

static void a_wrong_password_is_told_with_the_servers_words(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.password = "wrong"});

    scripted_reply(play->a, "-ERR invalid password\r\n");
    scripted_hello(play->a, "-NOAUTH Authentication required.\r\n");

    assert_int_equal(disq_ping(client), DISQ_NOAUTH);
    assert_string_equal(disq_error_text(client), "ERR invalid password");
}

static void a_password_that_nobody_asked_for_does_no_harm(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.password = "secret"});

    scripted_reply(play->a, "-ERR Client sent AUTH, but no password is set\r\n");
    scripted_reply(play->a, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(disq_error_text(client), "");
}

static void a_password_that_changed_is_an_error_on_the_next_connection(void **state)
{
    struct play *play = *state;
    struct disq *client =
        play_client(play, (struct disq_options){.password = "secret", .connect_attempts = 1});

    scripted_reply(play->a, "+OK\r\n");
    scripted_reply(play->a, "+PONG\r\n");
    assert_int_equal(disq_ping(client), 0);
    scripted_refuse(play->a, false);
    scripted_refuse(play->b, false);
    scripted_refuse(play->c, false);
    scripted_accept(play->a);
    scripted_reply(play->a, "-ERR invalid password\r\n");
    scripted_hello(play->a, "-NOAUTH Authentication required.\r\n");
    scripted_advance(play->world, 2 * SECONDS);

    assert_int_equal(disq_ping(client), DISQ_NOAUTH);
}

static void noauth_from_a_command_is_told(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_reply(play->a, "-NOAUTH Authentication required.\r\n");

    assert_int_equal(disq_ping(client), DISQ_NOAUTH);
    assert_false(disq_error_is_retriable(DISQ_NOAUTH));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_greeting_comes_first_and_once),
        TEST(when_the_first_node_refuses_the_next_is_tried),
        TEST(a_node_that_refuses_late_is_left_too),
        TEST(a_silent_node_takes_its_share_of_the_time),
        TEST(chance_picks_among_equals),
        TEST(pauses_double_to_the_millisecond),
        TEST(half_of_a_pause_is_chance),
        TEST(the_deadline_ends_the_search),
        TEST(all_are_down_and_one_returns),
        TEST(a_lost_home_is_dialled_again),
        TEST(what_was_met_last_is_told),
        TEST(what_was_said_before_hanging_up_is_told),
        TEST(all_addresses_of_a_name_are_tried),
        TEST(the_deadline_is_for_all_addresses_of_a_name),
        TEST(a_node_that_loads_does_not_speak_for_its_name),
        TEST(a_name_that_leads_to_another_node_now_is_not_asked_for_the_first),
        TEST(a_name_that_nobody_knows_is_not_dialled),
        TEST(a_silent_address_leaves_time_for_the_nodes_other_one),
        TEST(an_empty_address_is_the_one_that_was_dialled),
        TEST(the_given_address_is_kept_when_hellos_does_not_answer),
        TEST(a_node_whose_address_is_wrong_is_found_where_it_was_given),
        TEST(an_unlisted_node_is_not_gone_to),
        TEST(low_priorities_come_first_and_unhealthy_nodes_last),
        TEST(hello_goes_ahead_when_the_table_is_old),
        TEST(an_error_instead_of_a_newer_table_changes_nothing),
        TEST(a_node_that_loads_is_passed_over),
        TEST(tables_that_make_no_sense_are_refused),
        TEST(an_address_too_long_to_be_one_is_refused),
        TEST(an_ipv6_address_is_written_in_brackets),
        TEST(two_addresses_of_one_node_are_one_connection),
        TEST(another_process_at_a_known_address_is_another_node),
        TEST(a_greeting_that_fails_leaves_the_nodes_other_connection_alone),
        TEST(nodes_come_and_go_for_ever),
        TEST(who_delivered_a_job_is_asked_though_hello_lists_it_no_more),
        TEST(a_password_is_said_before_hello),
        TEST(a_password_that_is_missing_is_no_matter_of_trying_again),
        TEST(a_node_that_lets_us_in_is_found),
        TEST(a_password_that_is_missing_is_told_when_time_is_up),
        TEST(a_wrong_password_is_told_with_the_servers_words),
        TEST(a_password_that_nobody_asked_for_does_no_harm),
        TEST(a_password_that_changed_is_an_error_on_the_next_connection),
        TEST(noauth_from_a_command_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
