/* SPDX-License-Identifier: MIT */
#include "scenarios/runner/ere.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool found(const char *expression, const char *subject)
{
    return ere_search(slice_of(expression), slice_of(subject));
}

static void a_match_may_be_anywhere(void **state)
{
    (void)state;
    assert_true(found("b+c", "aabbcc"));
    assert_true(found("", ""));
    assert_true(found("", "a"));
    assert_false(found("b{3}", "abb"));
    assert_true(found("^(a|b)+$", "abab"));
    assert_false(found("^b", "ab"));
}

static void lines_mean_nothing(void **state)
{
    (void)state;
    assert_true(found("a.b", "a\nb"));
    assert_true(found("a[^x]b", "a\nb"));
    assert_false(found("^b", "a\nb"));
    assert_false(found("a$", "a\nb"));
}

static void bytes_are_characters_and_nul_is_one(void **state)
{
    struct slice subject = {"a\0b", 3};

    (void)state;
    assert_true(ere_search(slice_of("^a.b$"), subject));
    assert_true(ere_search((struct slice){"a\0b", 3}, subject));
    assert_false(ere_search((struct slice){"a\0c", 3}, subject));
    assert_true(found("^.$", "\xff"));
    assert_false(found("^.$", "\xc3\xa9"));
}

static void classes_and_brackets_are_known(void **state)
{
    (void)state;
    assert_true(found("^[[:digit:]]+ [^] ]$", "123 x"));
    assert_false(found("^[^] ]$", "]"));
    assert_true(found("^[\\n]$", "\\"));
}

static void a_literal_stands_for_itself(void **state)
{
    struct text expression = {0};
    struct slice literal = {"\\.[](){}*+?|^$<>`'w\0", 20};

    (void)state;
    ere_add_literal(&expression, literal);

    assert_true(ere_search(text_slice(&expression), literal));
    assert_false(ere_search(text_slice(&expression), slice_of("x")));
    text_fini(&expression);
}

static void repetitions_are_counted(void **state)
{
    (void)state;
    assert_true(found("^a{2,3}$", "aaa"));
    assert_false(found("^a{2,3}$", "aaaa"));
    assert_true(found("^(ab){2,}$", "ababab"));
    assert_false(found("^(ab){2,}$", "ab"));
    assert_true(found("^a{0}b$", "b"));
    assert_true(found("^(a?b|c){0,2}d*e+$", "abceee"));
    assert_false(found("^(a?b|c){0,2}d*e+$", "abcb"));
    assert_true(found("^(a|b|)*$", "abba"));
    assert_true(found("^(()*)+$", ""));
}

static void time_and_memory_have_bounds(void **state)
{
    struct text subject = {0};

    (void)state;
    for (int i = 0; i < 5000; i++)
        text_add_char(&subject, 'a');

    assert_true(found("a+++++++++++++++++++++++++++++++++++", "a"));
    assert_false(ere_search(slice_of("(a*)*b"), text_slice(&subject)));
    assert_string_equal(ere_check(slice_of("((((.{255}){255}){255}){255})")), "too many repetitions");
    text_fini(&subject);
}

static void what_is_no_expression_is_told(void **state)
{
    static const struct {
        const char *expression, *error;
    } rows[] = {
        {"a(b", "unmatched ("},
        {"a)b", "unmatched )"},
        {"[a", "unmatched ["},
        {"[", "unmatched ["},
        {"[z-a]", "a range in [ ] ends before it begins"},
        {"[[:word:]]", "unknown class in [ ]"},
        {"[[.a.]]", "unknown class in [ ]"},
        {"*", "nothing to repeat"},
        {"a|+", "nothing to repeat"},
        {"^*", "nothing to repeat"},
        {"{1}", "nothing to repeat"},
        {"a{", "not a {n,m} of numbers up to 255"},
        {"a{,2}", "not a {n,m} of numbers up to 255"},
        {"a{256}", "not a {n,m} of numbers up to 255"},
        {"a{1,256}", "not a {n,m} of numbers up to 255"},
        {"a{3,2}", "a {n,m} ends before it begins"},
        {"a\\", "a backslash at the end"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_string_equal(ere_check(slice_of(rows[i].expression)), rows[i].error);
    assert_null(ere_check(slice_of("a(b|c)*")));
    assert_false(found("[a", "a"));
}

static void parentheses_have_a_limit(void **state)
{
    struct text deep = {0};

    (void)state;
    for (int i = 0; i < 101; i++)
        text_add_char(&deep, '(');

    assert_string_equal(ere_check(text_slice(&deep)), "too many parentheses within each other");
    text_fini(&deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_match_may_be_anywhere),
        cmocka_unit_test(lines_mean_nothing),
        cmocka_unit_test(bytes_are_characters_and_nul_is_one),
        cmocka_unit_test(classes_and_brackets_are_known),
        cmocka_unit_test(a_literal_stands_for_itself),
        cmocka_unit_test(repetitions_are_counted),
        cmocka_unit_test(time_and_memory_have_bounds),
        cmocka_unit_test(what_is_no_expression_is_told),
        cmocka_unit_test(parentheses_have_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
