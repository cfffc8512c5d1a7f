/* SPDX-License-Identifier: MIT */
/* IPv4 and IPv6 differ in more than the length of an address; a listener need not know which it has. */
#include "mockd/front/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SEPARATORS ", "

bool endpoint_next_host(const char **hosts, char host[ENDPOINT_HOST_SIZE], bool *may_lack)
{
    const char *word = *hosts + strspn(*hosts, SEPARATORS);
    size_t size = strcspn(word, SEPARATORS);

    *hosts = word + size;
    if (size == 0)
        return false;
    *may_lack = word[0] == '-';
    snprintf(host, ENDPOINT_HOST_SIZE, "%.*s", (int)size - *may_lack, word + *may_lack);
    return true;
}

static bool is_address(const char *host)
{
    struct in6_addr address;

    return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
}

bool endpoint_are_addresses(const char *hosts)
{
    char host[ENDPOINT_HOST_SIZE];
    bool may_lack;
    int count = 0;

    for (; endpoint_next_host(&hosts, host, &may_lack); count++)
        if (!is_address(host))
            return false;
    return count > 0 && count <= ENDPOINTS_MAX;
}

static bool is_v6(const union endpoint *endpoint)
{
    return endpoint->any.sa_family == AF_INET6;
}

static void set_port(union endpoint *endpoint, int port)
{
    if (is_v6(endpoint))
        endpoint->v6.sin6_port = htons((uint16_t)port);
    else
        endpoint->v4.sin_port = htons((uint16_t)port);
}

const char *endpoint_resolve(const char *host, int port, union endpoint *endpoint)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found;
    int rc;

    hints.ai_family = strchr(host, ':') != NULL ? AF_INET6 : AF_INET;
    rc = getaddrinfo(host, NULL, &hints, &found);
    if (rc != 0)
        return gai_strerror(rc);
    memcpy(endpoint, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    set_port(endpoint, port);
    return NULL;
}

union endpoint endpoint_of(int fd)
{
    union endpoint endpoint = {0};
    socklen_t size = sizeof(endpoint);

    getsockname(fd, &endpoint.any, &size);
    return endpoint;
}

int endpoint_port(const union endpoint *endpoint)
{
    if (endpoint->any.sa_family == AF_UNIX)
        return 0;
    return ntohs(is_v6(endpoint) ? endpoint->v6.sin6_port : endpoint->v4.sin_port);
}

static bool is_everywhere(const union endpoint *endpoint)
{
    return is_v6(endpoint) ? IN6_IS_ADDR_UNSPECIFIED(&endpoint->v6.sin6_addr)
                           : endpoint->v4.sin_addr.s_addr == htonl(INADDR_ANY);
}

/* Who listens everywhere is still to be found at one address. */
void endpoint_write_host(const union endpoint *endpoint, char host[INET6_ADDRSTRLEN])
{
    struct in_addr v4 = {htonl(INADDR_LOOPBACK)};
    struct in6_addr v6 = in6addr_loopback;

    host[0] = '\0';
    if (endpoint->any.sa_family == AF_INET)
        inet_ntop(AF_INET, is_everywhere(endpoint) ? &v4 : &endpoint->v4.sin_addr, host, INET6_ADDRSTRLEN);
    else if (is_v6(endpoint))
        inet_ntop(AF_INET6, is_everywhere(endpoint) ? &v6 : &endpoint->v6.sin6_addr, host, INET6_ADDRSTRLEN);
}

static int close_keeping_error(int fd)
{
    int error = errno;

    if (fd >= 0)
        close(fd);
    errno = error;
    return -1;
}

/* IPv4 has a socket of its own. */
static int bind_asked(const union endpoint *endpoint)
{
    int fd = socket(endpoint->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    socklen_t size = is_v6(endpoint) ? sizeof(endpoint->v6) : sizeof(endpoint->v4);
    int on = 1;

    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
        (!is_v6(endpoint) || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == 0) &&
        bind(fd, &endpoint->any, size) == 0)
        return fd;
    return close_keeping_error(fd);
}

/* A port that the system chose is lost when a socket stops listening, but not one that was asked for: so the
 * one that was chosen is asked for. */
int endpoint_bind(const union endpoint *endpoint)
{
    int fd = bind_asked(endpoint), chosen = fd;
    union endpoint asked;

    if (fd < 0 || endpoint_port(endpoint) != 0)
        return fd;
    asked = endpoint_of(chosen);
    fd = bind_asked(&asked);
    close_keeping_error(chosen);
    return fd;
}

static bool is_same(const union endpoint *one, const union endpoint *other)
{
    if (is_v6(one))
        return memcmp(&one->v6.sin6_addr, &other->v6.sin6_addr, sizeof(one->v6.sin6_addr)) == 0;
    return one->v4.sin_addr.s_addr == other->v4.sin_addr.s_addr;
}

/* Only addresses of this machine can be bound. */
static bool is_of_this_machine(const union endpoint *endpoint)
{
    int fd = bind_asked(endpoint);

    close_keeping_error(fd);
    return fd >= 0;
}

bool endpoint_hears(const union endpoint *endpoint, const char *host)
{
    union endpoint other = {0};

    if (!is_address(host) || endpoint_resolve(host, 0, &other) != NULL ||
        other.any.sa_family != endpoint->any.sa_family)
        return false;
    return is_everywhere(endpoint) ? is_of_this_machine(&other) : is_same(endpoint, &other);
}
