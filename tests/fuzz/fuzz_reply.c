/* SPDX-License-Identifier: MIT */
/* Replies from any bytes, and what a scenario may expect of them. The input is an expected value, a NUL, and
 * a reply: whatever both are, comparing them leaves no name bound if they differ. */
#include "scenarios/runner/match.h"
#include "scenarios/runner/wire.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool is_true)
{
    if (!is_true)
        abort();
}

/* What was measured can be read, printed, and is the same with bytes behind it cut off. */
static struct value read_reply(struct arena *arena, struct slice bytes, size_t size)
{
    struct value value = wire_parse(arena, bytes);
    struct text text = {0};
    size_t again;

    require(size > 0 && size <= bytes.size);
    require(wire_measure((struct slice){bytes.data, size}, &again) == WIRE_REPLY && again == size);
    require(wire_measure((struct slice){bytes.data, size - 1}, &again) == WIRE_PARTIAL);
    value_print(&value, &text);
    text_fini(&text);
    return value;
}

static void compare(struct arena *arena, struct slice expected, const struct value *value)
{
    struct vars names = {0}, vars = {0};
    struct cursor cursor = {
        .at = expected.data, .end = expected.data + expected.size, .arena = arena, .names = &names};
    struct pattern pattern;

    if (pattern_take(&pattern, &cursor)) {
        bool is_match = match(&pattern, value, &vars);

        require(is_match || vars_mark(&vars) == 0);
        require(!is_match || match(&pattern, value, &vars));
    } else {
        require(cursor.wrong_at >= expected.data && cursor.wrong_at <= expected.data + expected.size);
    }
    vars_fini(&names);
    vars_fini(&vars);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *nul = size > 0 ? memchr(data, 0, size) : NULL;
    struct slice expected = {(const char *)data, nul != NULL ? (size_t)(nul - data) : size};
    struct slice reply = {"$-1\r\n", 5};
    struct arena arena = {0};
    struct value value;
    size_t used;

    if (nul != NULL)
        reply = (struct slice){(const char *)nul + 1, size - expected.size - 1};
    if (expected.size > 0 && wire_measure(reply, &used) == WIRE_REPLY) {
        value = read_reply(&arena, reply, used);
        compare(&arena, expected, &value);
    }
    arena_fini(&arena);
    return 0;
}
