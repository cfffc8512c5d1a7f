/* SPDX-License-Identifier: MIT */
/* A stack of bindings. Scenarios have a dozen names, so the search is linear. */
#include "scenarios/runner/vars.h"

#include <assert.h>
#include <stdlib.h>

void vars_fini(struct vars *vars)
{
    vars_rollback(vars, 0);
    free(vars->entries);
    *vars = (struct vars){0};
}

bool vars_get(const struct vars *vars, struct slice name, struct slice *value)
{
    for (size_t i = vars->count; i > 0; i--) {
        if (!slice_equal(text_slice(&vars->entries[i - 1].name), name))
            continue;
        if (value != NULL)
            *value = text_slice(&vars->entries[i - 1].value);
        return true;
    }
    return false;
}

void vars_bind(struct vars *vars, struct slice name, struct slice value)
{
    struct var *entry;

    assert(!vars_get(vars, name, NULL));
    if (vars->count == vars->capacity) {
        vars->capacity = vars->capacity == 0 ? 16 : vars->capacity * 2;
        vars->entries = must_realloc(vars->entries, vars->capacity * sizeof(*vars->entries));
    }
    entry = &vars->entries[vars->count++];
    *entry = (struct var){0};
    text_add(&entry->name, name);
    text_add(&entry->value, value);
}

size_t vars_mark(const struct vars *vars)
{
    return vars->count;
}

void vars_rollback(struct vars *vars, size_t mark)
{
    while (vars->count > mark) {
        struct var *entry = &vars->entries[--vars->count];

        text_fini(&entry->name);
        text_fini(&entry->value);
    }
}
