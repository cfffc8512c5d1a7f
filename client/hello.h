/* SPDX-License-Identifier: MIT */
#ifndef DISQ_HELLO_H
#define DISQ_HELLO_H

/* What a node says of itself and of the others. */

#include "client/disq.h"

/* Zeroed is empty. Its memory is used again for the next table. */
struct disq_table {
    struct disq_hello hello; /* its nodes are those below */
    struct disq_hello_node *nodes;
    size_t capacity;
};

/* Reads a reply to HELLO; `dialled` is the address that the node answered at, which stands for an empty one;
 * the others are mapped if the options say so. 0, DISQ_PROTOCOL or DISQ_NO_MEMORY, the table then being
 * empty.
 */
int disq_table_parse(struct disq_table *table, const struct disq_reply *reply, const char *dialled,
                     const struct disq_options *options);

void disq_table_fini(struct disq_table *table);

#endif
