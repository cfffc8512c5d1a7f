/* SPDX-License-Identifier: MIT */
#include "mockd/node/job.h"
#include "mockd/node/job_tree.h"
#include "mockd/sim/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { JOBS = 400 };

static void make(struct job *jobs, int64_t ctimes)
{
    struct rng rng = rng_stream(4, "test", 0);
    struct node_id creator = node_id_new(&rng);

    for (int i = 0; i < JOBS; i++)
        jobs[i] = (struct job){.id = job_id_new(&rng, &creator, 60, false),
                               .ctime_ns = (int64_t)rng_below(&rng, (uint64_t)ctimes)};
}

static void assert_in_order(const struct job_tree *tree, size_t count)
{
    const struct job *job = tree->first;
    const struct job *last = NULL;
    size_t seen = 0;

    for (; job != NULL; last = job, job = job_tree_next(job), seen++) {
        assert_ptr_equal(job_tree_prev(job), last);
        if (last != NULL)
            assert_true(last->ctime_ns < job->ctime_ns ||
                        (last->ctime_ns == job->ctime_ns && memcmp(&last->id, &job->id, JOB_ID_SIZE) < 0));
    }
    assert_ptr_equal(tree->last, last);
    assert_int_equal(seen, count);
    assert_int_equal(tree->count, count);
}

static void jobs_stand_by_creation_time_then_by_id(void **state)
{
    static struct job jobs[JOBS];
    struct job_tree tree = {0};

    (void)state;
    make(jobs, 40);
    for (int i = 0; i < JOBS; i++)
        job_tree_add(&tree, &jobs[i]);

    assert_in_order(&tree, JOBS);
}

static void jobs_can_be_taken_from_anywhere(void **state)
{
    static struct job jobs[JOBS];
    struct job_tree tree = {0};
    size_t left = JOBS;

    (void)state;
    make(jobs, 1000000);
    for (int i = 0; i < JOBS; i++)
        job_tree_add(&tree, &jobs[i]);

    for (int i = 0; i < JOBS; i += 2, left--)
        job_tree_remove(&tree, &jobs[i]);
    assert_in_order(&tree, left);
    for (; tree.first != NULL; left--)
        job_tree_remove(&tree, tree.first);

    assert_int_equal(left, 0);
    assert_null(tree.root);
    assert_null(tree.last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_stand_by_creation_time_then_by_id),
        cmocka_unit_test(jobs_can_be_taken_from_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
