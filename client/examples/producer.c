/* SPDX-License-Identifier: MIT */
/* Adds a job for each line that it reads: a pipeline, many ADDJOBs in one write.
 * usage: producer NODES QUEUE <LINES */
#include "client/disq.h"

#include <stdio.h>
#include <string.h>

enum { AT_A_TIME = 100 };

/* A job whose answer was lost may have been added: another one would perhaps be a second. */
static int collect(struct disq *client, int *added)
{
    char id[DISQ_ID_SIZE + 1];
    int failures = 0;

    while (disq_pending(client) > 0) {
        int rc;

        disq_wait(client);
        rc = disq_finish_id(client, id);
        *added += rc == 0;
        failures += rc != 0;
        if (rc != 0)
            fprintf(stderr, "producer: %s: %s\n", disq_error_name(rc), disq_error_text(client));
    }
    return failures;
}

int main(int argc, char **argv)
{
    struct disq *client = disq_new(&(struct disq_options){.nodes = argc > 1 ? argv[1] : NULL});
    const char *queue = argc > 2 ? argv[2] : "mail";
    char line[4096];
    int added = 0, failures = 0, rc = 0;

    while (client != NULL && rc == 0 && fgets(line, sizeof(line), stdin) != NULL) {
        rc = disq_addjob_start(client, queue, line, strcspn(line, "\n"), NULL);
        if (disq_pending(client) == AT_A_TIME)
            failures += collect(client, &added);
    }
    if (client != NULL)
        failures += collect(client, &added);
    printf("%d jobs added to %s\n", added, queue);
    disq_free(client);
    return client == NULL || rc != 0 || failures > 0;
}
