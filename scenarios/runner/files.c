/* SPDX-License-Identifier: MIT */
/* Finds scenarios and reads them. */
#include "scenarios/runner/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

void files_fini(struct files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    free(files->paths);
    *files = (struct files){0};
}

static void add_path(struct files *files, const char *path)
{
    struct text copy = {0};

    text_add(&copy, slice_of(path));
    files->paths = must_realloc(files->paths, (files->count + 1) * sizeof(*files->paths));
    files->paths[files->count++] = copy.data;
}

static bool is_scenario(const char *name)
{
    size_t size = strlen(name);

    return size > 4 && strcmp(name + size - 4, ".scn") == 0;
}

static int add_folder(struct files *files, const char *folder);

/* Adds what an entry of a folder holds. Links to folders are not followed: they may lead in circles. */
static int add_entry(struct files *files, const char *folder, const char *name)
{
    struct text path = {0};
    struct stat facts;
    int rc = 0;

    if (name[0] == '.')
        return 0;
    text_printf(&path, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
    if (lstat(path.data, &facts) != 0)
        rc = errno;
    else if (S_ISDIR(facts.st_mode))
        rc = add_folder(files, path.data);
    else if (is_scenario(name))
        add_path(files, path.data);
    text_fini(&path);
    return rc;
}

static int add_folder(struct files *files, const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort), rc = 0;

    if (count < 0)
        return errno;
    for (int i = 0; i < count; i++) {
        if (rc == 0)
            rc = add_entry(files, folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

int files_add(struct files *files, const char *path)
{
    struct stat facts;

    if (stat(path, &facts) != 0)
        return errno;
    if (S_ISDIR(facts.st_mode))
        return add_folder(files, path);
    add_path(files, path);
    return 0;
}

int file_read(const char *path, struct text *content)
{
    FILE *file = fopen(path, "rb");
    size_t size;
    int rc;

    if (file == NULL)
        return errno;
    errno = 0;
    do {
        size = fread(text_reserve(content, 65536), 1, 65536, file);
        content->size += size;
    } while (size > 0);
    rc = ferror(file) ? errno : 0;
    fclose(file);
    return rc;
}
