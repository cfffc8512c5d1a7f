/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_WIRE_H
#define SCENARIOS_RUNNER_WIRE_H

/* The protocol, from a client's side. */

#include "scenarios/runner/value.h"

enum wire_result {
    WIRE_REPLY,
    WIRE_PARTIAL, /* more bytes are needed */
    WIRE_GARBAGE, /* this is no reply */
};

/* How long is the reply that these bytes begin with? *size is set for WIRE_REPLY. */
enum wire_result wire_measure(struct slice bytes, size_t *size);

/* The reply that the bytes begin with; wire_measure must have found one. */
struct value wire_parse(struct arena *arena, struct slice bytes);

/* Adds the head of a request of that many arguments, then each of them. */
void wire_add_request(struct text *out, size_t count);
void wire_add_argument(struct text *out, struct slice argument);

#endif
