/* SPDX-License-Identifier: MIT */
#include "scenarios/runner/wire.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char everything[] =
    "*6\r\n+OK\r\n-ERR no\r\n:-12\r\n$5\r\na\r\nbc\r\n*2\r\n$-1\r\n*-1\r\n$0\r\n\r\n";

/* In memory of exactly that size, so that a sanitizer sees a read beyond it. */
static enum wire_result measure(const char *bytes, size_t size, size_t *used)
{
    char *copy = malloc(size > 0 ? size : 1);
    enum wire_result result;

    memcpy(copy, bytes, size);
    result = wire_measure((struct slice){copy, size}, used);
    free(copy);
    return result;
}

static void a_reply_is_there_with_its_last_byte(void **state)
{
    size_t size = sizeof(everything) - 1, used;

    (void)state;
    for (size_t i = 0; i < size; i++)
        assert_int_equal(measure(everything, i, &used), WIRE_PARTIAL);
    assert_int_equal(measure(everything, size, &used), WIRE_REPLY);
    assert_int_equal(used, size);
}

static void a_reply_ends_where_the_next_begins(void **state)
{
    size_t used;

    (void)state;
    assert_int_equal(measure("+OK\r\n:1\r\n", 9, &used), WIRE_REPLY);
    assert_int_equal(used, 5);
}

static void a_reply_becomes_a_value(void **state)
{
    struct arena arena = {0};
    struct value value = wire_parse(&arena, slice_of(everything));
    struct text text = {0};

    (void)state;
    value_print(&value, &text);

    assert_string_equal(text.data, "[+OK, -ERR no, -12, \"a\\r\\nbc\", [nil, nil[]], \"\"]");
    text_fini(&text);
    arena_fini(&arena);
}

static void garbage_is_known_as_soon_as_it_comes(void **state)
{
    size_t used;

    (void)state;
    assert_int_equal(measure("x", 1, &used), WIRE_GARBAGE);
    assert_int_equal(measure("\0", 1, &used), WIRE_GARBAGE);
    assert_int_equal(measure(":x\r\n", 4, &used), WIRE_GARBAGE);
    assert_int_equal(measure("$\r\n", 3, &used), WIRE_GARBAGE);
    assert_int_equal(measure("*2\r\n+OK\r\nx", 10, &used), WIRE_GARBAGE);
    assert_int_equal(measure("*99999999999999999999999999\r\n", 29, &used), WIRE_GARBAGE);
}

static void a_huge_count_costs_nothing_until_it_comes(void **state)
{
    size_t used;

    (void)state;
    assert_int_equal(measure("*1000000000\r\n", 13, &used), WIRE_PARTIAL);
    assert_int_equal(measure("$9000000000000000000\r\nabc", 25, &used), WIRE_PARTIAL);
}

static void arrays_within_arrays_have_a_limit(void **state)
{
    struct text deep = {0};
    size_t used;

    (void)state;
    for (int i = 0; i < 40; i++)
        text_add(&deep, slice_of("*1\r\n"));

    assert_int_equal(wire_measure(text_slice(&deep), &used), WIRE_GARBAGE);
    text_fini(&deep);
}

static void a_request_is_an_array_of_bulks(void **state)
{
    struct text text = {0};

    (void)state;
    wire_add_request(&text, 2);
    wire_add_argument(&text, slice_of("QLEN"));
    wire_add_argument(&text, slice_of(""));

    assert_string_equal(text.data, "*2\r\n$4\r\nQLEN\r\n$0\r\n\r\n");
    text_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_is_there_with_its_last_byte),
        cmocka_unit_test(a_reply_ends_where_the_next_begins),
        cmocka_unit_test(a_reply_becomes_a_value),
        cmocka_unit_test(garbage_is_known_as_soon_as_it_comes),
        cmocka_unit_test(a_huge_count_costs_nothing_until_it_comes),
        cmocka_unit_test(arrays_within_arrays_have_a_limit),
        cmocka_unit_test(a_request_is_an_array_of_bulks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
