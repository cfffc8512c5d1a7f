/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_ERE_PROGRAM_H
#define SCENARIOS_RUNNER_ERE_PROGRAM_H

/* An expression as a program that is to be run with all its possible places at once. */

#include "scenarios/runner/text.h"

enum ere_op {
    ERE_BYTE,  /* goes on if the byte is in the set */
    ERE_SPLIT, /* goes on at `by` and at `or_by` */
    ERE_BEGIN, /* goes on at the beginning of the subject only */
    ERE_END,   /* the same at its end */
    ERE_MATCH,
};

/* Jumps are relative, so that a piece of program can be moved and copied. */
struct ere_instruction {
    enum ere_op op;
    int by, or_by;
    uint8_t set[32];
};

struct ere_program {
    struct ere_instruction *list; /* begins with the first; ends with the only ERE_MATCH */
    size_t size;
};

/* NULL, or what is wrong with the expression. The program is to be freed in both cases. */
const char *ere_compile(struct ere_program *program, struct slice expression);
void ere_program_fini(struct ere_program *program);

#endif
