/* SPDX-License-Identifier: MIT */
#include "mockd/node/disk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    char directory[32];
    char path[64];
    struct disk disk;
};

static int set_up(void **state)
{
    struct fixture *fixture = xcalloc(1, sizeof(*fixture));

    snprintf(fixture->directory, sizeof(fixture->directory), "disk.XXXXXX");
    assert_non_null(mkdtemp(fixture->directory));
    snprintf(fixture->path, sizeof(fixture->path), "%s/jobs", fixture->directory);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    disk_fini(&fixture->disk);
    unlink(fixture->path);
    rmdir(fixture->directory);
    free(fixture);
    return 0;
}

/* What a node finds there that is started next. */
static void assert_found(const char *path, const char *expected)
{
    struct disk disk = {0};

    assert_int_equal(disk_place(&disk, DISK_JOBS, path), 0);
    assert_int_equal(disk_has(&disk, DISK_JOBS), expected != NULL);
    assert_true(expected == NULL || bytes_equal(disk_bytes(&disk, DISK_JOBS), bytes_of(expected)));
    disk_fini(&disk);
}

static void a_file_is_in_memory_unless_it_has_a_place(void **state)
{
    struct fixture *fixture = *state;
    struct disk *disk = &fixture->disk;

    assert_false(disk_has(disk, DISK_JOBS));
    disk_append(disk, DISK_JOBS, bytes_of("ab"));
    disk_append(disk, DISK_JOBS, bytes_of("cd"));
    assert_int_equal(disk_flush(disk, DISK_JOBS), 0);
    disk_cut(disk, DISK_JOBS, 3);
    assert_true(bytes_equal(disk_bytes(disk, DISK_JOBS), bytes_of("abc")));
    assert_false(disk_has(disk, DISK_ROSTER));
    assert_found(fixture->path, NULL);
}

static void what_was_appended_is_found_once_it_is_flushed(void **state)
{
    struct fixture *fixture = *state;
    struct disk *disk = &fixture->disk;

    assert_int_equal(disk_place(disk, DISK_JOBS, fixture->path), 0);
    disk_append(disk, DISK_JOBS, bytes_of("one\n"));
    assert_found(fixture->path, NULL);
    assert_int_equal(disk_flush(disk, DISK_JOBS), 0);
    disk_append(disk, DISK_JOBS, bytes_of("two\n"));
    assert_found(fixture->path, "one\n");
    assert_int_equal(disk_flush(disk, DISK_JOBS), 0);
    assert_found(fixture->path, "one\ntwo\n");
    disk_cut(disk, DISK_JOBS, 5);
    assert_found(fixture->path, "one\nt");
}

static void a_file_is_replaced_as_a_whole(void **state)
{
    struct fixture *fixture = *state;
    struct disk *disk = &fixture->disk;

    assert_int_equal(disk_place(disk, DISK_JOBS, fixture->path), 0);
    disk_append(disk, DISK_JOBS, bytes_of("never flushed"));
    assert_int_equal(disk_replace(disk, DISK_JOBS, bytes_of("new\n")), 0);
    assert_found(fixture->path, "new\n");
    disk_append(disk, DISK_JOBS, bytes_of("more\n"));
    assert_int_equal(disk_flush(disk, DISK_JOBS), 0);
    assert_found(fixture->path, "new\nmore\n");
}

static void a_write_that_fails_is_made_up_for(void **state)
{
    struct fixture *fixture = *state;
    struct disk *disk = &fixture->disk;

    assert_int_equal(disk_place(disk, DISK_JOBS, fixture->path), 0);
    disk_append(disk, DISK_JOBS, bytes_of("one\n"));
    assert_int_equal(rmdir(fixture->directory), 0);
    assert_int_equal(disk_flush(disk, DISK_JOBS), ENOENT);
    assert_int_equal(disk_replace(disk, DISK_JOBS, bytes_of("lost")), ENOENT);
    assert_true(bytes_equal(disk_bytes(disk, DISK_JOBS), bytes_of("one\n")));
    disk_append(disk, DISK_JOBS, bytes_of("two\n"));
    assert_int_equal(mkdir(fixture->directory, 0755), 0);
    assert_int_equal(disk_flush(disk, DISK_JOBS), 0);
    assert_found(fixture->path, "one\ntwo\n");
}

static void what_cannot_be_read_is_said(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(disk_place(&fixture->disk, DISK_JOBS, fixture->directory), EISDIR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_in_memory_unless_it_has_a_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_appended_is_found_once_it_is_flushed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_is_replaced_as_a_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_write_that_fails_is_made_up_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_said, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
