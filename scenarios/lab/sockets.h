/* SPDX-License-Identifier: MIT */
#ifndef LAB_SOCKETS_H
#define LAB_SOCKETS_H

#include "scenarios/lab/lab.h"

/* What a lab's environment does that has its connections on pairs of sockets: a handle is a descriptor. The
 * functions are those of disq_env. */

/* The connection has this name, unless it is empty. */
int lab_sockets_connect(struct mockd *cluster, const char *address, const char *name);

ssize_t lab_sockets_send(void *ctx, int handle, const void *bytes, size_t size);
ssize_t lab_sockets_recv(void *ctx, int handle, void *bytes, size_t size);
void lab_sockets_close(void *ctx, int handle);

int lab_sockets_wait(struct mockd *cluster, struct disq_ready *ready, size_t count, int64_t deadline_us);

#endif
