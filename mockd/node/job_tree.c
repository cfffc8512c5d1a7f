/* SPDX-License-Identifier: MIT */
/* A treap (Seidel, Aragon: "Randomized search trees", 1996) through links in the jobs. Jobs mostly come at
 * the end and go from the front, but one that is queued again goes before younger ones, however many these
 * are. A job's priority comes from its ID, which is random, so that nothing depends on addresses. */
#include "mockd/node/job_tree.h"

#include "mockd/node/job.h"

static uint32_t priority(const struct job *job)
{
    uint32_t word;

    memcpy(&word, job->id.text + 14, sizeof(word));
    word = (word ^ word >> 15) * UINT32_C(0x2c1b3c6d);
    return (word ^ word >> 12) * UINT32_C(0x297a2d39);
}

static int compare(const struct job *a, const struct job *b)
{
    if (a->ctime_ns != b->ctime_ns)
        return a->ctime_ns < b->ctime_ns ? -1 : 1;
    return memcmp(a->id.text, b->id.text, JOB_ID_SIZE);
}

/* Where a job hangs: the root, or one of its parent's links. */
static struct job **hook(struct job_tree *tree, const struct job *job)
{
    if (job->parent == NULL)
        return &tree->root;
    return job->parent->left == job ? &job->parent->left : &job->parent->right;
}

/* Makes a job's child its parent. */
static void rotate(struct job_tree *tree, struct job *child)
{
    struct job *parent = child->parent;
    struct job **inner = parent->left == child ? &child->right : &child->left;

    *hook(tree, parent) = child;
    if (parent->left == child)
        parent->left = *inner;
    else
        parent->right = *inner;
    if (*inner != NULL)
        (*inner)->parent = parent;
    *inner = parent;
    child->parent = parent->parent;
    parent->parent = child;
}

static void hang(struct job_tree *tree, struct job *job, struct job *parent, struct job **at)
{
    *at = job;
    job->parent = parent;
    job->left = job->right = NULL;
    while (job->parent != NULL && priority(job) > priority(job->parent))
        rotate(tree, job);
}

void job_tree_add(struct job_tree *tree, struct job *job)
{
    struct job *parent = NULL;
    struct job **at = &tree->root;

    if (tree->count++ == 0) {
        tree->first = tree->last = job;
    } else if (compare(job, tree->last) > 0) {
        parent = tree->last;
        at = &parent->right;
        tree->last = job;
    } else {
        if (compare(job, tree->first) < 0)
            tree->first = job;
        while (*at != NULL) {
            parent = *at;
            at = compare(job, parent) < 0 ? &parent->left : &parent->right;
        }
    }
    hang(tree, job, parent, at);
}

void job_tree_remove(struct job_tree *tree, struct job *job)
{
    tree->count--;
    if (tree->first == job)
        tree->first = job_tree_next(job);
    if (tree->last == job)
        tree->last = job_tree_prev(job);
    while (job->left != NULL && job->right != NULL)
        rotate(tree, priority(job->left) > priority(job->right) ? job->left : job->right);

    struct job *child = job->left != NULL ? job->left : job->right;

    *hook(tree, job) = child;
    if (child != NULL)
        child->parent = job->parent;
    job->parent = job->left = job->right = NULL;
}

struct job *job_tree_next(const struct job *job)
{
    struct job *next = job->right;

    if (next == NULL) {
        while (job->parent != NULL && job->parent->right == job)
            job = job->parent;
        return job->parent;
    }
    while (next->left != NULL)
        next = next->left;
    return next;
}

struct job *job_tree_prev(const struct job *job)
{
    struct job *prev = job->left;

    if (prev == NULL) {
        while (job->parent != NULL && job->parent->left == job)
            job = job->parent;
        return job->parent;
    }
    while (prev->right != NULL)
        prev = prev->right;
    return prev;
}
