/* SPDX-License-Identifier: MIT */
/* Architecture erodes one include at a time. This reads sources the way a reviewer would grep them: no
 * compiler, only lines, words and the tables below. */
#include "tests/support/source_rules.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof(array)[0])

/* The layers of mockd, lowest first: a file includes headers of its own layer and of those above it here. */
static const char *const layers[][2] = {
    {"mockd/sim/"},     {"mockd/node/"},  {"mockd/command/"}, {"mockd/front/", "mockd/mockd.h"},
    {"mockd/machine."}, {"mockd/load/"},  {"mockd/cluster."}, {"mockd/face/"},
    {"mockd/step/"},    {"mockd/serve/"}, {"mockd/daemon/"},  {"mockd/main."},
};

/* Files whose path starts with `in`, unless it starts with `but`, do not include what starts with
 * `header`, unless that is `face`. */
static const struct {
    const char *in;
    const char *but;
    const char *header;
    const char *face;
    const char *why;
} bans[] = {
    {"mockd/", "mockd/front/", "event2/", NULL, "in mockd only mockd/front/ knows libevent"},
    {"client/", "client/adapters/", "event2/", NULL, "in the client only an adapter knows libevent"},
    {"scenarios/", NULL, "event2/", NULL, "scenarios do not know libevent"},
    {"", "client/", "hiredis/", NULL, "only client/ knows hiredis"},
    {"client/disq.h", NULL, "hiredis/", NULL, "no hiredis in the client's face"},
    {"mockd/", NULL, "client/", NULL, "mockd does not know the client"},
    {"client/", NULL, "mockd/", NULL, "the client does not know mockd"},
    {"mockd/", NULL, "scenarios/", NULL, "scenarios build on mockd, not the other way round"},
    {"client/", NULL, "scenarios/", NULL, "scenarios build on the client, not the other way round"},
    {"scenarios/", NULL, "mockd/", "mockd/mockd.h", "mockd is used through mockd/mockd.h"},
    {"scenarios/", NULL, "client/", "client/disq.h", "the client is used through client/disq.h"},
    {"", NULL, "tests/", NULL, "nothing but tests includes tests"},
};

#define CLOCK_READERS                                                                                        \
    {                                                                                                        \
        "mockd/sim/clock.c", "client/env.c", "scenarios/runner/main.c", "tests/bench/"                       \
    }

/* Words that only the files of `at` may use; a word that ends in ( is one only as a call. */
static const struct {
    const char *word;
    const char *at[4];
    const char *why;
} words[] = {
    {"time(", CLOCK_READERS, "wall time"},
    {"clock(", CLOCK_READERS, "wall time"},
    {"gettimeofday(", CLOCK_READERS, "wall time"},
    {"clock_gettime(", CLOCK_READERS, "wall time"},
    {"timespec_get(", CLOCK_READERS, "wall time"},
    {"CLOCK_REALTIME", CLOCK_READERS, "wall time"},
    {"CLOCK_REALTIME_COARSE", CLOCK_READERS, "wall time"},
    {"CLOCK_MONOTONIC", CLOCK_READERS, "wall time"},
    {"CLOCK_MONOTONIC_COARSE", CLOCK_READERS, "wall time"},
    {"CLOCK_BOOTTIME", CLOCK_READERS, "wall time"},
    {"rand(", {0}, "chance comes from mockd/sim/rng.c or a disq_env"},
    {"srand(", {0}, "chance comes from mockd/sim/rng.c or a disq_env"},
    {"random(", {0}, "chance comes from mockd/sim/rng.c or a disq_env"},
    {"srandom(", {0}, "chance comes from mockd/sim/rng.c or a disq_env"},
    {"drand48(", {0}, "chance comes from mockd/sim/rng.c or a disq_env"},
    {"getrandom(", {"client/env.c"}, "chance comes from mockd/sim/rng.c or a disq_env"},
    {"getentropy(", {"client/env.c"}, "chance comes from mockd/sim/rng.c or a disq_env"},
    {"arc4random(", {"client/env.c"}, "chance comes from mockd/sim/rng.c or a disq_env"},
    {"sleep(", {0}, "nothing sleeps"},
    {"usleep(", {0}, "nothing sleeps"},
    {"nanosleep(", {0}, "nothing sleeps"},
    {"clock_nanosleep(", {0}, "nothing sleeps"},
    {"getenv(", {"tests/"}, "what is to be is said by options"},
};

/* Where each .c says below its first line why it exists. */
static const char *const explained[] = {"mockd/", "client/", "scenarios/"};

/* A file that is being read. */
struct source {
    const char *path;
    int line;
    source_complaint *complain;
    void *ctx;
};

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Its place in layers, or -1. */
static int layer_of(const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(layers); i++) {
        for (size_t j = 0; j < ARRAY_LEN(layers[i]) && layers[i][j] != NULL; j++) {
            if (starts_with(path, layers[i][j]))
                return (int)i;
        }
    }
    return -1;
}

static void complain(const struct source *source, const char *found, const char *why)
{
    char what[300];

    snprintf(what, sizeof(what), "%s: %s", found, why);
    source->complain(source->ctx, source->path, source->line, what);
}

static void check_include(const struct source *source, const char *header)
{
    if (starts_with(source->path, "tests/"))
        return;
    if (layer_of(header) > layer_of(source->path) && layer_of(source->path) >= 0)
        complain(source, header,
                 "arrows go down: main, daemon, step, face, cluster, load, front, command, node, sim");
    for (size_t i = 0; i < ARRAY_LEN(bans); i++) {
        if (!starts_with(source->path, bans[i].in) || !starts_with(header, bans[i].header))
            continue;
        if (bans[i].but != NULL && starts_with(source->path, bans[i].but))
            continue;
        if (bans[i].face == NULL || strcmp(header, bans[i].face) != 0)
            complain(source, header, bans[i].why);
    }
}

static bool is_one_of(const char *path, const char *const *at, size_t count)
{
    for (size_t i = 0; i < count && at[i] != NULL; i++) {
        if (starts_with(path, at[i]))
            return true;
    }
    return false;
}

static void check_word(const struct source *source, const char *word, size_t size, bool is_call)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        const char *banned = words[i].word;
        size_t banned_size = strcspn(banned, "(");

        if (banned_size != size || memcmp(banned, word, size) != 0)
            continue;
        if ((is_call || banned[banned_size] == '\0') &&
            !is_one_of(source->path, words[i].at, ARRAY_LEN(words[i].at)))
            complain(source, banned, words[i].why);
    }
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* A member called `random` is not the function: env->random(ctx). */
static bool is_member(const char *line, const char *word)
{
    return word > line && (word[-1] == '.' || (word[-1] == '>' && word - 1 > line && word[-2] == '-'));
}

static void check_words(const struct source *source, const char *line)
{
    for (const char *at = line; *at != '\0';) {
        const char *word = at;

        if (!is_word_char(*at)) {
            at++;
            continue;
        }
        while (is_word_char(*at))
            at++;
        if (!is_member(line, word))
            check_word(source, word, (size_t)(at - word), at[strspn(at, " ")] == '(');
    }
}

/* line: as it is written; code: the same with its comments and literals blanked. */
static void check_line(const struct source *source, const char *line, const char *code)
{
    char open;
    char header[200];

    if (!starts_with(code, "#include")) {
        check_words(source, code);
        return;
    }
    if (sscanf(line, "#include %c%199[^\">]", &open, header) != 2)
        complain(source, line, "an include that cannot be read");
    else if (open == '"' && strchr(header, '/') == NULL)
        complain(source, header, "an include names the whole path");
    else
        check_include(source, header);
}

/* The end of the comment or literal that starts here, or NULL if none does. */
static char *skip_literal(char *at)
{
    char quote = *at;

    if (starts_with(at, "//"))
        return at + strcspn(at, "\n");
    if (starts_with(at, "/*"))
        return strstr(at, "*/") == NULL ? at + strlen(at) : strstr(at, "*/") + 2;
    if (quote != '"' && quote != '\'')
        return NULL;
    for (at++; *at != '\0' && *at != quote; at++) {
        if (*at == '\\' && at[1] != '\0')
            at++;
    }
    return *at == '\0' ? at : at + 1;
}

static void blank_literals(char *text)
{
    while (*text != '\0') {
        char *end = skip_literal(text);

        if (end == NULL)
            end = text++;
        for (; text < end; text++) {
            if (*text != '\n')
                *text = ' ';
        }
    }
}

/* Ends the line at `text` with a NUL, and returns where the next one starts. */
static char *cut_line(char *text)
{
    char *end = strchr(text, '\n');

    if (end == NULL)
        return text + strlen(text);
    *end = '\0';
    return end + 1;
}

bool source_says_why(const char *path, const char *text)
{
    const char *dot = strrchr(path, '.');
    const char *first_end = strchr(text, '\n');

    if (dot == NULL || strcmp(dot, ".c") != 0 || !is_one_of(path, explained, ARRAY_LEN(explained)))
        return true;
    return first_end != NULL && starts_with(first_end + 1, "/*");
}

void source_check(const char *path, const char *text, source_complaint *complain_to, void *ctx)
{
    struct source source = {.path = path, .complain = complain_to, .ctx = ctx};
    char *lines = strdup(text), *line = lines;
    char *codes = strdup(text), *code = codes;

    assert(lines != NULL && codes != NULL);
    blank_literals(codes);
    while (*line != '\0') {
        char *next_line = cut_line(line);
        char *next_code = cut_line(code);

        source.line++;
        check_line(&source, line, code);
        line = next_line;
        code = next_code;
    }
    free(lines);
    free(codes);
}
