/* SPDX-License-Identifier: MIT */
/* Kuhn's algorithm: who wants an element that is taken has its owner look for another first. */
#include "scenarios/runner/pairing.h"

#include "scenarios/runner/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NOBODY SIZE_MAX

void pairing_init(struct pairing *pairing, size_t items, size_t elements)
{
    *pairing = (struct pairing){
        .items = items,
        .elements = elements,
        .fits = must_calloc(items * elements, sizeof(bool)),
        .owners = must_calloc(elements, sizeof(size_t)),
        .places = must_calloc(items, sizeof(size_t)),
        .is_seen = must_calloc(elements, sizeof(bool)),
    };
    for (size_t i = 0; i < elements; i++)
        pairing->owners[i] = NOBODY;
}

void pairing_fini(struct pairing *pairing)
{
    free(pairing->fits);
    free(pairing->owners);
    free(pairing->places);
    free(pairing->is_seen);
}

void pairing_allow(struct pairing *pairing, size_t item, size_t element)
{
    pairing->fits[item * pairing->elements + element] = true;
}

static bool fits(const struct pairing *pairing, size_t item, size_t element)
{
    return pairing->fits[item * pairing->elements + element];
}

static void give(struct pairing *pairing, size_t item, size_t element)
{
    pairing->owners[element] = item;
    pairing->places[item] = element;
}

/* Items before `first` keep what they have. */
static bool find_place(struct pairing *pairing, size_t item, size_t first)
{
    for (size_t i = 0; i < pairing->elements; i++) {
        if (pairing->owners[i] == NOBODY && fits(pairing, item, i)) {
            give(pairing, item, i);
            return true;
        }
    }
    for (size_t i = 0; i < pairing->elements; i++) {
        if (pairing->is_seen[i] || pairing->owners[i] < first || !fits(pairing, item, i))
            continue;
        pairing->is_seen[i] = true;
        if (find_place(pairing, pairing->owners[i], first)) {
            give(pairing, item, i);
            return true;
        }
    }
    return false;
}

static void begin_search(struct pairing *pairing)
{
    memset(pairing->is_seen, 0, pairing->elements * sizeof(bool));
}

bool pairing_complete(struct pairing *pairing)
{
    for (size_t i = 0; i < pairing->items; i++) {
        begin_search(pairing);
        if (!find_place(pairing, i, 0))
            return false;
    }
    return true;
}

bool pairing_fix(struct pairing *pairing, size_t item, size_t element)
{
    size_t owner = pairing->owners[element], before = pairing->places[item];

    if (owner == item)
        return true;
    if (owner < item || !fits(pairing, item, element))
        return false;
    pairing->owners[before] = NOBODY;
    give(pairing, item, element);
    begin_search(pairing);
    if (owner == NOBODY || find_place(pairing, owner, item + 1))
        return true;
    give(pairing, owner, element);
    give(pairing, item, before);
    return false;
}
