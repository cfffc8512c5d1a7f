/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_ENDPOINT_H
#define MOCKD_FRONT_ENDPOINT_H

#include <netinet/in.h>
#include <stdbool.h>

enum {
    ENDPOINT_HOST_SIZE = 256, /* of a host's name, and its NUL */
    ENDPOINTS_MAX = 16,       /* of one listener, as with Disque */
};

/* An IP address and a port of it. */
union endpoint {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* Hosts are a text, with blanks or commas between them. The next one, which the text loses, without the "-"
 * of one that this machine may lack; false: there is none. */
bool endpoint_next_host(const char **hosts, char host[ENDPOINT_HOST_SIZE], bool *may_lack);

/* Are these some hosts, and all of them IP addresses? */
bool endpoint_are_addresses(const char *hosts);

/* A name stands for an IPv4 address. NULL, or why it stands for none. */
const char *endpoint_resolve(const char *host, int port, union endpoint *endpoint);

/* Where a socket is. */
union endpoint endpoint_of(int fd);

/* 0 of a path. */
int endpoint_port(const union endpoint *endpoint);

/* The address at which this machine finds it; "" of a path. */
void endpoint_write_host(const union endpoint *endpoint, char host[INET6_ADDRSTRLEN]);

/* Does who listens there hear those who go to this IP address? */
bool endpoint_hears(const union endpoint *endpoint, const char *host);

/* A socket that is bound to it, or -1 with errno. With port 0 the system chooses one. */
int endpoint_bind(const union endpoint *endpoint);

#endif
