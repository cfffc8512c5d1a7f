/* SPDX-License-Identifier: MIT */
#include "tests/support/scripted_wire.h"

#include "client/disq.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void scripted_need(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "scripted environment: %s\n", what);
    abort();
}

void *scripted_take(size_t size)
{
    void *taken = calloc(1, size);

    scripted_need(taken != NULL, "out of memory");
    return taken;
}

char *scripted_copy(const char *bytes, size_t size)
{
    char *copied = scripted_take(size + 1);

    memcpy(copied, bytes, size);
    return copied;
}

struct wire *wire_new(struct scripted_server *server)
{
    struct wire *wire = scripted_take(sizeof(*wire));

    wire->server = server;
    return wire;
}

void wire_free(struct wire *wire)
{
    for (size_t i = 0; i < wire->count; i++)
        free(wire->parcels[i].bytes);
    free(wire->parcels);
    free(wire);
}

void wire_add(struct wire *wire, int64_t at_us, enum parcel_kind kind, const char *bytes, size_t size)
{
    wire->parcels = realloc(wire->parcels, (wire->count + 1) * sizeof(*wire->parcels));
    scripted_need(wire->parcels != NULL, "out of memory");
    wire->parcels[wire->count++] = (struct parcel){
        .at_us = at_us,
        .kind = kind,
        .bytes = scripted_copy(bytes, size),
        .size = size,
    };
}

int64_t wire_next_at_us(const struct wire *wire)
{
    return wire->next < wire->count ? wire->parcels[wire->next].at_us : INT64_MAX;
}

ssize_t wire_read(struct wire *wire, int64_t now_us, char *bytes, size_t size)
{
    struct parcel *parcel;

    if (wire_next_at_us(wire) > now_us)
        return DISQ_AGAIN;
    parcel = &wire->parcels[wire->next];
    if (parcel->kind != PARCEL_BYTES)
        return parcel->kind == PARCEL_END ? 0 : DISQ_RESET;
    if (size > parcel->size - parcel->taken)
        size = parcel->size - parcel->taken;
    memcpy(bytes, parcel->bytes + parcel->taken, size);
    parcel->taken += size;
    wire->next += parcel->taken == parcel->size;
    return (ssize_t)size;
}

/* ---- Requests ---- */

/* Reads "$N\r\n" or "*N\r\n": how many bytes that is, or 0 as long as they are not all there. */
static size_t read_number(const char *bytes, size_t size, char type, size_t *number)
{
    const char *end = memchr(bytes, '\n', size);

    if (size > 0)
        scripted_need(bytes[0] == type, "not a request");
    if (end == NULL)
        return 0;
    *number = strtoul(bytes + 1, NULL, 10);
    return (size_t)(end - bytes) + 1;
}

size_t wire_request(const struct wire *wire, char *words, size_t words_max)
{
    const char *bytes = wire->in;
    size_t count = 0, word_size = 0, used = 0;
    size_t at = read_number(bytes, wire->in_size, '*', &count);

    for (size_t i = 0; at > 0 && i < count; i++) {
        size_t head = read_number(bytes + at, wire->in_size - at, '$', &word_size);

        if (head == 0 || wire->in_size - at - head < word_size + 2)
            return 0;
        scripted_need(used + word_size + 3 < words_max, "too many requests");
        if (i > 0)
            words[used++] = ' ';
        memcpy(words + used, bytes + at + head, word_size);
        used += word_size;
        at += head + word_size + 2;
    }
    if (at > 0)
        strcpy(words + used, "|");
    return at;
}

void wire_drop(struct wire *wire, size_t size)
{
    memmove(wire->in, wire->in + size, wire->in_size - size);
    wire->in_size -= size;
}
