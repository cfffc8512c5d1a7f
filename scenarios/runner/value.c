/* SPDX-License-Identifier: MIT */
/* Replies and results, and how they are shown. */
#include "scenarios/runner/value.h"

#include <inttypes.h>
#include <stdio.h>

struct value value_nil(void)
{
    return (struct value){.kind = VALUE_NIL};
}

struct value value_nil_array(void)
{
    return (struct value){.kind = VALUE_NIL_ARRAY};
}

struct value value_integer(int64_t integer)
{
    return (struct value){.kind = VALUE_INTEGER, .integer = integer};
}

struct value value_status(struct arena *arena, struct slice text)
{
    return (struct value){.kind = VALUE_STATUS, .text = arena_copy(arena, text)};
}

struct value value_error(struct arena *arena, struct slice text)
{
    return (struct value){.kind = VALUE_ERROR, .text = arena_copy(arena, text)};
}

struct value value_bulk(struct arena *arena, struct slice text)
{
    return (struct value){.kind = VALUE_BULK, .text = arena_copy(arena, text)};
}

struct value value_failure(struct arena *arena, struct slice name)
{
    return (struct value){.kind = VALUE_FAILURE, .text = arena_copy(arena, name)};
}

struct value value_array(struct arena *arena, size_t count)
{
    return (struct value){
        .kind = VALUE_ARRAY, .items = arena_new(arena, count, sizeof(struct value)), .count = count};
}

bool value_text(struct arena *arena, const struct value *value, struct slice *text)
{
    char digits[24];

    if (value->kind == VALUE_INTEGER) {
        snprintf(digits, sizeof(digits), "%" PRId64, value->integer);
        *text = arena_copy(arena, slice_of(digits));
        return true;
    }
    *text = value->text;
    return value->kind == VALUE_BULK || value->kind == VALUE_STATUS;
}

static void print_nil(const struct value *value, struct text *out)
{
    text_add(out, slice_of(value->kind == VALUE_NIL ? "nil" : "nil[]"));
}

/* A line can hold control characters only by mistake, which is then worth seeing. */
static void print_line(const struct value *value, struct text *out)
{
    static const char signs[] = {[VALUE_STATUS] = '+', [VALUE_ERROR] = '-', [VALUE_FAILURE] = '!'};

    text_add_char(out, signs[value->kind]);
    for (size_t i = 0; i < value->text.size; i++) {
        unsigned char c = (unsigned char)value->text.data[i];

        if (c < ' ' || c == 0x7f)
            text_printf(out, "\\x%02x", c);
        else
            text_add_char(out, (char)c);
    }
}

static void print_integer(const struct value *value, struct text *out)
{
    text_printf(out, "%" PRId64, value->integer);
}

static void print_bulk(const struct value *value, struct text *out)
{
    text_add_quoted(out, value->text);
}

static void print_array(const struct value *value, struct text *out)
{
    text_add_char(out, '[');
    for (size_t i = 0; i < value->count; i++) {
        if (i > 0)
            text_add(out, slice_of(", "));
        value_print(&value->items[i], out);
    }
    text_add_char(out, ']');
}

void value_print(const struct value *value, struct text *out)
{
    static void (*const printers[])(const struct value *value, struct text *out) = {
        [VALUE_NIL] = print_nil,     [VALUE_NIL_ARRAY] = print_nil,   [VALUE_STATUS] = print_line,
        [VALUE_ERROR] = print_line,  [VALUE_INTEGER] = print_integer, [VALUE_BULK] = print_bulk,
        [VALUE_ARRAY] = print_array, [VALUE_FAILURE] = print_line,
    };

    printers[value->kind](value, out);
}
