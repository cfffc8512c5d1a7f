/* SPDX-License-Identifier: MIT */
#ifndef DISQ_FIELD_H
#define DISQ_FIELD_H

/* Replies that are names and values, taking turns, read into structs by a table. Names that it does not know
 * are let pass; what the reply does not have stays as it is. */

#include "client/disq.h"

enum disq_field_kind {
    DISQ_FIELD_NUMBER, /* int64_t; left alone by a null */
    DISQ_FIELD_TEXT,   /* struct disq_bytes */
    DISQ_FIELD_WORD,   /* const char * */
    DISQ_FIELD_LIST,   /* const struct disq_reply *, an array */
};

struct disq_field {
    const char *name;
    enum disq_field_kind kind;
    size_t offset;
};

/* 0, or DISQ_PROTOCOL. Texts are the reply's. */
int disq_fields_parse(const struct disq_field *fields, size_t count, const struct disq_reply *reply,
                      void *to);

#endif
