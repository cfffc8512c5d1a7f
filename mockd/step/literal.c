/* SPDX-License-Identifier: MIT */
/* A scenario writes a reply as the value that a client would read; a fault that gives it needs the bytes. */
#include "mockd/step/literal.h"

#include "mockd/command/reply.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

enum { DEPTH_MAX = 32 };

struct reader {
    const char *at;
    struct buffer *out;
    int depth; /* of arrays */
};

static void skip_blanks(struct reader *reader)
{
    while (*reader->at == ' ' || *reader->at == '\t')
        reader->at++;
}

static bool take(struct reader *reader, const char *sign)
{
    skip_blanks(reader);
    if (strncmp(reader->at, sign, strlen(sign)) != 0)
        return false;
    reader->at += strlen(sign);
    return true;
}

static bool take_hex(struct reader *reader, char *c)
{
    char digits[3] = {0};

    if (reader->at[0] != 'x' || !isxdigit((unsigned char)reader->at[1]) ||
        !isxdigit((unsigned char)reader->at[2]))
        return false;
    memcpy(digits, reader->at + 1, 2);
    *c = (char)strtoul(digits, NULL, 16);
    reader->at += 3;
    return true;
}

/* What stands behind a backslash. */
static bool take_escape(struct reader *reader, char *c)
{
    static const char names[] = "nrtab\\\"", meanings[] = "\n\r\t\a\b\\\"";
    const char *name;

    if (take_hex(reader, c))
        return true;
    name = *reader->at != '\0' ? strchr(names, *reader->at) : NULL;
    if (name == NULL)
        return false;
    *c = meanings[name - names];
    reader->at++;
    return true;
}

static bool read_quoted(struct reader *reader)
{
    struct buffer text = {0};
    bool is_whole = true;

    while (is_whole && *reader->at != '"') {
        char c = *reader->at;

        is_whole = c != '\0';
        if (!is_whole)
            break;
        reader->at++;
        if (c == '\\')
            is_whole = take_escape(reader, &c);
        buffer_add(&text, &c, 1);
    }
    if (is_whole) {
        reader->at++;
        reply_bulk(reader->out, (struct bytes){text.data, text.size});
    }
    buffer_fini(&text);
    return is_whole;
}

/* The rest of a status or an error, which in an array ends with the element. */
static struct bytes take_line(struct reader *reader)
{
    struct bytes line = {reader->at, reader->depth > 0 ? strcspn(reader->at, ",]}") : strlen(reader->at)};

    reader->at += line.size;
    return line;
}

static bool read_integer(struct reader *reader)
{
    char *end;
    int64_t value;

    errno = 0;
    value = strtoll(reader->at, &end, 10);
    if (!isdigit((unsigned char)reader->at[reader->at[0] == '-']) || errno != 0)
        return false;
    reader->at = end;
    reply_integer(reader->out, value);
    return true;
}

static bool read_value(struct reader *reader);

/* The elements of an array, or of a map, whose keys count too. */
static bool read_elements(struct reader *reader, const char *end)
{
    size_t start = reader->out->size, count = 0;

    if (++reader->depth > DEPTH_MAX)
        return false;
    while (!take(reader, end)) {
        if (count > 0 && !take(reader, ",") && !(*end == '}' && take(reader, ":")))
            return false;
        if (!read_value(reader))
            return false;
        count++;
    }
    reader->depth--;
    reply_array_at(reader->out, start, count);
    return true;
}

static bool read_value(struct reader *reader)
{
    if (take(reader, "\""))
        return read_quoted(reader);
    if (take(reader, "["))
        return read_elements(reader, "]");
    if (take(reader, "{"))
        return read_elements(reader, "}");
    if (take(reader, "nil[]")) {
        reply_nil_array(reader->out);
    } else if (take(reader, "nil")) {
        reply_nil(reader->out);
    } else if (take(reader, "+")) {
        reply_status_bytes(reader->out, take_line(reader));
    } else if (*reader->at == '-' && isupper((unsigned char)reader->at[1])) {
        reader->at++;
        reply_error_bytes(reader->out, take_line(reader));
    } else {
        return read_integer(reader);
    }
    return true;
}

bool literal_add(struct buffer *out, const char *text, const char **wrong)
{
    struct reader reader = {.at = text, .out = out};
    bool is_value = read_value(&reader);

    skip_blanks(&reader);
    *wrong = reader.at;
    return is_value && *reader.at == '\0';
}
