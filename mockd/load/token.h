/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_LOAD_TOKEN_H
#define MOCKD_LOAD_TOKEN_H

#include "mockd/sim/bytes.h"

#include <sys/types.h>

/* Replies of the Redis protocol, read part by part. */
struct token {
    char type;         /* the first byte of its line: + - : $ or * */
    int64_t number;    /* behind : $ and *; -1 for a null of the last two */
    struct bytes text; /* of the line, or of the bulk */
};

/* Takes the next token off the bytes. 1; 0 if it is not there as a whole; -1 if it is none. */
int token_take(struct bytes *bytes, struct token *token);

/* The size of the first reply; 0 if it is not there as a whole; -1 if it is none. */
ssize_t reply_size(struct bytes bytes);

#endif
