/* SPDX-License-Identifier: MIT */
/* The counts are globals, as malloc has no argument for them. */
#include "tests/torture/allocations.h"

#include <stdlib.h>

static int64_t count, live, fails_at;
static bool goes_on;

void *torture_malloc(size_t size);
void *torture_calloc(size_t items, size_t size);
void *torture_realloc(void *old, size_t size);
void torture_free(void *block);

static bool fails(void)
{
    count++;
    return fails_at > 0 && (goes_on ? count >= fails_at : count == fails_at);
}

static void *counted(void *block)
{
    live += block != NULL;
    return block;
}

void *torture_malloc(size_t size)
{
    return fails() ? NULL : counted(malloc(size));
}

void *torture_calloc(size_t items, size_t size)
{
    return fails() ? NULL : counted(calloc(items, size));
}

void *torture_realloc(void *old, size_t size)
{
    if (fails())
        return NULL;
    return old == NULL ? counted(malloc(size)) : realloc(old, size);
}

void torture_free(void *block)
{
    live -= block != NULL;
    free(block);
}

void allocations_start(int64_t at, bool and_on)
{
    count = 0;
    fails_at = at;
    goes_on = and_on;
}

int64_t allocations_count(void)
{
    return count;
}

void allocations_heal(void)
{
    fails_at = 0;
}

int64_t allocations_live(void)
{
    return live;
}
