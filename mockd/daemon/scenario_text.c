/* SPDX-License-Identifier: MIT */
/* What a client did is shown in the language of scenarios, so that it can become one. */
#include "mockd/daemon/scenario_text.h"

#include "mockd/load/token.h"
#include "mockd/sim/bytes.h"

#include <ctype.h>
#include <inttypes.h>

enum { STRING_MAX = 1024 };

/* A dollar would be a variable. */
static void add_quoted(struct buffer *text, struct bytes bytes)
{
    struct buffer quoted = {0};

    buffer_add_quoted(&quoted, bytes, STRING_MAX);
    for (size_t i = 0; i < quoted.size; i++)
        buffer_printf(text, quoted.data[i] == '$' ? "\\%c" : "%c", quoted.data[i]);
    buffer_fini(&quoted);
}

static bool is_plain(struct bytes word)
{
    for (size_t i = 0; i < word.size; i++)
        if (!isgraph((unsigned char)word.data[i]) || strchr("\"'\\$", word.data[i]) != NULL)
            return false;
    return word.size > 0 && word.size <= STRING_MAX;
}

void scenario_text_add_word(struct buffer *text, struct bytes word)
{
    if (is_plain(word))
        buffer_add(text, word.data, word.size);
    else
        add_quoted(text, word);
}

static void add_value(struct buffer *text, struct bytes *bytes);

static void add_array(struct buffer *text, struct bytes *bytes, int64_t count)
{
    buffer_add_text(text, "[");
    for (int64_t i = 0; i < count; i++) {
        buffer_add_text(text, i > 0 ? ", " : "");
        add_value(text, bytes);
    }
    buffer_add_text(text, "]");
}

/* Of bytes that are known to begin with a whole reply. */
static void add_value(struct buffer *text, struct bytes *bytes)
{
    struct token token;

    token_take(bytes, &token);
    if (token.type == '*' && token.number >= 0)
        add_array(text, bytes, token.number);
    else if (token.type == '*')
        buffer_add_text(text, "nil[]");
    else if (token.type == '$' && token.number < 0)
        buffer_add_text(text, "nil");
    else if (token.type == '$')
        add_quoted(text, token.text);
    else if (token.type == ':')
        buffer_printf(text, "%" PRId64, token.number);
    else
        buffer_printf(text, "%c%.*s", token.type, BYTES_ARG(token.text));
}

void scenario_text_add_reply(struct buffer *text, struct bytes *bytes)
{
    if (reply_size(*bytes) > 0) {
        add_value(text, bytes);
        return;
    }
    add_quoted(text, *bytes);
    *bytes = (struct bytes){bytes->data + bytes->size, 0};
}
