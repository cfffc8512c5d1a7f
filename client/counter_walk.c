/* SPDX-License-Identifier: MIT */
/* What there is to know of a counter beyond its maximum, which is what the client asks: by a walk over the
 * keys. */
#include "client/counter.h"

#include <string.h>

bool disq_counter_min(struct disq_counter *counter, int64_t now, struct disq_count *min)
{
    struct disq_count count;

    if (!disq_counter_first(counter, now, &count))
        return false;
    *min = count;
    while (disq_counter_next(counter, &count)) {
        if (count.count < min->count)
            *min = count;
    }
    return true;
}

size_t disq_counter_keys(struct disq_counter *counter, int64_t now, struct disq_count *counts, size_t size)
{
    struct disq_count count;
    size_t keys = 0;

    for (bool more = disq_counter_first(counter, now, &count); more;
         more = disq_counter_next(counter, &count)) {
        if (keys < size)
            counts[keys] = count;
        keys++;
    }
    return keys;
}

/* Where a count belongs among those before it, after its equals. */
static size_t place_of(const struct disq_count *counts, size_t size, int64_t count)
{
    size_t low = 0;

    while (size > 0) {
        size_t half = size / 2;

        if (counts[low + half].count <= count) {
            low += half + 1;
            size -= half + 1;
        } else {
            size = half;
        }
    }
    return low;
}

/* By insertion: it keeps the order of equals, and needs no memory. */
size_t disq_counter_ranked(struct disq_counter *counter, int64_t now, struct disq_count *counts, size_t size)
{
    size_t count = disq_counter_keys(counter, now, counts, size);

    for (size_t i = 1; i < count && i < size; i++) {
        struct disq_count moved = counts[i];
        size_t place = place_of(counts, i, moved.count);

        memmove(&counts[place + 1], &counts[place], (i - place) * sizeof(*counts));
        counts[place] = moved;
    }
    return count;
}
