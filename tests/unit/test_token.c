/* SPDX-License-Identifier: MIT */
#include "mockd/load/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_reply_is_measured(void **state)
{
    static const char *const replies[] = {
        "+OK\r\n", "-ERR no\r\n", ":-1\r\n",
        "$-1\r\n", "$0\r\n\r\n",  "$4\r\na\r\nb\r\n",
        "*-1\r\n", "*0\r\n",      "*2\r\n:1\r\n*1\r\n$1\r\nx\r\n",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
        size_t size = strlen(replies[i]);
        struct buffer two = {0};

        buffer_printf(&two, "%s%s", replies[i], replies[i]);
        assert_int_equal(reply_size((struct bytes){two.data, two.size}), size);
        for (size_t part = 0; part < size; part++)
            assert_int_equal(reply_size((struct bytes){replies[i], part}), 0);
        buffer_fini(&two);
    }
}

static void an_array_may_announce_more_than_ever_comes(void **state)
{
    (void)state;
    assert_int_equal(reply_size(bytes_of("*2\r\n*9223372036854775807\r\n:1\r\n")), 0);
}

static void what_is_no_reply_is_told(void **state)
{
    static const char *const others[] = {"x", "\r\n", "$x\r\n", "*1\r\n!", "*1x\r\n", ":\x01\r\n"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_int_equal(reply_size(bytes_of(others[i])), -1);
}

static void tokens_are_taken_one_by_one(void **state)
{
    struct bytes rest = bytes_of("*2\r\n$2\r\nab\r\n:7\r\n");
    struct token token;

    (void)state;
    assert_int_equal(token_take(&rest, &token), 1);
    assert_int_equal(token.type, '*');
    assert_int_equal(token.number, 2);
    assert_int_equal(token_take(&rest, &token), 1);
    assert_true(bytes_equal(token.text, bytes_of("ab")));
    assert_int_equal(token_take(&rest, &token), 1);
    assert_int_equal(token.number, 7);
    assert_int_equal(token_take(&rest, &token), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_is_measured),
        cmocka_unit_test(an_array_may_announce_more_than_ever_comes),
        cmocka_unit_test(what_is_no_reply_is_told),
        cmocka_unit_test(tokens_are_taken_one_by_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
