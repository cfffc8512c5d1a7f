/* SPDX-License-Identifier: MIT */
/* Entries outlive the faults and clients that they stand for: how often one came to be is asked after it is
 * over. */
#include "mockd/sim/ledger.h"

#include "mockd/sim/bytes.h"

#include <stdlib.h>

void ledger_init(struct ledger *ledger)
{
    list_init(&ledger->entries);
}

static struct ledger_entry *entry_of(struct link *link)
{
    return OWNER_OF(link, struct ledger_entry, link);
}

static void free_entry(struct ledger_entry *entry)
{
    list_remove(&entry->link);
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

struct ledger_entry *ledger_open(struct ledger *ledger, const char *name, const char *text, const char *lack)
{
    struct ledger_entry *entry = xcalloc(1, sizeof(*entry));

    entry->name = copy_of(name);
    entry->text = copy_of(text);
    entry->lack = lack;
    list_prepend(&ledger->entries, &entry->link);
    return entry;
}

void ledger_hit(struct ledger_entry *entry)
{
    entry->hits++;
    entry->lack = NULL;
}

void ledger_close(struct ledger_entry *entry)
{
    entry->is_over = true;
    if (entry->name == NULL && entry->lack == NULL && !entry->is_kept)
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

const struct ledger_entry *ledger_lacking(const struct ledger *ledger)
{
    const struct ledger_entry *oldest = NULL;

    LIST_FOR_EACH (link, &ledger->entries)
        if (entry_of(link)->lack != NULL)
            oldest = entry_of(link);
    return oldest;
}
