/* SPDX-License-Identifier: MIT */
/* ADDJOB: the call that must not happen twice. */
#include "client/client.h"
#include "client/command.h"
#include "client/job.h"
#include "client/results.h"

#include <string.h>

enum { REPLICATE_MAX = 65535 };

/* Beyond 32 bits a server's seconds wrap around silently (S-04). */
#define SECONDS_MAX INT64_C(4294967295)

static int on_addjob(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply)
{
    (void)conn;
    if (reply->type != DISQ_REPLY_STATUS || !disq_is_job_id(reply->text, reply->size))
        return DISQ_PROTOCOL;
    memcpy(part->call->id, reply->text, DISQ_ID_SIZE + 1);
    return 0;
}

static const struct disq_command addjob = {"ADDJOB", DISQ_CREATES, DISQ_RESULT_ID, on_addjob};

bool disq_addjob_can_be(const struct disq_addjob_options *options)
{
    return disq_is_within(options->timeout_ms, DISQ_NO_TIMEOUT, DISQ_TIMEOUT_MAX_MS) &&
           disq_is_within(options->replicate, 0, REPLICATE_MAX) &&
           disq_is_within(options->ttl_s, 0, SECONDS_MAX) &&
           disq_is_within(options->retry_s, 0, SECONDS_MAX) &&
           disq_is_within(options->delay_s, 0, SECONDS_MAX) &&
           disq_is_within(options->maxlen, 0, INT64_MAX) && !(options->at_most_once && options->retry_s > 0);
}

static void add_addjob_options(struct disq_request *request, const struct disq_addjob_options *options)
{
    disq_command_add_option(request, "REPLICATE", options->replicate);
    disq_command_add_option(request, "DELAY", options->delay_s);
    disq_command_add_option(request, "RETRY", options->retry_s);
    if (options->at_most_once) {
        disq_request_add_word(request, "RETRY");
        disq_request_add_number(request, 0);
    }
    disq_command_add_option(request, "TTL", options->ttl_s);
    disq_command_add_option(request, "MAXLEN", options->maxlen);
    if (options->async)
        disq_request_add_word(request, "ASYNC");
}

/* The server's timeout, 0 being none, from which our own follows. */
static int64_t addjob_timeout_ms(struct disq_call *call, const struct disq_addjob_options *options)
{
    int64_t timeout_ms = options->timeout_ms != 0 ? options->timeout_ms : call->timeout_ms;

    call->timeout_ms = timeout_ms < 0 ? DISQ_NO_TIMEOUT : timeout_ms + DISQ_GRACE_US / 1000;
    return timeout_ms < 0 ? 0 : timeout_ms;
}

int disq_addjob_start(struct disq *client, const char *queue, const void *body, size_t body_size,
                      const struct disq_addjob_options *options)
{
    static const struct disq_addjob_options defaults = {0};
    struct disq_request *request;
    struct disq_call *call;
    int rc;

    if (options == NULL)
        options = &defaults;
    if (queue == NULL || (body == NULL && body_size > 0) || !disq_addjob_can_be(options))
        return DISQ_INVALID;
    if ((rc = disq_call_begin(client, &addjob, &call)) != 0)
        return rc;
    call->may_repeat = options->may_repeat;
    request = disq_command_request(call, DISQ_ROLE_HOME);
    if (request == NULL)
        return disq_call_send(call, DISQ_NO_MEMORY);
    disq_command_add_queue(request, queue, options->queue_size);
    disq_request_add(request, body, body_size);
    disq_request_add_number(request, addjob_timeout_ms(call, options));
    add_addjob_options(request, options);
    return disq_call_send(call, disq_request_end(request));
}

int disq_addjob(struct disq *client, const char *queue, const void *body, size_t body_size,
                const struct disq_addjob_options *options, char *id_out)
{
    int rc = disq_addjob_start(client, queue, body, body_size, options);

    return disq_results_wait(client, rc, DISQ_RESULT_ID, id_out);
}
