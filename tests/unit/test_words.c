/* SPDX-License-Identifier: MIT */
#include "scenarios/runner/words.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A line being split, with $job bound to D-7. */
struct fixture {
    struct arena arena;
    struct vars names;
    struct cursor cursor;
    struct words words;
    struct text word;
};

static int setup(void **state)
{
    struct fixture *f = must_calloc(1, sizeof(*f));

    vars_bind(&f->names, slice_of("job"), slice_of("D-7"));
    vars_bind(&f->names, slice_of("A.id"), slice_of("0123"));
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
    text_fini(&f->word);
    free(f);
    return 0;
}

static bool split(struct fixture *f, const char *line)
{
    f->words = (struct words){0};
    f->cursor.at = line;
    f->cursor.end = line + strlen(line);
    f->cursor.wrong_at = NULL;
    return words_take(&f->words, &f->cursor);
}

static struct slice word(struct fixture *f, size_t i)
{
    assert_true(i < f->words.count);
    f->word.size = 0;
    text_add(&f->word, slice_of(""));
    template_expand(&f->words.list[i].text, &f->names, &f->word);
    return text_slice(&f->word);
}

static void assert_words(struct fixture *f, const char *line, size_t count, const char *const *words)
{
    assert_true(split(f, line));
    assert_int_equal(f->words.count, count);
    for (size_t i = 0; i < count; i++)
        if (!slice_is(word(f, i), words[i]))
            fail_msg("%s: word %zu is %s, not %s", line, i, word(f, i).data, words[i]);
}

static void assert_wrong(struct fixture *f, const char *line, int column, const char *what)
{
    assert_false(split(f, line));
    assert_string_equal(f->cursor.wrong, what);
    assert_int_equal(f->cursor.wrong_at - line + 1, column);
}

#define WORDS(...)                                                                                           \
    (sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)), (const char *[])                               \
    {                                                                                                        \
        __VA_ARGS__                                                                                          \
    }

static void blanks_separate_words(void **state)
{
    assert_words(*state, "a  bc\td ", WORDS("a", "bc", "d"));
    assert_true(split(*state, "  \t "));
    assert_int_equal(((struct fixture *)*state)->words.count, 0);
}

static void double_quotes_take_all_escapes(void **state)
{
    struct fixture *f = *state;

    assert_words(f, "\"two words\" \"\"", WORDS("two words", ""));
    assert_words(f, "\"\\n\\r\\t\\a\\b\\\\\\\"\\q\\$\"", WORDS("\n\r\t\a\b\\\"q$"));
    assert_words(f, "\"\\x41\\xfF\\xg1\\x1\"", WORDS("A\xffxg1x1"));
    assert_true(split(f, "\"a\\x00b\""));
    assert_int_equal(word(f, 0).size, 3);
}

static void single_quotes_take_only_their_own(void **state)
{
    assert_words(*state, "'it\\'s' 'a\\nb' '\"'", WORDS("it's", "a\\nb", "\""));
}

static void quotes_may_begin_within_a_word(void **state)
{
    assert_words(*state, "a\"b c\" d'e f'", WORDS("ab c", "de f"));
}

static void names_are_replaced_by_their_values(void **state)
{
    assert_words(*state, "$job \"<${job}>\" '${job}' x${job}y $A.id ${A.id}",
                 WORDS("D-7", "<D-7>", "D-7", "xD-7y", "0123", "0123"));
}

static void what_is_no_name_is_text(void **state)
{
    assert_words(*state, "$ $1 $job-x ${} ${1} ${job \"$job\"",
                 WORDS("$", "$1", "$job-x", "${}", "${1}", "${job", "$job"));
    assert_words(*state, "\\$job \\${job} \"\\${job}\"", WORDS("$job", "${job}", "${job}"));
}

static void what_is_wrong_is_told_with_its_column(void **state)
{
    assert_wrong(*state, "PING \"abc", 6, "the quotes are not closed");
    assert_wrong(*state, "PING 'abc\\'", 6, "the quotes are not closed");
    assert_wrong(*state, "PING \"a\"b", 9, "a blank must follow the closing quote");
    assert_wrong(*state, "PING $nobody", 6, "nothing has bound $nobody");
    assert_wrong(*state, "PING \"a ${nobody}\"", 9, "nothing has bound $nobody");
}

static void a_bare_key_and_value_is_an_option(void **state)
{
    struct fixture *f = *state;
    const char *line = "getjob mail count=10 \"a=b\" body=\"x y\" A=b =c retry=$job";

    f->cursor.at = line;
    f->cursor.end = line + strlen(line);
    assert_true(words_take_options(&f->words, &f->cursor));

    assert_int_equal(f->words.count, 8);
    assert_true(slice_is(f->words.list[2].key, "count"));
    assert_true(slice_is(word(f, 2), "10"));
    assert_int_equal(f->words.list[3].key.size, 0);
    assert_true(f->words.list[3].is_quoted);
    assert_true(slice_is(f->words.list[4].key, "body"));
    assert_true(slice_is(word(f, 4), "x y"));
    assert_int_equal(f->words.list[5].key.size, 0);
    assert_int_equal(f->words.list[6].key.size, 0);
    assert_true(slice_is(f->words.list[7].key, "retry"));
    assert_true(slice_is(word(f, 7), "D-7"));
}

static bool takes(struct fixture *f, const char *text, int64_t *duration_us)
{
    f->cursor.wrong_at = NULL;
    return cursor_duration(&f->cursor, slice_of(text), duration_us);
}

static void a_duration_is_a_number_with_its_unit(void **state)
{
    struct fixture *f = *state;
    int64_t duration_us;

    assert_true(takes(f, "50ms", &duration_us) && duration_us == 50000);
    assert_true(takes(f, "0s", &duration_us) && duration_us == 0);
    assert_true(takes(f, "2m", &duration_us) && duration_us == 120000000);
    assert_true(takes(f, "3h", &duration_us) && duration_us == INT64_C(10800000000));
    assert_true(takes(f, "1d", &duration_us) && duration_us == INT64_C(86400000000));
    assert_false(takes(f, "5", &duration_us));
    assert_false(takes(f, "s", &duration_us));
    assert_false(takes(f, "-5s", &duration_us));
    assert_false(takes(f, "1.5s", &duration_us));
    assert_false(takes(f, "5 s", &duration_us));
    assert_false(takes(f, "36501d", &duration_us));
    assert_false(takes(f, "99999999999999999999s", &duration_us));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(blanks_separate_words, setup, teardown),
        cmocka_unit_test_setup_teardown(double_quotes_take_all_escapes, setup, teardown),
        cmocka_unit_test_setup_teardown(single_quotes_take_only_their_own, setup, teardown),
        cmocka_unit_test_setup_teardown(quotes_may_begin_within_a_word, setup, teardown),
        cmocka_unit_test_setup_teardown(names_are_replaced_by_their_values, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_name_is_text, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_told_with_its_column, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bare_key_and_value_is_an_option, setup, teardown),
        cmocka_unit_test_setup_teardown(a_duration_is_a_number_with_its_unit, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
