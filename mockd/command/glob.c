/* SPDX-License-Identifier: MIT */
/* Patterns as Disque's stringmatch has them. fnmatch differs in sets: [!a], [z-a], and those without an end.
 */
#include "mockd/command/glob.h"

#define NOWHERE SIZE_MAX

/* Does the set that begins here, behind its bracket, have the byte? Moves to behind the set, or to the end of
 * the pattern. */
static bool match_set(struct bytes pattern, size_t *at, char c)
{
    bool is_negated = *at < pattern.size && pattern.data[*at] == '^';
    bool is_in = false;

    for (*at += is_negated; *at < pattern.size && pattern.data[*at] != ']'; ++*at) {
        const char *set = pattern.data + *at;
        size_t left = pattern.size - *at;

        if (*set == '\\' && left >= 2) {
            is_in |= set[1] == c;
            *at += 1;
        } else if (left >= 3 && set[1] == '-') {
            is_in |= set[0] < set[2] ? c >= set[0] && c <= set[2] : c >= set[2] && c <= set[0];
            *at += 2;
        } else {
            is_in |= *set == c;
        }
    }
    *at += *at < pattern.size;
    return is_in != is_negated;
}

/* Does what stands here, which is no star, fit the byte? Moves to behind it. */
static bool match_one(struct bytes pattern, size_t *at, char c)
{
    char here = pattern.data[(*at)++];

    if (here == '?')
        return true;
    if (here == '[')
        return match_set(pattern, at, c);
    if (here == '\\' && *at < pattern.size)
        here = pattern.data[(*at)++];
    return here == c;
}

bool glob_fits(struct bytes pattern, struct bytes text)
{
    size_t at = 0, behind_star = NOWHERE, tried = 0;

    for (size_t i = 0; i < text.size;) {
        if (at < pattern.size && pattern.data[at] == '*') {
            behind_star = ++at;
            tried = i;
        } else if (at < pattern.size && match_one(pattern, &at, text.data[i])) {
            i++;
        } else if (behind_star != NOWHERE) {
            at = behind_star; /* the star takes one byte more */
            i = ++tried;
        } else {
            return false;
        }
    }
    while (at < pattern.size && pattern.data[at] == '*')
        at++;
    return at == pattern.size;
}
