/* SPDX-License-Identifier: MIT */
#ifndef DISQ_COMMAND_H
#define DISQ_COMMAND_H

/* What the calls have in common: making a request, and what most replies mean. */

#include "client/call.h"
#include "client/options.h"

enum { DISQ_NUMBER_SIZE = 24 };

/* Adds a call's only part, its request begun with the command's name. NULL: out of memory. */
struct disq_request *disq_command_request(struct disq_call *call, enum disq_role role);

/* Adds a queue's name; size 0: it ends with its NUL. */
void disq_command_add_queue(struct disq_request *request, const char *queue, size_t size);

/* Adds an option and its value, unless that is 0. */
void disq_command_add_option(struct disq_request *request, const char *name, int64_t number);

/* Starts a call of the command's name and these arguments, to the home node. An argument that is NULL is
 * DISQ_INVALID. */
int disq_command_send(struct disq *client, const struct disq_command *command, const struct disq_bytes *args,
                      size_t count);

/* Are the options of ADDJOB in range? */
bool disq_addjob_can_be(const struct disq_addjob_options *options);

/* Arguments: a queue's name (NULL: one that cannot be), a text, a number in its digits. */
struct disq_bytes disq_queue_arg(const char *queue, size_t size);
struct disq_bytes disq_text_arg(const char *text);
struct disq_bytes disq_number_arg(char digits[DISQ_NUMBER_SIZE], int64_t number);

/* For struct disq_command: the status OK, an integer, a string, any reply. */
int disq_on_ok(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply);
int disq_on_number(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply);
int disq_on_string(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply);
int disq_on_any(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply);

static inline bool disq_is_within(int64_t number, int64_t min, int64_t max)
{
    return number >= min && number <= max;
}

#endif
