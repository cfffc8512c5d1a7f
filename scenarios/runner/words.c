/* SPDX-License-Identifier: MIT */
/* Splits a line into arguments. */
#include "scenarios/runner/words.h"

#include <ctype.h>

/* The key that a bare word begins with, up to its '='; its size is 0 if there is none. */
static struct slice key_at(const char *at, const char *end)
{
    const char *p = at;

    while (p < end && (islower((unsigned char)*p) || is_digit(*p) || *p == '_' || *p == '-' || *p == '.'))
        p++;
    return (struct slice){at, p < end && *p == '=' ? (size_t)(p - at) : 0};
}

/* Takes a word that is `$name` as a whole. */
static bool take_variable(struct word *word, struct cursor *cursor, bool *is_variable)
{
    struct slice name = {0};
    const char *end;

    *is_variable = false;
    if (cursor_peek(cursor) != '$')
        return true;
    name = cursor_name_at(cursor->at + 1, cursor->end);
    end = name.data + name.size;
    if (name.size == 0 || (end < cursor->end && !is_blank(*end)))
        return true;
    *is_variable = true;
    cursor->at = end;
    return template_add_name(&word->text, cursor, name.data - 1, name);
}

static bool take_word(struct word *word, struct cursor *cursor)
{
    bool is_variable;

    if (!take_variable(word, cursor, &is_variable) || is_variable)
        return cursor->wrong_at == NULL;
    while (cursor->at < cursor->end && !is_blank(*cursor->at)) {
        if (*cursor->at != '"' && *cursor->at != '\'') {
            if (!template_take(&word->text, cursor))
                return false;
            continue;
        }
        if (!template_take_quoted(&word->text, cursor))
            return false;
        if (cursor->at < cursor->end && !is_blank(*cursor->at))
            return cursor_fail(cursor, cursor->at, "a blank must follow the closing quote");
    }
    return true;
}

static bool take_one(struct words *words, struct cursor *cursor, bool with_options)
{
    struct word *word;

    words->list = arena_grow(cursor->arena, words->list, words->count, sizeof(*words->list));
    word = &words->list[words->count++];
    *word = (struct word){.at = cursor->at, .is_quoted = *cursor->at == '"' || *cursor->at == '\''};
    if (with_options && (word->key = key_at(cursor->at, cursor->end)).size > 0)
        cursor->at += word->key.size + 1;
    if (!take_word(word, cursor))
        return false;
    cursor_skip_blanks(cursor);
    return true;
}

static bool take_all(struct words *words, struct cursor *cursor, bool with_options)
{
    cursor_skip_blanks(cursor);
    while (!cursor_is_at_end(cursor))
        if (!take_one(words, cursor, with_options))
            return false;
    return true;
}

bool words_take(struct words *words, struct cursor *cursor)
{
    return take_all(words, cursor, false);
}

bool words_take_options(struct words *words, struct cursor *cursor)
{
    return take_all(words, cursor, true);
}

bool words_take_until(struct words *words, struct cursor *cursor, bool (*is_last)(const struct words *words))
{
    cursor_skip_blanks(cursor);
    while (!cursor_is_at_end(cursor) && !is_last(words))
        if (!take_one(words, cursor, false))
            return false;
    return true;
}

bool word_is(const struct word *word, const char *text)
{
    return !word->is_quoted && word->text.count == 1 && slice_is(template_literal(&word->text), text);
}

static bool take_value_name(struct word *word, struct cursor *cursor, bool *is_name)
{
    struct slice name = cursor_name_at(cursor->at + 1, cursor->end);

    *is_name = *cursor->at == '$' && name.size > 0;
    if (!*is_name)
        return true;
    template_add(&word->text, cursor, slice_of("\""));
    if (!template_add_name(&word->text, cursor, cursor->at, name))
        return false;
    template_add(&word->text, cursor, slice_of("\""));
    cursor->at = name.data + name.size;
    return true;
}

bool words_take_value(struct words *words, struct cursor *cursor)
{
    struct word *word;

    cursor_skip_blanks(cursor);
    words->list = arena_grow(cursor->arena, words->list, words->count, sizeof(*words->list));
    word = &words->list[words->count++];
    *word = (struct word){.at = cursor->at};
    while (!cursor_is_at_end(cursor)) {
        bool is_name;

        if (!take_value_name(word, cursor, &is_name) || (!is_name && !template_take(&word->text, cursor)))
            return false;
    }
    return true;
}
