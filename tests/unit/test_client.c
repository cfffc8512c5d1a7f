/* SPDX-License-Identifier: MIT */
/* The client's face, over a cluster in process. */
#include "scenarios/lab/lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct lab *lab;
    struct disq *client;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    *state = f;
    f->lab = lab_new(&(struct mockd_options){.nodes = 2, .seed = 7});
    f->client = disq_new(&(struct disq_options){.nodes = "A", .env = &f->lab->env});
    return f->client == NULL;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    disq_free(f->client);
    lab_free(f->lab);
    free(f);
    return 0;
}

static void a_job_goes_the_whole_way(void **state)
{
    struct fixture *f = *state;
    struct disq_job *job = NULL;
    char id[DISQ_ID_SIZE + 1];
    int64_t count;

    assert_int_equal(
        disq_addjob(f->client, "mail", "hello", 5, &(struct disq_addjob_options){.retry_s = 10}, id), 0);
    assert_int_equal(disq_qlen(f->client, "mail", 0, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(
        disq_getjob(f->client, "mail", &(struct disq_getjob_options){.withcounters = true}, &job), 0);
    assert_string_equal(job->id, id);
    assert_string_equal(job->queue, "mail");
    assert_memory_equal(job->body, "hello", 6);
    assert_int_equal(disq_ackjob(f->client, &job->id, 1, &count), 0);
    assert_int_equal(count, 1);
    disq_job_free(f->client, job);

    assert_int_equal(disq_getjob(f->client, "mail", &(struct disq_getjob_options){.nohang = true}, &job), 0);
    assert_null(job);
}

static void queues_and_bodies_are_bytes(void **state)
{
    struct fixture *f = *state;
    const struct disq_bytes more[] = {{"a\0b", 3}, {"", 0}};
    struct disq_getjob_options get = {.queues = more, .queue_count = 2, .count = 2};
    struct disq_job *jobs = NULL;

    assert_int_equal(
        disq_addjob(f->client, "a\0b", "\0x", 2, &(struct disq_addjob_options){.queue_size = 3}, NULL), 0);
    assert_int_equal(disq_addjob(f->client, "", "", 0, NULL, NULL), 0);
    assert_int_equal(disq_getjob(f->client, NULL, &get, &jobs), 0);

    assert_int_equal(jobs->queue_size, 3);
    assert_int_equal(jobs->body_size, 2);
    assert_memory_equal(jobs->body, "\0x", 3);
    assert_int_equal(jobs->next->queue_size, 0);
    assert_null(jobs->next->next);
    disq_jobs_free(f->client, jobs);
}

static void arguments_that_cannot_be_are_refused(void **state)
{
    struct fixture *f = *state;
    const char *const bad[] = {"D-short"};
    const char *const none[] = {NULL};
    struct disq_job *job = NULL;
    int64_t count;

    assert_int_equal(disq_addjob(f->client, NULL, "x", 1, NULL, NULL), DISQ_INVALID);
    assert_int_equal(disq_addjob(f->client, "q", NULL, 1, NULL, NULL), DISQ_INVALID);
    assert_int_equal(
        disq_addjob(f->client, "q", "x", 1, &(struct disq_addjob_options){.replicate = 65536}, NULL),
        DISQ_INVALID);
    assert_int_equal(disq_addjob(f->client, "q", "x", 1, &(struct disq_addjob_options){.ttl_s = -1}, NULL),
                     DISQ_INVALID);
    assert_int_equal(disq_getjob(f->client, NULL, NULL, &job), DISQ_INVALID);
    assert_int_equal(disq_getjob(f->client, "q", &(struct disq_getjob_options){.count = -1}, &job),
                     DISQ_INVALID);
    assert_int_equal(disq_ackjob(f->client, bad, 1, NULL), DISQ_BADID);
    assert_int_equal(disq_fastack(f->client, none, 1, NULL), DISQ_INVALID);
    assert_int_equal(disq_qlen(f->client, NULL, 0, &count), DISQ_INVALID);
    assert_int_equal(disq_command(f->client, NULL, 0, NULL), DISQ_INVALID);

    assert_int_equal(disq_ping(f->client), 0);
}

static void any_command_can_be_sent(void **state)
{
    struct fixture *f = *state;
    const struct disq_bytes qstat[] = {{"QSTAT", 5}, {"nowhere", 7}};
    const struct disq_bytes myid[] = {{"CLUSTER", 7}, {"MYID", 4}};
    const struct disq_bytes wrong[] = {{"NOSUCH", 6}};
    const struct disq_bytes hello[] = {{"HELLO", 5}};
    const struct disq_reply *reply;

    assert_int_equal(disq_command(f->client, qstat, 2, &reply), 0);
    assert_int_equal(reply->type, DISQ_REPLY_NIL_ARRAY);
    assert_int_equal(disq_command(f->client, myid, 2, &reply), 0);
    assert_int_equal(reply->type, DISQ_REPLY_STRING);
    assert_string_equal(reply->text, mockd_node_id(f->lab->cluster, 0));
    assert_int_equal(disq_command(f->client, wrong, 1, &reply), 0);
    assert_int_equal(reply->type, DISQ_REPLY_ERROR);
    assert_string_equal(reply->text, "ERR unknown command 'NOSUCH'");
    assert_int_equal(disq_command(f->client, hello, 1, &reply), 0);
    assert_int_equal(reply->type, DISQ_REPLY_ARRAY);
    assert_int_equal(reply->count, 4);
    assert_int_equal(reply->first->integer, 1);
}

static void calls_are_finished_in_their_order(void **state)
{
    struct fixture *f = *state;
    char id[DISQ_ID_SIZE + 1];
    struct disq_job *job;
    int64_t length;

    assert_int_equal(disq_addjob_start(f->client, "q", "x", 1, NULL), 0);
    assert_int_equal(disq_qlen_start(f->client, "q", 0), 0);
    assert_int_equal(disq_getjob_start(f->client, "q", NULL), 0);
    assert_int_equal(disq_finish_number(f->client, &length), DISQ_INVALID);
    assert_int_equal(disq_finish_id(f->client, id), DISQ_AGAIN);
    assert_int_equal(disq_ping(f->client), 0); /* does not wait for its turn to be finished */

    assert_int_equal(disq_finish_id(f->client, id), 0);
    assert_int_equal(disq_finish_number(f->client, &length), 0);
    assert_int_equal(length, 1);
    assert_int_equal(disq_finish_jobs(f->client, &job), 0);
    assert_string_equal(job->id, id);
    disq_job_free(f->client, job);
    assert_int_equal(disq_finish(f->client), DISQ_INVALID);
}

static void all_calls_can_be_given_up(void **state)
{
    struct fixture *f = *state;
    struct disq_job *job;

    assert_int_equal(disq_getjob_start(f->client, "q", NULL), 0);
    assert_int_equal(disq_ping_start(f->client), 0);
    assert_int_equal(disq_process(f->client), DISQ_AGAIN);
    disq_cancel(f->client);

    assert_true(disq_is_done(f->client));
    assert_int_equal(disq_finish_jobs(f->client, &job), DISQ_CANCELLED);
    assert_int_equal(disq_finish(f->client), DISQ_CANCELLED);
    assert_int_equal(disq_ping(f->client), 0);
}

static void hello_tells_the_nodes(void **state)
{
    struct fixture *f = *state;
    struct disq_hello hello;

    assert_int_equal(disq_hello(f->client, &hello), 0);

    assert_string_equal(hello.id, mockd_node_id(f->lab->cluster, 0));
    assert_int_equal(hello.node_count, 2);
    assert_string_equal(disq_home(f->client), hello.id);
    assert_int_equal(disq_origins(f->client, NULL, 0), 0);
}

static void every_error_has_a_name_of_its_own(void **state)
{
    (void)state;

    for (int error = 0; error > DISQ_ERROR_END; error--) {
        assert_true(strlen(disq_strerror(error)) > 3);
        assert_int_equal(disq_error_by_name(disq_error_name(error)), error);
    }
    assert_int_equal(disq_error_by_name("nonsense"), DISQ_UNKNOWN);
    assert_true(strlen(disq_strerror(-1000)) > 0);
    assert_true(strlen(disq_error_name(1)) > 0);
    assert_true(disq_error_is_retriable(DISQ_CANNOT_CONNECT));
    assert_false(disq_error_is_retriable(DISQ_MAYBE_SENT));
    assert_false(disq_error_is_retriable(-1000));
}

static void options_are_set_by_name(void **state)
{
    static const char *const good[][2] = {
        {"nodes", "A:1"},           {"password", "x"},          {"call_timeout", "2s"},
        {"connect_timeout", "100"}, {"backoff_initial", "5ms"}, {"backoff_max", "1m"},
        {"connect_attempts", "3"},  {"hello_interval", "1h"},   {"reply_max", "1000"},
        {"count_origins", "yes"},   {"origin_window", "1d"},    {"move_margin", "10"},
        {"move_min_jobs", "2"},     {"move_dwell", "0"},        {"policy", "reference"},
        {"ack_origin", "no"},
    };
    static const char *const bad[][2] = {
        {"call_timeout", "soon"}, {"call_timeout", "1x"},   {"count_origins", "maybe"},
        {"policy", "best"},       {"connect_attempts", ""}, {"reply_max", "-1x"},
    };
    struct disq_options options = {0};

    (void)state;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_int_equal(disq_options_set(&options, good[i][0], good[i][1]), 0);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(disq_options_set(&options, bad[i][0], bad[i][1]), DISQ_INVALID);
    assert_int_equal(disq_options_set(&options, "colour", "red"), DISQ_UNKNOWN);
    assert_int_equal(options.call_timeout_ms, 2000);
    assert_true(options.no_ack_origin);
    assert_true(options.policy == disq_policy_reference);
    assert_int_equal(disq_options_check(&options), 0);
}

static void urls_are_taken_apart(void **state)
{
    static const char *const good[] = {"disque://127.0.0.1:7711",
                                       "disque://:p%40ss@h:1,h2:2/?count_origins=yes&call_timeout=1s",
                                       "unix:/tmp/x", "[::1]:7711", "a:1,b:2"};
    static const char *const bad[] = {
        "disque://", "disque://h:1/?colour=red", "disque://h:1/?call_timeout=soon", "disque://:p%4@h:1", ",",
        "a:1,,b:2",
    };

    (void)state;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_int_equal(disq_options_check(&(struct disq_options){.nodes = good[i]}), 0);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(disq_options_check(&(struct disq_options){.nodes = bad[i]}), DISQ_INVALID);
        assert_null(disq_new(&(struct disq_options){.nodes = bad[i]}));
    }
}

static void real_sockets_refuse_and_time_passes(void **state)
{
    struct disq_ready ready = {.wanted = DISQ_WRITABLE};
    struct disq_env env;
    char byte = 'x';
    int64_t before_us;

    (void)state;
    disq_env_default(&env);
    before_us = env.now_us(env.ctx);
    assert_int_equal(env.connect(env.ctx, "no port"), DISQ_INVALID);
    assert_int_equal(env.connect(env.ctx, "unix:/nowhere/at/all"), DISQ_REFUSED);
    ready.handle = env.connect(env.ctx, "127.0.0.1:1");
    if (ready.handle >= 0) {
        assert_int_equal(env.wait(env.ctx, &ready, 1, before_us + 5000000), 1);
        assert_true(env.send(env.ctx, ready.handle, &byte, 1) < 0);
        assert_true(env.recv(env.ctx, ready.handle, &byte, 1) <= 0);
        env.close(env.ctx, ready.handle);
    }
    assert_int_equal(env.wait(env.ctx, NULL, 0, before_us), 0);
    assert_true(env.now_us(env.ctx) >= before_us);
    assert_true(env.random(env.ctx) != env.random(env.ctx));
}

/* A server that hangs up at once; its address. */
static int listen_anywhere(char *address, size_t size)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(any);
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(listener, (struct sockaddr *)&any, sizeof(any)), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&any, &length), 0);
    snprintf(address, size, "127.0.0.1:%d", ntohs(any.sin_port));
    return listener;
}

static void writing_to_a_peer_that_is_gone_raises_no_signal(void **state)
{
    char address[DISQ_ADDRESS_SIZE];
    int listener = listen_anywhere(address, sizeof(address));
    struct disq_env env;
    int handle;

    (void)state;
    disq_env_default(&env);
    handle = env.connect(env.ctx, address);
    assert_true(handle >= 0);
    assert_true(fcntl(handle, F_GETFD) & FD_CLOEXEC);
    close(accept(listener, NULL, NULL));

    while (env.send(env.ctx, handle, "x", 1) > 0)
        continue;
    env.close(env.ctx, handle);
    close(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_job_goes_the_whole_way, setup, teardown),
        cmocka_unit_test_setup_teardown(queues_and_bodies_are_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(arguments_that_cannot_be_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(any_command_can_be_sent, setup, teardown),
        cmocka_unit_test_setup_teardown(calls_are_finished_in_their_order, setup, teardown),
        cmocka_unit_test_setup_teardown(all_calls_can_be_given_up, setup, teardown),
        cmocka_unit_test_setup_teardown(hello_tells_the_nodes, setup, teardown),
        cmocka_unit_test(every_error_has_a_name_of_its_own),
        cmocka_unit_test(options_are_set_by_name),
        cmocka_unit_test(urls_are_taken_apart),
        cmocka_unit_test(real_sockets_refuse_and_time_passes),
        cmocka_unit_test(writing_to_a_peer_that_is_gone_raises_no_signal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
