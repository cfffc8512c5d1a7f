/* SPDX-License-Identifier: MIT */
#include "mockd/daemon/storage.h"

#include "mockd/node/disk.h"
#include "mockd/sim/bus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct storage {
    int size;
    struct disk disks[];
};

static bool complain(const char *path, int error)
{
    fprintf(stderr, "mockd: cannot use %s: %s\n", path, strerror(error));
    return false;
}

static bool make_directory(const char *path)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST || complain(path, errno);
}

static bool open_file(struct disk *disk, enum disk_file file, const char *directory)
{
    static const char *const names[] = {
        [DISK_CONFIG] = "disque.conf", [DISK_ROSTER] = "nodes.conf", [DISK_JOBS] = "disque.aof"};
    struct buffer path = {0};
    int error;

    buffer_printf(&path, "%s/%s", directory, names[file]);
    error = disk_place(disk, file, path.data);
    if (error != 0)
        complain(path.data, error);
    buffer_fini(&path);
    return error == 0;
}

static bool open_disk(struct disk *disk, const char *directory)
{
    if (!make_directory(directory))
        return false;
    for (enum disk_file file = 0; file < DISK_FILE_COUNT; file++)
        if (!open_file(disk, file, directory))
            return false;
    return true;
}

static bool open_disk_of(struct storage *storage, const char *directory, int node)
{
    struct buffer path = {0};
    char name[BUS_NAME_SIZE];
    bool is_open;

    bus_write_name(node, name);
    buffer_printf(&path, storage->size > 1 ? "%s/%s" : "%s", directory, name);
    is_open = open_disk(&storage->disks[node], path.data);
    buffer_fini(&path);
    return is_open;
}

struct storage *storage_open(const struct settings *settings)
{
    int size = settings->cluster.nodes;
    struct storage *storage = xcalloc(1, sizeof(*storage) + (size_t)size * sizeof(storage->disks[0]));
    bool is_open;

    storage->size = size;
    is_open = make_directory(settings->directory);
    for (int i = 0; i < size && is_open; i++)
        is_open = open_disk_of(storage, settings->directory, i);
    if (is_open)
        return storage;
    storage_close(storage);
    return NULL;
}

void storage_close(struct storage *storage)
{
    if (storage == NULL)
        return;
    for (int i = 0; i < storage->size; i++)
        disk_fini(&storage->disks[i]);
    free(storage);
}

struct disk *storage_disks(struct storage *storage)
{
    return storage->disks;
}
