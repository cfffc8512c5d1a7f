/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_DAEMON_H
#define TESTS_SUPPORT_DAEMON_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

/* A daemon as a process, and clients of it. Functions fail the test where something is not as they say. */
enum { NODES_MAX = 8, NODE_PORT_MAX = 55535, CLIENTS_MAX = 64 };

struct world {
    pid_t pid; /* 0: none runs */
    int out;
    int err;
    const char *program; /* which the next one is called as; NULL: mockd */
    int in;              /* its standard input; -1: that of this process */
    int descriptors;     /* that the next one may have; 0: as many as this process */
    int ports[NODES_MAX];
    int control; /* 0: none */
    int clients[CLIENTS_MAX];
    int client_count;
    char folder[64]; /* for files of the test */
};

int daemon_setup(void **state);
int daemon_teardown(void **state);

#define DAEMON_TEST(name) cmocka_unit_test_setup_teardown(name, daemon_setup, daemon_teardown)

/* Starts one with these words, which end with NULL. */
void start_process(struct world *world, const char *const *words);

/* The same, and waits until it is ready: ports are set, and control. */
void start(struct world *world, const char *const *words);

#define START(world, ...) start(world, (const char *const[]){__VA_ARGS__, NULL})

void read_ports(struct world *world, const char *ready);

/* Waits until it has ended, and reads what it has said on standard error. Its exit code, or -1. */
int end_of(struct world *world, char *err, size_t err_size);

/* Sends it a signal, of which it ends without a word. */
void assert_ends_well(struct world *world, int number);

/* Waits until one of poll's events is there. */
void wait_for(int fd, short events);

/* Reads until that text has come, or the end of the stream; NULL is that end. */
void read_until(int fd, const char *text, char *got, size_t got_size);

/* A connection to a node, to a port, or to a path; the world closes it. */
int new_client(struct world *world, int node);
int connect_port(struct world *world, int port);
int connect_v6_port(struct world *world, int port);
int connect_path(struct world *world, const char *path);
void assert_refused(int port);

/* Has this machine IPv6 at all? */
bool has_v6(void);

void say(int fd, const char *text);
void assert_answer(int fd, const char *expected);

/* Sends a line, and gets exactly that. */
void assert_asks(int fd, const char *line, const char *expected);

void assert_end(int fd);

/* Closes the newest client with a reset instead of an end. */
void reset_newest(struct world *world);
void close_clients(struct world *world);

/* The path of a file in the world's folder, which goes with it. */
const char *path_in(struct world *world, const char *name, char *path, size_t path_size);

/* What a file holds; false if it is not there. */
bool read_file(const char *path, char *got, size_t got_size);

#endif
