/* SPDX-License-Identifier: MIT */
#ifndef DISQ_SETTINGS_H
#define DISQ_SETTINGS_H

/* A handle's options, complete: a URL is taken apart, every default filled in. */

#include "client/disq.h"

struct disq_settings {
    struct disq_options options; /* texts are those below, or NULL */
    char *text;                  /* a copy of all texts, in which the pointers of options point */
    struct disq_env env;
};

/* Is it an address for disq_env_default: host:port, [ipv6]:port or unix:path? Whether there is such a host
 * only connecting tells. */
bool disq_env_is_address(const char *address);

/* 0, DISQ_INVALID or DISQ_NO_MEMORY. options.nodes then is a list of addresses. */
int disq_settings_init(struct disq_settings *settings, const struct disq_options *options);

/* Copies the next address of a list to `address` (DISQ_ADDRESS_SIZE) and returns what is behind it, or NULL
 * at the end of the list. An address that is too long or empty is copied as "". */
const char *disq_address_next(const char *list, char *address);

void disq_settings_fini(struct disq_settings *settings);

#endif
