// SPDX-License-Identifier: MIT
// The same in C++, with all headers.
#include <disq/libevent.h>
#include <mockd/lab.h>

#include <cstdio>

int main()
{
    mockd_options cluster = {};
    disq_options options = {};

    cluster.nodes = 3;
    lab *lab = lab_new(&cluster);
    options.nodes = "A";
    options.env = &lab->env;
    disq *client = disq_new(&options);
    disq_job *job = nullptr;
    int rc = disq_addjob(client, "mail", "hello", 5, nullptr, nullptr);

    if (rc == 0)
        rc = disq_getjob(client, "mail", nullptr, &job);
    std::puts(rc == 0 ? job->body : disq_strerror(rc));
    disq_job_free(client, job);
    disq_free(client);
    lab_free(lab);
    return rc != 0;
}
