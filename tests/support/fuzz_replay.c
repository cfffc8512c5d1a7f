/* SPDX-License-Identifier: MIT */
/* Gives a fuzz target every file of its corpus, so that each test run does what the fuzzer once found worth
 * keeping, with any compiler. */
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In memory of exactly the file's size, so that a sanitizer sees a read beyond it. */
static uint8_t *read_all(FILE *file, size_t *size)
{
    long end;
    uint8_t *data;

    if (fseek(file, 0, SEEK_END) != 0 || (end = ftell(file)) < 0)
        return NULL;
    rewind(file);
    *size = (size_t)end;
    data = malloc(*size == 0 ? 1 : *size);
    if (data != NULL && fread(data, 1, *size, file) != *size) {
        free(data);
        return NULL;
    }
    return data;
}

static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    size_t size = 0;

    if (file != NULL) {
        data = read_all(file, &size);
        fclose(file);
    }
    if (data == NULL) {
        perror(path);
        return -1;
    }
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* How many files there were, or -1. */
static int replay_folder(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_visible, alphasort);
    int rc = count;
    char path[4096];

    if (count < 0) {
        perror(folder);
        return -1;
    }
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        if (replay(path) != 0)
            rc = -1;
        free(entries[i]);
    }
    free(entries);
    return rc;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int count = replay_folder(argv[i]);

        if (count <= 0) {
            fprintf(stderr, "%s: nothing to replay\n", argv[i]);
            return 1;
        }
        printf("%s: %d inputs\n", argv[i], count);
    }
    return 0;
}
