/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_JOB_TREE_H
#define MOCKD_NODE_JOB_TREE_H

#include <stddef.h>

struct job;

/* Jobs by creation time, ties by ID. All zero is an empty tree. */
struct job_tree {
    struct job *root;
    struct job *first;
    struct job *last;
    size_t count;
};

/* Puts in a job that is in no tree. The youngest costs least. */
void job_tree_add(struct job_tree *tree, struct job *job);

/* Takes out a job that is in it. */
void job_tree_remove(struct job_tree *tree, struct job *job);

/* The neighbours in order, or NULL. */
struct job *job_tree_next(const struct job *job);
struct job *job_tree_prev(const struct job *job);

#endif
