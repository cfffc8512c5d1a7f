/* SPDX-License-Identifier: MIT */
/* A heap that knows where each timer is, so that one can be moved or taken out from the middle: most timers
 * of jobs are moved long before they fire. Four children each: half as deep as with two, and the four lie
 * together. */
#include "mockd/sim/heap.h"

#include "mockd/sim/bytes.h"
#include "mockd/sim/clock.h"

#include <assert.h>
#include <stdlib.h>

enum { CHILDREN = 4 };

void heap_fini(struct heap *heap)
{
    free(heap->slots);
    *heap = (struct heap){0};
}

struct timer *heap_top(const struct heap *heap)
{
    return heap->count > 0 ? heap->slots[1].timer : NULL;
}

static bool is_before(const struct heap_slot *a, const struct heap_slot *b)
{
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->timer->order < b->timer->order;
}

static size_t parent_of(size_t index)
{
    return (index + CHILDREN - 2) / CHILDREN;
}

static size_t first_child_of(size_t index)
{
    return CHILDREN * index - (CHILDREN - 2);
}

static void set(struct heap *heap, size_t index, struct heap_slot slot)
{
    heap->slots[index] = slot;
    slot.timer->heap_index = (uint32_t)index;
}

/* Gives where it ends up. */
static size_t sift_up(struct heap *heap, size_t index)
{
    struct heap_slot slot = heap->slots[index];

    for (; index > 1 && is_before(&slot, &heap->slots[parent_of(index)]); index = parent_of(index))
        set(heap, index, heap->slots[parent_of(index)]);
    set(heap, index, slot);
    return index;
}

/* The child of an index that is due first; 0 if it has none. */
static size_t first_due_child(const struct heap *heap, size_t index)
{
    size_t first = first_child_of(index), due = first;

    if (first > heap->count)
        return 0;
    for (size_t child = first + 1; child < first + CHILDREN && child <= heap->count; child++)
        if (is_before(&heap->slots[child], &heap->slots[due]))
            due = child;
    return due;
}

static void sift_down(struct heap *heap, size_t index)
{
    struct heap_slot slot = heap->slots[index];
    size_t child;

    while ((child = first_due_child(heap, index)) != 0 && is_before(&heap->slots[child], &slot)) {
        set(heap, index, heap->slots[child]);
        index = child;
    }
    set(heap, index, slot);
}

static void settle(struct heap *heap, size_t index)
{
    sift_down(heap, sift_up(heap, index));
}

void heap_put(struct heap *heap, struct timer *timer)
{
    if (timer->heap_index == 0) {
        if (heap->count + 1 >= heap->capacity) {
            heap->capacity = heap->capacity == 0 ? 64 : heap->capacity * 2;
            heap->slots = xrealloc(heap->slots, heap->capacity * sizeof(*heap->slots));
        }
        assert(heap->count < UINT32_MAX);
        timer->heap_index = (uint32_t)++heap->count;
    }
    heap->slots[timer->heap_index] = (struct heap_slot){timer->at_us, timer};
    settle(heap, timer->heap_index);
}

void heap_remove(struct heap *heap, struct timer *timer)
{
    struct heap_slot last = heap->slots[heap->count--];

    if (last.timer != timer) {
        heap->slots[timer->heap_index] = last;
        settle(heap, timer->heap_index);
    }
    timer->heap_index = 0;
}
