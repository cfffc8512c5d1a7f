/* SPDX-License-Identifier: MIT */
#ifndef FAULTY_H
#define FAULTY_H

/* Environments around others, which do one thing wrong to one reply of all that clients are sent. */

#include "client/disq.h"
#include "tests/torture/adds.h"
#include "tests/torture/fault.h"

struct faulty;

/* Does that to the reply with that number, counting from 0. `inner` is where all wait. Memory that has run
 * out ends the program. */
struct faulty *faulty_new(const struct disq_env *inner, enum fault_kind kind, int64_t reply);
void faulty_free(struct faulty *faulty);

/* For who connects through `inner`, one of those whose handles are told apart: a client, or somebody who is
 * not harmed. All wait for all. */
const struct disq_env *faulty_env(struct faulty *faulty, const struct disq_env *inner, bool is_client);

/* How many replies clients were sent; how many connections they have open. */
int64_t faulty_replies(const struct faulty *faulty);
int faulty_open_count(const struct faulty *faulty);

const struct adds *faulty_adds(const struct faulty *faulty);

#endif
