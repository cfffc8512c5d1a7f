/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_DIRECTIVE_H
#define MOCKD_NODE_DIRECTIVE_H

#include "mockd/node/config.h"

/* A row of the table of what a configuration file may say. */
struct directive {
    const char *word;
    enum config_name name;
    size_t argc; /* words, itself included; 0: two or more */
    /* NULL, or what the server says of them. NULL itself: config_file.c reads it. */
    const char *(*read)(const struct directive *directive, struct config *config, const struct bytes *argv,
                        size_t argc);
    /* Appends the words behind it that say how it is. */
    void (*write)(const struct directive *directive, const struct config *config, struct buffer *out);
    const char *error; /* for read; NULL: there are none */
    int64_t min;
    int64_t max;
};

/* In any case; NULL: there is none. */
const struct directive *directive_find(struct bytes word);

/* Those of the table, in its order. */
size_t directive_count(void);
const struct directive *directive_at(size_t index);
size_t directive_index(const struct directive *directive);

#endif
