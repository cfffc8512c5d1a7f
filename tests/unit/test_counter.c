/* SPDX-License-Identifier: MIT */
#include "client/counter.h"

#include "client/disq.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { TTL = 100, MODEL_KEYS = 200, MODEL_EVENTS = 20000 };

static int setup(void **state)
{
    struct disq_counter *counter = malloc(sizeof(*counter));

    *state = counter;
    return counter == NULL || disq_counter_init(counter, TTL) != 0;
}

static int teardown(void **state)
{
    disq_counter_fini(*state);
    free(*state);
    return 0;
}

static void add(struct disq_counter *counter, const char *key, int64_t now)
{
    assert_int_equal(disq_counter_add(counter, key, strlen(key), now), 0);
}

static int64_t count(struct disq_counter *counter, const char *key, int64_t now)
{
    return disq_counter_count(counter, key, strlen(key), now);
}

static void assert_is(const struct disq_count *found, const char *key, int64_t expected)
{
    assert_int_equal(found->size, strlen(key));
    assert_memory_equal(found->name, key, found->size);
    assert_int_equal(found->count, expected);
}

static void assert_max(struct disq_counter *counter, int64_t now, const char *key, int64_t expected)
{
    struct disq_count max;

    assert_true(disq_counter_max(counter, now, &max));
    assert_is(&max, key, expected);
}

static void nothing_has_no_maximum(void **state)
{
    struct disq_count found;

    assert_false(disq_counter_max(*state, 5, &found));
    assert_false(disq_counter_min(*state, 5, &found));
    assert_int_equal(disq_counter_keys(*state, 5, NULL, 0), 0);
    assert_int_equal(count(*state, "a", 5), 0);
}

static void an_event_counts_while_it_is_younger_than_the_window(void **state)
{
    add(*state, "a", 1000);

    assert_int_equal(count(*state, "a", 1000), 1);
    assert_int_equal(count(*state, "a", 1000 + TTL - 1), 1);
    assert_int_equal(count(*state, "a", 1000 + TTL), 0);
}

static void adding_expires_too(void **state)
{
    add(*state, "a", 0);
    add(*state, "b", TTL);

    assert_int_equal(disq_counter_keys(*state, 0, NULL, 0), 1);
    assert_max(*state, 0, "b", 1);
}

static void counting_makes_no_key(void **state)
{
    add(*state, "a", 0);

    assert_int_equal(count(*state, "b", 0), 0);
    assert_int_equal(disq_counter_keys(*state, 0, NULL, 0), 1);
}

static void of_equals_the_first_created_is_maximum_and_minimum(void **state)
{
    struct disq_count min;

    add(*state, "b", 0);
    add(*state, "a", 1);
    add(*state, "c", 2);

    assert_max(*state, 2, "b", 1);
    assert_true(disq_counter_min(*state, 2, &min));
    assert_is(&min, "b", 1);
    add(*state, "c", 3);
    assert_max(*state, 3, "c", 2);
    add(*state, "a", 3);
    assert_max(*state, 3, "a", 2);
}

static void a_key_that_comes_back_is_new(void **state)
{
    add(*state, "a", 0);
    add(*state, "b", 50);
    add(*state, "a", TTL);

    assert_max(*state, TTL, "b", 1);
}

static void a_key_that_never_left_keeps_its_place(void **state)
{
    add(*state, "a", 0);
    add(*state, "b", 50);
    add(*state, "a", TTL - 1);

    assert_int_equal(count(*state, "a", TTL), 1);
    assert_max(*state, TTL, "a", 1);
}

static void a_clock_that_goes_back_stands_still(void **state)
{
    add(*state, "a", 1000);
    add(*state, "a", 10);

    assert_int_equal(count(*state, "a", 20), 2);
    assert_int_equal(count(*state, "a", 1000 + TTL - 1), 2);
    assert_int_equal(count(*state, "a", 1000 + TTL), 0);
}

static void times_may_be_anything(void **state)
{
    add(*state, "a", INT64_MIN);
    add(*state, "b", -1);
    assert_int_equal(count(*state, "a", 0), 0);
    assert_int_equal(count(*state, "b", 0), 1);

    add(*state, "c", INT64_MAX);
    assert_int_equal(count(*state, "b", 0), 0);
    assert_max(*state, 0, "c", 1);
}

/* The ring keeps 32 bits of a time. */
static void a_pause_of_a_whole_cycle_of_the_low_bits_expires(void **state)
{
    add(*state, "a", 7);
    add(*state, "b", 7 + (INT64_C(1) << 32));

    assert_int_equal(count(*state, "a", 0), 0);
    assert_int_equal(count(*state, "b", 0), 1);
}

static void keys_are_any_bytes(void **state)
{
    char longer[100];

    memset(longer, 'x', sizeof(longer));
    assert_int_equal(disq_counter_add(*state, "", 0, 0), 0);
    assert_int_equal(disq_counter_add(*state, "a\0b", 3, 0), 0);
    assert_int_equal(disq_counter_add(*state, "a\0c", 3, 0), 0);
    assert_int_equal(disq_counter_add(*state, longer, sizeof(longer), 0), 0);
    assert_int_equal(disq_counter_add(*state, longer, sizeof(longer) - 1, 0), 0);

    assert_int_equal(disq_counter_count(*state, "", 0, 0), 1);
    assert_int_equal(disq_counter_count(*state, "a\0b", 3, 0), 1);
    assert_int_equal(disq_counter_count(*state, "a", 1, 0), 0);
    assert_int_equal(disq_counter_count(*state, longer, sizeof(longer), 0), 1);
    assert_int_equal(disq_counter_keys(*state, 0, NULL, 0), 5);
    assert_int_equal(disq_counter_keys(*state, TTL, NULL, 0), 0);
}

static void ranked_is_by_count_then_creation(void **state)
{
    struct disq_count ranked[8];
    static const char *const keys[] = {"a", "b", "c", "d"};
    static const int counts[] = {2, 3, 2, 1};

    for (size_t i = 0; i < 4; i++) {
        for (int n = 0; n < counts[i]; n++)
            add(*state, keys[i], 0);
    }

    assert_int_equal(disq_counter_ranked(*state, 0, ranked, 8), 4);
    assert_is(&ranked[0], "d", 1);
    assert_is(&ranked[1], "a", 2);
    assert_is(&ranked[2], "c", 2);
    assert_is(&ranked[3], "b", 3);
}

static void keys_are_in_the_order_of_their_creation(void **state)
{
    struct disq_count keys[2];

    add(*state, "z", 0);
    add(*state, "a", 0);
    add(*state, "m", 0);

    assert_int_equal(disq_counter_keys(*state, 0, keys, 2), 3);
    assert_is(&keys[0], "z", 1);
    assert_is(&keys[1], "a", 1);
}

static void a_window_is_positive_and_finite(void **state)
{
    struct disq_counter counter;

    (void)state;

    assert_int_equal(disq_counter_init(&counter, 0), DISQ_INVALID);
    assert_int_equal(disq_counter_init(&counter, -1), DISQ_INVALID);
    assert_int_equal(disq_counter_init(&counter, (int64_t)INT32_MAX + 1), DISQ_INVALID);
    disq_counter_fini(&counter);
}

static void events_of_one_tick_take_no_further_memory(void **state)
{
    size_t before;

    add(*state, "a", 0);
    add(*state, "b", 0);
    before = disq_counter_size_bytes(*state);
    for (int i = 0; i < 100000; i++)
        add(*state, i % 2 == 0 ? "a" : "b", 0);

    assert_int_equal(disq_counter_size_bytes(*state), before);
    assert_int_equal(count(*state, "a", 0), 50001);
}

static void memory_follows_the_window_and_not_the_events(void **state)
{
    enum { KEYS = 10, EVENTS = 200000 };
    const size_t bound = 2 * 8 * TTL * KEYS + 128 * KEYS + 2048;
    char key[2] = "0";

    for (int i = 0; i < EVENTS; i++) {
        key[0] = (char)('0' + i % KEYS);
        add(*state, key, i / 20);
        assert_true(disq_counter_size_bytes(*state) <= bound);
    }
}

static void a_thousand_keys_take_128_bytes_each(void **state)
{
    enum { KEYS = 1000 };
    char key[9];

    for (int i = 0; i < KEYS; i++) {
        snprintf(key, sizeof(key), "%08x", (unsigned)i * 2654435761U);
        add(*state, key, 0);
    }

    assert_true(disq_counter_size_bytes(*state) <= 2 * 8 * KEYS + 128 * KEYS);
}

/* ---- Against a model that is too simple to be wrong ---- */

struct model {
    struct {
        int key;
        int64_t at;
    } events[MODEL_EVENTS];
    size_t count;
    int64_t created[MODEL_KEYS]; /* in which step; -1: not living */
};

static int64_t model_count(const struct model *model, int key, int64_t now, int64_t ttl)
{
    int64_t found = 0;

    for (size_t i = model->count; i-- > 0 && now - model->events[i].at < ttl;)
        found += model->events[i].key == key;
    return found;
}

static void model_add(struct model *model, int key, int64_t now, int64_t ttl)
{
    for (int i = 0; i < MODEL_KEYS; i++) {
        if (model->created[i] >= 0 && model_count(model, i, now, ttl) == 0)
            model->created[i] = -1;
    }
    if (model->created[key] < 0)
        model->created[key] = (int64_t)model->count;
    model->events[model->count].key = key;
    model->events[model->count++].at = now;
}

static int model_max(const struct model *model, int64_t now, int64_t ttl, int64_t *most)
{
    int best = -1;

    *most = 0;
    for (int key = 0; key < MODEL_KEYS; key++) {
        int64_t found = model_count(model, key, now, ttl);

        if (found > *most || (found == *most && found > 0 && model->created[key] < model->created[best])) {
            *most = found;
            best = key;
        }
    }
    return best;
}

static uint32_t draw(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

static void compare(uint32_t seed, int64_t ttl, int keys, int steps, int pace)
{
    struct disq_counter counter;
    struct model *model = calloc(1, sizeof(*model));
    int64_t now = 0;

    assert_non_null(model);
    for (int i = 0; i < MODEL_KEYS; i++)
        model->created[i] = -1;
    assert_int_equal(disq_counter_init(&counter, ttl), 0);
    for (int step = 0; step < steps; step++) {
        int key = (int)(draw(&seed) % (uint32_t)keys);
        struct disq_count max;
        int64_t most;
        int best;

        now += draw(&seed) % (uint32_t)pace;
        key = draw(&seed) % 2 == 0 ? key : step % keys;
        model_add(model, key, now, ttl);
        assert_int_equal(disq_counter_add(&counter, &key, sizeof(key), now), 0);
        now += draw(&seed) % 2;
        best = model_max(model, now, ttl, &most);
        assert_int_equal(disq_counter_max(&counter, now, &max), most > 0);
        assert_int_equal(disq_counter_count(&counter, &key, sizeof(key), now),
                         model_count(model, key, now, ttl));
        if (most > 0) {
            assert_int_equal(max.count, most);
            assert_memory_equal(max.name, &best, sizeof(best));
        }
    }
    disq_counter_fini(&counter);
    free(model);
}

static void it_agrees_with_the_model(void **state)
{
    (void)state;

    compare(1, 1, 1, 200, 3);
    compare(2, 10, 3, 3000, 3);
    compare(3, 50, 20, 3000, 2);
    compare(4, 7, 200, 3000, 2);
    compare(5, 300, 200, 3000, 2);
    compare(6, 100, 5, 3000, 40);
    compare(7, 20, 70, 3000, 200);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(nothing_has_no_maximum),
        TEST(an_event_counts_while_it_is_younger_than_the_window),
        TEST(adding_expires_too),
        TEST(counting_makes_no_key),
        TEST(of_equals_the_first_created_is_maximum_and_minimum),
        TEST(a_key_that_comes_back_is_new),
        TEST(a_key_that_never_left_keeps_its_place),
        TEST(a_clock_that_goes_back_stands_still),
        TEST(times_may_be_anything),
        TEST(a_pause_of_a_whole_cycle_of_the_low_bits_expires),
        TEST(keys_are_any_bytes),
        TEST(ranked_is_by_count_then_creation),
        TEST(keys_are_in_the_order_of_their_creation),
        cmocka_unit_test(a_window_is_positive_and_finite),
        TEST(events_of_one_tick_take_no_further_memory),
        TEST(memory_follows_the_window_and_not_the_events),
        TEST(a_thousand_keys_take_128_bytes_each),
        cmocka_unit_test(it_agrees_with_the_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
