/* SPDX-License-Identifier: MIT */
/* Steps on clients as they are read: names and words here, what the library makes of them in clients.c. */
#include "scenarios/runner/step_client.h"

#include "scenarios/runner/clients.h"

#include <ctype.h>

static bool is_client_name(struct slice name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];

        if (!islower((unsigned char)c) && (i == 0 || (!is_digit(c) && c != '_' && c != '-')))
            return false;
    }
    return name.size > 0;
}

static bool check_name(struct parser *parser, struct slice name)
{
    const struct scenario *scenario = parser->scenario;

    if (!is_client_name(name))
        return cursor_fail(&parser->cursor, name.data,
                           "a client's name is made of a-z, then 0-9, _ and - too");
    if (step_kind_find(STEP_BARE, name) != NULL)
        return cursor_fail(&parser->cursor, name.data, "a client cannot have the name of a step");
    for (size_t i = 0; i < scenario->client_count; i++)
        if (slice_equal(scenario->clients[i], name))
            return cursor_fail(&parser->cursor, name.data, "there is a client %.*s already", (int)name.size,
                               name.data);
    return true;
}

bool step_client_parse(struct parser *parser)
{
    struct scenario *scenario = parser->scenario;
    struct step *step = parser->step;
    struct slice name;

    cursor_skip_blanks(&parser->cursor);
    name = cursor_take_word(&parser->cursor);
    if (!check_name(parser, name) || !words_take_options(&step->words, &parser->cursor))
        return false;
    for (size_t i = 0; i < step->words.count; i++)
        if (step->words.list[i].key.size == 0)
            return cursor_fail(&parser->cursor, step->words.list[i].at, "expected OPTION=VALUE");
    scenario->clients =
        arena_grow(&scenario->arena, scenario->clients, scenario->client_count, sizeof(*scenario->clients));
    step->client = (int)scenario->client_count;
    scenario->clients[scenario->client_count++] = name;
    return clients_check_open(parser);
}

bool step_call_parse(struct parser *parser)
{
    if (!words_take_options(&parser->step->words, &parser->cursor))
        return false;
    if (parser->step->words.count == 0)
        return cursor_fail(&parser->cursor, parser->cursor.end, "nothing to call");
    return clients_check_call(parser);
}

bool step_ask_parse(struct parser *parser)
{
    if (!words_take_options(&parser->step->words, &parser->cursor))
        return false;
    if (parser->step->words.count != 1)
        return cursor_fail(&parser->cursor, parser->cursor.end, "expected one word: what to ask for");
    return clients_check_ask(parser);
}

bool step_collect_parse(struct parser *parser)
{
    return parse_end_of_line(parser);
}
