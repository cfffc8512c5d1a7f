/* SPDX-License-Identifier: MIT */
/* A node reads its files in memory only. What is at their paths is for the next process, and for people. */
#include "mockd/node/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

enum { READ_SIZE = 65536, MODE = 0644 };

static void close_lock(struct disk *disk, enum disk_file file)
{
    if (disk->files[file].is_ours && disk->files[file].lock >= 0)
        close(disk->files[file].lock);
}

void disk_fini(struct disk *disk)
{
    for (enum disk_file file = 0; file < DISK_FILE_COUNT; file++) {
        buffer_fini(&disk->files[file].bytes);
        free(disk->files[file].path);
        close_lock(disk, file);
    }
}

static int read_all(int fd, struct buffer *bytes)
{
    ssize_t size;

    while ((size = read(fd, buffer_reserve(bytes, READ_SIZE), READ_SIZE)) > 0)
        bytes->size += (size_t)size;
    return size < 0 ? errno : 0;
}

int disk_place(struct disk *disk, enum disk_file file, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int rc = 0;

    disk->files[file].path = xmemdup(path, strlen(path) + 1);
    if (fd < 0)
        return errno == ENOENT ? 0 : errno;
    disk->files[file].exists = true;
    rc = read_all(fd, &disk->files[file].bytes);
    disk->files[file].saved = disk->files[file].bytes.size;
    close(fd);
    return rc;
}

int disk_lock(struct disk *disk, enum disk_file file)
{
    int fd = open(disk->files[file].path, O_RDONLY | O_CLOEXEC);
    int rc = 0;

    if (fd < 0 && errno != ENOENT)
        return errno;
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        rc = errno;
        close(fd);
        return rc;
    }
    disk->files[file].is_ours = true;
    disk->files[file].lock = fd;
    return 0;
}

const char *disk_path(const struct disk *disk, enum disk_file file)
{
    return disk->files[file].path;
}

bool disk_has(const struct disk *disk, enum disk_file file)
{
    return disk->files[file].exists;
}

struct bytes disk_bytes(const struct disk *disk, enum disk_file file)
{
    return (struct bytes){disk->files[file].bytes.data, disk->files[file].bytes.size};
}

void disk_append(struct disk *disk, enum disk_file file, struct bytes bytes)
{
    disk->files[file].exists = true;
    buffer_add(&disk->files[file].bytes, bytes.data, bytes.size);
}

static int write_all(int fd, struct bytes bytes)
{
    while (bytes.size > 0) {
        ssize_t count = write(fd, bytes.data, bytes.size);

        if (count < 0 && errno != EINTR)
            return errno;
        bytes.data += count > 0 ? count : 0;
        bytes.size -= count > 0 ? (size_t)count : 0;
    }
    return 0;
}

static int append_to(const char *path, struct bytes bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, MODE);
    int rc;

    if (fd < 0)
        return errno;
    rc = write_all(fd, bytes);
    close(fd);
    return rc;
}

void disk_cut(struct disk *disk, enum disk_file file, size_t size)
{
    const char *path = disk->files[file].path;

    disk->files[file].bytes.size = disk->files[file].saved = size;
    if (path != NULL && truncate(path, (off_t)size) != 0)
        disk->files[file].saved = 0; /* there is no such file any more */
}

/* What was written of a write that failed is taken back, so that the next one does not write it twice. */
int disk_flush(struct disk *disk, enum disk_file file)
{
    const char *path = disk->files[file].path;
    size_t saved = disk->files[file].saved;
    struct bytes bytes = disk_bytes(disk, file);
    int rc;

    if (path == NULL || saved == bytes.size)
        return 0;
    rc = append_to(path, (struct bytes){bytes.data + saved, bytes.size - saved});
    if (rc == 0)
        disk->files[file].saved = bytes.size;
    else if (truncate(path, (off_t)saved) != 0)
        disk->files[file].saved = 0;
    return rc;
}

/* A file that is ours is locked before it is moved to its path, so that it is never there unlocked. */
static int write_anew(struct disk *disk, enum disk_file file, struct bytes bytes)
{
    const char *path = disk->files[file].path;
    bool is_ours = disk->files[file].is_ours;
    struct buffer temporary = {0};
    int fd, rc;

    buffer_printf(&temporary, "%s.tmp", path);
    fd = open(temporary.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, MODE);
    rc = fd >= 0 ? write_all(fd, bytes) : errno;
    if (rc == 0 && ((is_ours && flock(fd, LOCK_EX | LOCK_NB) != 0) || rename(temporary.data, path) != 0))
        rc = errno;
    if (rc == 0 && is_ours) {
        close_lock(disk, file);
        disk->files[file].lock = fd;
    } else if (fd >= 0) {
        close(fd);
    }
    buffer_fini(&temporary);
    return rc;
}

int disk_replace(struct disk *disk, enum disk_file file, struct bytes bytes)
{
    int rc = disk->files[file].path != NULL ? write_anew(disk, file, bytes) : 0;

    if (rc != 0)
        return rc;
    disk->files[file].exists = true;
    disk->files[file].bytes.size = 0;
    buffer_add(&disk->files[file].bytes, bytes.data, bytes.size);
    disk->files[file].saved = bytes.size;
    return 0;
}
