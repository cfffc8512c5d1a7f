/* SPDX-License-Identifier: MIT */
/* The load of the case study: a worker takes a job and acknowledges it, until there are none. The jobs wait
 * on three nodes, as many on each; the worker reads from the first, to which the others' jobs come by
 * federation. */
#include "scenarios/lab/lab.h"
#include "tests/bench/loads.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NODES = 3, BODY_SIZE = 100, MISSES_MAX = 1000 };

MEASURED void measured_read_jobs(struct disq *client, int64_t jobs);

/* One job on that node, which keeps it alone. */
static void add_job(struct mockd *cluster, struct mockd_conn *conn)
{
    char body[BODY_SIZE + 1], request[BODY_SIZE + 100], reply[100];
    int size;

    memset(body, 'x', BODY_SIZE);
    body[BODY_SIZE] = '\0';
    size = snprintf(request, sizeof request, "ADDJOB work %s 0 REPLICATE 1\r\n", body);
    load_need(mockd_send(conn, request, (size_t)size) == size, "cannot send");
    load_need(mockd_advance(cluster, 0) == 0, "the cluster does not come to rest");
    load_need(mockd_recv(conn, reply, sizeof reply) > 0 && reply[0] == '+', "a job was refused");
}

static void add_jobs(struct mockd *cluster, int64_t jobs)
{
    struct mockd_conn *conns[NODES];

    for (int i = 0; i < NODES; i++)
        conns[i] = mockd_connect(cluster, mockd_node_name(cluster, i));
    for (int64_t i = 0; i < jobs; i++)
        add_job(cluster, conns[i % NODES]);
    for (int i = 0; i < NODES; i++)
        mockd_close(conns[i]);
}

void measured_read_jobs(struct disq *client, int64_t jobs)
{
    const struct disq_getjob_options options = {.timeout_ms = 1};
    struct disq_job *job = NULL;

    for (int misses = 0; jobs > 0 && misses < MISSES_MAX;) {
        load_need(disq_getjob(client, "work", &options, &job) == 0, "getjob failed");
        if (job == NULL) {
            misses++; /* the others' are on their way */
            continue;
        }
        load_need(disq_ackjob(client, &job->id, 1, NULL) == 0, "ackjob failed");
        disq_job_free(client, job);
        jobs--;
    }
    load_need(jobs == 0, "jobs were lost");
}

static void measure(const struct load_options *options, int64_t jobs)
{
    struct lab *lab = lab_new(&(struct mockd_options){.nodes = NODES});
    struct disq_env env;
    struct disq *client;
    struct tally tally;

    load_need(lab != NULL, "out of memory");
    tally_env(&env, &lab->env);
    client =
        disq_new(&(struct disq_options){.nodes = "A", .env = &env, .count_origins = options->count_origins});
    load_need(client != NULL && disq_ping(client) == 0, "no client");
    add_jobs(lab->cluster, jobs);

    tally_start();
    measured_read_jobs(client, jobs);
    tally = tally_stop();

    load_tell(jobs, &tally, "%d nodes, %d bytes a job, in process, in virtual time", NODES, BODY_SIZE);
    disq_free(client);
    lab_free(lab);
}

void load_read_jobs(const struct load_options *options)
{
    measure(options, options->jobs);
    measure(options, 3 * options->jobs);
}
