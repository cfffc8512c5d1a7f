/* SPDX-License-Identifier: MIT */
/* Callgrind's counts repeat to the instruction when nothing around the program varies: hence an environment
 * of its own, with symbols bound at the start, and processor features masked down to what every x86-64 has,
 * because glibc picks its memcpy by them. It writes one file for each measured call. */
#include "tests/bench/callgrind.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILES_MAX = 10000, ARGS_MAX = 20, LINE_SIZE = 4096 };

/* A file that callgrind wrote, while it is read. Names are defined where they are first used, as (7) name,
 * and meant by (7) later. */
struct reader {
    bool is_counter[FILES_MAX]; /* is file (7) client/counter.c? */
    bool in_counter;            /* does the function being read belong there? */
    bool calls_counter;         /* and the one that it calls? */
    bool is_call;               /* is the next cost that of a call, all included? */
    struct measurement *into;
};

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);

    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

/* Is the file of "fl=(7) name", "cfi=(7)" and the like the counter's? */
static bool read_file(struct reader *reader, const char *line)
{
    int id = -1, name = 0;

    sscanf(line, "%*[a-z]=(%d) %n", &id, &name);
    if (id < 0 || id >= FILES_MAX)
        return false;
    if (name > 0 && line[name] != '\0')
        reader->is_counter[id] = ends_with(line + name, "client/counter.c");
    return reader->is_counter[id];
}

static bool starts_with(const char *line, const char *start)
{
    return strncmp(line, start, strlen(start)) == 0;
}

static void read_cost(struct reader *reader, const char *line)
{
    int64_t cost = 0;

    sscanf(line, "%*s %" SCNd64, &cost);
    if (!reader->is_call)
        return;
    if (reader->calls_counter && !reader->in_counter)
        reader->into->in_counter += cost;
    reader->is_call = false;
    reader->calls_counter = reader->in_counter; /* a callee without a file has its caller's */
}

static void read_line(struct reader *reader, const char *line)
{
    if (starts_with(line, "fl="))
        reader->in_counter = reader->calls_counter = read_file(reader, line);
    else if (starts_with(line, "fi=") || starts_with(line, "fe="))
        read_file(reader, line); /* inlined code: the function stays the same */
    else if (starts_with(line, "cfi=") || starts_with(line, "cfl="))
        reader->calls_counter = read_file(reader, line);
    else if (starts_with(line, "calls="))
        reader->is_call = true;
    else if (line[0] != '\0' && strchr("+-*0123456789", line[0]) != NULL)
        read_cost(reader, line);
    else
        sscanf(line, "totals: %" SCNd64, &reader->into->instructions);
}

static int read_counts(const char *path, struct measurement *into)
{
    FILE *file = fopen(path, "r");
    struct reader *reader = calloc(1, sizeof *reader);
    char line[LINE_SIZE];

    if (file == NULL || reader == NULL) {
        perror(path);
        free(reader);
        return -1;
    }
    reader->into = into;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        read_line(reader, line);
    }
    fclose(file);
    free(reader);
    return 0;
}

/* What the load prints after each measured call: its own counts and a label. */
static bool read_tally(const char *line, struct measurement *measurement)
{
    *measurement = (struct measurement){0};
    return sscanf(line,
                  "units %" SCNd64 " allocations %" SCNd64 " sends %" SCNd64 " receives %" SCNd64
                  " waits %" SCNd64 " clock %" SCNd64 " label %79[^\n]",
                  &measurement->units, &measurement->allocations, &measurement->sends, &measurement->receives,
                  &measurement->waits, &measurement->clock_reads, measurement->label) == 7;
}

static int read_tallies(FILE *output, struct measurement *measurements)
{
    char line[LINE_SIZE];
    int count = 0;

    while (fgets(line, sizeof line, output) != NULL) {
        if (count < MEASUREMENTS_MAX && read_tally(line, &measurements[count]))
            count++;
        else
            fputs(line, stderr);
    }
    return count;
}

/* In the child: becomes valgrind. */
static void become_valgrind(int output, const char *load, const char *const *args, const char *out_file)
{
    static char *const environment[] = {"LD_BIND_NOW=1", "GLIBC_TUNABLES=glibc.cpu.hwcaps=" CALLGRIND_MASKED,
                                        NULL};
    char option[LINE_SIZE];
    const char *argv[ARGS_MAX] = {"valgrind",
                                  "--quiet",
                                  "--tool=callgrind",
                                  "--toggle-collect=measured_*",
                                  "--toggle-collect=outside_*",
                                  "--zero-before=measured_read_jobs", /* outside_… is called before, too */
                                  "--zero-before=measured_counter",
                                  "--dump-after=measured_read_jobs", /* takes no pattern */
                                  "--dump-after=measured_counter",
                                  option,
                                  load};
    int count = 11;

    snprintf(option, sizeof option, "--callgrind-out-file=%s", out_file);
    for (const char *const *arg = args; *arg != NULL && count < ARGS_MAX - 1; arg++)
        argv[count++] = *arg;
    dup2(output, STDOUT_FILENO);
    execvpe(argv[0], (char *const *)(uintptr_t)argv, environment);
    perror("valgrind");
    _exit(127);
}

/* Runs valgrind and reads what the load says. How many measurements, or -1. */
static int run(const char *load, const char *const *args, const char *out_file,
               struct measurement *measurements)
{
    int ends[2], count, status = -1;
    FILE *output;
    pid_t child;

    if (pipe(ends) != 0 || (child = fork()) < 0) {
        perror("valgrind");
        return -1;
    }
    if (child == 0)
        become_valgrind(ends[1], load, args, out_file);
    close(ends[1]);
    if ((output = fdopen(ends[0], "r")) == NULL)
        abort();
    count = read_tallies(output, measurements);
    fclose(output);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (status != 0 || count == 0) {
        fprintf(stderr, "%s %s: failed under valgrind\n", load, args[0]);
        return -1;
    }
    return count;
}

int callgrind_run(const char *load, const char *const *args, struct measurement *measurements)
{
    char folder[] = P_tmpdir "/testtube-bench-XXXXXX";
    char path[sizeof folder + 20];
    int count, rc;

    if (mkdtemp(folder) == NULL) {
        perror(folder);
        return -1;
    }
    snprintf(path, sizeof path, "%s/out", folder);
    rc = count = run(load, args, path, measurements);
    unlink(path);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/out.%d", folder, i + 1);
        if (rc >= 0 && read_counts(path, &measurements[i]) != 0)
            rc = -1;
        unlink(path);
    }
    rmdir(folder);
    return rc;
}
