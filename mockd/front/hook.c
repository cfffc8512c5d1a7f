/* SPDX-License-Identifier: MIT */
/* A test may need a reply that no node would give. So hooks are asked before the node. */
#include "mockd/front/hook.h"

#include "mockd/front/session.h"
#include "mockd/node/node.h"

#include <stdlib.h>

struct mockd_hook {
    char *command; /* NULL: each */
    mockd_hook_fn *fn;
    void *ctx;
    struct link link;
};

struct mockd_answer {
    struct buffer bytes;
};

struct mockd_hook *hook_add(struct link *hooks, const char *command, mockd_hook_fn *fn, void *ctx)
{
    struct mockd_hook *hook = xcalloc(1, sizeof(*hook));

    if (command != NULL)
        hook->command = xmemdup(command, strlen(command) + 1);
    hook->fn = fn;
    hook->ctx = ctx;
    list_prepend(hooks, &hook->link);
    return hook;
}

void hook_free(struct mockd_hook *hook)
{
    list_remove(&hook->link);
    free(hook->command);
    free(hook);
}

void hooks_free(struct link *hooks)
{
    LIST_FOR_EACH_SAFE (link, hooks)
        hook_free(OWNER_OF(link, struct mockd_hook, link));
}

void mockd_answer(struct mockd_answer *answer, const void *bytes, size_t size)
{
    buffer_add(&answer->bytes, bytes, size);
}

static void act(struct session *session, enum mockd_verdict verdict, const struct mockd_answer *answer)
{
    struct client *client = &session->client;

    if (verdict == MOCKD_ANSWER || verdict == MOCKD_CLOSE)
        buffer_add(&client->out, answer->bytes.data, answer->bytes.size);
    client->is_closing |= verdict == MOCKD_CLOSE;
}

/* The first verdict that is no MOCKD_PASS. A hook may end itself. */
static enum mockd_verdict ask(const struct link *hooks, const struct mockd_request *request,
                              struct mockd_answer *answer)
{
    enum mockd_verdict verdict = MOCKD_PASS;

    LIST_FOR_EACH_SAFE (link, hooks) {
        struct mockd_hook *hook = OWNER_OF(link, struct mockd_hook, link);
        struct bytes name = {request->argv[0].data, request->argv[0].size};

        if (hook->command != NULL && !bytes_is_word(name, hook->command))
            continue;
        answer->bytes.size = 0;
        verdict = hook->fn(hook->ctx, request, answer);
        if (verdict != MOCKD_PASS)
            break;
    }
    return verdict;
}

bool hooks_take(const struct link *hooks, struct session *session, const struct bytes *argv, size_t argc)
{
    struct mockd_request request = {.conn = session->name, .argc = argc};
    struct mockd_bytes *copy;
    struct mockd_answer answer = {0};
    enum mockd_verdict verdict;

    if (list_is_empty(hooks))
        return false;
    copy = xmalloc(argc * sizeof(*copy));
    for (size_t i = 0; i < argc; i++)
        copy[i] = (struct mockd_bytes){argv[i].data, argv[i].size};
    request.argv = copy;
    request.node = session->client.node->self->address.place;
    verdict = ask(hooks, &request, &answer);
    act(session, verdict, &answer);
    buffer_fini(&answer.bytes);
    free(copy);
    return verdict != MOCKD_PASS;
}
