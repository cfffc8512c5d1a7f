/* SPDX-License-Identifier: MIT */
/* Configuration files from any bytes: an error in a line that is there, or parameters that a rewritten file
 * gives again. */
#include "mockd/node/config_file.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool is_true)
{
    if (!is_true)
        abort();
}

static void check_rewrite(const struct config *config, struct bytes text)
{
    struct buffer first = {0}, second = {0};
    struct config_flaw flaw;
    struct config again;

    config_init(&again);
    config_file_rewrite(config, text, &first);
    require(config_file_read(&again, (struct bytes){first.data, first.size}, NULL, &flaw));
    config_file_rewrite(&again, (struct bytes){first.data, first.size}, &second);
    require(bytes_equal((struct bytes){first.data, first.size}, (struct bytes){second.data, second.size}));
    config_fini(&again);
    buffer_fini(&first);
    buffer_fini(&second);
}

static void check(struct bytes text)
{
    struct config_flaw flaw = {.line = -1};
    struct config config;

    config_init(&config);
    if (config_file_read(&config, text, NULL, &flaw))
        check_rewrite(&config, text);
    else
        require(flaw.line >= 0 && (size_t)flaw.line <= text.size && flaw.text[0] != '\0');
    config_fini(&config);
}

/* Other files are none of its business. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes text = {(const char *)data, size};

    for (size_t i = 0; i + 7 <= size; i++)
        if (bytes_is_word((struct bytes){text.data + i, 7}, "include"))
            return 0;
    if (size > 0)
        check(text);
    return 0;
}
