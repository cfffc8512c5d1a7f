/* SPDX-License-Identifier: MIT */
/* It works in place: an argument is a slice of the input, and a line's escapes only ever shrink it. */
#include "mockd/front/resp.h"

#include "mockd/sim/line.h"

#include <stdio.h>
#include <stdlib.h>

/* An idle client keeps no more memory than this of a big request. */
enum {
    KEPT_BYTES_MAX = 65536,
    KEPT_ARGS_MAX = 1024,
    READ_SIZE = 16384,    /* what Disque reads at a time */
    USUAL_DIGITS_MAX = 9, /* of a count, so few that it cannot overflow */
};

/* An argument while the buffer may still move: where it is from the start of the request. */
struct slice {
    size_t at;
    size_t size;
};

static void forget_args(struct resp *resp)
{
    free(resp->slices);
    free(resp->argv);
    resp->slices = NULL;
    resp->argv = NULL;
    resp->capacity = 0;
}

void resp_fini(struct resp *resp)
{
    buffer_fini(&resp->in);
    forget_args(resp);
    *resp = (struct resp){0};
}

/* Makes room at the back by moving what is left to the front, but only where that moves no more bytes than
 * were read since the last time: each byte is moved once, on average. */
void resp_feed(struct resp *resp, const void *bytes, size_t size)
{
    struct buffer *in = &resp->in;

    if (in->capacity - in->size < size && resp->start >= in->size - resp->start) {
        buffer_consume(in, resp->start);
        resp->start = 0;
    }
    buffer_add(in, bytes, size);
}

size_t resp_unread(const struct resp *resp)
{
    return resp->in.size - resp->start - resp->at;
}

static enum resp_result fail(struct resp *resp, const char *error)
{
    resp->error = error;
    return RESP_ERROR;
}

const char *resp_error(const struct resp *resp)
{
    return resp->error;
}

/* Looks for the end of the line at `at`, from where it stopped last. A NUL hides what is behind it, for ever:
 * Disque searches with strchr (§1.1). Disque looks whether a line is too long once in a while, so that an end
 * that comes a bit late is found. Gives the place of the end. */
static enum resp_result find_end(struct resp *resp, char end, size_t *place, const char *too_big)
{
    const char *line = resp->in.data + resp->start + resp->at;
    size_t size = resp_unread(resp);
    size_t limit = size <= RESP_LINE_MAX + READ_SIZE ? size : RESP_LINE_MAX + READ_SIZE;
    size_t i = resp->seen;

    while (i < limit && line[i] != end && line[i] != '\0')
        i++;
    resp->seen = i;
    if (i == limit || line[i] == '\0')
        return size > RESP_LINE_MAX ? fail(resp, too_big) : RESP_MORE;
    *place = i;
    return RESP_REQUEST;
}

/* Ends a request: the next one starts so many bytes behind. */
static void finish(struct resp *resp, size_t size)
{
    resp->start += size;
    resp->at = 0;
    resp->seen = 0;
}

static void make_room(struct resp *resp, size_t argc)
{
    if (argc <= resp->capacity)
        return;
    resp->capacity = resp->capacity < 16 ? 16 : resp->capacity * 2;
    resp->slices = xrealloc(resp->slices, resp->capacity * sizeof(*resp->slices));
    resp->argv = xrealloc(resp->argv, resp->capacity * sizeof(*resp->argv));
}

static enum resp_result read_line(struct resp *resp)
{
    char *start = resp->in.data + resp->start;
    size_t unread = resp_unread(resp);
    enum resp_result result;
    enum line_result next;
    struct line line;
    struct bytes word;
    size_t size;

    if ((result = find_end(resp, '\n', &size, "ERR Protocol error: too big inline request")) != RESP_REQUEST)
        return result;
    if (size > 0 && start[size - 1] == '\r')
        size--;
    line = (struct line){start, start + size};
    /* Two bytes are taken for the end of the line also where that is a lone LF (S-01). */
    finish(resp, size + 2 <= unread ? size + 2 : unread);
    while ((next = line_next(&line, &word)) == LINE_WORD) {
        if (word.size == 0)
            continue; /* S-02 */
        make_room(resp, resp->argc + 1);
        resp->argv[resp->argc++] = word;
    }
    return next == LINE_END ? RESP_REQUEST : fail(resp, "ERR Protocol error: unbalanced quotes in request");
}

/* An integer as Disque's string2ll has it: no plus sign, no leading zeros, nothing at all is none. */
static bool read_integer(const char *text, size_t size, int64_t *value)
{
    bool is_negative = size > 0 && text[0] == '-';
    uint64_t limit = (uint64_t)INT64_MAX + is_negative;
    size_t i = is_negative ? 1 : 0;
    uint64_t sum = 0;

    if (i == size || (text[i] == '0' && size > 1))
        return false;
    for (; i < size; i++) {
        unsigned digit = (unsigned)(unsigned char)text[i] - '0';

        if (digit > 9 || sum > (limit - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = (int64_t)(is_negative ? 0 - sum : sum);
    return true;
}

/* Finds a whole line at `at`, one that starts with a sign and ends with CR and any byte. */
static enum resp_result find_count_line(struct resp *resp, size_t *size, const char *too_big)
{
    enum resp_result result = find_end(resp, '\r', size, too_big);

    if (result == RESP_REQUEST && *size + 2 > resp_unread(resp))
        return RESP_MORE;
    return result;
}

static enum resp_result read_count(struct resp *resp)
{
    const char *line = resp->in.data + resp->start;
    enum resp_result result;
    int64_t count;
    size_t size;

    result = find_count_line(resp, &size, "ERR Protocol error: too big mbulk count string");
    if (result != RESP_REQUEST)
        return result;
    if (!read_integer(line + 1, size - 1, &count) || count > RESP_ARGS_MAX)
        return fail(resp, "ERR Protocol error: invalid multibulk length");
    resp->at = size + 2;
    resp->seen = 0;
    resp->missing = count > 0 ? count : 0;
    return RESP_REQUEST;
}

static enum resp_result expected_dollar(struct resp *resp, char got)
{
    snprintf(resp->error_text, sizeof(resp->error_text), "ERR Protocol error: expected '$', got '%c'", got);
    return fail(resp, resp->error_text);
}

static enum resp_result read_bulk_size(struct resp *resp)
{
    const char *line = resp->in.data + resp->start + resp->at;
    enum resp_result result;
    int64_t bulk_size;
    size_t size;

    result = find_count_line(resp, &size, "ERR Protocol error: too big bulk count string");
    if (result != RESP_REQUEST)
        return result;
    if (line[0] != '$')
        return expected_dollar(resp, line[0]);
    if (!read_integer(line + 1, size - 1, &bulk_size) || bulk_size < 0 || bulk_size > RESP_BULK_MAX)
        return fail(resp, "ERR Protocol error: invalid bulk length");
    resp->at += size + 2;
    resp->seen = 0;
    resp->is_size_known = true;
    resp->bulk_size = (size_t)bulk_size;
    return RESP_REQUEST;
}

static enum resp_result read_bulk(struct resp *resp)
{
    enum resp_result result;

    if (!resp->is_size_known && (result = read_bulk_size(resp)) != RESP_REQUEST)
        return result;
    if (resp_unread(resp) < resp->bulk_size + 2)
        return RESP_MORE;
    make_room(resp, resp->argc + 1);
    resp->slices[resp->argc++] = (struct slice){resp->at, resp->bulk_size};
    resp->at += resp->bulk_size + 2;
    resp->is_size_known = false;
    resp->missing--;
    return RESP_REQUEST;
}

static enum resp_result read_array(struct resp *resp)
{
    const char *request = resp->in.data + resp->start;
    enum resp_result result;

    if (resp->missing == 0 && (result = read_count(resp)) != RESP_REQUEST)
        return result;
    while (resp->missing > 0)
        if ((result = read_bulk(resp)) != RESP_REQUEST)
            return result;
    for (size_t i = 0; i < resp->argc; i++)
        resp->argv[i] = (struct bytes){request + resp->slices[i].at, resp->slices[i].size};
    finish(resp, resp->at);
    return RESP_REQUEST;
}

/* Reads sign, digits, CR and a byte behind it, as a well-behaved client sends them. */
static inline bool read_usual_line(const char **at, const char *end, char sign, size_t *number)
{
    const char *digits = *at + 1, *digit = digits;
    size_t sum = 0;

    if (end - *at < 4 || **at != sign)
        return false;
    if (digits[1] == '\r' && *digits >= '0' && *digits <= '9') { /* as most are */
        *number = (size_t)(*digits - '0');
        *at += 4;
        return true;
    }
    for (; digit < end && (unsigned char)(*digit - '0') < 10; digit++)
        sum = sum * 10 + (size_t)(*digit - '0');
    if (end - digit < 2 || *digit != '\r' || digit - digits > USUAL_DIGITS_MAX)
        return false;
    *at = digit + 2;
    *number = sum;
    return digit > digits && (*digits != '0' || digit == digits + 1);
}

/* Most requests are nothing special, and here as a whole. This reads such a one faster; whatever else it
 * meets, it gives up and leaves the request to read_array from its start, once. */
static bool read_usual_array(struct resp *resp)
{
    const char *at = resp->in.data + resp->start, *end = resp->in.data + resp->in.size;
    size_t argc, size;

    if (!read_usual_line(&at, end, '*', &argc) || argc > resp->capacity)
        return false;
    for (size_t i = 0; i < argc; i++) {
        if (!read_usual_line(&at, end, '$', &size) || size > RESP_BULK_MAX || (size_t)(end - at) < size + 2)
            return false;
        resp->argv[i] = (struct bytes){at, size};
        at += size + 2;
    }
    resp->argc = argc;
    resp->start = (size_t)(at - resp->in.data);
    return true;
}

static enum resp_result read_request(struct resp *resp)
{
    if (resp->in.data[resp->start] != '*')
        return read_line(resp);
    if (resp->at == 0 && resp->seen == 0 && read_usual_array(resp))
        return RESP_REQUEST;
    return read_array(resp);
}

/* What a request needed is kept for the next, unless it was huge. */
static void start_over(struct resp *resp)
{
    if (resp->capacity > KEPT_ARGS_MAX)
        forget_args(resp);
    resp->argc = 0;
    if (resp->start < resp->in.size)
        return;
    resp->start = resp->in.size = 0;
    if (resp->in.capacity > KEPT_BYTES_MAX)
        buffer_fini(&resp->in);
}

enum resp_result resp_next(struct resp *resp, const struct bytes **argv, size_t *argc)
{
    enum resp_result result;
    bool is_empty;

    if (resp->error != NULL)
        return RESP_ERROR;
    do {
        if (resp->missing == 0)
            start_over(resp);
        if (resp->in.size == 0)
            return RESP_MORE;
        result = read_request(resp);
        is_empty = result == RESP_REQUEST && resp->argc == 0;
        resp->has_skipped |= is_empty;
    } while (is_empty);
    *argv = resp->argv;
    *argc = resp->argc;
    return result;
}
