/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_AOF_H
#define MOCKD_NODE_AOF_H

#include "mockd/sim/clock.h"

struct job;
struct node;

/* The append-only file: which jobs a node has, so that it has them again after a restart (§12). The file is
 * one of the node's disk. Its commands are Disque's, LOADJOB and DELJOB; how a job is written is ours. */

enum aof_state {
    AOF_OFF,
    AOF_ON,
    AOF_WAIT_REWRITE, /* it is turned on as soon as all jobs are written */
};

struct aof {
    enum aof_state state;
    bool is_loading; /* what is done now stands in it already */
    bool is_rewriting;
    bool has_failed;  /* the last rewrite */
    int error;        /* of the last write, as errno says it; 0: none */
    size_t base_size; /* after the last rewrite, or when it was loaded */
    int64_t rewriting_since_s;
    int64_t last_rewrite_took_s; /* -1: there was none */
    struct timer rewritten;
};

enum aof_result {
    AOF_LOADED,
    AOF_EMPTY,
    AOF_MISSING,
    AOF_BROKEN, /* it holds what is none of its commands */
};

void aof_init(struct node *node);
void aof_fini(struct node *node);

/* The job is in the node's hands from now on. */
void aof_add(const struct job *job);

/* It is not any more. */
void aof_remove(const struct job *job);

/* Whatever is not at its path yet is brought there. */
void aof_flush(struct node *node);

/* The file is appended to from now on, if appendonly says so: it holds all jobs. */
void aof_start(struct node *node);

/* appendonly was changed. */
void aof_review(struct node *node);

/* Writes the file anew, with the jobs that there are, a moment later. false: one is being written. */
bool aof_rewrite(struct node *node);

/* The same at once. false: it cannot be written. */
bool aof_rewrite_now(struct node *node);

/* Takes the jobs in the file's first `size` bytes. Those that were queued when they were written are queued
 * again if aof-enqueue-jobs-once is on (§12.3). */
enum aof_result aof_load(struct node *node, size_t size);

size_t aof_size(const struct node *node);

#endif
