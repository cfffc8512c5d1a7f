/* SPDX-License-Identifier: MIT */
/* Requests from any bytes, at once and in pieces: whatever comes out lies within what went in, and, where no
 * line feed makes a difference (S-01), is the same. */
#include "mockd/front/resp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
    size_t requests;
    size_t arguments;
    size_t bytes;
    enum resp_result end;
};

static void require(bool is_true)
{
    if (!is_true)
        abort();
}

static void add(struct sum *sum, const struct bytes *argv, size_t argc)
{
    require(argc > 0 && argc <= RESP_ARGS_MAX);
    sum->requests++;
    sum->arguments += argc;
    for (size_t i = 0; i < argc; i++) {
        require(argv[i].data != NULL);
        for (size_t k = 0; k < argv[i].size; k++)
            sum->bytes += 1 + (unsigned char)argv[i].data[k];
    }
}

static struct sum read_in_pieces(const uint8_t *data, size_t size, size_t piece)
{
    struct sum sum = {.end = RESP_MORE};
    const struct bytes *argv;
    struct resp resp = {0};
    size_t argc;

    for (size_t at = 0; at < size && sum.end == RESP_MORE; at += piece) {
        resp_feed(&resp, data + at, size - at < piece ? size - at : piece);
        while ((sum.end = resp_next(&resp, &argv, &argc)) == RESP_REQUEST)
            add(&sum, argv, argc);
    }
    require(sum.end != RESP_ERROR || strncmp(resp_error(&resp), "ERR Protocol error: ", 20) == 0);
    require(resp_unread(&resp) <= size);
    resp_fini(&resp);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sum at_once, in_pieces;

    if (size < 2)
        return 0;
    at_once = read_in_pieces(data + 1, size - 1, size);
    in_pieces = read_in_pieces(data + 1, size - 1, 1 + data[0] % 16);
    require(at_once.bytes <= 256 * size);
    if (memchr(data, '\n', size) == NULL)
        require(at_once.requests == in_pieces.requests && at_once.arguments == in_pieces.arguments &&
                at_once.bytes == in_pieces.bytes && at_once.end == in_pieces.end);
    return 0;
}
