/* SPDX-License-Identifier: MIT */
/* What the default environment makes of addresses. Names are looked up here, in place of the system. */
#include "client/disq.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SIZE = 2 };

/* "many" has more addresses than there is room for; no other name is known. */
int getaddrinfo(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **found)
{
    static struct sockaddr_in v4 = {.sin_family = AF_INET};
    static struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    static struct addrinfo list[] = {
        {.ai_addr = (struct sockaddr *)&v4, .ai_addrlen = sizeof v4, .ai_next = &list[1]},
        {.ai_addr = (struct sockaddr *)&v6, .ai_addrlen = sizeof v6, .ai_next = &list[2]},
        {.ai_addr = (struct sockaddr *)&v4, .ai_addrlen = sizeof v4},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_stands_for_numeric_addresses_in_their_order),
        cmocka_unit_test(a_path_stands_for_itself),
        cmocka_unit_test(what_is_no_address_stands_for_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
