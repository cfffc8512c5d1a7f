/* SPDX-License-Identifier: MIT */
/* A binary heap that knows where each timer is, so that one can be moved or taken out from the middle: most
 * timers of jobs are moved long before they fire. */
#include "mockd/sim/heap.h"

#include "mockd/sim/bytes.h"

#include <stdlib.h>

void heap_fini(struct heap *heap)
{
    free(heap->slots);
    *heap = (struct heap){0};
}

struct timer *heap_top(const struct heap *heap)
{
    return heap->count > 0 ? heap->slots[1] : NULL;
}

static bool is_before(const struct timer *a, const struct timer *b)
{
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

static void set(struct heap *heap, size_t place, struct timer *timer)
{
    heap->slots[place] = timer;
    timer->place = place;
}

static void sift_up(struct heap *heap, struct timer *timer)
{
    size_t place = timer->place;

    for (; place > 1 && is_before(timer, heap->slots[place / 2]); place /= 2)
        set(heap, place, heap->slots[place / 2]);
    set(heap, place, timer);
}

static void sift_down(struct heap *heap, struct timer *timer)
{
    size_t place = timer->place;
    size_t child;

    for (; (child = place * 2) <= heap->count; place = child) {
        if (child < heap->count && is_before(heap->slots[child + 1], heap->slots[child]))
            child++;
        if (!is_before(heap->slots[child], timer))
            break;
        set(heap, place, heap->slots[child]);
    }
    set(heap, place, timer);
}

void heap_put(struct heap *heap, struct timer *timer)
{
    if (timer->place == 0) {
        if (heap->count + 1 >= heap->capacity) {
            heap->capacity = heap->capacity == 0 ? 64 : heap->capacity * 2;
            heap->slots = xrealloc(heap->slots, heap->capacity * sizeof(*heap->slots));
        }
        set(heap, ++heap->count, timer);
    }
    sift_up(heap, timer);
    sift_down(heap, timer);
}

void heap_remove(struct heap *heap, struct timer *timer)
{
    struct timer *last = heap->slots[heap->count--];

    if (last != timer) {
        set(heap, timer->place, last);
        sift_up(heap, last);
        sift_down(heap, last);
    }
    timer->place = 0;
}
