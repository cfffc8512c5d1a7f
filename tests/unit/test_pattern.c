/* SPDX-License-Identifier: MIT */
#include "scenarios/runner/match.h"
#include "scenarios/runner/wire.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* An expected value and what it is compared with. $job is D-7, $A.id is 0123. */
struct fixture {
    struct arena arena;
    struct vars names; /* that the parser knows */
    struct vars vars;  /* and their values */
    struct cursor cursor;
    struct pattern pattern;
};

static void bind(struct fixture *f, const char *name, const char *value)
{
    vars_bind(&f->names, slice_of(name), slice_of(""));
    vars_bind(&f->vars, slice_of(name), slice_of(value));
}

static int setup(void **state)
{
    struct fixture *f = must_calloc(1, sizeof(*f));

    bind(f, "job", "D-7");
    bind(f, "dots", "a.b");
    bind(f, "A.id", "0123");
    f->cursor.arena = &f->arena;
    f->cursor.names = &f->names;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    arena_fini(&f->arena);
    vars_fini(&f->names);
    vars_fini(&f->vars);
    free(f);
    return 0;
}

static bool parses(struct fixture *f, const char *text)
{
    f->cursor.at = text;
    f->cursor.end = text + strlen(text);
    f->cursor.wrong_at = NULL;
    return pattern_take(&f->pattern, &f->cursor);
}

static bool matches(struct fixture *f, const char *expected, const char *reply)
{
    struct value value;
    size_t size;

    assert_int_equal(wire_measure(slice_of(reply), &size), WIRE_REPLY);
    assert_int_equal(size, strlen(reply));
    value = wire_parse(&f->arena, slice_of(reply));
    if (!parses(f, expected))
        fail_msg("%s: %s", expected, f->cursor.wrong);
    return match(&f->pattern, &value, &f->vars);
}

static void assert_wrong(struct fixture *f, const char *text, int column, const char *what)
{
    assert_false(parses(f, text));
    assert_string_equal(f->cursor.wrong, what);
    assert_int_equal(f->cursor.wrong_at - text + 1, column);
}

static void kinds_are_told_apart(void **state)
{
    assert_true(matches(*state, "\"OK\"", "$2\r\nOK\r\n"));
    assert_false(matches(*state, "\"OK\"", "+OK\r\n"));
    assert_true(matches(*state, "+OK", "+OK\r\n"));
    assert_false(matches(*state, "+OK", "$2\r\nOK\r\n"));
    assert_true(matches(*state, "nil", "$-1\r\n"));
    assert_false(matches(*state, "nil", "*-1\r\n"));
    assert_true(matches(*state, "nil[]", "*-1\r\n"));
    assert_false(matches(*state, "nil[]", "*0\r\n"));
    assert_true(matches(*state, "[]", "*0\r\n"));
    assert_true(matches(*state, "_", "-ERR\r\n"));
    assert_true(matches(*state, "+", "+\r\n"));
}

static void an_integer_may_be_a_range(void **state)
{
    assert_true(matches(*state, "42", ":42\r\n"));
    assert_false(matches(*state, "42", "$2\r\n42\r\n"));
    assert_true(matches(*state, "-5..-3", ":-3\r\n"));
    assert_true(matches(*state, "-1..1", ":0\r\n"));
    assert_false(matches(*state, "3..5", ":6\r\n"));
    assert_true(matches(*state, "-9223372036854775808", ":-9223372036854775808\r\n"));
}

static void an_error_is_its_code_or_its_line(void **state)
{
    assert_true(matches(*state, "-ERR", "-ERR whatever\r\n"));
    assert_true(matches(*state, "-ERR", "-ERR\r\n"));
    assert_false(matches(*state, "-ERR", "-ERROR whatever\r\n"));
    assert_false(matches(*state, "-ERR", "+ERR\r\n"));
    assert_true(matches(*state, "-ERR no, [really]", "-ERR no, [really]\r\n"));
    assert_false(matches(*state, "-ERR no", "-ERR nope\r\n"));
}

static void an_array_is_compared_in_order(void **state)
{
    assert_true(matches(*state, "[1, \"b\"]", "*2\r\n:1\r\n$1\r\nb\r\n"));
    assert_false(matches(*state, "[\"b\", 1]", "*2\r\n:1\r\n$1\r\nb\r\n"));
    assert_false(matches(*state, "[1]", "*2\r\n:1\r\n:2\r\n"));
    assert_true(matches(*state, "[1, ...]", "*2\r\n:1\r\n:2\r\n"));
    assert_true(matches(*state, "[...]", "*0\r\n"));
    assert_false(matches(*state, "[1, 2, ...]", "*1\r\n:1\r\n"));
    assert_true(matches(*state, "[nil[], +one, -ERR two, nil]", "*4\r\n*-1\r\n+one\r\n-ERR two\r\n$-1\r\n"));
    assert_true(matches(*state, "[[1,\n 2],\n [3]]", "*2\r\n*2\r\n:1\r\n:2\r\n*1\r\n:3\r\n"));
}

static void braces_take_any_order(void **state)
{
    assert_true(matches(*state, "{3, 1, 2}", "*3\r\n:1\r\n:2\r\n:3\r\n"));
    assert_false(matches(*state, "{1, 1, 2}", "*3\r\n:1\r\n:2\r\n:3\r\n"));
    assert_true(matches(*state, "{2, ...}", "*3\r\n:1\r\n:2\r\n:3\r\n"));
    assert_true(matches(*state, "{}", "*0\r\n"));
    assert_false(matches(*state, "{}", "*1\r\n:1\r\n"));
    assert_true(matches(*state, "{_, 1}", "*2\r\n:1\r\n:2\r\n"));
}

/* A set of so many texts and a reply of the same in the opposite order; `also` is one item more, `got` one
 * element. */
__attribute__((format(printf, 3, 0))) static bool matches_many(struct fixture *f, int count, const char *item,
                                                               const char *also, const char *got)
{
    struct text expected = {0}, reply = {0};
    bool is_match;

    text_add(&expected, slice_of("{"));
    text_printf(&reply, "*%d\r\n", count + 1);
    for (int i = 0; i < count; i++) {
        text_printf(&expected, item, i);
        text_printf(&reply, "$5\r\nq%04d\r\n", count - 1 - i);
    }
    text_printf(&expected, "%s}", also);
    text_add(&reply, slice_of(got));
    is_match = matches(f, expected.data, reply.data);
    text_fini(&expected);
    text_fini(&reply);
    return is_match;
}

static void braces_may_hold_many(void **state)
{
    assert_true(matches_many(*state, 1500, "\"q%04d\", ", "nil", "$-1\r\n"));
    assert_false(matches_many(*state, 1500, "\"q%04d\", ", "nil", ":1\r\n"));
    assert_true(matches_many(*state, 300, "/q%04d/, ", "nil", "$-1\r\n"));
    assert_true(matches_many(*state, 500, "_, ", "nil", "$-1\r\n"));
    assert_false(matches_many(*state, 500, "_, ", "nil", ":1\r\n"));
    assert_false(matches_many(*state, 500, "_, ", "[$x, \"a\"]", "*2\r\n+x\r\n+b\r\n"));
    assert_true(matches_many(*state, 500, "$x%d, ", "nil", "$-1\r\n"));
}

/* Which element an item takes is seen by the name that is bound to what is left. */
static void braces_take_the_first_that_leaves_one_for_the_others(void **state)
{
    static const char reply[] = "*3\r\n+x\r\n+y\r\n+x\r\n";
    struct fixture *f = *state;
    struct slice value;

    assert_true(matches(f, "{_, $a, _}", reply));
    assert_true(vars_get(&f->vars, slice_of("a"), &value) && slice_is(value, "y"));
    assert_true(matches(f, "{+x, $b, $c}", reply));
    assert_true(vars_get(&f->vars, slice_of("b"), &value) && slice_is(value, "y"));
    assert_true(matches(f, "{$d, +x, $e}", reply));
    assert_true(vars_get(&f->vars, slice_of("d"), &value) && slice_is(value, "x"));
    assert_true(matches(f, "{$g, +x, +x}", reply));
    assert_true(vars_get(&f->vars, slice_of("g"), &value) && slice_is(value, "y"));
    assert_true(matches(f, "{_, $h, /^${h}$/}", reply));
    assert_true(vars_get(&f->vars, slice_of("h"), &value) && slice_is(value, "x"));
    assert_true(matches(f, "{[$k, 1], {$k: 2, ...}}",
                        "*2\r\n*4\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n:2\r\n*2\r\n+b\r\n:1\r\n"));
}

static void a_map_is_compared_by_its_keys(void **state)
{
    const char *reply = "*4\r\n$1\r\na\r\n:1\r\n$3\r\nD-7\r\n:2\r\n";

    assert_true(matches(*state, "{\"a\": 1, $job: 2}", reply));
    assert_true(matches(*state, "{$job: 2, \"a\": 1}", reply));
    assert_true(matches(*state, "{\"${job}\": 2, ...}", reply));
    assert_false(matches(*state, "{\"a\": 1}", reply));
    assert_false(matches(*state, "{\"a\": 2, $job: 2}", reply));
    assert_false(matches(*state, "{\"b\": 1, ...}", reply));
    assert_false(matches(*state, "{\"a\": 1, ...}", "*3\r\n$1\r\na\r\n:1\r\n:2\r\n"));
    assert_false(matches(*state, "{\"a\": 1, ...}", "*4\r\n$1\r\na\r\n:1\r\n$1\r\na\r\n:1\r\n"));
    assert_false(matches(*state, "{\"a\": 1}", ":1\r\n"));
}

static void a_name_is_bound_once_and_compared_afterwards(void **state)
{
    struct fixture *f = *state;
    struct slice value;

    assert_true(matches(f, "[$x, $x]", "*2\r\n:5\r\n$1\r\n5\r\n"));
    assert_true(vars_get(&f->vars, slice_of("x"), &value) && slice_is(value, "5"));
    assert_true(matches(f, "$x", "+5\r\n"));
    assert_false(matches(f, "$x", ":6\r\n"));
    assert_false(matches(f, "$y", "$-1\r\n"));
    assert_true(matches(f, "+$status", "+OK\r\n"));
    assert_false(matches(f, "+$status", "$2\r\nOK\r\n"));
    assert_true(matches(f, "$A.id", "$4\r\n0123\r\n"));
    assert_true(matches(f, "+$5 $job", "+$5 $job\r\n"));
}

static void what_does_not_match_binds_nothing(void **state)
{
    struct fixture *f = *state;

    assert_false(matches(f, "[$x, 2]", "*2\r\n:1\r\n:1\r\n"));
    assert_false(vars_get(&f->vars, slice_of("x"), NULL));
    assert_true(matches(f, "{[$x, 2], [$z, 1]}", "*2\r\n*2\r\n$1\r\na\r\n:1\r\n*2\r\n$1\r\nb\r\n:2\r\n"));
    assert_true(matches(f, "$x", "+b\r\n"));
}

static void a_text_may_hold_names(void **state)
{
    assert_true(matches(*state, "\"<${job}> \\x41\\$\"", "$8\r\n<D-7> A$\r\n"));
    assert_false(matches(*state, "\"<${job}>\"", "$4\r\n<D->\r\n"));
}

static void a_regex_is_searched_in_texts(void **state)
{
    assert_true(matches(*state, "/^D-[0-9]$/", "$3\r\nD-7\r\n"));
    assert_true(matches(*state, "/ONG/", "+PONG\r\n"));
    assert_false(matches(*state, "/ONG/", "-PONG\r\n"));
    assert_true(matches(*state, "/^${job}\\.$/", "$4\r\nD-7.\r\n"));
    assert_false(matches(*state, "/^${dots}$/", "$3\r\naxb\r\n"));
    assert_true(matches(*state, "[/a\\/b/, /[^] ]/, /[[:alpha:]\\/]/]", "*3\r\n+a/b\r\n+x\r\n+y\r\n"));
    assert_true(matches(*state, "/\\$\\<\\1\"/", "+$<1\"\r\n"));
    assert_true(matches(*state, "//", "+\r\n"));
}

static void a_clients_error_matches_its_name(void **state)
{
    struct fixture *f = *state;
    struct value value = value_failure(&f->arena, slice_of("maybe-sent"));

    assert_true(parses(f, "!maybe-sent"));
    assert_true(match(&f->pattern, &value, &f->vars));
    assert_true(parses(f, "!timeout"));
    assert_false(match(&f->pattern, &value, &f->vars));
}

static void an_endless_search_is_given_up(void **state)
{
    struct fixture *f = *state;
    struct text expected = {0}, reply = {0};

    text_add(&expected, slice_of("{"));
    text_add(&reply, slice_of("*24\r\n"));
    for (int i = 0; i < 24; i++) {
        text_printf(&expected, "%s$x%d", i > 0 ? ", " : "", i);
        text_add(&reply, slice_of(i < 23 ? "+same\r\n" : "$-1\r\n"));
    }
    text_add(&expected, slice_of("}"));

    assert_false(matches(f, expected.data, reply.data));
    text_fini(&expected);
    text_fini(&reply);
}

static void what_is_wrong_is_told_with_its_column(void **state)
{
    assert_wrong(*state, "", 1, "expected a value");
    assert_wrong(*state, "hello", 1, "not a value: hello");
    assert_wrong(*state, "nilly", 1, "not a value: nilly");
    assert_wrong(*state, "nope", 1, "not a value: nope");
    assert_wrong(*state, "\xc3\xa9", 1, "not a value: \xc3\xa9");
    assert_wrong(*state, "__", 1, "not a value: __");
    assert_wrong(*state, "12x", 1, "not a value: 12x");
    assert_wrong(*state, "1..", 1, "not a value: 1..");
    assert_wrong(*state, "-", 1, "not a value: -");
    assert_wrong(*state, "-x", 1, "not a value: -x");
    assert_wrong(*state, "99999999999999999999", 1, "not a value: 99999999999999999999");
    assert_wrong(*state, "5..3", 1, "the range is empty: its first end is above its second");
    assert_wrong(*state, "$", 1, "not a value: $");
    assert_wrong(*state, "$B.id", 1, "nothing has bound $B.id");
    assert_wrong(*state, "!", 1, "not a value: !");
    assert_wrong(*state, "[!timeout]", 2, "!timeout cannot be part of a value");
    assert_wrong(*state, "1 2", 3, "text after the value");
    assert_wrong(*state, "\"abc", 1, "the quotes are not closed");
    assert_wrong(*state, "[\"a\n\"]", 2, "the quotes are not closed");
    assert_wrong(*state, "/a", 1, "the regex is not closed");
    assert_wrong(*state, "/a\\", 3, "the regex is not closed");
    assert_wrong(*state, "/a\\d/", 3, "a backslash before a letter means nothing in a regex: \\d");
    assert_wrong(*state, "/[\\d]/", 3, "a backslash before a letter means nothing in a regex: \\d");
    assert_wrong(*state, "/${nobody}/", 2, "nothing has bound $nobody");
    assert_wrong(*state, "/a(/", 1, "bad regex: unmatched (");
    assert_wrong(*state, "[1, 2", 1, "[ is not closed");
    assert_wrong(*state, "[1 2]", 4, "expected , or ]");
    assert_wrong(*state, "[1, ..., 2]", 8, "expected ]");
    assert_wrong(*state, "[1, ]", 5, "not a value: ]");
    assert_wrong(*state, "{\"a\": 1, \"b\"}", 13, "expected : and the value of this key");
    assert_wrong(*state, "{1, \"a\": 1}", 8, "expected , or }");
    assert_wrong(*state, "{1: 1}", 2, "a key is \"text\" or $name");
    assert_wrong(*state, "{$new: 1}", 2, "nothing has bound $new");
}

static void brackets_have_a_limit(void **state)
{
    char deep[201] = {0};

    memset(deep, '[', sizeof(deep) - 1);
    assert_wrong(*state, deep, 65, "too many brackets within each other");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(kinds_are_told_apart),
        TEST(an_integer_may_be_a_range),
        TEST(an_error_is_its_code_or_its_line),
        TEST(an_array_is_compared_in_order),
        TEST(braces_take_any_order),
        TEST(braces_may_hold_many),
        TEST(braces_take_the_first_that_leaves_one_for_the_others),
        TEST(a_map_is_compared_by_its_keys),
        TEST(a_name_is_bound_once_and_compared_afterwards),
        TEST(what_does_not_match_binds_nothing),
        TEST(a_text_may_hold_names),
        TEST(a_regex_is_searched_in_texts),
        TEST(a_clients_error_matches_its_name),
        TEST(an_endless_search_is_given_up),
        TEST(what_is_wrong_is_told_with_its_column),
        TEST(brackets_have_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
