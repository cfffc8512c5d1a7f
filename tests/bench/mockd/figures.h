/* SPDX-License-Identifier: MIT */
#ifndef FIGURES_H
#define FIGURES_H

/* The rows of the table that bench-mockd prints, and the stopwatch behind them. */

#include <stdbool.h>
#include <stdint.h>

/* Starts a group of rows, under this heading. */
void figures_group(const char *heading);

/* Prints a row: what was measured, its unit, the most that it should be, and what real Disque 1.0-rc1 takes
 * for the same; 0 where there is no such figure. */
void figures_row(const char *what, double measured, const char *unit, double goal, double disque);

/* A row without a goal, for what stands beside another one. */
void figures_beside(const char *what, double measured, const char *unit);

/* The CPU time of this process and the time on the wall, in microseconds. */
double cpu_us(void);
double wall_us(void);

/* What malloc has given and not got back, in bytes. */
double heap_bytes(void);

/* Ends the program, saying why, unless it holds. */
void need(bool holds, const char *what);

/* The two groups: what a cluster in this process costs, and what the daemon at this path costs over TCP. */
void measure_inside(void);
void measure_tcp(const char *mockd);

#endif
