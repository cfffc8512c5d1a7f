/* SPDX-License-Identifier: MIT */
/* Keeps arguments as Disque does: not too many, and of long ones the beginning. */
#include "mockd/node/slowlog.h"

#include <stdlib.h>

enum { ARGS_MAX = 32, ARG_BYTES_MAX = 128 };

static void free_command(struct slow_command *command)
{
    list_remove(&command->link);
    for (size_t i = 0; i < command->argc; i++)
        buffer_fini(&command->argv[i]);
    free(command);
}

void slowlog_shorten(struct slowlog *slowlog, size_t count_max)
{
    for (; slowlog->count > count_max; slowlog->count--)
        free_command(OWNER_OF(slowlog->entries.prev, struct slow_command, link));
}

void slowlog_init(struct slowlog *slowlog)
{
    *slowlog = (struct slowlog){0};
    list_init(&slowlog->entries);
}

void slowlog_clear(struct slowlog *slowlog)
{
    slowlog_shorten(slowlog, 0);
}

static void keep_argument(struct buffer *kept, struct bytes argument)
{
    if (argument.size <= ARG_BYTES_MAX) {
        buffer_add(kept, argument.data, argument.size);
        return;
    }
    buffer_add(kept, argument.data, ARG_BYTES_MAX);
    buffer_printf(kept, "... (%zu more bytes)", argument.size - ARG_BYTES_MAX);
}

void slowlog_add(struct slowlog *slowlog, int64_t at_s, int64_t duration_us, const struct bytes *argv,
                 size_t argc)
{
    size_t kept = argc < ARGS_MAX ? argc : ARGS_MAX;
    struct slow_command *command = xcalloc(1, sizeof(*command) + kept * sizeof(command->argv[0]));

    command->id = slowlog->next_id++;
    command->at_s = at_s;
    command->duration_us = duration_us;
    command->argc = kept;
    for (size_t i = 0; i < kept; i++)
        keep_argument(&command->argv[i], argv[i]);
    if (kept < argc) { /* the last one tells how many more there were, itself included */
        command->argv[kept - 1].size = 0;
        buffer_printf(&command->argv[kept - 1], "... (%zu more arguments)", argc - kept + 1);
    }
    list_prepend(&slowlog->entries, &command->link);
    slowlog->count++;
}
