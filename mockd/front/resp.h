/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_RESP_H
#define MOCKD_FRONT_RESP_H

#include "mockd/sim/bytes.h"

/* Reads requests of the Redis protocol, to the byte as Disque does (§1.1): bytes in, requests out. It knows
 * no I/O, and looks at no byte twice, however the bytes come in pieces. */
struct resp {
    struct buffer in;
    size_t start; /* in `in`, of the request that is being read; offsets below count from there */
    size_t at;    /* of the line or bulk that is being read */
    size_t seen;  /* how far that line was searched for its end */

    int64_t missing;    /* bulks that are still to come; 0 while at the first line of a request */
    bool is_size_known; /* of the bulk at `at` */
    size_t bulk_size;

    struct slice *slices; /* the arguments so far: the buffer may still move */
    struct bytes *argv;
    size_t argc;
    size_t capacity;  /* of slices and argv */
    bool has_skipped; /* a request of no arguments; whoever wants to know sets it back */

    const char *error;
    char error_text[48];
};

enum {
    RESP_LINE_MAX = 65536,     /* bytes without the end of their line */
    RESP_ARGS_MAX = 1048576,   /* in one request */
    RESP_BULK_MAX = 536870912, /* bytes in one argument */
};

enum resp_result {
    RESP_REQUEST, /* a whole request */
    RESP_MORE,    /* none until more bytes come */
    RESP_ERROR,   /* no request, and there will never be one again */
};

/* All zero is a new reader. */
void resp_fini(struct resp *resp);

/* Takes a copy of the next bytes of the stream. */
void resp_feed(struct resp *resp, const void *bytes, size_t size);

/* The next request, of at least one argument; requests of none are skipped. The arguments are good until the
 * reader is used again. */
enum resp_result resp_next(struct resp *resp, const struct bytes **argv, size_t *argc);

/* What was wrong after RESP_ERROR, as the reply says it: "ERR Protocol error: …". */
const char *resp_error(const struct resp *resp);

/* Bytes that were fed and are not part of an argument yet. */
size_t resp_unread(const struct resp *resp);

#endif
