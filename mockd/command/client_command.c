/* SPDX-License-Identifier: MIT */
/* CLIENT (§2.3). */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/node.h"

#include <inttypes.h>

enum {
    FIRST_FD = 8, /* clients get numbers in place of descriptors, which would differ from run to run */
    QUERY_BYTES = 32768,
    QUERY_KEPT_S = 2,
};

static struct client *client_at(struct roll_entry *entry)
{
    return OWNER_OF(entry, struct client, by_age);
}

static void add_flags(struct buffer *line, const struct client *client)
{
    size_t before = line->size;

    if (client->is_monitor)
        buffer_add_text(line, "O");
    if (client_is_blocked(client))
        buffer_add_text(line, "b");
    if (client->is_closing)
        buffer_add_text(line, "c");
    if (client->is_at_path)
        buffer_add_text(line, "U");
    if (line->size == before)
        buffer_add_text(line, "N");
}

static void add_who(struct buffer *text, const struct client *client)
{
    int64_t now_s = node_now_s(client->node);

    buffer_printf(text, "id=%" PRIu64 " addr=%s fd=%" PRIu64 " name=%.*s age=%" PRId64 " idle=%" PRId64,
                  client->number, client->address, client->number + FIRST_FD, (int)client->name.size,
                  client->name.size > 0 ? client->name.data : "", now_s - client->came_at_ms / 1000,
                  now_s - client->active_at_ms / 1000);
}

/* Disque gives a client that sends something room for more, and takes it back when it is silent. */
static size_t free_bytes(const struct client *client)
{
    bool is_silent = node_now_s(client->node) - client->active_at_ms / 1000 > QUERY_KEPT_S;

    return is_silent || client->unread_bytes > QUERY_BYTES ? 0 : QUERY_BYTES - client->unread_bytes;
}

static void add_buffers(struct buffer *text, const struct client *client)
{
    size_t listed = client_listed_output(client->out.size);

    buffer_printf(text, " qbuf=%zu qbuf-free=%zu obl=%zu oll=%zu omem=%zu", client->unread_bytes,
                  free_bytes(client), client->out.size - listed, client_replies(client), listed);
}

static void add_line(struct buffer *text, const struct client *client)
{
    add_who(text, client);
    buffer_add_text(text, " flags=");
    add_flags(text, client);
    add_buffers(text, client);
    buffer_printf(text, " events=r cmd=%s\n", client->last_command != NULL ? client->last_command : "NULL");
}

static void client_list(struct client *client, const struct bytes *argv, size_t argc)
{
    struct roll *clients = &client->node->clients;
    struct buffer text = {0};

    (void)argv;
    (void)argc;
    for (struct roll_entry *entry = roll_first(clients); entry != NULL; entry = roll_next(clients, entry))
        if (!client_at(entry)->is_killed)
            add_line(&text, client_at(entry));
    reply_bulk(client->reply, (struct bytes){text.data, text.size});
    buffer_fini(&text);
}

static void client_setname(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argc;
    for (size_t i = 0; i < argv[2].size; i++) {
        if (argv[2].data[i] < '!' || argv[2].data[i] > '~') {
            reply_error(client->reply,
                        "ERR Client names cannot contain spaces, newlines or special characters.");
            return;
        }
    }
    client->name.size = 0;
    buffer_add(&client->name, argv[2].data, argv[2].size);
    reply_status(client->reply, "OK");
}

static void client_getname(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    if (client->name.size > 0)
        reply_bulk(client->reply, (struct bytes){client->name.data, client->name.size});
    else
        reply_nil(client->reply);
}

/* Which clients to kill. */
struct filter {
    int64_t id; /* 0: any */
    struct bytes address;
    bool has_address;
    bool kills_self;
};

static bool matches(const struct filter *filter, const struct client *by, const struct client *client)
{
    return !client->is_killed && (filter->id == 0 || (uint64_t)filter->id == client->number) &&
           (!filter->has_address || bytes_equal(filter->address, bytes_of(client->address))) &&
           (filter->kills_self || client != by);
}

/* A client that kills itself is closed after it has its reply. */
static int64_t kill_matching(struct client *client, const struct filter *filter)
{
    struct roll *clients = &client->node->clients;
    int64_t count = 0;

    for (struct roll_entry *entry = roll_first(clients); entry != NULL; entry = roll_next(clients, entry)) {
        struct client *other = client_at(entry);

        if (!matches(filter, client, other))
            continue;
        count++;
        if (other == client)
            client->is_closing = true;
        else
            client_kill(other);
    }
    return count;
}

/* Read the value of a filter; false after answering that it is none. */
static bool read_id(struct client *client, struct filter *filter, struct bytes value)
{
    if (bytes_to_integer(value, &filter->id))
        return true;
    reply_not_an_integer(client->reply);
    return false;
}

static bool read_type(struct client *client, struct filter *filter, struct bytes value)
{
    (void)filter;
    if (bytes_is_word(value, "normal"))
        return true;
    reply_error(client->reply, "ERR Unknown client type '%.*s'", BYTES_ARG(value));
    return false;
}

static bool read_address(struct client *client, struct filter *filter, struct bytes value)
{
    (void)client;
    filter->address = bytes_until_nul(value);
    filter->has_address = true;
    return true;
}

static bool read_skipme(struct client *client, struct filter *filter, struct bytes value)
{
    filter->kills_self = bytes_is_word(value, "no");
    if (filter->kills_self || bytes_is_word(value, "yes"))
        return true;
    reply_syntax_error(client->reply);
    return false;
}

static bool read_pair(struct client *client, struct filter *filter, struct bytes word, struct bytes value)
{
    static const struct {
        const char *word;
        bool (*read)(struct client *client, struct filter *filter, struct bytes value);
    } pairs[] = {{"id", read_id}, {"type", read_type}, {"addr", read_address}, {"skipme", read_skipme}};

    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (bytes_is_word(word, pairs[i].word))
            return pairs[i].read(client, filter, value);
    reply_syntax_error(client->reply);
    return false;
}

static void client_kill_by_filter(struct client *client, const struct bytes *argv, size_t argc)
{
    struct filter filter = {0};
    size_t i = 2;

    for (; i + 1 < argc; i += 2)
        if (!read_pair(client, &filter, argv[i], argv[i + 1]))
            return;
    if (i == 2 || i < argc)
        reply_syntax_error(client->reply);
    else
        reply_integer(client->reply, kill_matching(client, &filter));
}

static void client_kill_by_address(struct client *client, const struct bytes *argv, size_t argc)
{
    struct filter filter = {.address = bytes_until_nul(argv[2]), .has_address = true, .kills_self = true};

    (void)argc;
    if (kill_matching(client, &filter) > 0)
        reply_status(client->reply, "OK");
    else
        reply_error(client->reply, "ERR No such client");
}

static void on_pause_end(struct timer *timer)
{
    client_wake_all(OWNER_OF(timer, struct node, pause_ends));
}

static void client_pause(struct client *client, const struct bytes *argv, size_t argc)
{
    struct node *node = client->node;
    int64_t timeout_ms;
    int64_t until_ms;

    (void)argc;
    if (!command_read_timeout(client, argv[2], &timeout_ms))
        return;
    until_ms = command_deadline_ms(client, timeout_ms);
    if (until_ms > node->paused_until_ms) {
        node->paused_until_ms = until_ms;
        clock_disarm(node->clock, &node->pause_ends);
        node->pause_ends = (struct timer){.fire = on_pause_end, .gate = &node->gate};
        clock_arm(node->clock, &node->pause_ends, node_clock_us(node, until_ms));
    }
    reply_status(client->reply, "OK");
}

static void client_reply(struct client *client, const struct bytes *argv, size_t argc)
{
    (void)argc;
    if (bytes_is_word(argv[2], "on")) {
        client->is_silent = false;
        client->reply = &client->out;
        reply_status(client->reply, "OK");
    } else if (bytes_is_word(argv[2], "off")) {
        client->is_silent = true;
    } else if (bytes_is_word(argv[2], "skip")) {
        client->skips_next = !client->is_silent;
    } else {
        reply_syntax_error(client->reply);
    }
}

/* KILL with one argument is of the old form. */
void cmd_client(struct client *client, const struct bytes *argv, size_t argc)
{
    static const struct subcommand subcommands[] = {
        /* clang-format off */
        {"list",    2, 2,        client_list},
        {"setname", 3, 3,        client_setname},
        {"getname", 2, 2,        client_getname},
        {"kill",    3, 3,        client_kill_by_address},
        {"kill",    2, SIZE_MAX, client_kill_by_filter},
        {"pause",   3, 3,        client_pause},
        {"reply",   3, 3,        client_reply},
        /* clang-format on */
    };

    if (!command_run_one_of(subcommands, ARRAY_LEN(subcommands), client, argv, argc))
        reply_error(client->reply,
                    "ERR Syntax error, try CLIENT (LIST | KILL ip:port | GETNAME | SETNAME connection-name)");
}
