/* SPDX-License-Identifier: MIT */
/* Calls whose replies have fields, pages or lines. */
#include "client/client.h"
#include "scenarios/lab/lab.h"
#include "tests/support/play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID "D-aaaaaaaa-000000000000000000000007-05a1"

/* ---- SHOW and QSTAT, over a cluster in process ---- */

static void show_and_qstat_have_every_field(void **state)
{
    struct lab *lab = lab_new(&(struct mockd_options){.nodes = 2, .seed = 7});
    struct disq *client = disq_new(&(struct disq_options){.nodes = "A", .env = &lab->env});
    const struct disq_addjob_options options = {.replicate = 2, .ttl_s = 3600, .retry_s = 60};
    char id[DISQ_ID_SIZE + 1];
    struct disq_show show;
    struct disq_qstat qstat;

    (void)state;
    assert_int_equal(disq_addjob(client, "mail", "hello", 5, &options, id), 0);

    assert_int_equal(disq_show(client, id, &show), 0);
    assert_string_equal(show.id, id);
    assert_string_equal(show.queue.data, "mail");
    assert_string_equal(show.state, "queued");
    assert_int_equal(show.replicate, 2);
    assert_int_equal(show.ttl_s, 3600);
    assert_true(show.created_at_ns > 0);
    assert_int_equal(show.delay_s, 0);
    assert_int_equal(show.retry_s, 60);
    assert_int_equal(show.nacks + show.additional_deliveries, 0);
    assert_int_equal(show.nodes_delivered->count, 2);
    assert_int_equal(show.nodes_confirmed->count, 0);
    assert_in_range(show.next_requeue_ms, 59000, 60250);
    assert_true(show.next_awake_ms > 0);
    assert_int_equal(show.body.size, 5);
    assert_int_equal(disq_show(client, ID, NULL), DISQ_NOJOB);
    assert_string_equal(disq_error_text(client), "the node does not know the job");

    assert_int_equal(disq_qstat(client, "mail", 0, &qstat), 0);
    assert_string_equal(qstat.name.data, "mail");
    assert_int_equal(qstat.length, 1);
    assert_int_equal(qstat.jobs_in, 1);
    assert_int_equal(qstat.jobs_out, 0);
    assert_int_equal(qstat.import_from->count, 0);
    assert_string_equal(qstat.pause, "none");
    assert_int_equal(disq_qstat(client, "nowhere", 0, &qstat), 0);
    assert_null(qstat.name.data);
    assert_null(qstat.import_from);

    disq_free(client);
    lab_free(lab);
}

static void a_scan_meets_every_queue_and_job(void **state)
{
    struct lab *lab = lab_new(&(struct mockd_options){.nodes = 1, .seed = 7});
    struct disq *client = disq_new(&(struct disq_options){.nodes = "A", .env = &lab->env});
    const struct disq_jscan_options of_queue = {.queue = "q7", .states = DISQ_STATE_QUEUED, .whole = true};
    const struct disq_reply *item;
    struct disq_scan *scan;
    struct disq_show show;
    char name[8];
    int64_t length;
    int count = 0;

    (void)state;
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "q%d", i);
        assert_int_equal(disq_addjob(client, name, "x", 1, NULL, NULL), 0);
    }
    scan = disq_qscan(client, &(struct disq_qscan_options){.count = 3, .min_length = 1, .max_length = 5});
    while (disq_scan_next(scan, &item) == 0 && item != NULL) {
        assert_int_equal(disq_qlen(client, item->text, item->size, &length), 0); /* the page stays */
        assert_int_equal(length, 1);
        count++;
    }
    disq_scan_free(scan);
    assert_int_equal(count, 20);

    scan = disq_jscan(client, &of_queue);
    assert_int_equal(disq_scan_next(scan, &item), 0);
    assert_int_equal(disq_show_parse(item, &show), 0);
    assert_string_equal(show.queue.data, "q7");
    assert_int_equal(disq_scan_next(scan, &item), 0);
    assert_null(item);
    assert_int_equal(disq_scan_next(scan, &item), 0);
    assert_null(item);
    disq_scan_free(scan);

    scan = disq_jscan(client, NULL);
    for (count = 0; disq_scan_next(scan, &item) == 0 && item != NULL; count++)
        assert_int_equal(item->size, DISQ_ID_SIZE);
    disq_scan_free(scan);
    assert_int_equal(count, 20);
    disq_free(client);
    lab_free(lab);
}

/* ---- What is kept ---- */

static void a_large_request_is_not_kept_for_ever(void **state)
{
    enum { BODY_SIZE = 1 << 20, SMALL = 1 << 17 };
    struct lab *lab = lab_new(&(struct mockd_options){.nodes = 1, .seed = 7});
    struct disq *client = disq_new(&(struct disq_options){.nodes = "A", .env = &lab->env});
    char *body = calloc(1, BODY_SIZE);

    (void)state;
    assert_int_equal(disq_addjob(client, "mail", body, BODY_SIZE, NULL, NULL), 0);
    free(body);
    assert_true(client->conns->out_capacity >= BODY_SIZE);
    mockd_advance(lab->cluster, 31 * SECONDS);
    assert_int_equal(disq_ping(client), 0);

    assert_in_range(client->conns->out_capacity, 1, SMALL);
    for (const struct disq_part *part = client->spare_parts; part != NULL; part = part->next)
        assert_in_range(part->request.capacity, 0, SMALL);
    disq_free(client);
    lab_free(lab);
}

/* ---- In a scripted world ---- */

static int show(struct disq *client)
{
    struct disq_show unused;

    return disq_show(client, ID, &unused);
}

static int qstat(struct disq *client)
{
    return disq_qstat(client, "q", 0, NULL);
}

static int qpeek(struct disq *client)
{
    return disq_qpeek(client, "q", 0, 1, NULL);
}

static int pause_queue(struct disq *client)
{
    return disq_pause(client, "q", 0, DISQ_PAUSE_IN, true, NULL);
}

static int time_of_node(struct disq *client)
{
    return disq_time(client, NULL);
}

static int info(struct disq *client)
{
    return disq_info(client, NULL, NULL);
}

static int config_get(struct disq *client)
{
    return disq_config_get(client, "*", NULL);
}

static int cluster_nodes(struct disq *client)
{
    return disq_cluster_nodes(client, NULL);
}

static int cluster_info(struct disq *client)
{
    return disq_cluster_info(client, NULL);
}

static int is_leaving(struct disq *client)
{
    return disq_cluster_is_leaving(client, NULL);
}

static int scan(struct disq *client)
{
    struct disq_scan *queues = disq_qscan(client, NULL);
    const struct disq_reply *item;
    int rc = disq_scan_next(queues, &item);

    disq_scan_free(queues);
    return rc;
}

static void a_reply_without_sense_is_an_error(void **state)
{
    static const struct {
        int (*make)(struct disq *client);
        const char *reply;
    } cases[] = {
        {show, "+OK\r\n"},
        {show, "*0\r\n"},
        {show, "*4\r\n$2\r\nid\r\n$1\r\nx\r\n$5\r\nstate\r\n:1\r\n"},
        {show, "*4\r\n$2\r\nid\r\n$1\r\nx\r\n$5\r\nqueue\r\n:1\r\n"},
        {show, "*2\r\n$3\r\nttl\r\n+x\r\n"},
        {show, "*2\r\n$15\r\nnodes-delivered\r\n:1\r\n"},
        {qstat, "$-1\r\n"},
        {qstat, "*2\r\n$3\r\nlen\r\n*0\r\n"},
        {qpeek, ":1\r\n"},
        {pause_queue, "+maybe\r\n"},
        {time_of_node, "*1\r\n$1\r\n1\r\n"},
        {time_of_node, "*2\r\n$1\r\n1\r\n$7\r\n1000000\r\n"},
        {time_of_node, "*2\r\n$18\r\n999999999999999999\r\n$1\r\n1\r\n"},
        {info, "*0\r\n"},
        {config_get, "+OK\r\n"},
        {cluster_nodes, "+OK\r\n"},
        {cluster_info, ":1\r\n"},
        {is_leaving, "+OK\r\n"},
        {scan, "*1\r\n$1\r\n0\r\n"},
        {scan, "*2\r\n$1\r\nx\r\n*0\r\n"},
        {scan, "*2\r\n$1\r\n0\r\n:1\r\n"},
        {scan, "*2\r\n$30\r\n111111111111111111111111111111\r\n*0\r\n"},
    };
    struct play *play = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct disq *client = play_connected(play, (struct disq_options){0});

        scripted_reply(play->a, cases[i].reply);
        assert_int_equal(cases[i].make(client), DISQ_PROTOCOL);
        assert_int_equal(scripted_open_count(play->world), 0);
        assert_string_equal(disq_error_text(client), "a reply that makes no sense");
    }
}

static void arguments_that_cannot_be_send_nothing(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    const struct disq_reply *item;
    struct disq_show unused;

    assert_int_equal(disq_show(client, "x", &unused), DISQ_BADID);
    assert_int_equal(disq_show(client, NULL, &unused), DISQ_INVALID);
    assert_int_equal(disq_qstat(client, NULL, 0, NULL), DISQ_INVALID);
    assert_int_equal(disq_qpeek(client, NULL, 0, 1, NULL), DISQ_INVALID);
    assert_int_equal(disq_pause(client, NULL, 0, DISQ_PAUSE_IN, false, NULL), DISQ_INVALID);
    assert_int_equal(disq_pause(client, "q", 0, 5, false, NULL), DISQ_INVALID);
    assert_int_equal(disq_qscan_start(client, NULL, NULL), DISQ_INVALID);
    assert_int_equal(disq_qscan_start(client, "", NULL), DISQ_INVALID);
    assert_int_equal(disq_qscan_start(client, "0", &(struct disq_qscan_options){.count = -1}), DISQ_INVALID);
    assert_int_equal(disq_jscan_start(client, "x", NULL), DISQ_INVALID);
    assert_int_equal(disq_jscan_start(client, "0", &(struct disq_jscan_options){.states = 16}), DISQ_INVALID);
    assert_int_equal(disq_config_get(client, NULL, NULL), DISQ_INVALID);
    assert_int_equal(disq_config_set(client, "x", NULL), DISQ_INVALID);
    assert_int_equal(disq_auth(client, NULL), DISQ_INVALID);
    assert_int_equal(disq_auth(NULL, "x"), DISQ_INVALID);
    assert_int_equal(disq_cluster_meet(client, "127.0.0.1", 0), DISQ_INVALID);
    assert_int_equal(disq_cluster_meet(client, NULL, 1), DISQ_INVALID);
    assert_int_equal(disq_cluster_forget(client, NULL), DISQ_INVALID);
    assert_int_equal(disq_scan_next(NULL, &item), DISQ_INVALID);
    assert_null(disq_qscan(NULL, NULL));
    assert_null(disq_jscan(NULL, NULL));
    disq_scan_free(NULL);
    assert_int_equal(disq_show_parse(NULL, &unused), DISQ_INVALID);
    assert_int_equal(disq_qstat_parse(NULL, &(struct disq_qstat){.length = 1}), DISQ_INVALID);
    assert_null(disq_reply_field(NULL, "x"));
    assert_null(disq_info_field(NULL, "x").data);
    assert_string_equal(scripted_requests(play->a), "");
}

static void each_call_is_made_of_its_words(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    const struct disq_jscan_options jobs = {
        .count = 7, .queue = "q", .states = DISQ_STATE_WAIT_REPL | DISQ_STATE_ACKED, .all_at_once = true};
    const struct disq_qscan_options queues = {.import_rate = 2, .all_at_once = true};

    scripted_reply(play->a, "+in\r\n");
    for (int i = 0; i < 7; i++)
        scripted_reply(play->a, "+OK\r\n");
    assert_int_equal(pause_queue(client), 0);
    assert_int_equal(disq_config_rewrite(client), 0);
    assert_int_equal(disq_config_resetstat(client), 0);
    assert_int_equal(disq_cluster_meet(client, "127.0.0.1", 7712), 0);
    assert_int_equal(disq_cluster_forget(client, "abc"), 0);
    assert_int_equal(disq_cluster_reset(client, true), 0);
    assert_int_equal(disq_cluster_reset(client, false), 0);
    assert_int_equal(disq_cluster_save(client), 0);
    assert_int_equal(disq_jscan_start(client, "12", &jobs), 0);
    assert_int_equal(disq_qscan_start(client, "0", &queues), 0);
    assert_int_equal(disq_process(client), DISQ_AGAIN);

    assert_string_equal(scripted_requests(play->a),
                        "PAUSE q in bcast|CONFIG REWRITE|CONFIG RESETSTAT|CLUSTER MEET 127.0.0.1 7712|"
                        "CLUSTER FORGET abc|CLUSTER RESET HARD|CLUSTER RESET SOFT|CLUSTER SAVECONFIG|"
                        "JSCAN 12 COUNT 7 QUEUE q STATE wait-repl STATE acked BUSYLOOP|"
                        "QSCAN 0 IMPORTRATE 2 BUSYLOOP|");
}

static void info_is_lines_of_names_and_values(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    const struct disq_reply *text;
    struct disq_bytes value;

    scripted_reply(play->a, "$37\r\n# Clients\r\nblocked:12\r\nblocked_by:3\r\n\r\n");

    assert_int_equal(disq_info(client, "clients", &text), 0);
    value = disq_info_field(text, "blocked");
    assert_int_equal(value.size, 2);
    assert_memory_equal(value.data, "12", 2);
    assert_null(disq_info_field(text, "block").data);
    assert_int_equal(disq_info_field(text, "blocked_by").size, 1);
    assert_string_equal(scripted_requests(play->a), "INFO clients|");
}

static void a_scan_does_not_go_on_at_another_node(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    struct disq_scan *queues = disq_qscan(client, NULL);
    const struct disq_reply *item;

    scripted_reply(play->a, "*2\r\n$2\r\n17\r\n*1\r\n$1\r\nx\r\n");
    scripted_reply(play->b, "*2\r\n$1\r\n0\r\n*1\r\n$1\r\ny\r\n");
    assert_int_equal(disq_scan_next(queues, &item), 0);
    assert_string_equal(item->text, "x");
    scripted_refuse(play->a, false);
    scripted_advance(play->world, 2 * SECONDS);

    assert_int_equal(disq_scan_next(queues, &item), DISQ_CLOSED);
    assert_null(item);
    assert_string_equal(disq_error_text(client), "the connection was lost before the reply");
    disq_scan_free(queues);
}

/* The page fills what is read at a time, so that the end of the stream is seen together with it. */
static void a_scan_knows_whose_page_it_has_though_that_one_is_gone(void **state)
{
    enum { READ_SIZE = 16384, AROUND = 26 };
    struct play *play = *state;
    char page[READ_SIZE + 1];
    struct disq *client = play_connected(play, (struct disq_options){0});
    struct disq_scan *queues = disq_qscan(client, NULL);
    const struct disq_reply *item;

    snprintf(page, sizeof(page), "*2\r\n$2\r\n17\r\n*1\r\n$%d\r\n%0*d\r\n", READ_SIZE - AROUND,
             READ_SIZE - AROUND, 0);
    scripted_cut(play->a, page);
    scripted_reply(play->b, "*2\r\n$1\r\n0\r\n*1\r\n$1\r\ny\r\n");
    assert_int_equal(disq_scan_next(queues, &item), 0);
    assert_string_equal(disq_home(client), "");
    scripted_refuse(play->a, false);

    assert_int_equal(disq_scan_next(queues, &item), DISQ_CLOSED);
    assert_string_equal(scripted_requests(play->b), "HELLO|QSCAN 17|");
    disq_scan_free(queues);
}

/* ---- Passwords and addresses ---- */

static void a_new_password_is_said_by_all_connections_to_come(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});

    scripted_reply(play->a, "+OK\r\n");
    assert_int_equal(disq_auth(client, "secret"), 0);
    scripted_close_all(play->a);
    scripted_advance(play->world, 2 * SECONDS);
    scripted_reply(play->a, "+OK\r\n");
    scripted_reply(play->a, "+PONG\r\n");

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(scripted_requests(play->a), "AUTH secret|AUTH secret|HELLO|PING|");
}

static void connections_elsewhere_are_made_anew_with_it(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    const char *id = "D-bbbbbbbb-000000000000000000000007-05a1";

    scripted_reply(play->b, ":1\r\n");
    assert_int_equal(disq_nack(client, &id, 1, NULL), 0);
    assert_int_equal(scripted_open_count(play->world), 2);
    scripted_reply(play->a, "+OK\r\n");
    assert_int_equal(disq_auth(client, "secret"), 0);

    assert_int_equal(scripted_open_count(play->world), 1);
}

static bool map_to_here(void *ctx, const char *address, char *mapped)
{
    (void)ctx;
    if (strncmp(address, "10.0.0.", 7) != 0)
        return false;
    snprintf(mapped, DISQ_ADDRESS_SIZE, "%c:1", address[7]);
    return true;
}

static void addresses_can_be_mapped(void **state)
{
    struct play *play = *state;
    struct disq *client = play_client(play, (struct disq_options){.map_address = map_to_here});
    struct disq_hello hello;

    scripted_table(play->a, "a - 1 1,b 10.0.0.b 7711 1,c c 1 5");
    assert_int_equal(disq_hello(client, &hello), 0);
    assert_string_equal(hello.nodes[0].address, "a:1");
    assert_string_equal(hello.nodes[1].address, "b:1");
    assert_string_equal(hello.nodes[2].address, "c:1");
    scripted_refuse(play->a, false);
    scripted_reply(play->b, "+PONG\r\n");
    scripted_advance(play->world, 2 * SECONDS);

    assert_int_equal(disq_ping(client), 0);
    assert_string_equal(disq_home(client), "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
}

static void a_hello_is_not_mixed_up_with_a_greeting(void **state)
{
    struct play *play = *state;
    struct disq *client = play_connected(play, (struct disq_options){0});
    const char *id = scripted_job_id(play->world, 'b', 7);
    struct disq_hello hello;

    scripted_table(play->b, "b b 1 1");
    scripted_reply(play->a, ":1\r\n");
    scripted_reply(play->b, ":1\r\n");

    assert_int_equal(disq_hello_start(client), 0);
    disq_wait(client);
    assert_int_equal(disq_ackjob_start(client, &id, 1), 0);
    for (int i = 0; i < 5; i++)
        disq_process(client);
    assert_int_equal(disq_finish_hello(client, &hello), 0);
    assert_string_equal(scripted_requests(play->b), "HELLO|ACKJOB D-bbbbbbbb-000000000000000000000007-05a1|");
    assert_string_equal(hello.id, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_int_equal(hello.node_count, 3);
    assert_int_equal(disq_finish_number(client, NULL), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(show_and_qstat_have_every_field),
        cmocka_unit_test(a_scan_meets_every_queue_and_job),
        cmocka_unit_test(a_large_request_is_not_kept_for_ever),
        TEST(a_reply_without_sense_is_an_error),
        TEST(arguments_that_cannot_be_send_nothing),
        TEST(each_call_is_made_of_its_words),
        TEST(info_is_lines_of_names_and_values),
        TEST(a_scan_does_not_go_on_at_another_node),
        TEST(a_scan_knows_whose_page_it_has_though_that_one_is_gone),
        TEST(a_new_password_is_said_by_all_connections_to_come),
        TEST(connections_elsewhere_are_made_anew_with_it),
        TEST(addresses_can_be_mapped),
        TEST(a_hello_is_not_mixed_up_with_a_greeting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
