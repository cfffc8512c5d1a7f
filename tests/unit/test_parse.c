/* SPDX-License-Identifier: MIT */
#include "scenarios/runner/parse.h"
#include "scenarios/runner/steps.h"

#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct scenario *parse(const char *text)
{
    struct parse_error error;
    struct scenario *scenario = parse_scenario("x.scn", text, strlen(text), &error);

    if (scenario == NULL)
        fail_msg("%d:%d: %s, in: %s", error.line, error.column, error.what, text);
    return scenario;
}

/* The error is that one, told as scn tells it. */
#define OPTIONS "(there are seed=, jitter=, joined=, link=, patience= and config.NAME=)"

static void assert_error(const char *text, const char *expected)
{
    struct parse_error error;
    struct scenario *scenario;
    char told[300];
    char *copy = malloc(strlen(text) + 1); /* of its exact size, for the sanitizer */

    memcpy(copy, text, strlen(text));
    scenario = parse_scenario("x.scn", copy, strlen(text), &error);
    free(copy);
    if (scenario != NULL)
        fail_msg("no error in: %s", text);
    snprintf(told, sizeof(told), "%d:%d: %s", error.line, error.column, error.what);
    assert_string_equal(told, expected);
}

static void a_file_becomes_a_title_a_cluster_and_steps(void **state)
{
    struct scenario *s =
        parse("# The title. \n# Not this.\ncluster 3 seed=7\n\nA> PING\n  +PONG\nB.worker<\n  nil\n");

    (void)state;
    assert_true(slice_is(s->title, "The title."));
    assert_string_equal(s->path, "x.scn");
    assert_int_equal(s->cluster.nodes, 3);
    assert_true(s->cluster.has_seed);
    assert_int_equal(s->cluster.seed, 7);
    assert_int_equal(s->step_count, 3);
    assert_string_equal(s->steps[1].kind->word, ">");
    assert_int_equal(s->steps[1].line, 5);
    assert_true(slice_is(s->steps[1].source, "A> PING"));
    assert_true(slice_is(s->steps[1].expect.source, "+PONG"));
    assert_int_equal(s->conn_count, 2);
    assert_true(slice_is(s->conns[1].label, "B.worker"));
    assert_int_equal(s->conns[1].node, 1);
    assert_null(s->mock_only);
    scenario_free(s);
}

static void crlf_tabs_and_a_byte_order_mark_are_taken_off(void **state)
{
    struct scenario *s = parse("\xef\xbb\xbf# T\r\ncluster\t2\r\nA>\tPING\r\n\t[1,\r\n\t 2]\r\n\r\n");

    (void)state;
    assert_true(slice_is(s->title, "T"));
    assert_int_equal(s->cluster.nodes, 2);
    assert_int_equal(s->steps[1].expect.pattern.count, 2);
    assert_true(slice_is(s->steps[1].source, "A>\tPING"));
    scenario_free(s);
    assert_error("\xef\xbb\xbf"
                 "explode A\r\n",
                 "1:1: unknown step: explode");
}

static void what_is_expected_may_be_a_word(void **state)
{
    struct scenario *s = parse("cluster 1\nA.a> X\n  blocked\nA.b> X\n  nothing\nA.c> X\n  closed\n"
                               "A.d> X\n  reset\nA.e> X\n  refused\nA.f> X\nA.g> X\n  \"blocked\"\n");

    (void)state;
    assert_int_equal(s->steps[1].expect.kind, EXPECT_BLOCKED);
    assert_int_equal(s->steps[2].expect.kind, EXPECT_NOTHING);
    assert_int_equal(s->steps[3].expect.kind, EXPECT_CLOSED);
    assert_int_equal(s->steps[4].expect.kind, EXPECT_RESET);
    assert_int_equal(s->steps[5].expect.kind, EXPECT_REFUSED);
    assert_int_equal(s->steps[6].expect.kind, EXPECT_NO_ERROR);
    assert_int_equal(s->steps[7].expect.kind, EXPECT_VALUE);
    scenario_free(s);
}

static void a_comment_or_a_blank_line_ends_a_reply(void **state)
{
    (void)state;
    scenario_free(parse("cluster 1\nA> X\n  1\n  # comment\nA> X # no comment\n  2\n\n# c\n"));
    assert_error("cluster 1\nA> X\n  [1,\n\n   2]\n", "3:3: [ is not closed");
    assert_error("cluster 1\nA> X\n  [1,\n  # comment\n   2]\n", "3:3: [ is not closed");
    assert_error("cluster 1\nA> X\n  1\n\n  2\n", "5:3: an indented line under no send");
}

static void the_cluster_has_options(void **state)
{
    struct scenario *s = parse("cluster 2 jitter=off joined=no link=50ms patience=2s seed=18\n");

    (void)state;
    assert_true(s->cluster.no_jitter);
    assert_true(s->cluster.apart);
    assert_int_equal(s->cluster.link_delay_us, 50000);
    assert_int_equal(s->cluster.patience_us, 2000000);
    assert_string_equal(s->cluster.mock_only, "jitter");
    scenario_free(s);
    s = parse("cluster 2 jitter=on joined=yes\n");
    assert_false(s->cluster.no_jitter || s->cluster.apart || s->cluster.has_seed);
    assert_true(s->cluster.link_delay_us < 0 && s->cluster.patience_us < 0);
    scenario_free(s);
}

static void a_wrong_cluster_step_is_told(void **state)
{
    (void)state;
    assert_error("", "1:1: there is no cluster step");
    assert_error("# T\n", "2:1: there is no cluster step");
    assert_error("A> PING\n", "1:1: cluster must be the first step");
    assert_error("wait 1s\n", "1:1: cluster must be the first step");
    assert_error("cluster 1\ncluster 1\n", "2:1: cluster comes only once");
    assert_error("cluster\n", "1:8: the number of nodes must be a number from 1 to 1000");
    assert_error("cluster 0\n", "1:9: the number of nodes must be a number from 1 to 1000");
    assert_error("cluster 1001\n", "1:9: the number of nodes must be a number from 1 to 1000");
    assert_error("cluster 2 jitter=maybe\n", "1:18: expected on or off");
    assert_error("cluster 2 joined=\n", "1:18: expected yes or no");
    assert_error("cluster 2 link=5\n", "1:16: expected a duration such as 50ms, 10s, 5m, 2h or 1d");
    assert_error("cluster 2 seed=x\n", "1:16: the seed must be a number from 0 to 9223372036854775807");
    assert_error("cluster 2 config.hz=fast\n", "1:18: not what CONFIG SET takes: hz fast");
    assert_error("cluster 2 config.port=1\n", "1:18: not what CONFIG SET takes: port 1");
    assert_error("cluster 2 config.=1\n", "1:11: unknown option: config.=1 " OPTIONS);
    assert_error("cluster 2 config.hz\n", "1:11: unknown option: config.hz " OPTIONS);
    assert_error("cluster 2 seed\n", "1:11: unknown option: seed " OPTIONS);
}

static void a_line_that_is_no_step_is_told(void **state)
{
    (void)state;
    assert_error("cluster 1\nexplode A\n", "2:1: unknown step: explode");
    assert_error("cluster 1\nA\n", "2:1: unknown step: A");
    assert_error("cluster 1\nA = PING\n", "2:1: unknown step: A");
    assert_error("cluster 1\nA closed\n", "2:1: unknown step: A");
    assert_error("cluster 1\nwaits 1s\n", "2:1: unknown step: waits");
    assert_error("cluster 1\nwait=1s\n", "2:1: unknown step: wait=1s");
    assert_error("cluster 1\n$x\n", "2:1: unknown step: $x");
    assert_error("cluster 1\n+OK\n", "2:1: unknown step: +OK");
    assert_error("cluster 1\n  1\n", "2:3: an indented line under no send");
    assert_error("cluster 1\nwait 1s\n\t1\n", "3:2: an indented line under no send");
    assert_error("cluster 1\nA>> \"x\"\n 1\n", "3:2: an indented line under no send");
}

static void a_nul_is_a_character_like_others(void **state)
{
    static const char step[] = "cluster 1\nclient w\nw\0: ping\n", status[] = "cluster 1\nA> X\n  +O\0K\n";
    struct parse_error error;
    struct scenario *scenario;

    (void)state;
    assert_null(parse_scenario("x.scn", step, sizeof(step) - 1, &error));
    assert_int_equal(error.line, 3);
    assert_int_equal(error.column, 1);
    scenario = parse_scenario("x.scn", status, sizeof(status) - 1, &error);
    assert_non_null(scenario);
    assert_int_equal(scenario->steps[1].expect.pattern.word.size, 3);
    scenario_free(scenario);
}

static void a_wrong_step_on_a_node_is_told(void **state)
{
    (void)state;
    assert_error("cluster 2\nC> PING\n", "2:1: no node C in a cluster of 2");
    assert_error("cluster 2\nAAAAAAAAAAAAAAAAA> PING\n", "2:1: no node AAAAAAAAAAAAAAAAA in a cluster of 2");
    assert_error("cluster 1\nA.X> PING\n", "2:3: a connection's name begins with a small letter");
    assert_error("cluster 1\nA.> PING\n", "2:3: a connection's name begins with a small letter");
    assert_error("cluster 1\nA>\n", "2:3: nothing to send");
    assert_error("cluster 1\nA> PING \"x\n", "2:9: the quotes are not closed");
    assert_error("cluster 1\nA> PING $x\n", "2:9: nothing has bound $x");
    assert_error("cluster 1\nA> PING $B.id\n", "2:9: nothing has bound $B.id");
    assert_error("cluster 1\nA<\n", "2:1: expected a value under this line");
    assert_error("cluster 1\nA<\n  blocked\n", "3:3: blocked cannot stand here");
    assert_error("cluster 1\nA< x\n", "2:4: nothing more was expected: x");
    assert_error("cluster 1\nA close now\n", "2:9: nothing more was expected: now");
    assert_error("cluster 1\nA>> PING\n", "2:5: raw bytes are one \"...\"");
    assert_error("cluster 1\nA>> 'PING'\n", "2:5: raw bytes are one \"...\"");
    assert_error("cluster 1\nA>> \"PING\" x\n", "2:12: nothing more was expected: x");
    assert_error("cluster 1\nA> PING\n  hello\n", "3:3: not a value: hello");
    assert_error("cluster 1\nA> PING\n  !timeout\n", "3:3: only a client's call ends with a !code");
    assert_error("cluster 1\nA> PING\n  1\n  2\n", "4:3: text after the value");
    assert_error("cluster 1\nA> PING\n  blocked\n  closed\n", "3:3: not a value: blocked");
}

static void a_wrong_duration_is_told(void **state)
{
    (void)state;
    assert_error("cluster 1\nwait 5\n", "2:6: expected a duration such as 50ms, 10s, 5m, 2h or 1d");
    assert_error("cluster 1\nwait\n", "2:5: expected a duration such as 50ms, 10s, 5m, 2h or 1d");
    assert_error("cluster 1\nwait 5s 6s\n", "2:9: nothing more was expected: 6s");
    assert_error("cluster 1\nwithin x\nA> PING\n",
                 "2:8: expected a duration such as 50ms, 10s, 5m, 2h or 1d");
}

static void within_needs_a_send_that_can_match(void **state)
{
    struct scenario *s = parse("cluster 1\nwithin 2s\n\n# comment\nA> PING\n  +PONG\n");

    (void)state;
    assert_int_equal(s->steps[2].duration_us, 2000000);
    scenario_free(s);
    assert_error("cluster 1\nwithin 0s\nA> PING\n", "2:8: within needs a time above 0");
    assert_error("cluster 1\nwithin 1s\n", "2:1: within must be followed by a send");
    assert_error("cluster 1\nwithin 1s\nwait 1s\n", "2:1: within must be followed by a send");
    assert_error("cluster 1\nwithin 1s\nA<\n  1\n", "2:1: within must be followed by a send");
    assert_error("cluster 1\nwithin 1s\nA> PING\n  blocked\n",
                 "2:1: within needs a send whose reply can match, not blocked");
    assert_error("cluster 1\nwithin 1s\nA> PING\n  nothing\n",
                 "2:1: within needs a send whose reply can match, not nothing");
}

static void repeats_nest_and_their_names_end_with_them(void **state)
{
    struct scenario *s =
        parse("cluster 1\nrepeat 3 as i\nrepeat 2\nA> PING ${i}\n  $x\nend\nend\nA> PING\n  $x\n");

    (void)state;
    assert_int_equal(s->steps[1].turns, 3);
    assert_true(slice_is(s->steps[1].counter, "i"));
    assert_int_equal(s->steps[1].end, 5);
    assert_int_equal(s->steps[2].end, 4);
    assert_int_equal(s->mock_only->line, 2);
    scenario_free(s);
    assert_error("cluster 1\nrepeat 2 as i\nA> PING\n  $x\nend\nA> PING $x\n", "6:9: nothing has bound $x");
    assert_error("cluster 1\nrepeat 2 as i\nend\nA> PING $i\n", "4:9: nothing has bound $i");
}

static void a_wrong_repeat_is_told(void **state)
{
    struct text deep = {0};

    (void)state;
    assert_error("cluster 1\nrepeat\nend\n", "2:7: how often must be a number from 1 to 1000000000");
    assert_error("cluster 1\nrepeat 0\nend\n", "2:8: how often must be a number from 1 to 1000000000");
    assert_error("cluster 1\nrepeat 2 i\nend\n", "2:10: expected: as NAME");
    assert_error("cluster 1\nrepeat 2 as\nend\n", "2:12: expected a name for the turn's number");
    assert_error("cluster 1\nrepeat 2 as 2\nend\n", "2:13: expected a name for the turn's number");
    assert_error("cluster 1\nrepeat 2 as A.id\nend\n", "2:13: expected a name for the turn's number");
    assert_error("cluster 1\nrepeat 2 as i j\nend\n", "2:15: nothing more was expected: j");
    assert_error("cluster 1\nrepeat 2 as i\nrepeat 2 as i\nend\nend\n", "3:13: $i is bound already");
    assert_error("cluster 1\nrepeat 2\nrepeat 3\nend\n", "2:1: repeat has no end");
    assert_error("cluster 1\nend\n", "2:1: end without a repeat");
    assert_error("cluster 1\nrepeat 2\nwithin 1s\nend\n", "3:1: within must be followed by a send");
    text_add(&deep, slice_of("cluster 1\n"));
    for (int i = 0; i < 33; i++)
        text_add(&deep, slice_of("repeat 2\n"));
    assert_error(deep.data, "34:1: more than 32 repeats within each other");
    text_fini(&deep);
}

static void a_wrong_client_step_is_told(void **state)
{
    (void)state;
    assert_error("cluster 1\nclient\n", "2:7: a client's name is made of a-z, then 0-9, _ and - too");
    assert_error("cluster 1\nclient W\n", "2:8: a client's name is made of a-z, then 0-9, _ and - too");
    assert_error("cluster 1\nclient 1w\n", "2:8: a client's name is made of a-z, then 0-9, _ and - too");
    assert_error("cluster 1\nclient wait\n", "2:8: a client cannot have the name of a step");
    assert_error("cluster 1\nclient w nodes=A\nclient w nodes=A\n", "3:8: there is a client w already");
    assert_error("cluster 1\nclient w A\n", "2:10: expected OPTION=VALUE");
    assert_error("cluster 1\nw: ping\n", "2:1: no client w");
    assert_error("cluster 1\nclient w nodes=A\nv? node\n  _\n", "3:1: no client v");
    assert_error("cluster 1\nclient w nodes=A\nw:\n", "3:3: nothing to call");
    assert_error("cluster 1\nclient w nodes=A\nw?\n  _\n", "3:3: expected one word: what to ask for");
    assert_error("cluster 1\nclient w nodes=A\nw? node\n", "3:1: expected a value under this line");
    assert_error("cluster 1\nclient w nodes=A\nw<\n", "3:1: expected a value under this line");
    assert_error("cluster 1\nclient w nodes=A\nw< x\n", "3:4: nothing more was expected: x");
    assert_error("cluster 1\nclient w nodes=A\nw: ping\n  closed\n", "4:3: closed cannot stand here");
    assert_error("cluster 1\nclient w call_timeout=5\"x\"\n", "2:10: call_timeout cannot be 5x");
    assert_error("cluster 1\nclient w nodes=A\nw: cluster_leave ja\n", "3:18: cluster_leave cannot be ja");
    assert_error("cluster 1\nclient w nodes=A\nw: pause q inn\n", "3:12: state cannot be inn");
    assert_error("cluster 1\nclient w nodes=A\nw: qpeek q many\n", "3:12: count cannot be many");
    assert_error("cluster 1\nclient w nodes=A\nw: qpeek q \"-\"\n", "3:12: count cannot be -");
    assert_error("cluster 1\nclient w nodes=A\nw: addjob q b retry=\n", "3:15: retry cannot be ");
    assert_error("cluster 1\nclient w nodes=A\nw: addjob q b retry=1\"x\"\n", "3:15: retry cannot be 1x");
    assert_error("cluster 1\nclient w nodes=A\nw: ping \"x\n", "3:9: the quotes are not closed");
}

static void nodes_have_names_of_capitals(void **state)
{
    static const struct {
        int index;
        const char *name;
    } rows[] = {{0, "A"}, {25, "Z"}, {26, "AA"}, {51, "AZ"}, {52, "BA"}, {701, "ZZ"}, {702, "AAA"}};
    char name[8];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        node_index_to_name(rows[i].index, name);
        assert_string_equal(name, rows[i].name);
    }
    scenario_free(parse("cluster 28\nAB> PING $AB.id\n"));
    assert_error("cluster 27\nAB> PING\n", "2:1: no node AB in a cluster of 27");
}

static void every_row_of_the_table_can_be_told_apart(void **state)
{
    size_t count;
    const struct step_kind *kinds = step_kinds(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(step_kind_find(kinds[i].subject, slice_of(kinds[i].word)), &kinds[i]);
        assert_non_null(kinds[i].parse);
        assert_true(kinds[i].usage != NULL || strcmp(kinds[i].word, STEP_OF_MOCK) == 0);
    }
    scenario_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_becomes_a_title_a_cluster_and_steps),
        cmocka_unit_test(crlf_tabs_and_a_byte_order_mark_are_taken_off),
        cmocka_unit_test(what_is_expected_may_be_a_word),
        cmocka_unit_test(a_comment_or_a_blank_line_ends_a_reply),
        cmocka_unit_test(the_cluster_has_options),
        cmocka_unit_test(a_wrong_cluster_step_is_told),
        cmocka_unit_test(a_line_that_is_no_step_is_told),
        cmocka_unit_test(a_nul_is_a_character_like_others),
        cmocka_unit_test(a_wrong_step_on_a_node_is_told),
        cmocka_unit_test(a_wrong_duration_is_told),
        cmocka_unit_test(within_needs_a_send_that_can_match),
        cmocka_unit_test(repeats_nest_and_their_names_end_with_them),
        cmocka_unit_test(a_wrong_repeat_is_told),
        cmocka_unit_test(a_wrong_client_step_is_told),
        cmocka_unit_test(nodes_have_names_of_capitals),
        cmocka_unit_test(every_row_of_the_table_can_be_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
