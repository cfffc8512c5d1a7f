/* SPDX-License-Identifier: MIT */
#ifndef SCRIPTED_WIRE_H
#define SCRIPTED_WIRE_H

/* A connection of the scripted environment: what the client wrote that no whole request came of yet, and what
 * is on its way to the client. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { SCRIPTED_TEXT_MAX = 1 << 16 };

enum parcel_kind { PARCEL_BYTES, PARCEL_END, PARCEL_RESET };

struct parcel {
    int64_t at_us; /* when it arrives, at the earliest */
    enum parcel_kind kind;
    char *bytes;
    size_t size;
    size_t taken;
};

struct wire {
    struct scripted_server *server; /* borrowed */
    bool is_refused;
    bool is_reset;
    char in[SCRIPTED_TEXT_MAX];
    size_t in_size;
    struct parcel *parcels;
    size_t count;
    size_t next;
};

/* Ends the program, saying why, unless it holds. */
void scripted_need(bool holds, const char *what);

/* Zeroed memory, and a copy of bytes with a NUL behind them. */
void *scripted_take(size_t size);
char *scripted_copy(const char *bytes, size_t size);

struct wire *wire_new(struct scripted_server *server);
void wire_free(struct wire *wire);

/* On its way to the client, to arrive then, behind all others. */
void wire_add(struct wire *wire, int64_t at_us, enum parcel_kind kind, const char *bytes, size_t size);

/* When the next thing arrives; INT64_MAX: never. */
int64_t wire_next_at_us(const struct wire *wire);

/* Up to size bytes of what has arrived, as disq_env's recv. */
ssize_t wire_read(struct wire *wire, int64_t now_us, char *bytes, size_t size);

/* Reads the first of the requests written into `words`, a text with room to spare: its words separated by
 * blanks, then |. How many bytes it is made of, or 0 as long as it is not complete. */
size_t wire_request(const struct wire *wire, char *words, size_t words_max);

/* Forgets the first bytes that were written. */
void wire_drop(struct wire *wire, size_t size);

#endif
