/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_DISK_H
#define MOCKD_NODE_DISK_H

#include "mockd/sim/bytes.h"

/* The files of a node, which outlive its process. They are in memory, each at a path of the machine too if it
 * was given one. */
enum disk_file {
    DISK_CONFIG, /* the configuration file; there is one only if the node was started with it */
    DISK_ROSTER, /* nodes.conf */
    DISK_JOBS,   /* the append-only file */
    DISK_FILE_COUNT,
};

struct disk {
    struct {
        bool exists;
        struct buffer bytes;
        size_t saved; /* of them, at the path */
        char *path;   /* NULL: in memory only */
        bool is_ours; /* no other process may use it: */
        int lock;     /* a descriptor of it, which is locked; -1 while there is no such file */
    } files[DISK_FILE_COUNT];
};

void disk_fini(struct disk *disk);

/* Reads the file at this path if there is one, and keeps it up from now on. 0, or what errno says. */
int disk_place(struct disk *disk, enum disk_file file, const char *path);

/* Has no other process place this file too, from now on. 0, or what errno says; EWOULDBLOCK: one has. */
int disk_lock(struct disk *disk, enum disk_file file);

/* Its path, or NULL. */
const char *disk_path(const struct disk *disk, enum disk_file file);

bool disk_has(const struct disk *disk, enum disk_file file);

/* Good until the file is changed. */
struct bytes disk_bytes(const struct disk *disk, enum disk_file file);

/* Appends to a file, which is made if there is none. It is only sure to be at its path after disk_flush. */
void disk_append(struct disk *disk, enum disk_file file, struct bytes bytes);

/* Cuts off what is behind so many bytes. */
void disk_cut(struct disk *disk, enum disk_file file, size_t size);

/* 0, or what errno says; then it is tried again next time. */
int disk_flush(struct disk *disk, enum disk_file file);

/* Makes a file anew, or leaves it as it is. 0, or what errno says. */
int disk_replace(struct disk *disk, enum disk_file file, struct bytes bytes);

#endif
