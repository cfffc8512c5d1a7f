/* SPDX-License-Identifier: MIT */
/* A program whose counts are known by hand: as assembly, each line is the instructions that are on it. */
    .globl main, measured, known, helper
    .text

    .type helper, @function
helper:
    nop; nop; nop
    ret
    .size helper, . - helper

    .type known, @function
known:
    push %rbx
    mov $10, %ebx
.Lloop:
    call helper
    nop; nop
    test $1, %bl; jz .Leven
    nop
.Leven:
    dec %ebx; jnz .Lloop
    pop %rbx
    ret
    .size known, . - known

    .type measured, @function
measured:
    call known
    call known
    call known
    ret
    .size measured, . - measured

    .type main, @function
main:
    call measured
    call measured
    xor %eax, %eax
    ret
    .size main, . - main

    .section .note.GNU-stack, "", @progbits
