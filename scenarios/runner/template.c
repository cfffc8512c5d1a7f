/* SPDX-License-Identifier: MIT */
/* Text with variables in it, in quotes or bare. */
#include "scenarios/runner/template.h"

#include <ctype.h>

static void add_part(struct template *template, struct cursor *cursor, struct template_part part)
{
    template->parts = arena_grow(cursor->arena, template->parts, template->count, sizeof(part));
    template->parts[template->count++] = part;
}

void template_add(struct template *template, struct cursor *cursor, struct slice bytes)
{
    struct template_part *last = template->count > 0 ? &template->parts[template->count - 1] : NULL;
    struct template_part part = {.text = bytes};

    /* Most characters follow the one before in the file too, so that a part is a piece of the file. */
    if (last != NULL && !last->is_name && last->text.data + last->text.size == bytes.data)
        last->text.size += bytes.size;
    else
        add_part(template, cursor, part);
}

bool template_add_name(struct template *template, struct cursor *cursor, const char *at, struct slice name)
{
    struct template_part part = {.text = name, .is_name = true};

    add_part(template, cursor, part);
    return cursor_check_name(cursor, at, name);
}

/* Takes a `${name}`; sets is_name to false and takes nothing if there is none. */
static bool take_name(struct template *template, struct cursor *cursor, bool *is_name)
{
    const char *at = cursor->at;
    struct slice name;

    *is_name = false;
    if (cursor->end - at < 4 || at[0] != '$' || at[1] != '{')
        return true;
    name = cursor_name_at(at + 2, cursor->end);
    if (name.size == 0 || name.data + name.size == cursor->end || name.data[name.size] != '}')
        return true;
    *is_name = true;
    cursor->at = name.data + name.size + 1;
    return template_add_name(template, cursor, at, name);
}

bool template_take(struct template *template, struct cursor *cursor)
{
    bool is_name;

    if (!take_name(template, cursor, &is_name) || is_name)
        return cursor->wrong_at == NULL;
    if (cursor->at[0] == '\\' && cursor->end - cursor->at > 1 && cursor->at[1] == '$')
        cursor->at++;
    template_add(template, cursor, (struct slice){cursor->at++, 1});
    return true;
}

static int hex_value(char c)
{
    return is_digit(c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* Takes what follows a backslash in double quotes. */
static void take_escape(struct template *template, struct cursor *cursor)
{
    static const char letters[] = "nrtab", meanings[] = "\n\r\t\a\b";
    const char *at = cursor->at;
    const char *letter = memchr(letters, *at, sizeof(letters) - 1);
    char byte = letter != NULL ? meanings[letter - letters] : *at;

    cursor->at++;
    if (*at == 'x' && cursor->end - at > 2 && isxdigit((unsigned char)at[1]) &&
        isxdigit((unsigned char)at[2])) {
        byte = (char)(hex_value(at[1]) * 16 + hex_value(at[2]));
        cursor->at += 2;
    }
    template_add(template, cursor, arena_copy(cursor->arena, (struct slice){&byte, 1}));
}

bool template_take_quoted(struct template *template, struct cursor *cursor)
{
    const char *begin = cursor->at++;

    /* Even "" is a part, which tells it from nothing at all. */
    add_part(template, cursor, (struct template_part){.text = {cursor->at, 0}});
    while (cursor->at < cursor->end) {
        const char *at = cursor->at;
        bool is_escape = *at == '\\' && cursor->end - at > 1;

        if (*at == *begin) {
            cursor->at++;
            return true;
        }
        if (is_escape && *begin == '"') {
            cursor->at++;
            take_escape(template, cursor);
        } else if (is_escape && at[1] == '\'') {
            template_add(template, cursor, (struct slice){at + 1, 1});
            cursor->at += 2;
        } else if (!template_take(template, cursor)) {
            return false;
        }
    }
    return cursor_fail(cursor, begin, "the quotes are not closed");
}

void template_expand(const struct template *template, const struct vars *vars, struct text *out)
{
    for (size_t i = 0; i < template->count; i++) {
        struct slice bytes = template->parts[i].text;

        if (template->parts[i].is_name && !vars_get(vars, bytes, &bytes))
            continue; /* The parser saw to it that this cannot be. */
        text_add(out, bytes);
    }
}

bool template_is_literal(const struct template *template)
{
    for (size_t i = 0; i < template->count; i++)
        if (template->parts[i].is_name)
            return false;
    return true;
}

struct slice template_literal(const struct template *template)
{
    if (template->count == 0 || template->parts[0].is_name)
        return (struct slice){"", 0};
    return template->parts[0].text;
}
