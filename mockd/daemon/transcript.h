/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_TRANSCRIPT_H
#define MOCKD_DAEMON_TRANSCRIPT_H

#include "mockd/front/tap.h"

/* What clients have sent and got, in the words of a scenario: the last few megabytes of it. */
struct transcript;

struct transcript *transcript_new(void);

/* NULL is fine. */
void transcript_free(struct transcript *transcript);

/* For the loop whose clients it is to listen to. */
const struct tap *transcript_tap(const struct transcript *transcript);

void transcript_forget(struct transcript *transcript);

/* Appends, as an array, the lines of a node's clients ("A"), or of one of these, by its number or name
 * ("A.3", "A.worker"); an error if that one has no lines. */
void transcript_reply(const struct transcript *transcript, struct buffer *out, const char *whose);

#endif
