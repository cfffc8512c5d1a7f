/* SPDX-License-Identifier: MIT */
#ifndef DISQ_REQUEST_H
#define DISQ_REQUEST_H

/* A command in the Redis protocol, ready to be sent. Its buffer is used again for the next one. Running out
 * of memory is remembered and told at the end, so that what adds arguments has nothing to check. */

#include "client/disq.h"

struct disq_request {
    char *buffer;
    size_t begin; /* the request is buffer[begin] to buffer[end] */
    size_t end;
    size_t capacity;
    size_t arg_count;
    bool has_failed;
};

/* Starts a new command. */
void disq_request_begin(struct disq_request *request);

void disq_request_add(struct disq_request *request, const void *bytes, size_t size);
void disq_request_add_word(struct disq_request *request, const char *word);
void disq_request_add_number(struct disq_request *request, int64_t number);

/* Completes it. 0 or DISQ_NO_MEMORY. */
int disq_request_end(struct disq_request *request);

/* Puts another complete request behind this one. 0 or DISQ_NO_MEMORY. */
int disq_request_append(struct disq_request *request, const struct disq_request *other);

/* Puts another number in the place of the one that is argument `index`, counting the command as 0. 0 or
 * DISQ_NO_MEMORY, the request as it was. */
int disq_request_set_number(struct disq_request *request, size_t index, int64_t number);

/* Gives back the buffer of a request that is not needed any more, if it is large. */
void disq_request_trim(struct disq_request *request);

void disq_request_fini(struct disq_request *request);

#endif
