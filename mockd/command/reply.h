/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_COMMAND_REPLY_H
#define MOCKD_COMMAND_REPLY_H

#include "mockd/sim/bytes.h"

/* Replies in the Redis protocol, appended to a client's output. */

void reply_status(struct buffer *out, const char *text);
void reply_status_bytes(struct buffer *out, struct bytes text);

/* The whole line behind the minus: "ERR syntax error". A CR or LF in it becomes a blank. */
void reply_error(struct buffer *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, of bytes that may hold anything. */
void reply_error_bytes(struct buffer *out, struct bytes line);

void reply_integer(struct buffer *out, int64_t value);
void reply_bulk(struct buffer *out, struct bytes bytes);
void reply_text(struct buffer *out, const char *text);      /* as a bulk string */
void reply_number_text(struct buffer *out, int64_t number); /* the same, in decimal */
void reply_nil(struct buffer *out);
void reply_nil_array(struct buffer *out);

/* The head of an array; its elements follow. */
void reply_array(struct buffer *out, size_t count);

/* The same, put before what was appended since out->size was `at`. */
void reply_array_at(struct buffer *out, size_t at, size_t count);

/* The errors that many commands have in common (§1.4). */
void reply_syntax_error(struct buffer *out);
void reply_not_an_integer(struct buffer *out);
void reply_bad_id(struct buffer *out);
void reply_leaving(struct buffer *out);

#endif
