/* SPDX-License-Identifier: MIT */
/* GETJOB: the call that may wait for ever, and that follows the jobs. */
#include "client/client.h"
#include "client/command.h"
#include "client/results.h"

static int on_getjob(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    struct disq_call *call = part->call;
    int rc = disq_jobs_parse(&call->client->jobs, reply, &call->jobs);

    if (rc == 0)
        disq_origins_received(call->client, conn->node, call->jobs);
    return rc;
}

static const struct disq_command getjob = {"GETJOB", DISQ_MOVES, DISQ_RESULT_JOBS, on_getjob};

static bool getjob_can_be(const char *queue, const struct disq_getjob_options *options)
{
    if ((queue == NULL && options->queue_count == 0) || (options->queues == NULL && options->queue_count > 0))
        return false;
    for (size_t i = 0; i < options->queue_count; i++) {
        if (options->queues[i].data == NULL && options->queues[i].size > 0)
            return false;
    }
    return disq_is_within(options->timeout_ms, 0, DISQ_TIMEOUT_MAX_MS) &&
           disq_is_within(options->count, 0, INT32_MAX);
}

static void add_getjob_timeout(struct disq_call *call, struct disq_request *request,
                               const struct disq_getjob_options *options)
{
    if (options->timeout_ms > 0) {
        disq_command_add_option(request, "TIMEOUT", options->timeout_ms);
        call->server_timeout_at = request->arg_count - 1;
        call->server_timeout_ms = options->timeout_ms;
        call->timeout_ms = options->timeout_ms + DISQ_GRACE_US / 1000;
    } else if (!options->nohang) {
        call->timeout_ms = DISQ_NO_TIMEOUT;
    }
}

static void add_getjob_options(struct disq_request *request, const struct disq_getjob_options *options)
{
    if (options->nohang)
        disq_request_add_word(request, "NOHANG");
    disq_command_add_option(request, "COUNT", options->count);
    if (options->withcounters)
        disq_request_add_word(request, "WITHCOUNTERS");
}

int disq_getjob_start(struct disq *client, const char *queue, const struct disq_getjob_options *options)
{
    static const struct disq_getjob_options defaults = {0};
    struct disq_request *request;
    struct disq_call *call;
    int rc;

    if (options == NULL)
        options = &defaults;
    if (!getjob_can_be(queue, options))
        return DISQ_INVALID;
    if ((rc = disq_call_begin(client, &getjob, &call)) != 0)
        return rc;
    disq_origins_consider(client, DISQ_BEFORE_GETJOB);
    request = disq_command_request(call, DISQ_ROLE_READS);
    if (request == NULL)
        return disq_call_send(call, DISQ_NO_MEMORY);
    add_getjob_timeout(call, request, options);
    add_getjob_options(request, options);
    disq_request_add_word(request, "FROM");
    if (queue != NULL)
        disq_command_add_queue(request, queue, options->queue_size);
    for (size_t i = 0; i < options->queue_count; i++)
        disq_request_add(request, options->queues[i].data, options->queues[i].size);
    return disq_call_send(call, disq_request_end(request));
}

int disq_getjob(struct disq *client, const char *queue, const struct disq_getjob_options *options,
                struct disq_job **jobs)
{
    int rc = disq_getjob_start(client, queue, options);

    if (jobs != NULL)
        *jobs = NULL;
    return disq_results_wait(client, rc, DISQ_RESULT_JOBS, jobs);
}
