/* SPDX-License-Identifier: MIT */
/* What faults of clients do to the bytes, in memory and on a socket; scenarios see whole replies. */
#include "mockd/cluster.h"
#include "mockd/front/listener.h"
#include "mockd/front/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* A node, and a client in memory and one on a socket. */
struct world {
    struct mockd *cluster;
    struct mockd_conn *conn;
    struct listener *listener;
    int fd;
};

static int connect_to(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void serve(struct loop *loop, void *node, int fd)
{
    socket_serve(loop, node, fd);
}

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    char error[200];

    world->cluster = mockd_new(NULL);
    world->conn = mockd_connect(world->cluster, "A.memory");
    world->listener =
        listener_at_port(cluster_loop(world->cluster), "127.0.0.1", 0, serve, error, sizeof(error));
    listener_open(world->listener, cluster_node(world->cluster, 0));
    world->fd = connect_to(listener_port(world->listener));
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    close(world->fd);
    listener_free(world->listener);
    mockd_free(world->cluster);
    free(world);
    return 0;
}

static void fault(struct world *world, const char *line)
{
    assert_int_equal(mockd_step(world->cluster, line), 0);
}

/* Sends on both, and gives the node the time to do whatever it does. */
static void send_all(struct world *world, const char *text)
{
    ssize_t size = (ssize_t)strlen(text);

    assert_int_equal(mockd_send(world->conn, text, strlen(text)), size);
    assert_int_equal(send(world->fd, text, strlen(text), MSG_NOSIGNAL), size);
    for (int i = 0; i < 3; i++)
        mockd_advance(world->cluster, 0);
}

/* Both got these bytes, and behind them in memory this, on the socket that. */
static void assert_got(struct world *world, const char *text, ssize_t in_memory, ssize_t on_socket)
{
    ssize_t size = (ssize_t)strlen(text);
    char bytes[100];

    if (size > 0) {
        assert_int_equal(mockd_recv(world->conn, bytes, sizeof(bytes)), size);
        assert_memory_equal(bytes, text, (size_t)size);
        assert_int_equal(recv(world->fd, bytes, sizeof(bytes), MSG_DONTWAIT), size);
        assert_memory_equal(bytes, text, (size_t)size);
    }
    assert_int_equal(mockd_recv(world->conn, bytes, sizeof(bytes)), in_memory);
    errno = 0;
    assert_int_equal(recv(world->fd, bytes, sizeof(bytes), MSG_DONTWAIT) < 0 ? -errno : 0, on_socket);
}

static void a_cut_reply_ends_in_its_middle(void **state)
{
    fault(*state, "fault any x2 : cut 3");

    send_all(*state, "PING\r\nPING\r\n");

    assert_got(*state, "+PO", 0, 0);
}

static void a_reset_comes_as_an_error(void **state)
{
    fault(*state, "fault any on QLEN x2 : reset");

    send_all(*state, "QLEN q\r\n");

    assert_got(*state, "", MOCKD_RESET, -ECONNRESET);
}

static void half_a_connection_takes_what_is_sent(void **state)
{
    fault(*state, "fault any x2 : half-close");

    send_all(*state, "PING\r\n");
    assert_got(*state, "", 0, 0);
    send_all(*state, "PING\r\n");

    assert_got(*state, "", 0, 0);
}

static void a_silent_connection_stays(void **state)
{
    fault(*state, "fault any x2 : silence");

    send_all(*state, "PING\r\n");
    assert_got(*state, "", MOCKD_AGAIN, -EAGAIN);
    send_all(*state, "PING\r\n");

    assert_got(*state, "+PONG\r\n", MOCKD_AGAIN, -EAGAIN);
}

static void a_reply_that_dribbles_comes_in_pieces(void **state)
{
    struct world *world = *state;

    fault(world, "fault any x2 : dribble 3 every 10ms");

    send_all(world, "PING\r\n");
    assert_got(world, "+PO", MOCKD_AGAIN, -EAGAIN);
    mockd_advance(world->cluster, 10000);
    assert_got(world, "NG\r", MOCKD_AGAIN, -EAGAIN);
    mockd_advance(world->cluster, 10000);
    assert_got(world, "\n", MOCKD_AGAIN, -EAGAIN);
}

static void a_dribbling_connection_may_go(void **state)
{
    struct world *world = *state;

    fault(world, "fault any x2 : dribble 1 every 10ms");

    send_all(world, "PING\r\n");
    mockd_close(world->conn);
    close(world->fd);
    world->fd = -1;

    assert_int_equal(mockd_advance(world->cluster, 10000000), 0);
}

static void a_fault_may_end_before_its_reply_comes(void **state)
{
    struct world *world = *state;

    fault(world, "fault late = any x2 : dup");

    send_all(world, "GETJOB FROM q\r\n");
    mockd_close(world->conn);
    fault(world, "unfault late");

    assert_int_equal(mockd_advance(world->cluster, 10000000), 0);
}

static void garbage_is_no_reply(void **state)
{
    struct world *world = *state;
    unsigned char bytes[100];

    fault(world, "fault any x2 : garbage 20");

    send_all(world, "PING\r\n");

    assert_int_equal(mockd_recv(world->conn, bytes, sizeof(bytes)), 20);
    assert_true(bytes[0] >= 0x80);
    assert_int_equal(recv(world->fd, bytes, sizeof(bytes), MSG_DONTWAIT), 20);
    assert_true(bytes[0] >= 0x80);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_cut_reply_ends_in_its_middle),         TEST(a_reset_comes_as_an_error),
        TEST(half_a_connection_takes_what_is_sent),   TEST(a_silent_connection_stays),
        TEST(a_reply_that_dribbles_comes_in_pieces),  TEST(a_dribbling_connection_may_go),
        TEST(a_fault_may_end_before_its_reply_comes), TEST(garbage_is_no_reply),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
