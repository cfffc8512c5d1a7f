/* SPDX-License-Identifier: MIT */
/* INFO (§3.2). */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/node.h"

#include <inttypes.h>

enum { NO_PROCESS = 1 }; /* what a node shows that has none of its own */

static const char *config_path(const struct node *node)
{
    const char *path = disk_path(node->disk, DISK_CONFIG);

    if (!disk_has(node->disk, DISK_CONFIG))
        return "";
    return path != NULL ? path : "disque.conf";
}

/* What a real server says of its build and its machine is the same here for all, so that replies repeat. */
static void info_server(struct buffer *text, const struct node *node)
{
    int64_t uptime_s = (node_now_us(node) - node->start_at_us) / 1000000;

    buffer_add_text(text, "disque_version:1.0-rc1\r\ndisque_git_sha1:00000000\r\ndisque_git_dirty:0\r\n"
                          "disque_build_id:0000000000000000\r\nos:mockd\r\narch_bits:64\r\n"
                          "multiplexing_api:epoll\r\ngcc_version:0.0.0\r\n");
    buffer_printf(text, "process_id:%d\r\n", node->process_id != 0 ? node->process_id : NO_PROCESS);
    buffer_printf(text, "run_id:%s\r\n", node->run_id.text);
    buffer_printf(text, "tcp_port:%d\r\n", node->self->address.port);
    buffer_printf(text, "uptime_in_seconds:%" PRId64 "\r\n", uptime_s);
    buffer_printf(text, "uptime_in_days:%" PRId64 "\r\n", uptime_s / 86400);
    buffer_printf(text, "hz:%" PRId64 "\r\n", config_number(&node->config, CONFIG_HZ));
    buffer_printf(text, "executable:disque-server\r\nconfig_file:%s\r\n", config_path(node));
}

static void info_clients(struct buffer *text, const struct node *node)
{
    size_t connected = 0;
    size_t longest = 0;
    size_t biggest = 0;
    size_t blocked = 0;

    for (struct roll_entry *entry = roll_first(&node->clients); entry != NULL;
         entry = roll_next(&node->clients, entry)) {
        const struct client *client = OWNER_OF(entry, struct client, by_age);

        connected += !client->is_killed;
        blocked += client_is_blocked(client);
        longest = client_replies(client) > longest ? client_replies(client) : longest;
        biggest = client->unread_bytes > biggest ? client->unread_bytes : biggest;
    }
    buffer_printf(text, "connected_clients:%zu\r\n", connected);
    buffer_printf(text, "client_longest_output_list:%zu\r\n", longest);
    buffer_printf(text, "client_biggest_input_buf:%zu\r\n", biggest);
    buffer_printf(text, "blocked_clients:%zu\r\n", blocked);
}

/* As "1.50M". */
static void add_human(struct buffer *text, const char *name, int64_t bytes)
{
    static const char *const units[] = {"B", "K", "M", "G", "T"};
    double amount = (double)bytes;
    size_t unit = 0;

    for (; amount >= 1024 && unit + 1 < ARRAY_LEN(units); unit++)
        amount /= 1024;
    buffer_printf(text, unit == 0 ? "%s:%.0f%s\r\n" : "%s:%.2f%s\r\n", name, amount, units[unit]);
}

static void info_memory(struct buffer *text, const struct node *node)
{
    buffer_printf(text, "used_memory:%" PRId64 "\r\n", node->memory_bytes);
    add_human(text, "used_memory_human", node->memory_bytes);
    buffer_printf(text, "used_memory_rss:%" PRId64 "\r\n", node->memory_bytes);
    buffer_printf(text, "used_memory_peak:%" PRId64 "\r\n", node->memory_peak_bytes);
    add_human(text, "used_memory_peak_human", node->memory_peak_bytes);
    buffer_add_text(text, "mem_fragmentation_ratio:1.00\r\nmem_allocator:mockd\r\n");
}

static void info_persistence(struct buffer *text, const struct node *node)
{
    static const char *const states[] = {
        [AOF_OFF] = "off", [AOF_ON] = "on", [AOF_WAIT_REWRITE] = "wait-rewrite"};
    const struct aof *aof = &node->aof;
    int64_t current_s = aof->is_rewriting ? node_now_s(node) - aof->rewriting_since_s : -1;

    buffer_printf(text, "loading:0\r\naof_enabled:%d\r\n", aof->state != AOF_OFF);
    buffer_printf(text, "aof_state:%s\r\n", states[aof->state]);
    buffer_printf(text, "aof_rewrite_in_progress:%d\r\naof_rewrite_scheduled:0\r\n", aof->is_rewriting);
    buffer_printf(text, "aof_last_rewrite_time_sec:%" PRId64 "\r\n", aof->last_rewrite_took_s);
    buffer_printf(text, "aof_current_rewrite_time_sec:%" PRId64 "\r\n", current_s);
    buffer_printf(text, "aof_last_bgrewrite_status:%s\r\n", aof->has_failed ? "err" : "ok");
    buffer_printf(text, "aof_last_write_status:%s\r\n", aof->error != 0 ? "err" : "ok");
    if (aof->state == AOF_OFF)
        return;
    buffer_printf(text, "aof_current_size:%zu\r\naof_base_size:%zu\r\n", aof_size(node), aof->base_size);
    buffer_add_text(text, "aof_pending_rewrite:0\r\naof_buffer_length:0\r\naof_rewrite_buffer_length:0\r\n"
                          "aof_pending_bio_fsync:0\r\naof_delayed_fsync:0\r\n");
}

/* Rates depend on the machine, and are 0. */
static void info_stats(struct buffer *text, const struct node *node)
{
    const struct node_stats *stats = &node->stats;

    buffer_printf(text, "total_connections_received:%" PRIu64 "\r\n", stats->connections);
    buffer_printf(text, "total_commands_processed:%" PRIu64 "\r\n", stats->commands);
    buffer_add_text(text, "instantaneous_ops_per_sec:0\r\n");
    buffer_printf(text, "total_net_input_bytes:%" PRIu64 "\r\n", stats->input_bytes);
    buffer_printf(text, "total_net_output_bytes:%" PRIu64 "\r\n", stats->output_bytes);
    buffer_add_text(text, "instantaneous_input_kbps:0.00\r\ninstantaneous_output_kbps:0.00\r\n");
    buffer_printf(text, "rejected_connections:%" PRIu64 "\r\nlatest_fork_usec:0\r\n", stats->rejected);
}

static void info_cpu(struct buffer *text, const struct node *node)
{
    (void)node;
    buffer_add_text(text, "used_cpu_sys:0.00\r\nused_cpu_user:0.00\r\nused_cpu_sys_children:0.00\r\n"
                          "used_cpu_user_children:0.00\r\n");
}

static void info_commandstats(struct buffer *text, const struct node *node)
{
    for (size_t row = 0; row < command_count(); row++) {
        const struct command_stats *stats = &node->stats.of[row];

        if (stats->calls > 0)
            buffer_printf(text, "cmdstat_%s:calls=%" PRIu64 ",usec=%" PRIu64 ",usec_per_call=%.2f\r\n",
                          command_name(row), stats->calls, stats->us,
                          (double)stats->us / (double)stats->calls);
    }
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
    bool is_default;
} sections[] = {
    {"server", "Server", info_server, true},
    {"clients", "Clients", info_clients, true},
    {"memory", "Memory", info_memory, true},
    {"jobs", "Jobs", info_jobs, true},
    {"queues", "Queues", info_queues, true},
    {"persistence", "Persistence", info_persistence, true},
    {"stats", "Stats", info_stats, true},
    {"cpu", "CPU", info_cpu, true},
    {"commandstats", "Commandstats", info_commandstats, false},
};

void cmd_info(struct client *client, const struct bytes *argv, size_t argc)
{
    struct bytes wanted = argc > 1 ? argv[1] : bytes_of("default");
    bool is_all = bytes_is_word(wanted, "all");
    bool is_default = bytes_is_word(wanted, "default");
    struct buffer text = {0};

    if (argc > 2) {
        reply_syntax_error(client->reply);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        if (!is_all && !(is_default && sections[i].is_default) && !bytes_is_word(wanted, sections[i].name))
            continue;
        buffer_printf(&text, "%s# %s\r\n", text.size > 0 ? "\r\n" : "", sections[i].title);
        sections[i].write(&text, client->node);
    }
    reply_bulk(client->reply, (struct bytes){text.data, text.size});
    buffer_fini(&text);
}
