/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_STEP_ARGS_H
#define MOCKD_STEP_ARGS_H

#include "mockd/mockd.h"
#include "mockd/sim/bytes.h"

/* The words of a step while they are read, and the first that is wrong. Functions that give false have said
 * what is. */
struct args {
    int nodes; /* that there are */
    int argc;
    const char *const *argv;
    int at;
    struct mockd_outcome *outcome;
};

/* Both ends included. */
struct range {
    uint64_t min;
    uint64_t max;
};

/* Splits a text, which is written to, at blanks that are not in quotes; argv has room for half its size, and
 * one more. How many words, or -1 after a quote that has no end. */
int args_split(char *text, const char **argv);

#define ARGS_BAD_QUOTE "a quote has no end, or no blank behind it"

/* The next word, or NULL at the end. */
const char *args_peek(const struct args *args);

/* Says what is wrong with the next word. Always false. */
bool args_fail(const struct args *args, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The word that was taken last; and the same of that one. */
const char *args_last(const struct args *args);
bool args_fail_last(const struct args *args, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Takes the next word if it is this one, in any case. */
bool args_take(struct args *args, const char *word);

/* Nothing may follow. */
bool args_end(const struct args *args);

/* Takes the name of a node. */
bool args_take_node(struct args *args, int *node);

/* Takes NODE->NODE, NODE<->NODE, or NODE:NODE and NODE:NODE:both; a node is -1 where it is `*` or `any`,
 * which alone are every link. */
bool args_take_link(struct args *args, int *from, int *to, bool *is_both_ways);

/* Reads a node's name, which is a part of the next word. */
bool args_read_node(const struct args *args, struct bytes name, int *node);

/* Is it a name of small letters? */
bool args_is_name(const char *text);

/* Takes such a name, or, if it is next, a name and "=". The name is a copy that the caller frees.
 */
bool args_take_name(struct args *args, char **name);
bool args_take_label(struct args *args, char **name);

/* Takes a number from 0; a duration; "within DURATION" if it is next, else it is 0. */
bool args_take_number(struct args *args, uint64_t *number);
bool args_take_duration(struct args *args, int64_t *duration_us);
bool args_take_within(struct args *args, int64_t *duration_us);

/* Reads a part of the next word: "3", "3..5". */
bool args_read_range(const struct args *args, struct bytes text, struct range *range);

/* Takes "xN" if it is next; else it is 1. N may be 0. */
bool args_take_times(struct args *args, uint64_t *times);

/* The same, where N may not. */
bool args_take_some_times(struct args *args, uint64_t *times);

/* What is behind "key=" in the next word, or NULL if that is no such option. */
const char *args_option(const struct args *args, const char *key);

/* Reads a part of the next word: a number; a duration above 0; "yes" or "no". */
bool args_read_number(const struct args *args, struct bytes text, uint64_t *number);
bool args_read_positive_duration(const struct args *args, struct bytes text, int64_t *duration_us);
bool args_read_yes(const struct args *args, struct bytes text, bool *yes);

/* Reads a part of the next word: "50ms", "5%" (of a million), "SETACK,GOTACK" (a bit each). */
bool args_read_duration(const struct args *args, struct bytes text, int64_t *duration_us);
bool args_read_chance(const struct args *args, struct bytes text, uint32_t *chance);
bool args_read_kinds(const struct args *args, struct bytes text, uint32_t *kinds);

#endif
