/* SPDX-License-Identifier: MIT */
/* INFO (§3.2). */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/node.h"

#include <inttypes.h>

/* What a real server says of its build, its machine and its process is the same here for all, so that replies
 * repeat. */
static void info_server(struct buffer *text, const struct node *node)
{
    int64_t uptime_s = (clock_now_us(node->clock) - node->start_us) / 1000000;

    buffer_add_text(text, "disque_version:1.0-rc1\r\ndisque_git_sha1:00000000\r\ndisque_git_dirty:0\r\n"
                          "disque_build_id:0000000000000000\r\nos:mockd\r\narch_bits:64\r\n"
                          "multiplexing_api:epoll\r\ngcc_version:0.0.0\r\nprocess_id:1\r\n");
    buffer_printf(text, "run_id:%s\r\n", node->run_id.text);
    buffer_printf(text, "tcp_port:%d\r\n", node->self->port);
    buffer_printf(text, "uptime_in_seconds:%" PRId64 "\r\n", uptime_s);
    buffer_printf(text, "uptime_in_days:%" PRId64 "\r\n", uptime_s / 86400);
    buffer_add_text(text, "hz:10\r\nexecutable:disque-server\r\nconfig_file:\r\n");
}

static void info_jobs(struct buffer *text, const struct node *node)
{
    buffer_printf(text, "registered_jobs:%zu\r\n", node_job_count(node));
}

static void info_queues(struct buffer *text, const struct node *node)
{
    buffer_printf(text, "registered_queues:%zu\r\n", node_queue_count(node));
}

static const struct {
    const char *name;
    const char *title;
    void (*write)(struct buffer *text, const struct node *node);
} sections[] = {
    {"server", "Server", info_server},
    {"jobs", "Jobs", info_jobs},
    {"queues", "Queues", info_queues},
};

void cmd_info(struct client *client, const struct bytes *argv, size_t argc)
{
    struct bytes wanted = argc > 1 ? argv[1] : bytes_of("default");
    bool is_all = bytes_is_word(wanted, "default") || bytes_is_word(wanted, "all");
    struct buffer text = {0};

    if (argc > 2) {
        reply_syntax_error(&client->out);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        if (!is_all && !bytes_is_word(wanted, sections[i].name))
            continue;
        buffer_printf(&text, "%s# %s\r\n", text.size > 0 ? "\r\n" : "", sections[i].title);
        sections[i].write(&text, client->node);
    }
    reply_bulk(&client->out, (struct bytes){text.data, text.size});
    buffer_fini(&text);
}
