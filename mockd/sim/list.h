/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_LIST_H
#define MOCKD_SIM_LIST_H

#include "mockd/sim/owner.h"

#include <stdbool.h>

/* A ring of links that live inside their owners. The head is a link of its own; an empty list is a head that
 * points to itself, and so is a link that is in no list. */
struct link {
    struct link *next;
    struct link *prev;
};

#define LIST_FOR_EACH(item, head) for (struct link *item = (head)->next; item != (head); item = item->next)

/* As above, for a body that may take this very link out. */
#define LIST_FOR_EACH_SAFE(item, head)                                                                       \
    for (struct link *item = (head)->next, *item##_next = item->next; item != (head);                        \
         item = item##_next, item##_next = item->next)

static inline void list_init(struct link *head)
{
    head->next = head->prev = head;
}

static inline bool list_is_empty(const struct link *head)
{
    return head->next == head;
}

static inline void list_append(struct link *head, struct link *link)
{
    link->prev = head->prev;
    link->next = head;
    head->prev->next = link;
    head->prev = link;
}

static inline void list_prepend(struct link *head, struct link *link)
{
    list_append(head->next, link);
}

static inline void list_remove(struct link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    list_init(link);
}

/* Makes a new head of the list, and leaves the old one empty. */
static inline void list_take(struct link *to, struct link *from)
{
    list_init(to);
    if (list_is_empty(from))
        return;
    list_append(from, to);
    list_remove(from);
}

#endif
