/* SPDX-License-Identifier: MIT */
/* The world as it is: sockets, one clock, the kernel's randomness. */
#include "client/array.h"
#include "client/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { FEW_HANDLES = 16 };

/* The SO_RCVTIMEO of all sockets. Most answers come sooner, and one recv both waits for them and reads them.
 */
#define SOON_US INT64_C(100000)

static int64_t now_us(void *ctx)
{
    struct timespec now;

    (void)ctx;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Only before the kernel's generator is ready can this fail, and then any spread of clients will do. */
static uint64_t random_bits(void *ctx)
{
    uint64_t bits;

    if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != (ssize_t)sizeof(bits))
        bits = (uint64_t)now_us(ctx) * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)getpid();
    return bits;
}

/* A recv that is to block does, for a while; the other calls say MSG_DONTWAIT. One that does not, as it could
 * not be had, only costs a poll. */
static void let_block(int fd)
{
    const struct timeval soon = {.tv_usec = SOON_US};
    int flags = fcntl(fd, F_GETFL);

    if (flags >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon)) == 0)
        fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
}

/* Takes the descriptor. */
static int start_connecting(int fd, const struct sockaddr *address, socklen_t size)
{
    if (fd < 0)
        return errno == ENOMEM || errno == ENOBUFS ? DISQ_NO_MEMORY : DISQ_REFUSED;
    if (connect(fd, address, size) == 0 || errno == EINPROGRESS || errno == EINTR) {
        let_block(fd);
        return fd;
    }
    close(fd);
    return DISQ_REFUSED;
}

static int connect_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (path[0] == '\0' || strlen(path) >= sizeof(address.sun_path))
        return DISQ_INVALID;
    strcpy(address.sun_path, path);
    return start_connecting(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
                            (const struct sockaddr *)&address, sizeof(address));
}

/* A GETJOB may wait for ever: that its node is gone without a word is found out after two minutes. */
static void set_options(int fd)
{
    static const struct {
        int level;
        int name;
        int value;
    } options[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1},    {SOL_SOCKET, SO_KEEPALIVE, 1}, {IPPROTO_TCP, TCP_KEEPIDLE, 60},
        {IPPROTO_TCP, TCP_KEEPINTVL, 20}, {IPPROTO_TCP, TCP_KEEPCNT, 3},
    };

    for (size_t i = 0; i < DISQ_ARRAY_LEN(options); i++)
        setsockopt(fd, options[i].level, options[i].name, &options[i].value, sizeof(options[i].value));
}

static int connect_found(const struct addrinfo *found)
{
    int rc = DISQ_REFUSED;

    for (; found != NULL && rc < 0; found = found->ai_next)
        rc = start_connecting(socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
                              found->ai_addr, found->ai_addrlen);
    if (rc >= 0)
        set_options(rc);
    return rc;
}

/* Splits "host:port" or "[ipv6]:port" into two texts, in place. */
static bool split(char *text, char **host, char **port)
{
    char *colon = strrchr(text, ':');

    if (colon == NULL || colon == text || colon[1] == '\0')
        return false;
    *colon = '\0';
    *host = text;
    *port = colon + 1;
    if (text[0] == '[' && colon[-1] == ']') {
        colon[-1] = '\0';
        *host = text + 1;
    }
    return **host != '\0';
}

/* The path in "unix:/path", or NULL. */
static const char *path_in(const char *address)
{
    static const char prefix[] = "unix:";

    return strncmp(address, prefix, sizeof(prefix) - 1) == 0 ? address + sizeof(prefix) - 1 : NULL;
}

/* Ports have no names here: 1 to 65535. */
static bool is_port(const char *text)
{
    long port = 0;

    for (; *text >= '0' && *text <= '9' && port <= UINT16_MAX; text++)
        port = port * 10 + (*text - '0');
    return *text == '\0' && port >= 1 && port <= UINT16_MAX;
}

bool disq_env_is_address(const char *address)
{
    char text[DISQ_ADDRESS_SIZE];
    char *host, *port;

    if (strlen(address) >= sizeof(text))
        return false;
    if (path_in(address) != NULL)
        return path_in(address)[0] != '\0';
    strcpy(text, address);
    return split(text, &host, &port) && is_port(port) && strcspn(host, "[] \t\r\n") == strlen(host);
}

static int look_up(const char *address, struct addrinfo **found)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    char text[DISQ_ADDRESS_SIZE];
    char *host, *port;
    int rc;

    if (strlen(address) >= sizeof(text))
        return DISQ_INVALID;
    strcpy(text, address);
    if (!split(text, &host, &port))
        return DISQ_INVALID;
    rc = getaddrinfo(host, port, &hints, found);
    if (rc != 0)
        return rc == EAI_MEMORY ? DISQ_NO_MEMORY : rc == EAI_SERVICE ? DISQ_INVALID : DISQ_REFUSED;
    return 0;
}

static int start_connect(void *ctx, const char *address)
{
    struct addrinfo *found;
    int rc;

    (void)ctx;
    if (path_in(address) != NULL)
        return connect_unix(path_in(address));
    if ((rc = look_up(address, &found)) != 0)
        return rc;
    rc = connect_found(found);
    freeaddrinfo(found);
    return rc;
}

static bool write_numeric(const struct addrinfo *one, char *address)
{
    char host[64], port[8]; /* an IPv6 address may name its interface */

    if (getnameinfo(one->ai_addr, one->ai_addrlen, host, sizeof(host), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return false;
    snprintf(address, DISQ_ADDRESS_SIZE, strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s", host, port);
    return true;
}

static int resolve(void *ctx, const char *address, char (*found)[DISQ_ADDRESS_SIZE], int size)
{
    struct addrinfo *list;
    int count = 0, rc;

    (void)ctx;
    if (path_in(address) != NULL) {
        snprintf(found[0], DISQ_ADDRESS_SIZE, "%s", address);
        return 1;
    }
    if ((rc = look_up(address, &list)) != 0)
        return rc;
    for (const struct addrinfo *one = list; one != NULL && count < size; one = one->ai_next)
        count += write_numeric(one, found[count]);
    freeaddrinfo(list);
    return count > 0 ? count : DISQ_REFUSED;
}

static int code_of(int error)
{
    switch (error) {
    case EAGAIN:
    case EINTR:
        return DISQ_AGAIN;
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
        return DISQ_REFUSED;
    default:
        return DISQ_RESET;
    }
}

static ssize_t send_some(void *ctx, int handle, const void *bytes, size_t size)
{
    ssize_t n = send(handle, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);

    (void)ctx;
    return n >= 0 ? n : code_of(errno);
}

static ssize_t receive_some(void *ctx, int handle, void *bytes, size_t size)
{
    ssize_t n = recv(handle, bytes, size, MSG_DONTWAIT);

    (void)ctx;
    return n >= 0 ? n : code_of(errno);
}

static void close_handle(void *ctx, int handle)
{
    (void)ctx;
    close(handle);
}

/* Rounded up: to wake before the deadline would be to spin until it. */
static int timeout_ms(int64_t deadline_us)
{
    int64_t left_us, left_ms;

    if (deadline_us == DISQ_NEVER)
        return -1;
    left_us = deadline_us - now_us(NULL);
    left_ms = left_us > 0 ? left_us / 1000 + (left_us % 1000 > 0) : 0;
    return left_ms < INT_MAX ? (int)left_ms : INT_MAX;
}

static unsigned got(short events)
{
    unsigned mask = 0;

    if (events & (POLLIN | POLLHUP | POLLERR | POLLNVAL))
        mask |= DISQ_READABLE;
    if (events & (POLLOUT | POLLHUP | POLLERR | POLLNVAL))
        mask |= DISQ_WRITABLE;
    return mask;
}

static int poll_handles(struct pollfd *polled, struct disq_ready *ready, size_t count, int64_t deadline_us)
{
    int n;

    for (size_t i = 0; i < count; i++) {
        polled[i].fd = ready[i].handle;
        polled[i].events = (short)((ready[i].wanted & DISQ_READABLE ? POLLIN : 0) |
                                   (ready[i].wanted & DISQ_WRITABLE ? POLLOUT : 0));
        polled[i].revents = 0;
    }
    n = poll(polled, count, timeout_ms(deadline_us));
    if (n < 0 && errno != EINTR)
        return errno == ENOMEM ? DISQ_NO_MEMORY : DISQ_INVALID;
    for (size_t i = 0; i < count; i++)
        ready[i].got = n > 0 ? got(polled[i].revents) : 0;
    return n > 0 ? n : 0;
}

static int wait_ready(void *ctx, struct disq_ready *ready, size_t count, int64_t deadline_us)
{
    struct pollfd few[FEW_HANDLES];
    struct pollfd *polled = few;
    int rc;

    (void)ctx;
    if (count > FEW_HANDLES && (polled = calloc(count, sizeof(*polled))) == NULL)
        return DISQ_NO_MEMORY;
    rc = poll_handles(polled, ready, count, deadline_us);
    if (polled != few)
        free(polled);
    return rc;
}

static ssize_t receive_late(void *ctx, int handle, void *bytes, size_t size, int64_t deadline_us)
{
    struct disq_ready ready = {.handle = handle, .wanted = DISQ_READABLE};
    int rc = wait_ready(ctx, &ready, 1, deadline_us);

    if (rc > 0)
        return receive_some(ctx, handle, bytes, size);
    return rc == 0 ? DISQ_AGAIN : rc;
}

/* A signal ends it: whoever stops a worker by one is heard. */
static ssize_t receive_until(void *ctx, int handle, void *bytes, size_t size, int64_t deadline_us)
{
    ssize_t n = -1;

    errno = EAGAIN;
    if (deadline_us - now_us(ctx) >= SOON_US)
        n = recv(handle, bytes, size, 0);
    if (n >= 0)
        return n;
    return errno == EAGAIN ? receive_late(ctx, handle, bytes, size, deadline_us) : code_of(errno);
}

void disq_env_default(struct disq_env *env)
{
    *env = (struct disq_env){
        .now_us = now_us,
        .random = random_bits,
        .connect = start_connect,
        .send = send_some,
        .recv = receive_some,
        .close = close_handle,
        .wait = wait_ready,
        .resolve = resolve,
        .recv_until = receive_until,
    };
}
