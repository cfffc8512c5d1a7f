/* SPDX-License-Identifier: MIT */
/* What the default environment makes of addresses, and of its sockets. Names are looked up here, in place of
 * the system. */
#include "client/disq.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

enum { SIZE = 2 };

/* "many" has more addresses than there is room for; no other name is known. */
int getaddrinfo(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **found)
{
    static struct sockaddr_in v4 = {.sin_family = AF_INET};
    static struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    static struct addrinfo list[] = {
        {.ai_family = AF_INET,
         .ai_addr = (struct sockaddr *)&v4,
         .ai_addrlen = sizeof(v4),
         .ai_next = &list[1]},
        {.ai_family = AF_INET6,
         .ai_addr = (struct sockaddr *)&v6,
         .ai_addrlen = sizeof(v6),
         .ai_next = &list[2]},
        {.ai_family = AF_INET, .ai_addr = (struct sockaddr *)&v4, .ai_addrlen = sizeof(v4)},
    };

    (void)hints;
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    v4.sin_port = v6.sin6_port = htons((in_port_t)atoi(port));
    *found = list;
    return strcmp(host, "many") == 0 ? 0 : EAI_NONAME;
}

void freeaddrinfo(struct addrinfo *found)
{
    (void)found;
}

static int resolve(const char *address, char (*found)[DISQ_ADDRESS_SIZE])
{
    struct disq_env env;

    disq_env_default(&env);
    return env.resolve(env.ctx, address, found, SIZE);
}

static void a_name_stands_for_numeric_addresses_in_their_order(void **state)
{
    char found[SIZE][DISQ_ADDRESS_SIZE];

    (void)state;

    assert_int_equal(resolve("many:7711", found), SIZE);
    assert_string_equal(found[0], "127.0.0.1:7711");
    assert_string_equal(found[1], "[::1]:7711");
}

static void a_path_stands_for_itself(void **state)
{
    char found[SIZE][DISQ_ADDRESS_SIZE];

    (void)state;

    assert_int_equal(resolve("unix:/run/disque", found), 1);
    assert_string_equal(found[0], "unix:/run/disque");
}

static void what_is_no_address_stands_for_nothing(void **state)
{
    char found[SIZE][DISQ_ADDRESS_SIZE];

    (void)state;

    assert_int_equal(resolve("unknown:7711", found), DISQ_REFUSED);
    assert_int_equal(resolve("many", found), DISQ_INVALID);
    assert_int_equal(resolve(":7711", found), DISQ_INVALID);
}

/* A connection of the environment's, and its other end. */
struct pair {
    struct disq_env env;
    char path[sizeof("unix:/tmp/test-env-XXXXXX/socket")];
    int listener;
    int handle;
    int peer;
};

static int setup(void **state)
{
    struct pair *pair = calloc(1, sizeof(*pair));
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    strcpy(pair->path, "unix:/tmp/test-env-XXXXXX");
    assert_non_null(mkdtemp(pair->path + 5));
    strcat(pair->path, "/socket");
    strcpy(address.sun_path, pair->path + 5);
    pair->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(pair->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(pair->listener, 1), 0);
    disq_env_default(&pair->env);
    pair->handle = pair->env.connect(pair->env.ctx, pair->path);
    assert_true(pair->handle >= 0);
    pair->peer = accept(pair->listener, NULL, NULL);
    *state = pair;
    return 0;
}

static int teardown(void **state)
{
    struct pair *pair = *state;

    pair->env.close(pair->env.ctx, pair->handle);
    close(pair->peer);
    close(pair->listener);
    unlink(pair->path + 5);
    *strrchr(pair->path, '/') = '\0';
    rmdir(pair->path + 5);
    free(pair);
    return 0;
}

static void nodes_that_vanish_are_noticed(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address), value_size = sizeof(int);
    int listener = socket(AF_INET, SOCK_STREAM, 0), handle, value = 0;
    char text[DISQ_ADDRESS_SIZE];
    struct disq_env env;

    (void)state;
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    snprintf(text, sizeof(text), "many:%d", ntohs(address.sin_port));
    disq_env_default(&env);
    handle = env.connect(env.ctx, text);

    assert_true(handle >= 0);
    assert_int_equal(getsockopt(handle, SOL_SOCKET, SO_KEEPALIVE, &value, &value_size), 0);
    assert_int_equal(value, 1);
    assert_int_equal(getsockopt(handle, IPPROTO_TCP, TCP_KEEPIDLE, &value, &value_size), 0);
    assert_int_equal(value, 60);
    env.close(env.ctx, handle);
    close(listener);
}

static ssize_t receive_until(const struct pair *pair, int64_t deadline_us)
{
    char bytes[8];

    return pair->env.recv_until(pair->env.ctx, pair->handle, bytes, sizeof(bytes), deadline_us);
}

static void receiving_takes_what_is_there(void **state)
{
    const struct pair *pair = *state;

    assert_int_equal(send(pair->peer, "hello", 5, 0), 5);
    assert_int_equal(receive_until(pair, DISQ_NEVER), 5);
    assert_int_equal(send(pair->peer, "hi", 2, 0), 2);
    assert_int_equal(receive_until(pair, 0), 2);
}

static void receiving_ends_with_the_deadline_or_the_stream(void **state)
{
    struct pair *pair = *state;

    assert_int_equal(receive_until(pair, pair->env.now_us(pair->env.ctx)), DISQ_AGAIN);
    close(pair->peer);
    pair->peer = -1;
    assert_int_equal(receive_until(pair, DISQ_NEVER), 0);
}

/* Though a recv that is to wait does. */
static void nothing_else_blocks(void **state)
{
    const struct pair *pair = *state;
    static char block[65536];
    ssize_t n;

    assert_int_equal(pair->env.recv(pair->env.ctx, pair->handle, block, sizeof(block)), DISQ_AGAIN);
    do {
        n = pair->env.send(pair->env.ctx, pair->handle, block, sizeof(block));
    } while (n > 0);
    assert_int_equal(n, DISQ_AGAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_stands_for_numeric_addresses_in_their_order),
        cmocka_unit_test(a_path_stands_for_itself),
        cmocka_unit_test(what_is_no_address_stands_for_nothing),
        cmocka_unit_test(nodes_that_vanish_are_noticed),
        cmocka_unit_test_setup_teardown(receiving_takes_what_is_there, setup, teardown),
        cmocka_unit_test_setup_teardown(receiving_ends_with_the_deadline_or_the_stream, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_else_blocks, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
