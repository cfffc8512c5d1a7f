/* SPDX-License-Identifier: MIT */
#ifndef ADDS_H
#define ADDS_H

/* The ADDJOBs that servers saw: was one of them asked for more often than it should have been? */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ADDS_MAX = 4096 };

/* Zeroed is none. */
struct adds {
    uint64_t hashes[ADDS_MAX];
    size_t count;
};

/* Notes a request, if it is one. */
void adds_note(struct adds *adds, const char *request, size_t size);

/* Is any among them more often than in the others, and more than once? */
bool adds_exceed(const struct adds *adds, const struct adds *others);

#endif
