/* SPDX-License-Identifier: MIT */
/* The nodes' end of a pair is served by the cluster's own loop, which looks at it before time moves: so what
 * happens on sockets is, to the byte of the event log, what happens in memory. */
#include "scenarios/lab/sockets.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NAME_SIZE = 128 };

int lab_sockets_connect(struct mockd *cluster, const char *address, const char *name)
{
    int node = mockd_node_index(cluster, address);
    char full_name[NAME_SIZE];
    int fd;

    if (node < 0)
        return DISQ_REFUSED;
    if (name[0] != '\0') {
        snprintf(full_name, sizeof(full_name), "%s.%s", mockd_node_name(cluster, node), name);
        address = full_name;
    }
    fd = mockd_connect_fd(cluster, address);
    return fd >= 0 ? fd : DISQ_REFUSED;
}

static ssize_t result_of(ssize_t result)
{
    if (result >= 0)
        return result;
    return errno == EAGAIN || errno == EINTR ? DISQ_AGAIN : DISQ_RESET;
}

ssize_t lab_sockets_send(void *ctx, int handle, const void *bytes, size_t size)
{
    (void)ctx;
    return result_of(send(handle, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL));
}

ssize_t lab_sockets_recv(void *ctx, int handle, void *bytes, size_t size)
{
    (void)ctx;
    return result_of(recv(handle, bytes, size, MSG_DONTWAIT));
}

void lab_sockets_close(void *ctx, int handle)
{
    (void)ctx;
    close(handle);
}

struct waiting {
    struct disq_ready *ready;
    struct pollfd *polled;
    size_t count;
    int ready_count;
};

/* The end of a connection is polled for whether it is wanted or not. */
static bool look(void *ctx)
{
    struct waiting *waiting = ctx;

    waiting->ready_count = 0;
    if (poll(waiting->polled, (nfds_t)waiting->count, 0) <= 0)
        return false;
    for (size_t i = 0; i < waiting->count; i++) {
        short got = waiting->polled[i].revents;
        struct disq_ready *ready = &waiting->ready[i];

        ready->got = (got & ~POLLOUT ? DISQ_READABLE : 0) | (got & POLLOUT ? DISQ_WRITABLE : 0);
        ready->got &= ready->wanted;
        waiting->ready_count += ready->got != 0;
    }
    return waiting->ready_count > 0;
}

int lab_sockets_wait(struct mockd *cluster, struct disq_ready *ready, size_t count, int64_t deadline_us)
{
    struct waiting waiting = {.ready = ready, .count = count};
    int rc;

    waiting.polled = calloc(count + 1, sizeof(*waiting.polled));
    if (waiting.polled == NULL)
        return DISQ_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        ready[i].got = 0;
        waiting.polled[i].fd = ready[i].handle;
        waiting.polled[i].events = (short)((ready[i].wanted & DISQ_READABLE ? POLLIN : 0) |
                                           (ready[i].wanted & DISQ_WRITABLE ? POLLOUT : 0));
    }
    rc = mockd_run(cluster, deadline_us, look, &waiting);
    free(waiting.polled);
    return rc == 0 || rc == MOCKD_TIMEOUT ? waiting.ready_count : DISQ_TIMEOUT;
}
