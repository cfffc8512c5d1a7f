/* SPDX-License-Identifier: MIT */
/* A cluster in this process, without a socket. Disque's own figures were measured on a machine of two
 * virtual CPUs: a job's life over TCP, and memory by what its process grew. */
#include "scenarios/lab/lab.h"
#include "tests/bench/mockd/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STARTS = 2000,
    LIVES = 200000,
    CLIENT_LIVES = 50000,
    REPLICATED = 50000,
    HELD_JOBS = 1000000,
    HELD_QUEUES = 100000,
    CROWD = 100,
    DAY_S = 24 * 3600,
    ID_SIZE = 40, /* of D-XXXXXXXX-…-05a1 */
};

static struct mockd *new_cluster(int nodes, bool apart)
{
    struct mockd *cluster = mockd_new(&(struct mockd_options){.nodes = nodes, .apart = apart});

    need(cluster != NULL, "no cluster");
    return cluster;
}

/* Sends a request, and lets the cluster come to rest; gives the reply's size. */
static size_t ask(struct mockd *cluster, struct mockd_conn *conn, const char *request, size_t size,
                  char *reply, size_t room)
{
    ssize_t got;

    need(mockd_send(conn, request, size) == (ssize_t)size, "cannot send");
    need(mockd_advance(cluster, 0) == 0, "the cluster does not come to rest");
    got = mockd_recv(conn, reply, room);
    need(got > 0 && reply[0] != '-', "a request was refused");
    return (size_t)got;
}

static void time_starts(int nodes, const char *what, double goal_us, double disque_us)
{
    double start = cpu_us();

    for (int i = 0; i < STARTS; i++)
        mockd_free(new_cluster(nodes, false));
    figures_row(what, (cpu_us() - start) / STARTS, "us", goal_us, disque_us);
}

#define BULK(size, text) "$" #size "\r\n" text "\r\n"

static const char addjob[] =
    "*6\r\n" BULK(6, "ADDJOB") BULK(1, "q") BULK(5, "hello") BULK(1, "0") BULK(5, "RETRY") BULK(3, "300");
static const char getjob[] = "*3\r\n" BULK(6, "GETJOB") BULK(4, "FROM") BULK(1, "q");

/* ADDJOB, GETJOB and ACKJOB of one job each time, written and read as bytes. Microseconds a job. */
static double time_lives(struct mockd *cluster, int lives)
{
    struct mockd_conn *conn = mockd_connect(cluster, "A");
    char ackjob[] = "*2\r\n" BULK(6, "ACKJOB") BULK(40, "D-XXXXXXXX-XXXXXXXXXXXXXXXXXXXXXXXX-XXXX");
    char *id = strstr(ackjob, "D-");
    char reply[256];
    double start = cpu_us();

    for (int i = 0; i < lives; i++) {
        size_t size = ask(cluster, conn, addjob, sizeof(addjob) - 1, reply, sizeof(reply));

        need(size == ID_SIZE + 3, "an ID of another size");
        memcpy(id, reply + 1, ID_SIZE);
        ask(cluster, conn, getjob, sizeof(getjob) - 1, reply, sizeof(reply));
        ask(cluster, conn, ackjob, sizeof(ackjob) - 1, reply, sizeof(reply));
    }
    start = cpu_us() - start;
    mockd_close(conn);
    return start / lives;
}

static double time_client_lives(void)
{
    struct lab *lab = lab_new(NULL);
    struct disq *client = disq_new(&(struct disq_options){.nodes = "A", .env = &lab->env});
    double start = cpu_us();

    for (int i = 0; i < CLIENT_LIVES; i++) {
        struct disq_job *job = NULL;

        need(disq_addjob(client, "q", "hello", 5, NULL, NULL) == 0, "addjob failed");
        need(disq_getjob(client, "q", NULL, &job) == 0 && job != NULL, "getjob failed");
        need(disq_ackjob(client, &job->id, 1, NULL) == 0, "ackjob failed");
        disq_job_free(client, job);
    }
    start = cpu_us() - start;
    disq_free(client);
    lab_free(lab);
    return start / CLIENT_LIVES;
}

static double time_replicated(void)
{
    static const char request[] = "ADDJOB q hello 0 REPLICATE 3\r\n";
    struct mockd *cluster = mockd_new(&(struct mockd_options){.nodes = 3, .link_delay_us = -1});
    struct mockd_conn *conn = mockd_connect(cluster, "A");
    char reply[64];
    double start = cpu_us();

    for (int i = 0; i < REPLICATED; i++)
        ask(cluster, conn, request, sizeof(request) - 1, reply, sizeof(reply));
    start = cpu_us() - start;
    mockd_free(cluster);
    return start / REPLICATED;
}

/* As many jobs, on as many queues. The cluster's owner takes them one by one. */
static void add_jobs(struct mockd *cluster, const char *node, int jobs, int queues)
{
    struct mockd_conn *conn = mockd_connect(cluster, node);
    char request[80], reply[64];

    for (int i = 0; i < jobs; i++) {
        int size = snprintf(request, sizeof(request), "ADDJOB queue-%d hello 0 REPLICATE 1 RETRY 86400\r\n",
                            i % queues);

        ask(cluster, conn, request, (size_t)size, reply, sizeof(reply));
    }
    mockd_close(conn);
}

static void measure_held(void)
{
    struct mockd *cluster = new_cluster(1, false);
    double few = time_lives(cluster, LIVES);
    double before;

    figures_row("a job's life, as bytes", few * 1000, "ns", 300, 24000);
    figures_row("a job's life, through the client library", time_client_lives(), "us", 2, 24);
    before = heap_bytes();
    add_jobs(cluster, "A", HELD_JOBS, 1);
    figures_row("memory of a queued job, of 1,000,000", (heap_bytes() - before) / HELD_JOBS, "bytes", 256,
                644);
    figures_row("a job's life beside them, of one beside none", time_lives(cluster, LIVES) / few, "times",
                1.2, 0);
    mockd_free(cluster);

    cluster = new_cluster(1, false);
    add_jobs(cluster, "A", HELD_QUEUES, HELD_QUEUES);
    figures_row("the same beside 100,000 queues", time_lives(cluster, LIVES) / few, "times", 1.2, 0);
    mockd_free(cluster);
}

static double bytes_of(int nodes, bool apart)
{
    double before = heap_bytes();
    struct mockd *cluster = new_cluster(nodes, apart);
    double bytes = heap_bytes() - before;

    mockd_free(cluster);
    return bytes;
}

static void measure_nodes(void)
{
    double apart = bytes_of(CROWD, true);
    double joined = bytes_of(CROWD, false);

    figures_row("memory of an empty node", apart / CROWD / 1024, "KB", 16, 900);
    figures_row("memory of a peer", (joined - apart) / CROWD / (CROWD - 1), "bytes", 256, 0);
}

static void measure_idle_hour(void)
{
    struct mockd *cluster = new_cluster(3, false);
    double start = cpu_us();

    need(mockd_advance(cluster, INT64_C(3600) * 1000000) == 0, "the cluster does not come to rest");
    figures_row("an idle hour of 3 nodes", (cpu_us() - start) / 1000, "ms", 10, 0);
    mockd_free(cluster);
}

/* A job every ten seconds, added to one node after the other and taken from the next. */
static void measure_day(void)
{
    struct mockd *cluster = new_cluster(7, false);
    struct mockd_conn *conns[7];
    char reply[256];
    double start = cpu_us();

    for (int i = 0; i < 7; i++)
        conns[i] = mockd_connect(cluster, mockd_node_name(cluster, i));
    for (int second = 0; second < DAY_S; second += 10) {
        static const char add[] = "ADDJOB q hello 1000\r\n";
        static const char take[] = "GETJOB TIMEOUT 1000 FROM q\r\n";
        char ack[64];
        ssize_t size;

        need(mockd_send(conns[second / 10 % 7], add, sizeof(add) - 1) > 0, "cannot send");
        need(mockd_advance(cluster, 5000000) == 0, "the cluster does not come to rest");
        need(mockd_recv(conns[second / 10 % 7], reply, sizeof(reply)) > 0, "no reply");
        need(mockd_send(conns[second / 10 % 7], take, sizeof(take) - 1) > 0, "cannot send");
        need(mockd_advance(cluster, 4000000) == 0, "the cluster does not come to rest");
        size = mockd_recv(conns[second / 10 % 7], reply, sizeof(reply) - 1);
        need(size > 0 && reply[1] == '1', "no job");
        reply[size] = '\0';
        size = snprintf(ack, sizeof(ack), "ACKJOB %.*s\r\n", ID_SIZE, strstr(reply, "D-"));
        need(mockd_send(conns[second / 10 % 7], ack, (size_t)size) > 0, "cannot send");
        need(mockd_advance(cluster, 1000000) == 0, "the cluster does not come to rest");
        need(mockd_recv(conns[second / 10 % 7], reply, sizeof(reply)) > 0, "no reply");
    }
    figures_row("a day of 7 nodes, a job every 10 seconds", (cpu_us() - start) / 1e6, "s", 1, 0);
    mockd_free(cluster);
}

static void measure_scale(void)
{
    double before = heap_bytes();
    double start = cpu_us();
    struct mockd *cluster = new_cluster(CROWD, false);

    for (int i = 0; i < CROWD; i++)
        add_jobs(cluster, mockd_node_name(cluster, i), HELD_JOBS / CROWD, 100);
    figures_beside("100 nodes and 1,000,000 jobs: to add them", (cpu_us() - start) / 1e6, "s");
    figures_beside("  memory of it all", (heap_bytes() - before) / 1e6, "MB");
    start = cpu_us();
    need(mockd_advance(cluster, INT64_C(60) * 1000000) == 0, "the cluster does not come to rest");
    figures_beside("  a minute of it, in which all nodes gossip", (cpu_us() - start) / 1e6, "s");
    mockd_free(cluster);
}

void measure_inside(void)
{
    figures_group("In process, in virtual time: CPU time");
    time_starts(3, "3 nodes, made and ended", 50, 914000);
    time_starts(7, "7 nodes, made and ended", 0, 1900000);
    measure_held();
    figures_row("ADDJOB REPLICATE 3, on all nodes", time_replicated(), "us", 1, 22);
    measure_nodes();
    measure_idle_hour();
    measure_day();
    measure_scale();
}
