/* SPDX-License-Identifier: MIT */
/* Numbers only grow along the list, so a walk that was interrupted goes on at the first number that is not
 * below its own, whatever was taken out in between. */
#include "mockd/sim/roll.h"

static struct roll_entry *owner(const struct roll *roll, struct link *link)
{
    return link == &roll->entries ? NULL : OWNER_OF(link, struct roll_entry, link);
}

void roll_init(struct roll *roll)
{
    *roll = (struct roll){0};
    list_init(&roll->entries);
}

void roll_add(struct roll *roll, struct roll_entry *entry)
{
    entry->number = ++roll->last;
    list_append(&roll->entries, &entry->link);
}

void roll_remove(struct roll *roll, struct roll_entry *entry)
{
    if (roll->mark == entry)
        roll->mark = roll_next(roll, entry);
    list_remove(&entry->link);
    entry->number = 0;
}

struct roll_entry *roll_first(const struct roll *roll)
{
    return owner(roll, roll->entries.next);
}

struct roll_entry *roll_next(const struct roll *roll, const struct roll_entry *entry)
{
    return owner(roll, entry->link.next);
}

struct roll_entry *roll_from(const struct roll *roll, uint64_t number)
{
    struct roll_entry *entry = roll->mark;

    /* The mark serves if nothing that is asked for lies before it. */
    if (entry == NULL || entry->number < number || owner(roll, entry->link.prev) == NULL ||
        owner(roll, entry->link.prev)->number >= number)
        entry = roll_first(roll);
    while (entry != NULL && entry->number < number)
        entry = roll_next(roll, entry);
    return entry;
}

void roll_mark(struct roll *roll, struct roll_entry *entry)
{
    roll->mark = entry;
}
