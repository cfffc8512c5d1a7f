/* SPDX-License-Identifier: MIT */
/* The vocabulary of the language. */
#include "scenarios/runner/steps.h"

#include "scenarios/runner/clients.h"
#include "scenarios/runner/conns.h"
#include "scenarios/runner/step_client.h"
#include "scenarios/runner/step_flow.h"
#include "scenarios/runner/step_mock.h"
#include "scenarios/runner/step_node.h"

/* What may stand under a step, by what it is about. */
#define REPLY   (EXPECTS(VALUE) | EXPECTS(NOTHING) | EXPECTS(CLOSED) | EXPECTS(RESET) | EXPECTS(REFUSED))
#define ANSWER  (REPLY | EXPECTS(NO_ERROR) | EXPECTS(BLOCKED))
#define RESULT  EXPECTS(VALUE)
#define OUTCOME (RESULT | EXPECTS(NO_ERROR) | EXPECTS(BLOCKED))

#define CALL    (STEP_MOCK_ONLY | STEP_CAN_FAIL)
#define COLLECT STEP_IS_COLLECT

/* clang-format off */
static const struct step_kind kinds[] = {
    {STEP_BARE, "cluster", STEP_COMES_FIRST, 0, step_cluster_parse, NULL, NULL,
     "cluster N [seed=S] [jitter=on|off] [joined=yes|no] [link=DURATION] [patience=DURATION] [config.NAME=VALUE ...]"},
    {STEP_NODE, ">", STEP_CAN_REPEAT, ANSWER, step_send_parse, step_send_check, conns_run_send,
     "NODE[.CONN]> COMMAND ARG ..."},
    {STEP_NODE, ">>", 0, 0, step_raw_parse, NULL, conns_run_raw,
     "NODE[.CONN]>> \"bytes\""},
    {STEP_NODE, "<", COLLECT, REPLY, step_recv_parse, NULL, conns_run_recv,
     "NODE[.CONN]<"},
    {STEP_NODE, "close", 0, 0, step_close_parse, NULL, conns_run_close,
     "NODE[.CONN] close"},
    {STEP_BARE, "wait", 0, 0, step_wait_parse, NULL, step_wait_run,
     "wait DURATION"},
    {STEP_BARE, "within", 0, 0, step_within_parse, NULL, NULL,
     "within DURATION"},
    {STEP_BARE, "repeat", STEP_MOCK_ONLY, 0, step_repeat_parse, NULL, step_repeat_run,
     "repeat N [as NAME]"},
    {STEP_BARE, "end", STEP_MOCK_ONLY, 0, step_end_parse, NULL, NULL,
     "end"},
    {STEP_BARE, "client", STEP_MOCK_ONLY, 0, step_client_parse, NULL, clients_run_open,
     "client NAME [OPTION=VALUE ...]"},
    {STEP_CLIENT, ":", CALL, OUTCOME, step_call_parse, NULL, clients_run_call,
     "NAME: CALL ARG ... [OPTION=VALUE ...]"},
    {STEP_CLIENT, "?", STEP_MOCK_ONLY, RESULT, step_ask_parse, NULL, clients_run_ask,
     "NAME? WHAT"},
    {STEP_CLIENT, "<", CALL | COLLECT, RESULT, step_collect_parse, NULL, clients_run_collect,
     "NAME<"},
    {STEP_BARE, STEP_OF_MOCK, STEP_MOCK_ONLY, 0, step_mock_parse, NULL, step_mock_run,
     NULL},
};
/* clang-format on */

const struct step_kind *step_kind_find(enum step_subject subject, struct slice word)
{
    if (subject == STEP_BARE && step_mock_is(word))
        word = slice_of(STEP_OF_MOCK);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (kinds[i].subject == subject && slice_is(word, kinds[i].word))
            return &kinds[i];
    return NULL;
}

const struct step_kind *step_kinds(size_t *count)
{
    *count = ARRAY_LEN(kinds);
    return kinds;
}
