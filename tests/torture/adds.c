/* SPDX-License-Identifier: MIT */
#include "tests/torture/adds.h"

#include "tests/torture/stream.h"

#include <string.h>

static uint64_t hash(const char *bytes, size_t size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

void adds_note(struct adds *adds, const char *request, size_t size)
{
    enum { HEAD = 24 }; /* where the command's name ends at the latest */

    if (memmem(request, size < HEAD ? size : HEAD, "ADDJOB", 6) == NULL)
        return;
    stream_need(adds->count < ADDS_MAX, "too many ADDJOBs");
    adds->hashes[adds->count++] = hash(request, size);
}

static size_t count_of(const struct adds *adds, uint64_t hash)
{
    size_t count = 0;

    for (size_t i = 0; i < adds->count; i++)
        count += adds->hashes[i] == hash;
    return count;
}

/* A call that there failed before it could be sent may be sent here, once. */
bool adds_exceed(const struct adds *adds, const struct adds *others)
{
    for (size_t i = 0; i < adds->count; i++) {
        size_t expected = count_of(others, adds->hashes[i]);

        if (count_of(adds, adds->hashes[i]) > (expected > 0 ? expected : 1))
            return true;
    }
    return false;
}
