/* SPDX-License-Identifier: MIT */
/* Files that cannot be used are found, and named, before any node starts. */
#include "mockd/daemon/storage.h"

#include "mockd/node/disk.h"
#include "mockd/sim/bus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct storage {
    int size;
    struct disk disks[];
};

static bool complain(const char *path, int error)
{
    fprintf(stderr, "mockd: cannot use %s: %s\n", path,
            error == EWOULDBLOCK ? "another server does" : strerror(error));
    return false;
}

static bool make_directory(const char *path)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST || complain(path, errno);
}

/* A file is written beside itself, and then renamed. 0, or what errno says. */
static int check_directory(const char *path)
{
    size_t size = (size_t)(strrchr(path, '/') - path);
    char *directory = xcalloc(1, size + 2);
    int error;

    memcpy(directory, path, size > 0 ? size : 1);
    error = access(directory, W_OK | X_OK) == 0 ? 0 : errno;
    free(directory);
    return error;
}

/* Only the roster is written by each node, and read by no other. */
static bool place(struct disk *disk, enum disk_file file, const char *path)
{
    int error = disk_place(disk, file, path);

    if (error == 0 && file == DISK_ROSTER)
        error = check_directory(path);
    if (error == 0 && file == DISK_ROSTER)
        error = disk_lock(disk, file);
    return error == 0 || complain(path, error);
}

/* A name may be a path of its own. */
static bool open_file(struct disk *disk, enum disk_file file, const char *directory, const char *name)
{
    struct buffer path = {0};
    bool is_open;

    if (name[0] == '/')
        buffer_printf(&path, "%s", name);
    else
        buffer_printf(&path, "%s/%s", directory, name);
    is_open = place(disk, file, path.data);
    buffer_fini(&path);
    return is_open;
}

/* That of disque-server is where it was found, or nowhere; of several nodes each has one like it. */
static bool open_config(const struct settings *settings, struct disk *disk, const char *directory)
{
    if (!settings->is_server)
        return open_file(disk, DISK_CONFIG, directory, "disque.conf");
    if (settings->config_path != NULL && settings->cluster.nodes == 1)
        return place(disk, DISK_CONFIG, settings->config_path);
    if (settings->config_text != NULL)
        disk_replace(disk, DISK_CONFIG, bytes_of(settings->config_text));
    return true;
}

static bool open_disk(const struct settings *settings, struct disk *disk, const char *directory)
{
    const char *roster = settings->roster_name != NULL ? settings->roster_name : "nodes.conf";
    const char *jobs = settings->jobs_name != NULL ? settings->jobs_name : "disque.aof";

    return make_directory(directory) && open_config(settings, disk, directory) &&
           open_file(disk, DISK_ROSTER, directory, roster) && open_file(disk, DISK_JOBS, directory, jobs);
}

static bool open_disk_of(struct storage *storage, const struct settings *settings, int node)
{
    struct buffer path = {0};
    char name[BUS_NAME_SIZE];
    bool is_open;

    bus_write_name(node, name);
    buffer_printf(&path, storage->size > 1 ? "%s/%s" : "%s", settings->directory, name);
    is_open = open_disk(settings, &storage->disks[node], path.data);
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
        is_open = open_disk_of(storage, settings, i);
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
