/* SPDX-License-Identifier: MIT */
#include "mockd/sim/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void integers_are_read_as_by_strtoll(void **state)
{
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {
        {"0", 0},
        {"42", 42},
        {"-7", -7},
        {"+1", 1},
        {"007", 7},
        {"", 0},
        {"00000000000000000000000000000000000000012", 12},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
    };

    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t value = 99;

        assert_true(bytes_to_integer(bytes_of(rows[i].text), &value));
        assert_true(value == rows[i].value);
    }
}

static void what_is_no_integer_is_refused(void **state)
{
    static const char *const texts[] = {" 1",  "1 ", "1.5", "0x10", "one", "-", "9223372036854775808",
                                        "\t1", "1\n"};
    int64_t value;

    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_false(bytes_to_integer(bytes_of(texts[i]), &value));
    assert_false(bytes_to_integer((struct bytes){"1 \0", 3}, &value));
}

static void a_nul_ends_words_and_integers(void **state)
{
    int64_t value;

    (void)state;

    assert_true(bytes_to_integer((struct bytes){"12\0003", 4}, &value));
    assert_true(value == 12);
    assert_true(bytes_is_word((struct bytes){"From\0any", 8}, "from"));
    assert_false(bytes_is_word((struct bytes){"fro\0m", 5}, "from"));
}

static void words_ignore_case_and_know_their_end(void **state)
{
    (void)state;

    assert_true(bytes_is_word(bytes_of("FroM"), "from"));
    assert_false(bytes_is_word(bytes_of("fro"), "from"));
    assert_false(bytes_is_word(bytes_of("fromage"), "from"));
    assert_false(bytes_is_word(bytes_of(""), "from"));
}

static void a_buffer_grows_and_is_consumed_from_the_front(void **state)
{
    struct buffer buffer = {0};

    (void)state;
    for (int i = 0; i < 100; i++)
        buffer_printf(&buffer, "%d,", i);
    buffer_consume(&buffer, 4);
    buffer_add_text(&buffer, "end");

    assert_memory_equal(buffer.data, "2,3,4,", 6);
    assert_memory_equal(buffer.data + buffer.size - 6, "99,end", 6);
    buffer_fini(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_read_as_by_strtoll),
        cmocka_unit_test(what_is_no_integer_is_refused),
        cmocka_unit_test(a_nul_ends_words_and_integers),
        cmocka_unit_test(words_ignore_case_and_know_their_end),
        cmocka_unit_test(a_buffer_grows_and_is_consumed_from_the_front),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
