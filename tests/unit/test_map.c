/* SPDX-License-Identifier: MIT */
#include "mockd/sim/map.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ENTRIES = 2000 };

struct entry {
    char key[16];
    size_t size;
    struct map_link link;
};

static struct bytes key_of(const void *entry)
{
    const struct entry *e = entry;

    return (struct bytes){e->key, e->size};
}

static void fill(struct map *map, struct entry *entries)
{
    map_init(map, key_of, offsetof(struct entry, link));
    for (int i = 0; i < ENTRIES; i++) {
        entries[i].size = (size_t)snprintf(entries[i].key, sizeof(entries[i].key), "key-%d", i * 7);
        map_add(map, &entries[i]);
    }
}

static void entries_are_found_by_key(void **state)
{
    static struct entry entries[ENTRIES];
    struct map map;

    (void)state;
    fill(&map, entries);

    for (int i = 0; i < ENTRIES; i++)
        assert_ptr_equal(map_get(&map, key_of(&entries[i])), &entries[i]);
    assert_null(map_get(&map, bytes_of("key-1")));
    map_fini(&map);
}

static void removal_leaves_the_others_findable(void **state)
{
    static struct entry entries[ENTRIES];
    struct map map;

    (void)state;
    fill(&map, entries);

    for (int i = 0; i < ENTRIES; i += 2)
        map_remove(&map, &entries[i]);

    assert_int_equal(map.count, ENTRIES / 2);
    for (int i = 0; i < ENTRIES; i++)
        assert_ptr_equal(map_get(&map, key_of(&entries[i])), i % 2 == 0 ? NULL : &entries[i]);
    map_fini(&map);
}

static void keys_may_be_empty_or_hold_nuls(void **state)
{
    struct entry empty = {.size = 0};
    struct entry nul = {.key = "a\0b", .size = 3};
    struct map map;

    (void)state;
    map_init(&map, key_of, offsetof(struct entry, link));
    map_add(&map, &empty);
    map_add(&map, &nul);

    assert_ptr_equal(map_get(&map, (struct bytes){"", 0}), &empty);
    assert_ptr_equal(map_get(&map, (struct bytes){"a\0b", 3}), &nul);
    assert_null(map_get(&map, (struct bytes){"a\0c", 3}));
    map_fini(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_found_by_key),
        cmocka_unit_test(removal_leaves_the_others_findable),
        cmocka_unit_test(keys_may_be_empty_or_hold_nuls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
