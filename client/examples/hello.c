/* SPDX-License-Identifier: MIT */
/* Adds a job, takes it, acknowledges it. */
#include "client/disq.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    struct disq *client = disq_new(&(struct disq_options){.nodes = argc > 1 ? argv[1] : "127.0.0.1:7711"});
    struct disq_job *job = NULL;
    int rc = client == NULL ? DISQ_INVALID : disq_addjob(client, "mail", "hello", 5, NULL, NULL);

    if (rc == 0)
        rc = disq_getjob(client, "mail", NULL, &job);
    if (rc == 0)
        rc = disq_ackjob(client, &job->id, 1, NULL);
    if (rc == 0)
        printf("%s says %s\n", job->id, job->body);
    else
        fprintf(stderr, "hello: %s\n", disq_strerror(rc));
    disq_job_free(client, job);
    disq_free(client);
    return rc == 0 ? 0 : 1;
}
