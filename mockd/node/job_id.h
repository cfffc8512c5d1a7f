/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_JOB_ID_H
#define MOCKD_NODE_JOB_ID_H

#include "mockd/sim/bytes.h"
#include "mockd/sim/rng.h"

#define JOB_ID_SIZE      40
#define NODE_ID_SIZE     40
#define NODE_PREFIX_SIZE 8

/* D-<8 of the creating node's ID>-<24 at random>-<TTL in minutes, 4 hex digits>, without a NUL (§4). */
struct job_id {
    char text[JOB_ID_SIZE];
};

/* 40 hex characters and a NUL. */
struct node_id {
    char text[NODE_ID_SIZE + 1];
};

struct node_id node_id_new(struct rng *rng);

/* A new ID for a job made by this node. */
struct job_id job_id_new(struct rng *rng, const struct node_id *creator, int64_t ttl_s, bool at_most_once);

/* Reads an ID; false if it does not have the shape of one, of which Disque looks at four bytes and the
 * length. */
bool job_id_parse(struct bytes bytes, struct job_id *id);

/* The TTL field: odd says that the job is delivered at least once. Digits that are none count as 0. */
unsigned job_id_ttl_minutes(const struct job_id *id);
bool job_id_is_at_least_once(const struct job_id *id);

static inline struct bytes job_id_bytes(const struct job_id *id)
{
    return (struct bytes){id->text, JOB_ID_SIZE};
}

#endif
