/* SPDX-License-Identifier: MIT */
#ifndef DISQ_REPLY_H
#define DISQ_REPLY_H

/* Bytes in, replies out: the only user of hiredis, and only of its reader. */

#include "client/arena.h"
#include "client/disq.h"

struct redisReader;

struct disq_reader {
    struct redisReader *reader;
    struct disq_arena arena;
    struct disq_reply *root; /* of the reply being read */
    size_t reply_size;       /* bytes fed beyond the last reply */
    size_t reply_max;
    bool has_reply; /* the arena holds one that was handed out */
};

/* 0 or DISQ_NO_MEMORY. */
int disq_reader_init(struct disq_reader *reader, size_t reply_max);

/* Takes bytes as they come. 0 or DISQ_NO_MEMORY. */
int disq_reader_feed(struct disq_reader *reader, const char *bytes, size_t size);

/* Is there as much as the longest reply may have? Then the next one comes first, or an error. */
bool disq_reader_is_full(const struct disq_reader *reader);

/* The next complete reply, good until the next time: 0; DISQ_AGAIN: more bytes are needed; DISQ_PROTOCOL (or
 * one beyond reply_max) or DISQ_NO_MEMORY, after which the reader is of no use. */
int disq_reader_next(struct disq_reader *reader, const struct disq_reply **reply);

/* Makes the reply that was taken last good for longer: its memory becomes the arena, whose own the reader
 * takes. */
void disq_reader_keep(struct disq_reader *reader, struct disq_arena *arena);

/* Are there bytes beyond the replies that were taken? */
bool disq_reader_has_bytes(const struct disq_reader *reader);

void disq_reader_fini(struct disq_reader *reader);

/* Is it a string or status of exactly these bytes? */
bool disq_reply_is_word(const struct disq_reply *reply, const char *word);

/* The digits of a string or an integer reply as a number: 0, or DISQ_PROTOCOL. */
int disq_reply_number(const struct disq_reply *reply, int64_t *number);

#endif
