/* SPDX-License-Identifier: MIT */
/* CLIENT (§2.3). */
#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/node/node.h"

#include <inttypes.h>

enum { FIRST_FD = 8 }; /* clients get numbers in place of descriptors, which would differ from run to run */

static struct client *client_at(struct roll_entry *entry)
{
    return ROLL_OWNER(entry, struct client, by_age);
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
    if (client->is_killed)
        buffer_add_text(line, "A");
    if (line->size == before)
        buffer_add_text(line, "N");
}

static void add_line(struct buffer *text, const struct client *client)
{
    int64_t now_ms = node_now_ms(client->node);

    buffer_printf(text,
                  "id=%" PRIu64 " addr=%s fd=%" PRIu64 " name=%.*s age=%" PRId64 " idle=%" PRId64 " flags=",
                  client->number, client->address, client->number + FIRST_FD, (int)client->name.size,
                  client->name.size > 0 ? client->name.data : "", (now_ms - client->came_ms) / 1000,
                  (now_ms - client->last_ms) / 1000);
    add_flags(text, client);
    buffer_printf(text, " qbuf=0 qbuf-free=0 obl=%zu oll=0 omem=0 events=r cmd=%s\n", client->out.size,
                  client->last_command != NULL ? client->last_command : "NULL");
}

static void client_list(struct client *client, const struct bytes *argv, size_t argc)
{
    struct roll *clients = &client->node->clients;
    struct buffer text = {0};

    (void)argv;
    (void)argc;
    for (struct roll_entry *entry = roll_first(clients); entry != NULL; entry = roll_next(clients, entry))
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

/* Oneself is answered first. */
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

/* One pair of the filter. false: it is none; the reply says so unless that is a syntax error. */
static bool read_pair(struct client *client, struct filter *filter, struct bytes word, struct bytes value,
                      bool *is_answered)
{
    if (bytes_is_word(word, "id"))
        return bytes_to_integer(value, &filter->id);
    if (bytes_is_word(word, "addr")) {
        filter->address = value;
        return filter->has_address = true;
    }
    if (bytes_is_word(word, "skipme")) {
        filter->kills_self = bytes_is_word(value, "no");
        return filter->kills_self || bytes_is_word(value, "yes");
    }
    if (!bytes_is_word(word, "type"))
        return false;
    if (bytes_is_word(value, "normal"))
        return true;
    reply_error(client->reply, "ERR Unknown client type '%.*s'", BYTES_ARG(value));
    *is_answered = true;
    return false;
}

static void client_kill_by_filter(struct client *client, const struct bytes *argv, size_t argc)
{
    struct filter filter = {0};
    bool is_answered = false;

    for (size_t i = 2; i < argc; i += 2) {
        if (i + 1 < argc && read_pair(client, &filter, argv[i], argv[i + 1], &is_answered))
            continue;
        if (!is_answered)
            reply_syntax_error(client->reply);
        return;
    }
    reply_integer(client->reply, kill_matching(client, &filter));
}

static void client_kill_by_address(struct client *client, const struct bytes *argv, size_t argc)
{
    struct filter filter = {.address = argv[2], .has_address = true, .kills_self = true};

    (void)argc;
    if (kill_matching(client, &filter) > 0)
        reply_status(client->reply, "OK");
    else
        reply_error(client->reply, "ERR No such client");
}

static void on_pause_end(void *owner)
{
    struct node *node = owner;

    for (struct roll_entry *entry = roll_first(&node->clients); entry != NULL;
         entry = roll_next(&node->clients, entry))
        client_at(entry)->on_wake(client_at(entry));
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
        node->pause_ends.fire = on_pause_end;
        node->pause_ends.owner = node;
        clock_arm(node->clock, &node->pause_ends, until_ms < INT64_MAX / 1000 ? until_ms * 1000 : INT64_MAX);
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

/* In this order: KILL with one argument is of the old form. */
static const struct {
    const char *word;
    size_t argc_min;
    size_t argc_max;
    void (*run)(struct client *client, const struct bytes *argv, size_t argc);
} subcommands[] = {
    {"list", 2, 2, client_list},
    {"setname", 3, 3, client_setname},
    {"getname", 2, 2, client_getname},
    {"kill", 3, 3, client_kill_by_address},
    {"kill", 4, SIZE_MAX, client_kill_by_filter},
    {"pause", 3, 3, client_pause},
    {"reply", 3, 3, client_reply},
};

void cmd_client(struct client *client, const struct bytes *argv, size_t argc)
{
    for (size_t i = 0; i < ARRAY_LEN(subcommands); i++) {
        if (argc >= subcommands[i].argc_min && argc <= subcommands[i].argc_max &&
            bytes_is_word(argv[1], subcommands[i].word)) {
            subcommands[i].run(client, argv, argc);
            return;
        }
    }
    reply_error(client->reply,
                "ERR Syntax error, try CLIENT (LIST | KILL ip:port | GETNAME | SETNAME connection-name)");
}
