/* SPDX-License-Identifier: MIT */
/* What calls result in, handed out: by kind rather than by command, as there are few kinds. */
#include "client/results.h"

#include "client/client.h"

#include <string.h>

static void give_nothing(struct disq_call *call, void *to)
{
    (void)call;
    (void)to;
}

static void give_number(struct disq_call *call, void *to)
{
    memcpy(to, &call->number, sizeof(call->number));
}

static void give_id(struct disq_call *call, void *to)
{
    memcpy(to, call->id, sizeof(call->id));
}

static void give_jobs(struct disq_call *call, void *to)
{
    *(struct disq_job **)to = call->jobs;
    call->jobs = NULL;
}

static void give_reply(struct disq_call *call, void *to)
{
    *(const struct disq_reply **)to = call->reply;
}

static void give_hello(struct disq_call *call, void *to)
{
    *(struct disq_hello *)to = call->table.hello;
}

static void (*const give[DISQ_RESULT_COUNT])(struct disq_call *call, void *to) = {
    [DISQ_RESULT_NONE] = give_nothing, [DISQ_RESULT_NUMBER] = give_number, [DISQ_RESULT_ID] = give_id,
    [DISQ_RESULT_JOBS] = give_jobs,    [DISQ_RESULT_REPLY] = give_reply,   [DISQ_RESULT_HELLO] = give_hello,
};

/* No call, or one with another result, is a mistake of the caller's. */
static int finish(struct disq_call *call, enum disq_result result, void *to)
{
    int rc;

    if (call == NULL || (result != DISQ_RESULT_NONE && call->command->result != result))
        return DISQ_INVALID;
    if (!call->is_done)
        return DISQ_AGAIN;
    rc = disq_call_finish(call);
    if (rc == 0 && to != NULL)
        give[result](call, to);
    return rc;
}

int disq_results_wait(struct disq *client, int rc, enum disq_result result, void *to)
{
    if (rc != 0) {
        if (client != NULL && client->finished != NULL) /* whose words are not about this one */
            client->finished->error_text[0] = '\0';
        return rc;
    }
    disq_calls_wait(client, client->calls_last);
    return finish(client->calls_last, result, to);
}

int disq_results_judge(struct disq *client, int rc)
{
    if (rc != 0)
        disq_call_note(client->finished, disq_strerror(rc), strlen(disq_strerror(rc)));
    return rc;
}

int disq_finish(struct disq *client)
{
    return finish(client->calls, DISQ_RESULT_NONE, NULL);
}

int disq_finish_number(struct disq *client, int64_t *number)
{
    return finish(client->calls, DISQ_RESULT_NUMBER, number);
}

int disq_finish_id(struct disq *client, char *id_out)
{
    return finish(client->calls, DISQ_RESULT_ID, id_out);
}

int disq_finish_jobs(struct disq *client, struct disq_job **jobs)
{
    if (jobs != NULL)
        *jobs = NULL;
    return finish(client->calls, DISQ_RESULT_JOBS, jobs);
}

int disq_finish_reply(struct disq *client, const struct disq_reply **reply)
{
    return finish(client->calls, DISQ_RESULT_REPLY, reply);
}

int disq_finish_hello(struct disq *client, struct disq_hello *hello)
{
    return finish(client->calls, DISQ_RESULT_HELLO, hello);
}
