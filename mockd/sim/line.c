/* SPDX-License-Identifier: MIT */
/* Splits an inline request into words as Disque's sdssplitargs does. What a word means is never longer than
 * how it is written, so it is written over its own beginning. */
#include "mockd/sim/line.h"

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Vertical tabs and form feeds are skipped between words, but do not end one. */
static bool ends_word(char c)
{
    return is_blank(c) && c != '\v' && c != '\f';
}

/* -1 for what is no hexadecimal digit. */
static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads \xHH. */
static bool read_hex(struct line *line, char *c)
{
    if (line->end - line->at < 4 || line->at[1] != 'x' || hex_value(line->at[2]) < 0 ||
        hex_value(line->at[3]) < 0)
        return false;
    *c = (char)(hex_value(line->at[2]) << 4 | hex_value(line->at[3]));
    line->at += 4;
    return true;
}

/* One byte between double quotes. */
static char read_escaped(struct line *line)
{
    static const char names[] = "nrtba", meanings[] = "\n\r\t\b\a";
    const char *name;
    char c;

    if (*line->at != '\\' || line->end - line->at < 2)
        return *line->at++;
    if (read_hex(line, &c))
        return c;
    c = line->at[1];
    line->at += 2;
    name = strchr(names, c);
    return name != NULL ? meanings[name - names] : c;
}

/* One byte between single quotes, where only those can be escaped. */
static char read_plain(struct line *line)
{
    if (*line->at == '\\' && line->end - line->at >= 2 && line->at[1] == '\'')
        line->at++;
    return *line->at++;
}

/* Reads up to the closing quote. The word ends with it, so a blank or nothing has to follow. */
static bool read_quoted(struct line *line, char **out)
{
    char quote = *line->at++;

    while (line->at < line->end && *line->at != quote)
        *(*out)++ = quote == '"' ? read_escaped(line) : read_plain(line);
    if (line->at == line->end)
        return false;
    line->at++;
    return line->at == line->end || is_blank(*line->at);
}

enum line_result line_next(struct line *line, struct bytes *word)
{
    char *start, *out;

    while (line->at < line->end && is_blank(*line->at))
        line->at++;
    if (line->at == line->end)
        return LINE_END;
    start = out = line->at;
    while (line->at < line->end && !ends_word(*line->at) && *line->at != '"' && *line->at != '\'')
        *out++ = *line->at++;
    if (line->at < line->end && !ends_word(*line->at) && !read_quoted(line, &out))
        return LINE_BAD;
    *word = (struct bytes){start, (size_t)(out - start)};
    return LINE_WORD;
}
