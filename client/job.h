/* SPDX-License-Identifier: MIT */
#ifndef DISQ_JOB_H
#define DISQ_JOB_H

/* Jobs that were received, and those that were given back and wait to be used again. */

#include "client/reply.h"

/* Where the parts of a job's ID begin: D-PREFIX-RANDOM-TTL. */
enum { DISQ_ID_PREFIX_AT = 2, DISQ_ID_RANDOM_AT = 11, DISQ_ID_TTL_AT = 36 };

/* Zeroed is empty. */
struct disq_jobs {
    struct disq_job *spare;
};

/* Reads the reply to a GETJOB or QPEEK into a list. 0, or DISQ_PROTOCOL, DISQ_NO_MEMORY and no list. */
int disq_jobs_parse(struct disq_jobs *jobs, const struct disq_reply *reply, struct disq_job **list);

/* Puts a job, or it and all after it, where they can be used again. */
void disq_jobs_give_back(struct disq_jobs *jobs, struct disq_job *job);
void disq_jobs_give_back_all(struct disq_jobs *jobs, struct disq_job *job);

void disq_jobs_fini(struct disq_jobs *jobs);

/* Has the text the form of a job's ID? Disque looks at no more than this either. */
bool disq_is_job_id(const char *text, size_t size);

#endif
