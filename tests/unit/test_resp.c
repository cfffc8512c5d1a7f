/* SPDX-License-Identifier: MIT */
#include "mockd/front/resp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BYTES(literal)                                                                                       \
    {                                                                                                        \
        literal, sizeof(literal) - 1                                                                         \
    }

static const struct row {
    struct bytes input;
    const char
        *requests; /* an argument is in parentheses, a request ends with ; and an error starts with ! */
} rows[] = {
    /* lines */
    {BYTES("PING\r\n"), "(PING);"},
    {BYTES("  PING \t one  \r\n"), "(PING)(one);"},
    {BYTES("PING\r\r\n"), "(PING);"},
    {BYTES("\r\n   \r\n\t\r\nPING\r\n"), "(PING);"},
    {BYTES("PING"), ""},
    {BYTES("PING\r"), ""},
    {BYTES("PING\v\fone \v\ftwo\r\n"), "(PING\v\fone)(two);"},
    {BYTES("a\"b c\" d\r\n"), "(ab c)(d);"},
    {BYTES("a'b c'\td\r\n"), "(ab c)(d);"},
    {BYTES("\"one\" 'two'\r\n"), "(one)(two);"},
    {BYTES("\"\\n\\r\\t\\b\\a\\\\\\\"\\q\"\r\n"), "(\n\r\t\b\a\\\"q);"},
    {BYTES("\"\\x41\\x7a\\xFf\\xfF\"\r\n"), "(Az\xff\xff);"},
    {BYTES("\"\\x4\" \"\\xg1\" \"\\x1g\" \"\\x\"\r\n"), "(x4)(xg1)(x1g)(x);"},
    {BYTES("'\\x41\\n\\\\ ' 'it\\'s'\r\n"), "(\\x41\\n\\\\ )(it's);"},
    {BYTES("a\\n b\\\"c\"\r\n"), "(a\\n)(b\\c);"},
    {BYTES("PING \"\" '' one\r\n"), "(PING)(one);"},
    {BYTES("\"\"\r\n''\r\nPING\r\n"), "(PING);"},
    {BYTES("$4\r\n:1\r\n"), "($4);(:1);"},
    {BYTES("PING \"\r\n"), "!ERR Protocol error: unbalanced quotes in request"},
    {BYTES("PING 'one\r\nPING\r\n"), "!ERR Protocol error: unbalanced quotes in request"},
    {BYTES("PING \"one\\\"\r\n"), "!ERR Protocol error: unbalanced quotes in request"},
    {BYTES("PING \"one\\\r\n"), "!ERR Protocol error: unbalanced quotes in request"},
    {BYTES("PING 'one\\'\r\n"), "!ERR Protocol error: unbalanced quotes in request"},
    {BYTES("PING \"a\"b\r\n"), "!ERR Protocol error: unbalanced quotes in request"},
    {BYTES("PING 'a''b'\r\n"), "!ERR Protocol error: unbalanced quotes in request"},

    /* arrays */
    {BYTES("*1\r\n$4\r\nPING\r\n"), "(PING);"},
    {BYTES("*2\r\n$4\r\nPING\r\n$5\r\na\r\nb\xff\r\n"), "(PING)(a\r\nb\xff);"},
    {BYTES("*2\r\n$0\r\n\r\n$0\r\n\r\n"), "()();"},
    {BYTES("*1\rx$4\rxPINGxy*1\r\n$1\r\na\x00\xff"), "(PING);(a);"},
    {BYTES("*0\r\n*-1\r\n*-9223372036854775808\r\nPING\r\n"), "(PING);"},
    {BYTES("PING one\r\n*1\r\n$3\r\ntwo\r\nPING three\r\n"), "(PING)(one);(two);(PING)(three);"},
    {BYTES("*1\r\n$4\r\nPING"), ""},
    {BYTES("*1\r\n$4\r\nPING\r"), ""},
    {BYTES("*1\r\n$4\r"), ""},
    {BYTES("*2\r\n$4\r\nPING\r\n"), ""},
    {BYTES("*1\r"), ""},
    {BYTES("*1\r\nPING"), ""},
    {BYTES("*1048576\r\n"), ""},
    {BYTES("*1\r\n$536870912\r\n"), ""},
    {BYTES("*1048577\r\n"), "!ERR Protocol error: invalid multibulk length"},
    {BYTES("*99999999999999999999\r\n"), "!ERR Protocol error: invalid multibulk length"},
    {BYTES("*9223372036854775808\r\n"), "!ERR Protocol error: invalid multibulk length"},
    {BYTES("*-9223372036854775809\r\n"), "!ERR Protocol error: invalid multibulk length"},
    {BYTES("*\r\n"), "!ERR Protocol error: invalid multibulk length"},
    {BYTES("*-\r\n"), "!ERR Protocol error: invalid multibulk length"},
    {BYTES("*-0\r\n"), "!ERR Protocol error: invalid multibulk length"},
    {BYTES("*+1\r\n"), "!ERR Protocol error: invalid multibulk length"},
    {BYTES("*01\r\n"), "!ERR Protocol error: invalid multibulk length"},
    {BYTES("* 1\r\n"), "!ERR Protocol error: invalid multibulk length"},
    {BYTES("*1 \r\n"), "!ERR Protocol error: invalid multibulk length"},
    {BYTES("*1\n$4\r\n"), "!ERR Protocol error: invalid multibulk length"},
    {BYTES("PING\r\n*one\r\nPING\r\n"), "(PING);!ERR Protocol error: invalid multibulk length"},
    {BYTES("*1\r\nPING\r\n"), "!ERR Protocol error: expected '$', got 'P'"},
    {BYTES("*1\r\n\r\n"), "!ERR Protocol error: expected '$', got '\r'"},
    {BYTES("*2\r\n$1\r\na\r\n\xff\r\n"), "!ERR Protocol error: expected '$', got '\xff'"},
    {BYTES("*1\r\n$536870913\r\n"), "!ERR Protocol error: invalid bulk length"},
    {BYTES("*1\r\n$-1\r\n"), "!ERR Protocol error: invalid bulk length"},
    {BYTES("*1\r\n$04\r\n"), "!ERR Protocol error: invalid bulk length"},
    {BYTES("*1\r\n$+4\r\n"), "!ERR Protocol error: invalid bulk length"},
    {BYTES("*1\r\n$abc\r\n"), "!ERR Protocol error: invalid bulk length"},
    {BYTES("*1\r\n$\r\n"), "!ERR Protocol error: invalid bulk length"},

    /* a NUL hides the end of its line */
    {BYTES("PING a\0b\r\nPING\r\n"), ""},
    {BYTES("PING\r\n\0\r\nPING\r\n"), "(PING);"},
    {BYTES("*\0001\r\n$4\r\nPING\r\n"), ""},
    {BYTES("*1\r\n\0$4\r\nPING\r\n"), ""},
    {BYTES("*1\r\n$4\0\r\nPING\r\n"), ""},
};

static void note(struct buffer *notes, const struct bytes *argv, size_t argc)
{
    for (size_t i = 0; i < argc; i++) {
        buffer_add_text(notes, "(");
        buffer_add(notes, argv[i].data, argv[i].size);
        buffer_add_text(notes, ")");
    }
    buffer_add_text(notes, ";");
}

/* Notes all requests that are there, and the error that ends them. */
static enum resp_result read_all(struct resp *resp, struct buffer *notes)
{
    const struct bytes *argv;
    enum resp_result result;
    size_t argc;

    while ((result = resp_next(resp, &argv, &argc)) == RESP_REQUEST)
        note(notes, argv, argc);
    if (result == RESP_ERROR) {
        buffer_add_text(notes, "!");
        buffer_add_text(notes, resp_error(resp));
    }
    return result;
}

/* What a reader makes of bytes that come in pieces, whose sizes a function gives. */
static struct buffer read_in_pieces(struct bytes input, size_t (*piece)(void *ctx), void *ctx)
{
    enum resp_result result = RESP_MORE;
    struct buffer notes = {0};
    struct resp resp = {0};

    for (size_t at = 0, size; at < input.size && result == RESP_MORE; at += size) {
        size = piece(ctx);
        size = size < input.size - at ? size : input.size - at;
        resp_feed(&resp, input.data + at, size);
        result = read_all(&resp, &notes);
    }
    resp_fini(&resp);
    return notes;
}

static size_t all(void *ctx)
{
    (void)ctx;
    return SIZE_MAX;
}

static size_t one(void *ctx)
{
    (void)ctx;
    return 1;
}

/* 1 to 8, by a generator of random numbers (Knuth's). */
static size_t a_few(void *ctx)
{
    uint64_t *seed = ctx;

    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return 1 + (size_t)(*seed >> 61);
}

static void assert_notes(struct buffer notes, struct bytes expected)
{
    struct bytes got = {notes.data, notes.size};
    bool is_right = bytes_equal(got, expected);

    if (!is_right)
        print_error("got      %.*s\nexpected %.*s\n", (int)got.size, got.data, (int)expected.size,
                    expected.data);
    buffer_fini(&notes);
    assert_true(is_right);
}

static void requests_are_read_as_disque_does(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_notes(read_in_pieces(rows[i].input, all, NULL), bytes_of(rows[i].requests));
}

static void it_does_not_matter_that_bytes_come_one_by_one(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_notes(read_in_pieces(rows[i].input, one, NULL), bytes_of(rows[i].requests));
}

/* Rows that end in a request can be followed by any other. */
static bool is_complete(const struct row *row)
{
    size_t size = strlen(row->requests);

    return size > 0 && row->requests[size - 1] == ';' &&
           memchr(row->input.data, '\0', row->input.size) == NULL;
}

static void it_does_not_matter_where_a_pipeline_is_cut(void **state)
{
    struct buffer input = {0}, expected = {0};
    uint64_t seed = 7;

    (void)state;
    for (int count = 0; count < 300;) {
        const struct row *row = &rows[a_few(&seed) * a_few(&seed) % ARRAY_LEN(rows)];

        if (!is_complete(row))
            continue;
        buffer_add(&input, row->input.data, row->input.size);
        buffer_add_text(&expected, row->requests);
        count++;
    }

    for (int i = 0; i < 50; i++)
        assert_notes(read_in_pieces((struct bytes){input.data, input.size}, a_few, &seed),
                     (struct bytes){expected.data, expected.size});

    buffer_fini(&input);
    buffer_fini(&expected);
}

static void a_line_feed_alone_eats_the_byte_behind_it_if_it_is_there(void **state)
{
    struct bytes input = BYTES("PING\nPING\n\nPING\r\n");

    (void)state;

    assert_notes(read_in_pieces(input, all, NULL), bytes_of("(PING);(ING);(PING);"));
    assert_notes(read_in_pieces(input, one, NULL), bytes_of("(PING);(PING);(PING);"));
}

/* Lines that do not end, by how they begin. */
static const struct {
    const char *start;
    const char *error;
} long_lines[] = {
    {"", "!ERR Protocol error: too big inline request"},
    {"*", "!ERR Protocol error: too big mbulk count string"},
    {"*1\r\n$", "!ERR Protocol error: too big bulk count string"},
    {"*1\r\n", "!ERR Protocol error: too big bulk count string"},
    {"*2\r\n$3\r\none\r\n", "!ERR Protocol error: too big bulk count string"},
};

/* So many bytes of the last line, which starts behind the last LF. */
static struct buffer make_long_line(const char *start, size_t size)
{
    const char *last = strrchr(start, '\n');
    struct buffer line = {0};

    buffer_add_text(&line, start);
    size -= strlen(last != NULL ? last + 1 : start);
    memset(buffer_reserve(&line, size), 'x', size);
    line.size += size;
    return line;
}

static void a_line_may_have_65536_bytes_without_its_end(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(long_lines); i++) {
        struct buffer line = make_long_line(long_lines[i].start, RESP_LINE_MAX);

        assert_notes(read_in_pieces((struct bytes){line.data, line.size}, all, NULL), bytes_of(""));
        buffer_fini(&line);
    }
}

static void a_line_with_more_is_refused(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(long_lines); i++) {
        struct buffer line = make_long_line(long_lines[i].start, RESP_LINE_MAX + 1);
        struct bytes input = {line.data, line.size};

        assert_notes(read_in_pieces(input, all, NULL), bytes_of(long_lines[i].error));
        assert_notes(read_in_pieces(input, one, NULL), bytes_of(long_lines[i].error));
        buffer_fini(&line);
    }
}

static void the_end_of_a_line_may_come_16384_bytes_later(void **state)
{
    struct buffer line = make_long_line("", RESP_LINE_MAX + 16382);
    struct buffer longer = make_long_line("", RESP_LINE_MAX + 16383);
    struct buffer notes;

    (void)state;
    buffer_add_text(&line, "\r\n");
    buffer_add_text(&longer, "\r\n");

    notes = read_in_pieces((struct bytes){line.data, line.size}, all, NULL);

    assert_int_equal(notes.size, RESP_LINE_MAX + 16382 + strlen("();"));
    assert_notes(read_in_pieces((struct bytes){longer.data, longer.size}, all, NULL),
                 bytes_of(long_lines[0].error));
    buffer_fini(&notes);
    buffer_fini(&line);
    buffer_fini(&longer);
}

static void a_request_may_have_1048576_arguments(void **state)
{
    const struct bytes *argv = NULL;
    struct resp resp = {0};
    size_t argc = 0;

    (void)state;
    resp_feed(&resp, "*1048576\r\n", 10);
    for (int i = 0; i < RESP_ARGS_MAX; i++)
        resp_feed(&resp, "$1\r\na\r\n", 7);

    assert_int_equal(resp_next(&resp, &argv, &argc), RESP_REQUEST);
    assert_int_equal(argc, RESP_ARGS_MAX);
    assert_true(bytes_equal(argv[RESP_ARGS_MAX - 1], bytes_of("a")));
    resp_fini(&resp);
}

static void arguments_survive_that_the_buffer_moves(void **state)
{
    char body[100000];
    const struct bytes *argv;
    struct resp resp = {0};
    size_t argc;

    (void)state;
    memset(body, 'x', sizeof(body));
    resp_feed(&resp, "PING\r\n*3\r\n$3\r\none\r\n", 19);
    assert_int_equal(resp_next(&resp, &argv, &argc), RESP_REQUEST);
    assert_int_equal(resp_next(&resp, &argv, &argc), RESP_MORE);
    resp_feed(&resp, "$100000\r\n", 9);
    assert_int_equal(resp_next(&resp, &argv, &argc), RESP_MORE);
    resp_feed(&resp, body, sizeof(body));
    assert_int_equal(resp_next(&resp, &argv, &argc), RESP_MORE);
    resp_feed(&resp, "\r\n$0\r\n\r\n", 8);

    assert_int_equal(resp_next(&resp, &argv, &argc), RESP_REQUEST);
    assert_int_equal(argc, 3);
    assert_true(bytes_equal(argv[0], bytes_of("one")));
    assert_true(bytes_equal(argv[1], (struct bytes){body, sizeof(body)}));
    assert_int_equal(argv[2].size, 0);
    resp_fini(&resp);
}

static void an_error_stays(void **state)
{
    struct resp resp = {0};
    struct buffer notes = {0};

    (void)state;
    resp_feed(&resp, "*x\r\n", 4);
    assert_int_equal(read_all(&resp, &notes), RESP_ERROR);
    resp_feed(&resp, "PING\r\n", 6);

    assert_int_equal(read_all(&resp, &notes), RESP_ERROR);
    buffer_fini(&notes);
    resp_fini(&resp);
}

static void bytes_count_as_unread_until_they_are_an_argument(void **state)
{
    struct resp resp = {0};
    struct buffer notes = {0};

    (void)state;
    resp_feed(&resp, "*2\r\n$4\r\nPING\r\n$5\r\nhel", 21);
    assert_int_equal(resp_unread(&resp), 21);

    assert_int_equal(read_all(&resp, &notes), RESP_MORE);
    assert_int_equal(resp_unread(&resp), 3);
    resp_feed(&resp, "lo\r\n*1", 6);
    assert_int_equal(read_all(&resp, &notes), RESP_MORE);
    assert_int_equal(resp_unread(&resp), 2);
    buffer_fini(&notes);
    resp_fini(&resp);
}

static void the_memory_of_a_huge_request_is_given_back(void **state)
{
    char body[100000];
    struct resp resp = {0};
    struct buffer notes = {0};

    (void)state;
    memset(body, 'x', sizeof(body));
    resp_feed(&resp, "*2001\r\n$100000\r\n", 16);
    resp_feed(&resp, body, sizeof(body));
    resp_feed(&resp, "\r\n", 2);
    for (int i = 0; i < 2000; i++)
        resp_feed(&resp, "$0\r\n\r\n", 6);

    assert_int_equal(read_all(&resp, &notes), RESP_MORE);
    assert_int_equal(resp.in.capacity, 0);
    assert_int_equal(resp.capacity, 0);
    buffer_fini(&notes);
    resp_fini(&resp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_read_as_disque_does),
        cmocka_unit_test(it_does_not_matter_that_bytes_come_one_by_one),
        cmocka_unit_test(it_does_not_matter_where_a_pipeline_is_cut),
        cmocka_unit_test(a_line_feed_alone_eats_the_byte_behind_it_if_it_is_there),
        cmocka_unit_test(a_line_may_have_65536_bytes_without_its_end),
        cmocka_unit_test(a_line_with_more_is_refused),
        cmocka_unit_test(the_end_of_a_line_may_come_16384_bytes_later),
        cmocka_unit_test(a_request_may_have_1048576_arguments),
        cmocka_unit_test(arguments_survive_that_the_buffer_moves),
        cmocka_unit_test(an_error_stays),
        cmocka_unit_test(bytes_count_as_unread_until_they_are_an_argument),
        cmocka_unit_test(the_memory_of_a_huge_request_is_given_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
