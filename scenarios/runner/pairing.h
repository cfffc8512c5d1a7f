/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_PAIRING_H
#define SCENARIOS_RUNNER_PAIRING_H

/* Items and elements, of which some fit: each item is to have an element of its own. */

#include <stdbool.h>
#include <stddef.h>

struct pairing {
    size_t items;
    size_t elements;
    bool *fits;     /* items * elements */
    size_t *owners; /* of the elements: an item, or none */
    size_t *places; /* of the items: the element */
    bool *is_seen;  /* the elements that were looked at on behalf of one item */
};

/* None fit. */
void pairing_init(struct pairing *pairing, size_t items, size_t elements);
void pairing_fini(struct pairing *pairing);

void pairing_allow(struct pairing *pairing, size_t item, size_t element);

/* Gives each item an element that fits; false if that cannot be. */
bool pairing_complete(struct pairing *pairing);

/* Once it is complete: gives the item that element, if it fits, is not of an item before this one, and those
 * behind can still all have one. If not nothing is changed. */
bool pairing_fix(struct pairing *pairing, size_t item, size_t element);

#endif
