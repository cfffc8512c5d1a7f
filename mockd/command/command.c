/* SPDX-License-Identifier: MIT */
/* The table of commands, and what is checked before one runs (§1.3). */
#include "mockd/command/command.h"

#include "mockd/command/reply.h"
#include "mockd/node/node.h"

#include <assert.h>

/* What a command does, for COMMAND and the checks before it. */
enum command_flag {
    CMD_WRITE = 1,
    CMD_READONLY = 2,
    CMD_DENYOOM = 4, /* refused when memory is full */
    CMD_ADMIN = 8,
    CMD_LOADING = 16, /* runs while the append-only file is loaded */
    CMD_FAST = 32,
};

struct command {
    const char *name;
    command_fn *run;
    int arity; /* with the name; -n: at least n; 0: any */
    unsigned flags;
};

/* In the order of their names. */
static const struct command commands[] = {
    /* clang-format off */
    {"ackjob",       cmd_ackjob,       -1, CMD_WRITE | CMD_FAST},
    {"addjob",       cmd_addjob,       -4, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"auth",         cmd_auth,          2, CMD_READONLY | CMD_LOADING | CMD_FAST},
    {"bgrewriteaof", cmd_bgrewriteaof,  1, CMD_READONLY | CMD_ADMIN},
    {"client",       cmd_client,       -2, CMD_READONLY | CMD_ADMIN},
    {"cluster",      cmd_cluster,      -2, CMD_READONLY | CMD_ADMIN},
    {"command",      cmd_command,       0, CMD_READONLY | CMD_LOADING},
    {"config",       cmd_config,       -2, CMD_READONLY | CMD_ADMIN},
    {"debug",        cmd_debug,        -2, CMD_ADMIN},
    {"deljob",       cmd_deljob,       -1, CMD_WRITE | CMD_FAST},
    {"dequeue",      cmd_dequeue,      -1, CMD_WRITE | CMD_FAST},
    {"enqueue",      cmd_enqueue,      -1, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"fastack",      cmd_fastack,      -1, CMD_WRITE | CMD_FAST},
    {"getjob",       cmd_getjob,       -2, CMD_WRITE | CMD_FAST},
    {"hello",        cmd_hello,         1, CMD_READONLY | CMD_FAST},
    {"info",         cmd_info,         -1, CMD_READONLY | CMD_LOADING},
    {"jscan",        cmd_jscan,        -1, CMD_READONLY},
    {"latency",      cmd_latency,      -2, CMD_READONLY | CMD_ADMIN | CMD_LOADING},
    {"loadjob",      cmd_loadjob,       2, CMD_WRITE},
    {"monitor",      cmd_monitor,       1, CMD_READONLY | CMD_ADMIN},
    {"nack",         cmd_nack,         -1, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"pause",        cmd_pause,        -3, CMD_READONLY | CMD_FAST},
    {"ping",         cmd_ping,         -1, CMD_READONLY | CMD_FAST},
    {"qlen",         cmd_qlen,          2, CMD_READONLY | CMD_FAST},
    {"qpeek",        cmd_qpeek,         3, CMD_READONLY},
    {"qscan",        cmd_qscan,        -1, CMD_READONLY},
    {"qstat",        cmd_qstat,         2, CMD_READONLY | CMD_FAST},
    {"show",         cmd_show,          2, CMD_READONLY | CMD_FAST},
    {"shutdown",     cmd_shutdown,     -1, CMD_READONLY | CMD_ADMIN | CMD_LOADING},
    {"slowlog",      cmd_slowlog,      -2, CMD_READONLY},
    {"time",         cmd_time,          1, CMD_READONLY | CMD_FAST},
    {"working",      cmd_working,       2, CMD_WRITE | CMD_FAST},
    /* clang-format on */
};

static_assert(ARRAY_LEN(commands) <= NODE_COMMANDS_MAX, "a node counts the calls of each");

static bool is_called(const struct command *command, struct bytes name)
{
    return strlen(command->name) == name.size && bytes_is_word_of_size(name, command->name, name.size);
}

static const struct command *find(struct bytes name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands) && name.size > 0; i++)
        /* Most differ in their first letter, which takes no call to see. */
        if (((commands[i].name[0] ^ name.data[0]) & ~0x20) == 0 && is_called(&commands[i], name))
            return &commands[i];
    return NULL;
}

/* rename-command: the new name stands for the old one, and the old name is unknown. */
static const struct command *find_renamed(const struct config *config, struct bytes name)
{
    struct bytes renames = {config->renames.data, config->renames.size};

    while (renames.size > 0) {
        struct bytes old = bytes_cut(&renames, '\0');
        struct bytes renamed = bytes_cut(&renames, '\0');

        if (renamed.size > 0 && bytes_is_word(name, renamed.data))
            name = old;
        else if (bytes_is_word(name, old.data))
            return NULL;
    }
    return find(name);
}

static const struct command *receive(struct client *client, struct bytes name)
{
    const struct command *command = find_renamed(&client->node->config, name);

    if (command != NULL && client->node->received != NULL)
        client->node->received[command - commands]++;
    return command;
}

void command_receive(struct client *client, struct bytes name)
{
    receive(client, name);
}

static bool fits(const struct command *command, size_t argc)
{
    if (command->arity == 0)
        return true;
    return command->arity < 0 ? argc >= (size_t)-command->arity : argc == (size_t)command->arity;
}

static bool may_speak(const struct client *client, const struct command *command)
{
    return client->is_authenticated || command->run == cmd_auth ||
           config_text(&client->node->config, CONFIG_REQUIREPASS).size == 0;
}

/* Keeps the command for SLOWLOG and LATENCY if it took long. */
static void note_duration(struct node *node, int64_t duration_us, const struct bytes *argv, size_t argc)
{
    const struct config *config = &node->config;
    int64_t threshold_ms = config_number(config, CONFIG_LATENCY_MONITOR_THRESHOLD);
    int64_t slower_than_us = config_number(config, CONFIG_SLOWLOG_LOG_SLOWER_THAN);
    int64_t end_s = (node_now_us(node) + duration_us) / 1000000;

    if (threshold_ms > 0 && duration_us / 1000 >= threshold_ms)
        latency_add(&node->latency, end_s, duration_us / 1000);
    if (slower_than_us >= 0 && duration_us >= slower_than_us)
        slowlog_add(&node->slowlog, end_s, duration_us, argv, argc);
    if (slower_than_us >= 0 && node->slowlog.count > 0)
        slowlog_shorten(&node->slowlog, (size_t)config_number(config, CONFIG_SLOWLOG_MAX_LEN));
}

static void call(struct client *client, const struct command *command, const struct bytes *argv, size_t argc)
{
    struct command_stats *stats = &client->node->stats.of[command - commands];

    client->took_us = 0;
    if (client->node->monitor_count > 0)
        monitor_tell(client, argv, argc);
    command->run(client, argv, argc);
    note_duration(client->node, client->took_us, argv, argc);
    client->node->stats.commands++;
    stats->calls++;
    stats->us += (uint64_t)client->took_us;
}

/* Why nothing can be kept, for commands that ask for that; 0: it can. It is tried again first. */
static int write_error(struct node *node, const struct command *command)
{
    if (node->aof.error == 0 || ((command->flags & CMD_WRITE) == 0 && command->run != cmd_ping))
        return 0;
    aof_flush(node);
    return node->aof.error;
}

static void run(struct client *client, const struct bytes *argv, size_t argc)
{
    const struct command *command = receive(client, argv[0]);
    int error;

    client->last_command = command != NULL ? command->name : NULL;
    if (command == NULL)
        reply_error(client->reply, "ERR unknown command '%.*s'", BYTES_ARG(argv[0]));
    else if (!fits(command, argc))
        reply_error(client->reply, "ERR wrong number of arguments for '%s' command", command->name);
    else if (!may_speak(client, command))
        reply_error(client->reply, "NOAUTH Authentication required.");
    else if (!memory_make_room(client->node) && (command->flags & CMD_DENYOOM) != 0)
        reply_error(client->reply, "OOM command not allowed when used memory > 'maxmemory'.");
    else if ((error = write_error(client->node, command)) != 0)
        reply_error(client->reply, "MISCONF Errors writing to the AOF file: %s", strerror(error));
    else
        call(client, command, argv, argc);
}

void command_run(struct client *client, const struct bytes *argv, size_t argc)
{
    client_begin_reply(client);
    /* QUIT is in no table, and is granted to everybody (§1.2). */
    if (bytes_is_word(argv[0], "quit")) {
        reply_status(client->reply, "OK");
        client->is_closing = true;
    } else {
        run(client, argv, argc);
    }
    client_end_reply(client);
    node_settle(client->node);
}

size_t command_find(struct bytes name)
{
    const struct command *command = find(name);

    return command != NULL ? (size_t)(command - commands) : SIZE_MAX;
}

const char *command_name(size_t row)
{
    return commands[row].name;
}

size_t command_count(void)
{
    return ARRAY_LEN(commands);
}

void command_reply_row(struct buffer *out, size_t row)
{
    static const char *const names[] = {"write", "readonly", "denyoom", "admin", "loading", "fast"};
    const struct command *command = &commands[row];

    reply_array(out, 6);
    reply_text(out, command->name);
    reply_integer(out, command->arity);
    reply_array(out, (size_t)__builtin_popcount(command->flags));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if ((command->flags >> i & 1) != 0)
            reply_status(out, names[i]);
    for (int i = 0; i < 3; i++)
        reply_integer(out, 0); /* where keys stand, which Disque does not have */
}

bool command_run_one_of(const struct subcommand *subcommands, size_t count, struct client *client,
                        const struct bytes *argv, size_t argc)
{
    for (size_t i = 0; i < count; i++) {
        if (argc >= subcommands[i].argc_min && argc <= subcommands[i].argc_max &&
            bytes_is_word(argv[1], subcommands[i].word)) {
            subcommands[i].run(client, argv, argc);
            return true;
        }
    }
    return false;
}

void command_for_each_id(struct client *client, const struct bytes *argv, size_t argc, job_fn *act)
{
    struct job_id id;
    int64_t count = 0;

    for (size_t i = 1; i < argc; i++) {
        if (!job_id_parse(argv[i], &id)) {
            reply_bad_id(client->reply);
            return;
        }
    }
    for (size_t i = 1; i < argc && job_id_parse(argv[i], &id); i++)
        count += act(client->node, &id);
    reply_integer(client->reply, count);
}

bool command_read_timeout(struct client *client, struct bytes text, int64_t *timeout_ms)
{
    if (!bytes_to_integer(text, timeout_ms)) {
        reply_error(client->reply, "ERR timeout is not an integer or out of range");
        return false;
    }
    if (*timeout_ms < 0) {
        reply_error(client->reply, "ERR timeout is negative");
        return false;
    }
    return true;
}

int64_t command_deadline_ms(const struct client *client, int64_t timeout_ms)
{
    if (timeout_ms == 0)
        return 0;
    return (int64_t)((uint64_t)node_now_ms(client->node) + (uint64_t)timeout_ms);
}
