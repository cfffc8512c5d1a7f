/* SPDX-License-Identifier: MIT */
/* By a table, as servers of other versions have other fields, and may tell them in another order. */
#include "client/field.h"

#include "client/reply.h"

const struct disq_reply *disq_reply_field(const struct disq_reply *reply, const char *name)
{
    const struct disq_reply *field = reply != NULL ? reply->first : NULL;

    for (; field != NULL && field->next != NULL; field = field->next->next) {
        if (disq_reply_is_word(field, name))
            return field->next;
    }
    return NULL;
}

static int parse_text(const struct disq_reply *value, struct disq_bytes *to)
{
    if (value->type == DISQ_REPLY_NIL)
        return 0;
    if (value->type != DISQ_REPLY_STRING)
        return DISQ_PROTOCOL;
    *to = (struct disq_bytes){.data = value->text, .size = value->size};
    return 0;
}

static int parse(enum disq_field_kind kind, const struct disq_reply *value, void *to)
{
    switch (kind) {
    case DISQ_FIELD_NUMBER:
        return value->type == DISQ_REPLY_NIL ? 0 : disq_reply_number(value, to);
    case DISQ_FIELD_TEXT:
        return parse_text(value, to);
    case DISQ_FIELD_WORD:
        *(const char **)to = value->text;
        return value->type == DISQ_REPLY_STRING ? 0 : DISQ_PROTOCOL;
    case DISQ_FIELD_LIST:
        *(const struct disq_reply **)to = value;
        return value->type == DISQ_REPLY_ARRAY ? 0 : DISQ_PROTOCOL;
    }
    return DISQ_PROTOCOL;
}

int disq_fields_parse(const struct disq_field *fields, size_t count, const struct disq_reply *reply, void *to)
{
    int rc = 0;

    if (reply->type != DISQ_REPLY_ARRAY)
        return DISQ_PROTOCOL;
    for (size_t i = 0; i < count && rc == 0; i++) {
        const struct disq_reply *value = disq_reply_field(reply, fields[i].name);

        if (value != NULL)
            rc = parse(fields[i].kind, value, (char *)to + fields[i].offset);
    }
    return rc;
}
