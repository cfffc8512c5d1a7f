/* SPDX-License-Identifier: MIT */
/* LATENCY (§2.2). */
#include "mockd/command/command.h"
#include "mockd/command/latency_report.h"
#include "mockd/command/reply.h"
#include "mockd/node/node.h"

static const char EVENT[] = "command";

/* The samples of an event; none if there are none of it. */
static const struct latency *find_event(const struct client *client, struct bytes event)
{
    static const struct latency none;

    return bytes_equal(event, bytes_of(EVENT)) ? &client->node->latency : &none;
}

static void latency_latest(struct client *client, const struct bytes *argv, size_t argc)
{
    const struct latency *latency = &client->node->latency;
    const struct latency_sample *last = &latency->samples[latency->count > 0 ? latency->count - 1 : 0];

    (void)argv;
    (void)argc;
    reply_array(client->reply, latency->count > 0 ? 1 : 0);
    if (latency->count == 0)
        return;
    reply_array(client->reply, 4);
    reply_text(client->reply, EVENT);
    reply_integer(client->reply, last->at_s);
    reply_integer(client->reply, last->latency_ms);
    reply_integer(client->reply, latency->max_ms);
}

static void latency_history(struct client *client, const struct bytes *argv, size_t argc)
{
    const struct latency *latency = find_event(client, argv[2]);

    (void)argc;
    reply_array(client->reply, latency->count);
    for (size_t i = 0; i < latency->count; i++) {
        reply_array(client->reply, 2);
        reply_integer(client->reply, latency->samples[i].at_s);
        reply_integer(client->reply, latency->samples[i].latency_ms);
    }
}

static void latency_reset_all(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    reply_integer(client->reply, latency_reset(&client->node->latency));
}

static void latency_reset_some(struct client *client, const struct bytes *argv, size_t argc)
{
    int64_t count = 0;

    for (size_t i = 2; i < argc; i++)
        if (bytes_equal(argv[i], bytes_of(EVENT)))
            count += latency_reset(&client->node->latency);
    reply_integer(client->reply, count);
}

static void reply_report(struct client *client, struct buffer *report)
{
    reply_bulk(client->reply, (struct bytes){report->data, report->size});
    buffer_fini(report);
}

static void latency_graph(struct client *client, const struct bytes *argv, size_t argc)
{
    const struct latency *latency = find_event(client, argv[2]);
    struct buffer graph = {0};

    (void)argc;
    if (latency->count == 0) {
        reply_error(client->reply, "ERR No samples available for event '%.*s'", BYTES_ARG(argv[2]));
        return;
    }
    latency_draw(latency, EVENT, node_now_s(client->node), &graph);
    reply_report(client, &graph);
}

static void latency_doctor(struct client *client, const struct bytes *argv, size_t argc)
{
    const struct node *node = client->node;
    struct buffer report = {0};

    (void)argv;
    (void)argc;
    latency_advise(&node->latency, EVENT, node_now_s(node), &node->config, &report);
    reply_report(client, &report);
}

void cmd_latency(struct client *client, const struct bytes *argv, size_t argc)
{
    static const struct subcommand subcommands[] = {
        {"history", 3, 3, latency_history}, {"graph", 3, 3, latency_graph},
        {"latest", 2, 2, latency_latest},   {"doctor", 2, 2, latency_doctor},
        {"reset", 2, 2, latency_reset_all}, {"reset", 3, SIZE_MAX, latency_reset_some},
    };

    if (!command_run_one_of(subcommands, ARRAY_LEN(subcommands), client, argv, argc))
        reply_syntax_error(client->reply);
}
