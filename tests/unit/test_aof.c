/* SPDX-License-Identifier: MIT */
/* What no scenario can do to an append-only file: tear it, spoil it, and leave it no room. */
#include "mockd/cluster.h"
#include "mockd/node/node.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    struct disk disk;
    struct mockd *cluster;
};

static void start(struct fixture *fixture, const char *config)
{
    mockd_free(fixture->cluster);
    disk_replace(&fixture->disk, DISK_CONFIG, bytes_of(config));
    fixture->cluster = cluster_new(&(struct cluster_options){.mode = CLOCK_VIRTUAL, .disks = &fixture->disk});
}

static int set_up(void **state)
{
    struct fixture *fixture = xcalloc(1, sizeof(*fixture));

    start(fixture, "appendonly yes\n");
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    mockd_free(fixture->cluster);
    disk_fini(&fixture->disk);
    free(fixture);
    return 0;
}

/* What a command is answered; good until the next. */
static const char *answer(struct fixture *fixture, const char *command)
{
    static char reply[512];
    struct mockd_conn *conn = mockd_connect(fixture->cluster, "A");
    ssize_t size;

    assert_non_null(conn);
    assert_int_equal(mockd_send(conn, command, strlen(command)), (ssize_t)strlen(command));
    assert_int_equal(mockd_advance(fixture->cluster, 1000), 0);
    size = mockd_recv(conn, reply, sizeof(reply) - 1);
    reply[size > 0 ? size : 0] = '\0';
    mockd_close(conn);
    return reply;
}

static void add_jobs(struct fixture *fixture, int count)
{
    while (count-- > 0)
        assert_memory_equal(answer(fixture, "ADDJOB mail hello 0 RETRY 60\r\n"), "+D-", 3);
}

static size_t jobs_of(const struct fixture *fixture)
{
    return cluster_node(fixture->cluster, 0)->jobs.count;
}

static size_t file_size(const struct fixture *fixture)
{
    return disk_bytes(&fixture->disk, DISK_JOBS).size;
}

static void a_file_torn_anywhere_gives_all_that_is_whole(void **state)
{
    struct fixture *fixture = *state;
    size_t one, all;
    char *file;

    add_jobs(fixture, 1);
    one = file_size(fixture);
    add_jobs(fixture, 1);
    all = file_size(fixture);
    file = xmemdup(disk_bytes(&fixture->disk, DISK_JOBS).data, all);
    for (size_t size = one; size <= all; size++) {
        disk_replace(&fixture->disk, DISK_JOBS, (struct bytes){file, size});
        start(fixture, "appendonly yes\n");
        assert_null(cluster_problem(fixture->cluster, 0));
        assert_int_equal(jobs_of(fixture), size < all ? 1 : 2);
        assert_int_equal(file_size(fixture), size < all ? one : all);
    }
    free(file);
}

static void a_torn_file_is_refused_if_so_configured(void **state)
{
    struct fixture *fixture = *state;

    add_jobs(fixture, 1);
    disk_cut(&fixture->disk, DISK_JOBS, file_size(fixture) - 1);
    start(fixture, "appendonly yes\naof-load-truncated no\n");
    assert_string_equal(cluster_problem(fixture->cluster, 0), "its append-only file is broken");
    assert_false(mockd_node_is_up(fixture->cluster, 0));
    assert_null(mockd_connect(fixture->cluster, "A"));
}

static void a_file_of_anything_else_is_refused_and_left_alone(void **state)
{
    static const char *const files[] = {
        "nonsense",
        "*1\r\n$4\r\nPING\r\n",
        "*2\r\n$6\r\nDELJOB\r\n$3\r\nabc\r\n",
        "*2\r\n$7\r\nLOADJOB\r\n$3\r\nabc\r\n",
        "*2\r\n$4\r\nECHO\r\n$3\r\nabc\r\n",
        "*3\r\n$7\r\nLOADJOB\r\n$1\r\na\r\n$1\r\nb\r\n",
        "*2\r\n$-1\r\n",
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        disk_replace(&fixture->disk, DISK_JOBS, bytes_of(files[i]));
        start(fixture, "appendonly yes\n");
        assert_non_null(cluster_problem(fixture->cluster, 0));
        assert_true(bytes_equal(disk_bytes(&fixture->disk, DISK_JOBS), bytes_of(files[i])));
    }
}

#define ID "D-e6e6c5dc-Ldd5ecBz89Rq6vlj45rERC5x-05a1"

/* The fields are those of record.c: sizes of queue and body, and how many holders, come last. */
static void a_job_that_is_none_is_refused(void **state)
{
    static const char *const records[] = {
        "1 0 1 1700086400 0 60 0 0 1 4 5 0 " ID,
        "1 0 1 1700086400 0 60 0 0 1 4 5 0 D-short\nmailhello",
        "1 0 1 1700086400 0 60 0 0 1 4 5 0\nmailhello",
        "1 0 1 1700086400 0 -60 0 0 1 4 5 0 " ID "\nmailhello",
        "1 0 1 1700086400 0 x 0 0 1 4 5 0 " ID "\nmailhello",
        "1 0 1 1700086400 0 60 0 0 1 4 6 0 " ID "\nmailhello",
        "1 0 1 1700086400 0 60 0 0 1 40 5 0 " ID "\nmailhello",
        "1 0 1 1700086400 0 60 0 0 1 4 9223372036854775807 0 " ID "\nmailhello",
        "1 0 1 1700086400 0 60 0 0 1 4 5 9223372036854775807 " ID "\nmailhello",
        "1 0 1 1700086400 0 60 0 0 1 4 5 1 " ID "\nmailhello",
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_LEN(records); i++) {
        struct buffer file = {0};

        buffer_printf(&file, "*2\r\n$7\r\nLOADJOB\r\n$%zu\r\n%s\r\n", strlen(records[i]), records[i]);
        disk_replace(&fixture->disk, DISK_JOBS, (struct bytes){file.data, file.size});
        buffer_fini(&file);
        start(fixture, "appendonly yes\n");
        assert_non_null(cluster_problem(fixture->cluster, 0));
    }
}

static void a_job_is_loaded_once(void **state)
{
    struct fixture *fixture = *state;
    struct buffer twice = {0};
    struct bytes file;

    add_jobs(fixture, 1);
    file = disk_bytes(&fixture->disk, DISK_JOBS);
    buffer_add(&twice, file.data, file.size);
    buffer_add(&twice, file.data, file.size);
    disk_replace(&fixture->disk, DISK_JOBS, (struct bytes){twice.data, twice.size});
    buffer_fini(&twice);
    start(fixture, "appendonly yes\n");
    assert_int_equal(jobs_of(fixture), 1);
}

static void a_controlled_restart_needs_a_file(void **state)
{
    struct fixture *fixture = *state;

    start(fixture, "aof-enqueue-jobs-once yes\n");
    assert_null(cluster_problem(fixture->cluster, 0));
    assert_int_equal(mockd_stop(fixture->cluster, "A"), 0);
    mockd_free(fixture->cluster);
    fixture->cluster = NULL;
    disk_fini(&fixture->disk);
    fixture->disk = (struct disk){0};
    start(fixture, "aof-enqueue-jobs-once yes\n");
    assert_string_equal(cluster_problem(fixture->cluster, 0),
                        "aof-enqueue-jobs-once needs an append-only file");
    assert_int_equal(mockd_restart(fixture->cluster, "A"), MOCKD_FAILED);
}

static void a_file_that_grows_is_rewritten(void **state)
{
    struct fixture *fixture = *state;
    size_t size;

    start(fixture, "appendonly yes\nauto-aof-rewrite-min-size 1000\n");
    add_jobs(fixture, 1);
    assert_string_equal(answer(fixture, "DEBUG FLUSHALL\r\n"), "+OK\r\n");
    add_jobs(fixture, 20);
    assert_int_equal(mockd_advance(fixture->cluster, 200000), 0);
    size = file_size(fixture);
    assert_int_equal(cluster_node(fixture->cluster, 0)->aof.base_size, size);
    assert_int_equal(mockd_crash(fixture->cluster, "A"), 0);
    assert_int_equal(mockd_restart(fixture->cluster, "A"), 0);
    assert_int_equal(jobs_of(fixture), 20);
}

/* §2.1: while the file cannot be written, commands that write are refused, and PING. */
static void a_rewrite_ends_at_a_tick_of_the_server(void **state)
{
    enum { BEFORE_US = 2000 };
    struct fixture *fixture = *state;

    start(fixture, "appendonly yes\nhz 3\n");
    assert_string_equal(answer(fixture, "BGREWRITEAOF\r\n"),
                        "+Background append only file rewriting started\r\n");
    assert_int_equal(mockd_advance(fixture->cluster, 333000 - BEFORE_US), 0);
    assert_non_null(strstr(answer(fixture, "INFO persistence\r\n"), "aof_rewrite_in_progress:1"));
    assert_non_null(strstr(answer(fixture, "INFO persistence\r\n"), "aof_rewrite_in_progress:0"));
}

static void no_write_is_taken_while_the_file_cannot_be_written(void **state)
{
    static const char *const refused =
        "-MISCONF Errors writing to the AOF file: No such file or directory\r\n";
    struct fixture *fixture = *state;
    char directory[] = "aof.XXXXXX";
    char path[32];

    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/jobs", directory);
    assert_int_equal(disk_place(&fixture->disk, DISK_JOBS, path), 0);
    assert_int_equal(rmdir(directory), 0);
    answer(fixture, "ADDJOB mail hello 0\r\n");
    assert_string_equal(answer(fixture, "ADDJOB mail hello 0\r\n"), refused);
    assert_string_equal(answer(fixture, "PING\r\n"), refused);
    assert_string_equal(answer(fixture, "QLEN mail\r\n"), ":1\r\n");
    answer(fixture, "CONFIG SET maxmemory-policy noeviction\r\n");
    answer(fixture, "CONFIG SET maxmemory 1\r\n");
    assert_memory_equal(answer(fixture, "ADDJOB mail hello 0\r\n"), "-OOM ", 5);
    answer(fixture, "CONFIG SET maxmemory 1gb\r\n");
    assert_non_null(strstr(answer(fixture, "INFO persistence\r\n"), "aof_last_write_status:err"));
    assert_string_equal(answer(fixture, "SHUTDOWN REWRITE-AOF\r\n"),
                        "-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
    assert_int_equal(mkdir(directory, 0755), 0);
    answer(fixture, "QLEN mail\r\n");
    assert_string_equal(answer(fixture, "PING\r\n"), "+PONG\r\n");
    unlink(path);
    rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_torn_anywhere_gives_all_that_is_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_torn_file_is_refused_if_so_configured, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_of_anything_else_is_refused_and_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_job_that_is_none_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_job_is_loaded_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_controlled_restart_needs_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_grows_is_rewritten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_rewrite_ends_at_a_tick_of_the_server, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_write_is_taken_while_the_file_cannot_be_written, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
