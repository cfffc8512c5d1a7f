/* SPDX-License-Identifier: MIT */
#include "mockd/node/job_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct node_id creator = {"6b12a1d5aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};

static struct job_id make(int64_t ttl_s, bool at_most_once)
{
    struct rng rng = rng_stream(1, "test", 0);

    return job_id_new(&rng, &creator, ttl_s, at_most_once);
}

/* The table of §4. */
static void the_ttl_field_is_in_minutes_and_tells_the_delivery(void **state)
{
    static const struct {
        int64_t ttl_s;
        const char *at_least_once;
        const char *at_most_once;
    } rows[] = {
        {1, "0001", "0000"},    {59, "0001", "0000"},    {119, "0001", "0000"},
        {120, "0003", "0002"},  {1000, "0011", "0010"},  {180, "0003", "0002"},
        {3000, "0033", "0032"}, {86400, "05a1", "05a0"}, {4000000, "ffff", "fffe"},
    };

    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct job_id often = make(rows[i].ttl_s, false);
        struct job_id once = make(rows[i].ttl_s, true);

        assert_memory_equal(often.text + 36, rows[i].at_least_once, 4);
        assert_memory_equal(once.text + 36, rows[i].at_most_once, 4);
        assert_true(job_id_is_at_least_once(&often));
        assert_false(job_id_is_at_least_once(&once));
    }
}

static void an_id_names_its_creator(void **state)
{
    struct job_id id = make(1000, false);

    (void)state;

    assert_memory_equal(id.text, "D-6b12a1d5-", 11);
    assert_int_equal(id.text[35], '-');
}

static int digit_of(char c)
{
    const char *alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    return (int)(strchr(alphabet, c) - alphabet);
}

/* S-03: bits 2 to 5 of a group's fourth character are the low bits of the next group's first byte. */
static void each_fourth_character_repeats_bits_of_the_next_group(void **state)
{
    struct rng rng = rng_stream(9, "test", 0);

    (void)state;
    for (int n = 0; n < 50; n++) {
        struct job_id id = job_id_new(&rng, &creator, 1000, false);

        for (int group = 0; group < 5; group++) {
            int fourth = digit_of(id.text[11 + 4 * group + 3]);
            int next = digit_of(id.text[11 + 4 * group + 4]);

            assert_int_equal(fourth >> 2, next & 15);
        }
    }
}

static void the_worked_example_of_the_specification_parses(void **state)
{
    struct job_id id;

    (void)state;

    assert_true(job_id_parse(bytes_of("D-6b12a1d5-Mp5uLrTREerhoXq+/hbaWnFW-0011"), &id));
    assert_int_equal(job_id_ttl_minutes(&id), 17);
    assert_true(job_id_is_at_least_once(&id));
}

static void only_shape_is_looked_at(void **state)
{
    struct job_id id;

    (void)state;

    assert_true(job_id_parse(bytes_of("D-zzzzzzzz-!!!!!!!!!!!!!!!!!!!!!!!!-zzzz"), &id));
    assert_int_equal(job_id_ttl_minutes(&id), 0);
    assert_false(job_id_parse(bytes_of("d-00000000-AAAAAAAAAAAAAAAAAAAAAAAA-05a1"), &id));
    assert_false(job_id_parse(bytes_of("D_00000000-AAAAAAAAAAAAAAAAAAAAAAAA-05a1"), &id));
    assert_false(job_id_parse(bytes_of("D-00000000_AAAAAAAAAAAAAAAAAAAAAAAA-05a1"), &id));
    assert_false(job_id_parse(bytes_of("D-00000000-AAAAAAAAAAAAAAAAAAAAAAAA_05a1"), &id));
    assert_false(job_id_parse(bytes_of("D-00000000-AAAAAAAAAAAAAAAAAAAAAAAA-05a"), &id));
    assert_false(job_id_parse(bytes_of("D-00000000-AAAAAAAAAAAAAAAAAAAAAAAA-05a11"), &id));
    assert_false(job_id_parse(bytes_of(""), &id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ttl_field_is_in_minutes_and_tells_the_delivery),
        cmocka_unit_test(an_id_names_its_creator),
        cmocka_unit_test(each_fourth_character_repeats_bits_of_the_next_group),
        cmocka_unit_test(the_worked_example_of_the_specification_parses),
        cmocka_unit_test(only_shape_is_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
