/* SPDX-License-Identifier: MIT */
/* A job's whole way, in a cluster in process; and one that is served by a thread. */
#include <mockd/lab.h>

#include <stdio.h>

static int serve(void)
{
    struct mockd_server *server = mockd_serve(NULL, NULL, 0);
    int rc = server != NULL ? mockd_server_step(server, "crash A", NULL) : MOCKD_FAILED;

    mockd_server_free(server);
    return rc;
}

int main(void)
{
    struct lab *lab = lab_new(&(struct mockd_options){.nodes = 3, .seed = 7});
    struct disq *client = disq_new(&(struct disq_options){.nodes = "A", .env = &lab->env});
    struct disq_job *job = NULL;
    int rc = disq_addjob(client, "mail", "hello", 5, NULL, NULL);

    if (rc == 0)
        rc = disq_getjob(client, "mail", NULL, &job);
    if (rc == 0)
        rc = disq_ackjob(client, &job->id, 1, NULL);
    puts(rc == 0 ? job->body : disq_strerror(rc));
    disq_job_free(client, job);
    disq_free(client);
    lab_free(lab);
    return rc != 0 || serve() != 0;
}
