/* SPDX-License-Identifier: MIT */
#include "mockd/sim/ledger.h"

#include "mockd/sim/bytes.h"

#include <stdlib.h>

void ledger_init(struct ledger *ledger)
{
    list_init(&ledger->entries);
}

static struct ledger_entry *entry_of(struct link *link)
{
    return LIST_OWNER(link, struct ledger_entry, place);
}

static void free_entry(struct ledger_entry *entry)
{
    list_remove(&entry->place);
    free(entry->name);
    free(entry->text);
    free(entry);
}

void ledger_fini(struct ledger *ledger)
{
    LIST_FOR_EACH_SAFE (link, &ledger->entries)
        free_entry(entry_of(link));
}

static char *copy_of(const char *text)
{
    return text != NULL ? xmemdup(text, strlen(text) + 1) : NULL;
}

struct ledger_entry *ledger_open(struct ledger *ledger, const char *name, const char *text, bool is_needed)
{
    struct ledger_entry *entry = xcalloc(1, sizeof(*entry));

    entry->name = copy_of(name);
    entry->text = copy_of(text);
    entry->is_needed = is_needed;
    list_prepend(&ledger->entries, &entry->place);
    return entry;
}

static bool is_missed(const struct ledger_entry *entry)
{
    return entry->is_needed && entry->hits == 0;
}

void ledger_close(struct ledger_entry *entry)
{
    entry->is_over = true;
    if (entry->name == NULL && !is_missed(entry))
        free_entry(entry);
}

struct ledger_entry *ledger_find(const struct ledger *ledger, const char *name)
{
    LIST_FOR_EACH (link, &ledger->entries) {
        struct ledger_entry *entry = entry_of(link);

        if (entry->name != NULL && strcmp(entry->name, name) == 0)
            return entry;
    }
    return NULL;
}

const struct ledger_entry *ledger_missed(const struct ledger *ledger)
{
    const struct ledger_entry *oldest = NULL;

    LIST_FOR_EACH (link, &ledger->entries)
        if (is_missed(entry_of(link)))
            oldest = entry_of(link);
    return oldest;
}
