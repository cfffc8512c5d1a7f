/* SPDX-License-Identifier: MIT */
/* A daemon is for clients in any language, whose tests speak the protocol of its nodes in any case. So faults
 * and checks are asked for in that protocol too: by the steps of scenarios, and what only a daemon can do is
 * the table below. */
#include "mockd/daemon/control.h"

#include "mockd/cluster.h"
#include "mockd/command/reply.h"
#include "mockd/daemon/history.h"
#include "mockd/daemon/pending_requests.h"
#include "mockd/daemon/redis_commands.h"
#include "mockd/daemon/transcript.h"
#include "mockd/front/listener.h"
#include "mockd/front/loop.h"
#include "mockd/front/service.h"
#include "mockd/node/node.h"
#include "mockd/step/cluster_line.h"

#include <stdlib.h>

struct control {
    struct cluster_owner *owner;
    struct service *service;
    struct pending_requests *pending;
    int port;
};

/* One command of the port. Replies to it, or keeps it pending and does that later. */
struct verb {
    const char *name;
    const char *usage;
    void (*run)(struct control *control, struct caller *caller, struct args *args);
};

static void show_help(struct control *control, struct caller *caller, struct args *args);

static void refuse(struct caller *caller, const struct mockd_outcome *outcome)
{
    reply_error(caller_reply(caller), "ERR %s", outcome->text);
}

static void tell_events(struct control *control, struct caller *caller, struct args *args)
{
    uint64_t count = UINT64_MAX;

    if ((args_peek(args) == NULL || args_take_number(args, &count)) && args_end(args))
        history_reply(cluster_owner_history(control->owner), caller_reply(caller), count);
    else
        refuse(caller, args->outcome);
}

/* By its number, or the name that it gave itself. */
static void tell_transcript(struct control *control, struct caller *caller, struct args *args)
{
    const char *whose = args_peek(args) != NULL ? args_peek(args) : "";
    int node;

    if (!args_read_node(args, (struct bytes){whose, strcspn(whose, ".")}, &node)) {
        refuse(caller, args->outcome);
        return;
    }
    args->at++;
    if (args_end(args))
        transcript_reply(cluster_owner_transcript(control->owner), caller_reply(caller), whose);
    else
        refuse(caller, args->outcome);
}

static const char *state_of(const struct node *node)
{
    if (node == NULL)
        return "down";
    if (node->is_frozen)
        return "frozen";
    return node->is_refusing ? "refusing" : "up";
}

static void tell_node(struct buffer *out, const struct mockd *cluster, int index)
{
    const struct node *node = cluster_node(cluster, index);
    const struct {
        const char *name;
        const char *text; /* NULL: it is the number */
        int64_t number;
    } facts[] = {
        {"name", mockd_node_name(cluster, index), 0},
        {"id", mockd_node_id(cluster, index), 0},
        {"host", mockd_node_host(cluster, index), 0},
        {"port", NULL, mockd_node_port(cluster, index)},
        {"state", state_of(node), 0},
        {"clients", NULL, node != NULL ? (int64_t)node->visits.count : 0},
        {"jobs", NULL, node != NULL ? (int64_t)node_job_count(node) : 0},
        {"queues", NULL, node != NULL ? (int64_t)node_queue_count(node) : 0},
    };

    reply_array(out, 2 * ARRAY_LEN(facts));
    for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
        reply_text(out, facts[i].name);
        if (facts[i].text != NULL)
            reply_text(out, facts[i].text);
        else
            reply_integer(out, facts[i].number);
    }
}

static void tell_nodes(struct control *control, struct caller *caller, struct args *args)
{
    const struct mockd *cluster = cluster_owner_current(control->owner);
    struct buffer *out = caller_reply(caller);

    if (!args_end(args)) {
        refuse(caller, args->outcome);
        return;
    }
    reply_array(out, (size_t)mockd_node_count(cluster));
    for (int i = 0; i < mockd_node_count(cluster); i++)
        tell_node(out, cluster, i);
}

/* Who still waits for something of the old cluster waits in vain. */
static void begin_anew(struct control *control, struct caller *caller, struct args *args)
{
    struct cluster_line line = {.options = cluster_owner_settings(control->owner)->cluster};
    char error[LISTENERS_ERROR_SIZE];

    if (!cluster_line_read(args, &line)) {
        refuse(caller, args->outcome);
    } else if (!cluster_owner_replace(control->owner, &line.options, error)) {
        reply_error(caller_reply(caller), "ERR %s", error);
    } else {
        pending_requests_drop(control->pending);
        reply_status(caller_reply(caller), "OK");
    }
    cluster_line_fini(&line);
}

static void let_pass(struct control *control, struct caller *caller, struct args *args)
{
    int64_t duration_us;
    bool is_short;

    if (cluster_owner_settings(control->owner)->clock == CLOCK_WALL) {
        reply_error(caller_reply(caller), "ERR time passes by itself, unless it is --clock manual or auto");
        return;
    }
    if (!args_take_duration(args, &duration_us)) {
        refuse(caller, args->outcome);
        return;
    }
    is_short = args_take(args, "until-reply");
    if (args_end(args))
        pending_requests_advance(control->pending, caller, duration_us, is_short);
    else
        refuse(caller, args->outcome);
}

static const struct verb verbs[] = {
    {"help", "help", show_help},
    {"steps", "steps", show_help}, /* the same: redis-cli answers help itself */
    {"nodes", "nodes", tell_nodes},
    {"log", "log [COUNT]", tell_events},
    {"transcript", "transcript NODE[.CONN]", tell_transcript},
    {"new", "new " CLUSTER_LINE_USAGE, begin_anew},
    {"advance", "advance D [until-reply]", let_pass},
};

static void show_help(struct control *control, struct caller *caller, struct args *args)
{
    struct buffer *out = caller_reply(caller);
    size_t at = out->size, count = 0;

    (void)control;
    if (!args_end(args)) {
        refuse(caller, args->outcome);
        return;
    }
    for (; count < ARRAY_LEN(verbs); count++)
        reply_text(out, verbs[count].usage);
    for (int i = 0; mockd_step_usage(i) != NULL; i++, count++)
        reply_text(out, mockd_step_usage(i));
    reply_array_at(out, at, count);
}

static void run_words(struct control *control, struct caller *caller, struct args *args)
{
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (args_take(args, verbs[i].name)) {
            verbs[i].run(control, caller, args);
            return;
        }
    }
    pending_requests_run_step(control->pending, caller, args);
}

/* Words end with a NUL here, and hold none. */
static void run_request(struct control *control, struct caller *caller, const struct bytes *argv, size_t argc)
{
    char **words = xcalloc(argc, sizeof(*words));
    struct mockd_outcome outcome = {0};
    struct args args = {.nodes = mockd_node_count(cluster_owner_current(control->owner)),
                        .argc = (int)argc,
                        .argv = (const char *const *)words,
                        .outcome = &outcome};

    for (size_t i = 0; i < argc; i++) {
        words[i] = xcalloc(1, argv[i].size + 1);
        memcpy(words[i], argv[i].data, argv[i].size);
    }
    run_words(control, caller, &args);
    for (size_t i = 0; i < argc; i++)
        free(words[i]);
    free(words);
}

static void control_on_request(void *ctx, struct caller *caller, const struct bytes *argv, size_t argc)
{
    if (!redis_command_answer(caller, argv, argc))
        run_request(ctx, caller, argv, argc);
}

struct control *control_new(struct cluster_owner *owner, char error[LISTENERS_ERROR_SIZE])
{
    const struct settings *settings = cluster_owner_settings(owner);
    struct control *control = xcalloc(1, sizeof(*control));
    struct listener *listener =
        listener_at_port(cluster_owner_loop(owner), settings->listening.hosts, settings->control_port,
                         service_take, error, LISTENERS_ERROR_SIZE);

    if (listener == NULL) {
        free(control);
        return NULL;
    }
    control->port = listener_port(listener);
    control->owner = owner;
    control->pending = pending_requests_new(owner);
    control->service = service_new(listener, control_on_request, control);
    return control;
}

void control_free(struct control *control)
{
    if (control == NULL)
        return;
    service_free(control->service);
    pending_requests_free(control->pending);
    free(control);
}

int control_port(const struct control *control)
{
    return control->port;
}
