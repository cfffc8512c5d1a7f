/* SPDX-License-Identifier: MIT */
/* Steps on a connection as they are read. conns.c runs them. */
#include "scenarios/runner/step_node.h"

bool step_send_parse(struct parser *parser)
{
    if (!words_take(&parser->step->words, &parser->cursor))
        return false;
    return parser->step->words.count > 0 ||
           cursor_fail(&parser->cursor, parser->cursor.end, "nothing to send");
}

bool step_send_check(struct parser *parser)
{
    const struct step *step = parser->step;

    if (parser->within_at == NULL)
        return true;
    if (step->expect.kind == EXPECT_BLOCKED || step->expect.kind == EXPECT_NOTHING)
        return cursor_fail(&parser->cursor, parser->within_at,
                           "within needs a send whose reply can match, not %.*s",
                           (int)step->expect.source.size, step->expect.source.data);
    parser->step->duration_us = parser->within_us;
    parser->within_at = NULL;
    return true;
}

bool step_raw_parse(struct parser *parser)
{
    struct cursor *cursor = &parser->cursor;
    struct words *words = &parser->step->words;

    cursor_skip_blanks(cursor);
    if (cursor_peek(cursor) != '"')
        return cursor_fail(cursor, cursor->at, "raw bytes are one \"...\"");
    words->list = arena_new(cursor->arena, 1, sizeof(*words->list));
    words->count = 1;
    words->list[0] = (struct word){.at = cursor->at, .is_quoted = true};
    return template_take_quoted(&words->list[0].text, cursor) && parse_end_of_line(parser);
}

bool step_recv_parse(struct parser *parser)
{
    return parse_end_of_line(parser);
}

bool step_close_parse(struct parser *parser)
{
    return parse_end_of_line(parser);
}
