/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_VISIT_H
#define MOCKD_NODE_VISIT_H

#include "mockd/sim/clock.h"
#include "mockd/sim/list.h"

struct node;

/* A client, as the client timer sees it (§9.1). */
struct visitor {
    struct link link;
    bool is_waiting; /* kept by visits_want */
    void (*on_visit)(struct visitor *visitor);
};

/* The client timer of a node: hz times a second it visits its clients in turn, max(5, clients / hz) of them.
 * It runs only while one of them waits for something. */
struct visits {
    struct node *node;
    struct link visitors;
    size_t count;
    size_t waiting_count;
    int64_t last_at_us; /* when it ran last */
    struct timer timer;
};

void visits_init(struct visits *visits, struct node *node);
void visits_fini(struct visits *visits);

void visits_join(struct visits *visits, struct visitor *visitor);
void visits_leave(struct visits *visits, struct visitor *visitor);

/* From now on, or no more, the visitor waits for something that its on_visit looks at. */
void visits_want(struct visits *visits, struct visitor *visitor, bool is_waiting);

#endif
