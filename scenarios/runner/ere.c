/* SPDX-License-Identifier: MIT */
/* Runs expressions as Thompson did in 1968: time is bounded by the size of the program times that of the
 * subject. The C library's own would end at a NUL, and takes all memory there is for twenty plus signs in a
 * row. */
#include "scenarios/runner/ere.h"

#include "scenarios/runner/ere_program.h"

#include <ctype.h>
#include <stdlib.h>

/* All places of the program that the search is at. */
struct search {
    const struct ere_instruction *program;
    size_t subject_size;
    size_t *seen;  /* of each instruction: the position, plus 1, at which it was reached last */
    size_t *stack; /* of instructions to go on from */
    size_t *places, *next_places;
    size_t count, next_count;
    bool is_found;
};

/* Reaches an instruction at a position of the subject, and from there all that needs no byte. */
static void reach(struct search *s, size_t place, size_t position, size_t *places, size_t *count)
{
    size_t depth = 0;

    s->stack[depth++] = place;
    while (depth > 0) {
        size_t at = s->stack[--depth];
        const struct ere_instruction *instruction = &s->program[at];

        if (s->seen[at] == position + 1)
            continue;
        s->seen[at] = position + 1;
        if (instruction->op == ERE_BYTE)
            places[(*count)++] = at;
        if (instruction->op == ERE_MATCH)
            s->is_found = true;
        if ((instruction->op == ERE_BEGIN && position == 0) ||
            (instruction->op == ERE_END && position == s->subject_size))
            s->stack[depth++] = at + 1;
        if (instruction->op == ERE_SPLIT) {
            s->stack[depth++] = at + (size_t)instruction->by;
            s->stack[depth++] = at + (size_t)instruction->or_by;
        }
    }
}

static void step(struct search *s, unsigned char byte, size_t position)
{
    size_t *places = s->places;

    s->next_count = 0;
    for (size_t i = 0; i < s->count; i++)
        if (s->program[places[i]].set[byte / 8] & (1u << byte % 8))
            reach(s, places[i] + 1, position + 1, s->next_places, &s->next_count);
    s->places = s->next_places;
    s->next_places = places;
    s->count = s->next_count;
}

static bool search(const struct ere_program *program, struct slice subject)
{
    size_t *memory = must_calloc(program->size * 5 + 2, sizeof(*memory));
    struct search s = {
        .program = program->list,
        .subject_size = subject.size,
        .seen = memory,
        .places = memory + program->size,
        .next_places = memory + program->size * 2,
        .stack = memory + program->size * 3,
    };

    for (size_t i = 0; i <= subject.size && !s.is_found; i++) {
        reach(&s, 0, i, s.places, &s.count);
        if (i < subject.size)
            step(&s, (unsigned char)subject.data[i], i);
    }
    free(memory);
    return s.is_found;
}

void ere_add_literal(struct text *expression, struct slice bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        if (!isalnum((unsigned char)bytes.data[i]))
            text_add_char(expression, '\\');
        text_add_char(expression, bytes.data[i]);
    }
}

const char *ere_check(struct slice expression)
{
    struct ere_program program;
    const char *error = ere_compile(&program, expression);

    ere_program_fini(&program);
    return error;
}

bool ere_search(struct slice expression, struct slice subject)
{
    struct ere_program program;
    bool is_found = ere_compile(&program, expression) == NULL && search(&program, subject);

    ere_program_fini(&program);
    return is_found;
}
