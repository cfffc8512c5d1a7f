/* SPDX-License-Identifier: MIT */
#ifndef LAB_H
#define LAB_H

/* lab: where the client meets the mock. An environment for libdisq over a cluster in the same process, so
 * that tests run single-threaded, in virtual time and (but for lab_new_on_sockets) without a socket:
 *
 *     struct lab *lab = lab_new(&(struct mockd_options){.nodes = 3, .seed = 7});
 *     struct disq *client = disq_new(&(struct disq_options){.nodes = "A,B", .env = &lab->env});
 *
 * Time passes only while a client waits, or by mockd_advance. An address is a node's name, or its host and
 * port as HELLO tells them.
 */

#include "client/disq.h"
#include "mockd/mockd.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default) /* all else in the library is hidden */

struct lab_state;

struct lab {
    struct mockd *cluster;
    struct disq_env env; /* copy it freely; good until lab_free */
    struct lab_state *state;
};

/* A new cluster and an environment that reaches it. NULL if mockd_new would say so, or out of memory. */
struct lab *lab_new(const struct mockd_options *options);

/* The same, with each connection a pair of sockets (mockd_connect_fd): a handle is a descriptor, which a
 * client that is freed has closed, and what is sent and received passes through the system. A pair cannot be
 * reset: a node that resets a connection only ends it. */
struct lab *lab_new_on_sockets(const struct mockd_options *options);

/* An environment of the same lab whose connections have this name, by which faults of clients know them; NULL
 * if out of memory. The lab owns it. */
const struct disq_env *lab_env(struct lab *lab, const char *name);

/* Frees the cluster too. Clients must be gone, or never be used again but for disq_free before this. NULL is
 * fine. */
void lab_free(struct lab *lab);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
