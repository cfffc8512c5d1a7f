/* SPDX-License-Identifier: MIT */
/* Writes the program while it reads the expression: what is repeated is copied, and what stands in front of
 * an alternative is put there by moving it. */
#include "scenarios/runner/ere_program.h"

#include <ctype.h>
#include <stdlib.h>

#define PROGRAM_MAX 20000
#define COUNT_MAX   255 /* of {n,m}, what POSIX asks for */
#define DEPTH_MAX   100

struct compiler {
    const unsigned char *at, *end;
    struct ere_instruction *program;
    size_t size;
    int depth;
    const char *error; /* the first; NULL: none */
};

static bool fail(struct compiler *c, const char *error)
{
    if (c->error == NULL)
        c->error = error;
    return false;
}

/* Makes room for that many instructions at a place of the program, whose end moves. */
static bool make_room(struct compiler *c, size_t at, size_t count)
{
    if (c->size + count > PROGRAM_MAX)
        return fail(c, "too many repetitions");
    c->program = must_realloc(c->program, (c->size + count) * sizeof(*c->program));
    memmove(c->program + at + count, c->program + at, (c->size - at) * sizeof(*c->program));
    memset(c->program + at, 0, count * sizeof(*c->program));
    c->size += count;
    return true;
}

static bool put_split(struct compiler *c, size_t at, int by, int or_by)
{
    if (!make_room(c, at, 1))
        return false;
    c->program[at].op = ERE_SPLIT;
    c->program[at].by = by;
    c->program[at].or_by = or_by;
    return true;
}

static bool put(struct compiler *c, enum ere_op op)
{
    if (!make_room(c, c->size, 1))
        return false;
    c->program[c->size - 1].op = op;
    return true;
}

static void set_add(uint8_t *set, unsigned byte)
{
    set[byte / 8] |= (uint8_t)(1u << byte % 8);
}

static bool put_byte(struct compiler *c, unsigned char byte)
{
    if (!put(c, ERE_BYTE))
        return false;
    set_add(c->program[c->size - 1].set, byte);
    return true;
}

static bool put_any(struct compiler *c)
{
    if (!put(c, ERE_BYTE))
        return false;
    memset(c->program[c->size - 1].set, 0xff, sizeof(c->program->set));
    return true;
}

/* Takes "[:alpha:]", which the compiler stands at. */
static bool take_class(struct compiler *c, uint8_t *set)
{
    static const struct {
        const char *name;
        int (*has)(int byte);
    } classes[] = {
        {"[:alnum:]", isalnum}, {"[:alpha:]", isalpha}, {"[:blank:]", isblank}, {"[:cntrl:]", iscntrl},
        {"[:digit:]", isdigit}, {"[:graph:]", isgraph}, {"[:lower:]", islower}, {"[:print:]", isprint},
        {"[:punct:]", ispunct}, {"[:space:]", isspace}, {"[:upper:]", isupper}, {"[:xdigit:]", isxdigit},
    };

    for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
        size_t size = strlen(classes[i].name);

        if ((size_t)(c->end - c->at) < size || memcmp(c->at, classes[i].name, size) != 0)
            continue;
        for (int byte = 0; byte < 256; byte++)
            if (classes[i].has(byte))
                set_add(set, (unsigned)byte);
        c->at += size;
        return true;
    }
    return fail(c, "unknown class in [ ]");
}

/* Takes a byte, or a range of them. */
static bool take_range(struct compiler *c, uint8_t *set)
{
    unsigned low = *c->at++, high = low;

    if (c->end - c->at > 1 && c->at[0] == '-' && c->at[1] != ']') {
        high = c->at[1];
        c->at += 2;
    }
    if (low > high)
        return fail(c, "a range in [ ] ends before it begins");
    for (unsigned byte = low; byte <= high; byte++)
        set_add(set, byte);
    return true;
}

/* Takes what follows a "[". */
static bool take_bracket(struct compiler *c)
{
    const unsigned char *first;
    uint8_t set[32] = {0};
    bool is_inverse = c->at < c->end && *c->at == '^';

    c->at += is_inverse;
    for (first = c->at; c->at < c->end && (*c->at != ']' || c->at == first);) {
        bool is_class = *c->at == '[' && c->end - c->at > 1 && memchr(":=.", c->at[1], 3) != NULL;

        if (!(is_class ? take_class(c, set) : take_range(c, set)))
            return false;
    }
    if (c->at == c->end)
        return fail(c, "unmatched [");
    c->at++;
    if (!put(c, ERE_BYTE))
        return false;
    for (size_t i = 0; i < sizeof(set); i++)
        c->program[c->size - 1].set[i] = is_inverse ? (uint8_t)~set[i] : set[i];
    return true;
}

static bool take_choice(struct compiler *c);

/* Takes what follows a "(". */
static bool take_group(struct compiler *c)
{
    if (++c->depth > DEPTH_MAX)
        return fail(c, "too many parentheses within each other");
    if (!take_choice(c))
        return false;
    if (c->at == c->end)
        return fail(c, "unmatched (");
    c->at++;
    c->depth--;
    return true;
}

static bool take_atom(struct compiler *c)
{
    switch (*c->at++) {
    case '(':
        return take_group(c);
    case '[':
        return take_bracket(c);
    case '.':
        return put_any(c);
    case '^':
        return put(c, ERE_BEGIN);
    case '$':
        return put(c, ERE_END);
    case '*':
    case '+':
    case '?':
    case '{':
        return fail(c, "nothing to repeat");
    case '\\':
        return c->at < c->end ? put_byte(c, *c->at++) : fail(c, "a backslash at the end");
    default:
        return put_byte(c, c->at[-1]);
    }
}

/* Takes a number of {n,m}; -1 if there is none. */
static int take_count(struct compiler *c)
{
    int count = -1;

    for (; c->at < c->end && isdigit(*c->at) && count <= COUNT_MAX; c->at++)
        count = (count < 0 ? 0 : count * 10) + *c->at - '0';
    return count;
}

/* Takes "{n}", "{n,}" or "{n,m}"; max is -1 if there is none. */
static bool take_interval(struct compiler *c, int *min, int *max)
{
    c->at++;
    *max = *min = take_count(c);
    if (c->at < c->end && *c->at == ',') {
        c->at++;
        *max = take_count(c);
    }
    if (c->at == c->end || *c->at != '}' || *min < 0 || *min > COUNT_MAX || *max > COUNT_MAX)
        return fail(c, "not a {n,m} of numbers up to 255");
    c->at++;
    return (*max < 0 || *min <= *max) || fail(c, "a {n,m} ends before it begins");
}

/* Adds another copy of the piece of program between two places. */
static bool put_copy(struct compiler *c, const struct ere_instruction *piece, size_t size)
{
    if (!make_room(c, c->size, size))
        return false;
    if (size > 0)
        memcpy(c->program + c->size - size, piece, size * sizeof(*piece));
    return true;
}

/* Writes the piece as often as it must come, then as often as it may. */
static bool put_repeated(struct compiler *c, const struct ere_instruction *piece, size_t size, int min,
                         int max)
{
    int length = (int)size;

    for (int i = 0; i < min; i++)
        if (!put_copy(c, piece, size))
            return false;
    if (max < 0 && min > 0)
        return put_split(c, c->size, -length, 1);
    if (max < 0)
        return put_split(c, c->size, 1, length + 2) && put_copy(c, piece, size) &&
               put_split(c, c->size, -length - 1, -length - 1);
    for (int left = max - min; left > 0; left--)
        if (!put_split(c, c->size, 1, (length + 1) * left) || !put_copy(c, piece, size))
            return false;
    return true;
}

static bool is_repetition(const struct compiler *c)
{
    return c->at < c->end && memchr("*+?{", *c->at, 4) != NULL;
}

/* Takes one of * + ? {n,m}. */
static bool take_bounds(struct compiler *c, int *min, int *max)
{
    if (*c->at == '{')
        return take_interval(c, min, max);
    *min = *c->at == '+';
    *max = *c->at == '?' ? 1 : -1;
    c->at++;
    return true;
}

/* Takes the repetitions that follow the piece of program that begins there. */
static bool take_repetitions(struct compiler *c, size_t begin)
{
    while (is_repetition(c)) {
        size_t size = c->size - begin;
        struct ere_instruction *piece;
        int min, max;
        bool ok;

        if (!take_bounds(c, &min, &max))
            return false;
        piece = must_calloc(size, sizeof(*piece));
        if (size > 0)
            memcpy(piece, c->program + begin, size * sizeof(*piece));
        c->size = begin;
        ok = put_repeated(c, piece, size, min, max);
        free(piece);
        if (!ok)
            return false;
    }
    return true;
}

static bool take_branch(struct compiler *c)
{
    while (c->at < c->end && *c->at != '|' && *c->at != ')') {
        size_t begin = c->size;
        bool is_anchor = *c->at == '^' || *c->at == '$';

        if (!take_atom(c))
            return false;
        if (is_anchor && is_repetition(c))
            return fail(c, "nothing to repeat");
        if (!take_repetitions(c, begin))
            return false;
    }
    return true;
}

/* Takes alternatives up to a ")", or to the end. */
static bool take_choice(struct compiler *c)
{
    size_t begin = c->size, jump;

    if (!take_branch(c))
        return false;
    if (c->at == c->end || *c->at == ')')
        return true;
    c->at++;
    jump = c->size + 1;
    if (!put_split(c, begin, 1, (int)(jump - begin) + 1) || !put_split(c, jump, 0, 0) || !take_choice(c))
        return false;
    c->program[jump].by = c->program[jump].or_by = (int)(c->size - jump);
    return true;
}

const char *ere_compile(struct ere_program *program, struct slice expression)
{
    /* An empty expression may have no bytes to point to. */
    const unsigned char *begin = (const unsigned char *)(expression.size > 0 ? expression.data : "");
    struct compiler c = {.at = begin, .end = begin + expression.size};

    if (take_choice(&c) && c.at != c.end)
        fail(&c, "unmatched )");
    if (c.error == NULL)
        put(&c, ERE_MATCH);
    *program = (struct ere_program){c.program, c.size};
    return c.error;
}

void ere_program_fini(struct ere_program *program)
{
    free(program->list);
}
