/* SPDX-License-Identifier: MIT */
/* bench-mockd MOCKD: prints what the mock costs, in time and memory, beside what it should cost at most and
 * what the real server costs. Times differ from run to run and from machine to machine. */
#include "tests/bench/mockd/figures.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int missed;

void need(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "bench-mockd: %s\n", what);
    exit(1);
}

static double clock_us(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

double cpu_us(void)
{
    return clock_us(CLOCK_PROCESS_CPUTIME_ID);
}

double wall_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

double heap_bytes(void)
{
    struct mallinfo2 info = mallinfo2();

    return (double)(info.uordblks + info.hblkhd);
}

void figures_group(const char *heading)
{
    printf("\n%-50s %14s %12s %16s\n", heading, "measured", "at most", "real Disque");
}

static void print_cell(int width, double value, const char *unit)
{
    char cell[32] = "-";
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;

    if (value > 0)
        snprintf(cell, sizeof(cell), "%.*f %s", digits, value, unit);
    printf(" %*s", width, cell);
}

void figures_row(const char *what, double measured, const char *unit, double goal, double disque)
{
    bool is_missed = goal > 0 && measured > goal;

    printf("%-50s", what);
    print_cell(14, measured, unit);
    print_cell(12, goal, unit);
    print_cell(16, disque, unit);
    if (disque > 0)
        printf("  %.3g of it", measured / disque);
    if (is_missed)
        printf("  MISSED by %.0f %%", (measured / goal - 1) * 100);
    printf("\n");
    missed += is_missed;
    fflush(stdout);
}

void figures_beside(const char *what, double measured, const char *unit)
{
    figures_row(what, measured, unit, 0, 0);
}

int main(int argc, char **argv)
{
    need(argc == 2, "usage: bench-mockd MOCKD");
    measure_tcp(argv[1]); /* first: a process that holds much memory starts another one slowly */
    measure_inside();
    printf("\n%d missed\n", missed);
    return 0;
}
