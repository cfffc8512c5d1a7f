/* SPDX-License-Identifier: MIT */
/* bench: prints what counting job origins costs a client, in counts that repeat exactly. Each figure is a
 * slope, (count at 3 N - count at N) / 2 N, so that whatever a run does only once cancels out. */
#include "tests/bench/callgrind.h"

#include <gnu/libc-version.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof(array)[0])

static const char usage[] = "usage: bench [--quick] [--twice] [read_jobs] [counter]\n"
                            "  read_jobs  what counting origins adds to a job received and acknowledged\n"
                            "  counter    what the counter does on its own\n"
                            "  --quick    fewer jobs, and smaller windows\n"
                            "  --twice    measures all twice, and fails if any figure differs\n";

enum { CELLS_MAX = MEASUREMENTS_MAX / 2 };

/* Each pair is the measurement with N and the one with 3 N. */
struct figures {
    struct measurement off[2];
    struct measurement on[2];
    struct measurement cells[CELLS_MAX][2];
    int cell_count;
};

struct options {
    bool wants_read_jobs;
    bool wants_counter;
    bool is_quick;
    bool is_twice;
    char loads[4096]; /* the program beside this one */
};

static int parse_options(int argc, char **argv, struct options *options)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "read_jobs") == 0)
            options->wants_read_jobs = true;
        else if (strcmp(argv[i], "counter") == 0)
            options->wants_counter = true;
        else if (strcmp(argv[i], "--quick") == 0)
            options->is_quick = true;
        else if (strcmp(argv[i], "--twice") == 0)
            options->is_twice = true;
        else
            return -1;
    }
    if (!options->wants_read_jobs && !options->wants_counter)
        options->wants_read_jobs = options->wants_counter = true;
    return 0;
}

static int find_loads(struct options *options)
{
    static const char name[] = "bench-loads";
    ssize_t size = readlink("/proc/self/exe", options->loads, sizeof options->loads - sizeof name);
    char *slash;

    if (size < 0) {
        perror("/proc/self/exe");
        return -1;
    }
    options->loads[size] = '\0';
    slash = strrchr(options->loads, '/');
    memcpy(slash + 1, name, sizeof name);
    return 0;
}

/* ---- Measuring ---- */

static int measure_read_jobs(const struct options *options, const char *count_origins,
                             struct measurement *pair)
{
    const char *jobs = options->is_quick ? "100" : "1000";
    const char *const args[] = {"read_jobs", "--jobs", jobs, "--count-origins", count_origins, NULL};
    struct measurement *measured = calloc(MEASUREMENTS_MAX, sizeof *measured);
    int rc = -1;

    if (measured != NULL && callgrind_run(options->loads, args, measured) == 2) {
        memcpy(pair, measured, 2 * sizeof *pair);
        rc = 0;
    }
    free(measured);
    return rc;
}

static int measure_counter(const struct options *options, struct figures *figures)
{
    const char *window = options->is_quick ? "10000" : "1000000";
    const char *const args[] = {"counter", "--window-max", window, NULL};
    int count = callgrind_run(options->loads, args, figures->cells[0]);

    figures->cell_count = count / 2;
    return count > 0 ? 0 : -1;
}

static struct figures *measure(const struct options *options)
{
    struct figures *figures = calloc(1, sizeof *figures);
    int rc = figures == NULL ? -1 : 0;

    if (rc == 0 && options->wants_read_jobs)
        rc = measure_read_jobs(options, "no", figures->off);
    if (rc == 0 && options->wants_read_jobs)
        rc = measure_read_jobs(options, "yes", figures->on);
    if (rc == 0 && options->wants_counter)
        rc = measure_counter(options, figures);
    if (rc != 0) {
        free(figures);
        return NULL;
    }
    return figures;
}

/* ---- Printing ---- */

/* A count of the measurement, found by its place in the struct. */
static int64_t count_of(const struct measurement *measurement, size_t offset)
{
    return *(const int64_t *)(const void *)((const char *)measurement + offset);
}

static double slope(const struct measurement *pair, size_t offset)
{
    return (double)(count_of(&pair[1], offset) - count_of(&pair[0], offset)) /
           (double)(pair[1].units - pair[0].units);
}

static void print_valgrind_version(void)
{
    char version[100] = "";
    FILE *output = popen("valgrind --version", "r");

    if (output == NULL)
        return;
    if (fgets(version, sizeof version, output) != NULL)
        printf("; %.*s", (int)strcspn(version, "\n"), version);
    pclose(output);
}

static void print_processor(void)
{
#if defined(__x86_64__)
    static const char masked[] = CALLGRIND_MASKED;

    printf("x86-64 with%s%s%s%s; libc told %s\n", __builtin_cpu_supports("sse4.2") ? " SSE4.2" : "",
           __builtin_cpu_supports("avx") ? " AVX" : "", __builtin_cpu_supports("avx2") ? " AVX2" : "",
           __builtin_cpu_supports("bmi2") ? " BMI2" : "", masked);
#else
    puts("not x86-64");
#endif
}

static void print_head(void)
{
    printf(BENCH_COMPILER " " BENCH_FLAGS "; " BENCH_HIREDIS "; glibc %s", gnu_get_libc_version());
    print_valgrind_version();
    printf("\n");
    print_processor();
}

static void print_row(const char *name, double off, double on)
{
    printf("  %-34s %12.1f %12.1f %+12.1f\n", name, off, on, on - off);
}

static void print_read_jobs(const struct figures *figures)
{
    static const struct {
        const char *name;
        size_t offset;
    } rows[] = {
        {"allocations", offsetof(struct measurement, allocations)},
        {"sends", offsetof(struct measurement, sends)},
        {"receives", offsetof(struct measurement, receives)},
        {"waits", offsetof(struct measurement, waits)},
        {"clock reads", offsetof(struct measurement, clock_reads)},
    };
    const size_t all = offsetof(struct measurement, instructions);
    const size_t counter = offsetof(struct measurement, in_counter);

    printf("\nThe client's work per job received and acknowledged: %s\n", figures->off[0].label);
    printf("slope between %" PRId64 " and %" PRId64 " jobs\n\n", figures->off[0].units,
           figures->off[1].units);
    printf("  %-34s %12s %12s %12s\n", "counting origins:", "off", "on", "difference");
    print_row("instructions", slope(figures->off, all), slope(figures->on, all));
    print_row("  in the counter", slope(figures->off, counter), slope(figures->on, counter));
    print_row("  remainder: elsewhere in the client", slope(figures->off, all) - slope(figures->off, counter),
              slope(figures->on, all) - slope(figures->on, counter));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        print_row(rows[i].name, slope(figures->off, rows[i].offset), slope(figures->on, rows[i].offset));
}

static void print_counter(const struct figures *figures)
{
    int last_window = 0, window = 0, keys = 0;

    printf("\nThe counter alone: instructions per add and max, one event leaving the window each time\n\n");
    printf("  %-20s", "events in the window");
    for (int i = 0; i < figures->cell_count; i++) {
        sscanf(figures->cells[i][0].label, "window %d keys %d", &window, &keys);
        if (i == 0 || window == last_window)
            printf(" %7d key%s", keys, keys == 1 ? " " : "s");
        last_window = i == 0 ? window : last_window;
    }
    last_window = 0;
    for (int i = 0; i < figures->cell_count; i++) {
        sscanf(figures->cells[i][0].label, "window %d", &window);
        if (window != last_window)
            printf("\n  %20d", window);
        printf(" %12.1f", slope(figures->cells[i], offsetof(struct measurement, instructions)));
        last_window = window;
    }
    printf("\n");
}

/* ---- */

/* From another working directory, which is not to matter either. */
static int measure_again(const struct options *options, const struct figures *figures)
{
    struct figures *again = chdir("/") == 0 ? measure(options) : NULL;
    bool is_same = again != NULL && memcmp(again, figures, sizeof *again) == 0;

    if (again != NULL && !is_same) {
        puts("\nMeasured again:");
        if (options->wants_read_jobs)
            print_read_jobs(again);
        if (options->wants_counter)
            print_counter(again);
    }
    puts(is_same ? "\nMeasured twice: the same counts." : "\nMeasured twice: the counts differ.");
    free(again);
    return is_same ? 0 : -1;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct figures *figures;
    int rc = 0;

    if (parse_options(argc, argv, &options) != 0) {
        fputs(usage, stderr);
        return 2;
    }
    if (find_loads(&options) != 0 || (figures = measure(&options)) == NULL)
        return 1;
    print_head();
    if (options.wants_read_jobs)
        print_read_jobs(figures);
    if (options.wants_counter)
        print_counter(figures);
    if (options.is_twice)
        rc = measure_again(&options, figures);
    free(figures);
    return rc == 0 ? 0 : 1;
}
