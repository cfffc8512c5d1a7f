/* SPDX-License-Identifier: MIT */
/* Nothing in mockd knows hiredis, which is there to check its replies from outside. So this reads the replies
 * that loads get, and those that a transcript shows. */
#include "mockd/load/token.h"

enum { END_SIZE = 2 }; /* CR and LF */

static int take_line(struct bytes *bytes, struct bytes *line)
{
    const char *end = memmem(bytes->data, bytes->size, "\r\n", END_SIZE);

    if (end == NULL)
        return 0;
    *line = (struct bytes){bytes->data, (size_t)(end - bytes->data)};
    bytes->data += line->size + END_SIZE;
    bytes->size -= line->size + END_SIZE;
    return 1;
}

static int take_bulk(struct bytes *bytes, struct token *token)
{
    size_t size = (size_t)token->number;

    if (token->number < 0)
        return 1;
    if (bytes->size < size + END_SIZE)
        return 0;
    token->text = (struct bytes){bytes->data, size};
    bytes->data += size + END_SIZE;
    bytes->size -= size + END_SIZE;
    return 1;
}

int token_take(struct bytes *bytes, struct token *token)
{
    struct bytes rest = *bytes;
    int rc;

    if (rest.size > 0 && memchr("+-:$*", rest.data[0], 5) == NULL)
        return -1;
    if ((rc = take_line(&rest, &token->text)) <= 0)
        return rc;
    token->type = token->text.data[0];
    token->text.data++;
    token->text.size--;
    if (strchr(":$*", token->type) != NULL && !bytes_to_integer(token->text, &token->number))
        return -1;
    if (token->type == '$' && (rc = take_bulk(&rest, token)) <= 0)
        return rc;
    *bytes = rest;
    return 1;
}

ssize_t reply_size(struct bytes bytes)
{
    struct bytes rest = bytes;
    struct token token;

    for (int64_t missing = 1; missing > 0; missing--) {
        int rc = token_take(&rest, &token);

        if (rc <= 0)
            return rc;
        if (token.type == '*' && token.number > (int64_t)rest.size)
            return 0; /* each element is a byte at least */
        if (token.type == '*' && token.number > 0)
            missing += token.number;
    }
    return (ssize_t)(bytes.size - rest.size);
}
