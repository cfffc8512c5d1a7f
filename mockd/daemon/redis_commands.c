/* SPDX-License-Identifier: MIT */
/* Without these answers many client libraries take no command at all. */
#include "mockd/daemon/redis_commands.h"

#include "mockd/command/reply.h"

#include <inttypes.h>

enum { PROTOCOL_MIN = 2, PROTOCOL_MAX = 3 };

typedef void redis_command_fn(struct caller *caller, const struct bytes *argv, size_t argc);

static void answer_ping(struct caller *caller, const struct bytes *argv, size_t argc)
{
    if (argc > 1)
        reply_bulk(caller_reply(caller), argv[1]);
    else
        reply_status(caller_reply(caller), "PONG");
}

/* Nothing that is said at the port looks different in the third protocol, but this. */
static void answer_hello(struct caller *caller, const struct bytes *argv, size_t argc)
{
    static const char *const facts[][2] = {
        {"server", "mockd"}, {"version", MOCKD_VERSION}, {"mode", "standalone"}, {"role", "master"}};
    struct buffer *out = caller_reply(caller);
    int64_t protocol = PROTOCOL_MIN;

    if (argc > 1 &&
        (!bytes_to_integer(argv[1], &protocol) || protocol < PROTOCOL_MIN || protocol > PROTOCOL_MAX)) {
        reply_error(out, "NOPROTO unsupported protocol version");
        return;
    }
    if (protocol == PROTOCOL_MAX)
        buffer_printf(out, "%%%zu\r\n", ARRAY_LEN(facts) + 1);
    else
        reply_array(out, 2 * (ARRAY_LEN(facts) + 1));
    for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
        reply_text(out, facts[i][0]);
        reply_text(out, facts[i][1]);
    }
    reply_text(out, "proto");
    reply_integer(out, protocol);
}

/* Some wait until it says that nothing is being loaded. */
static void answer_info(struct caller *caller, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    reply_text(caller_reply(caller), "# Server\r\nmockd_version:" MOCKD_VERSION "\r\nloading:0\r\n");
}

static void answer_ok(struct caller *caller, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    reply_status(caller_reply(caller), "OK");
}

static void answer_nothing(struct caller *caller, const struct bytes *argv, size_t argc)
{
    (void)argv;
    (void)argc;
    reply_array(caller_reply(caller), 0);
}

static void answer_quit(struct caller *caller, const struct bytes *argv, size_t argc)
{
    answer_ok(caller, argv, argc);
    caller_end(caller);
}

/* A `client` of scenarios is none of these. */
static const struct {
    const char *name;
    const char *subcommand; /* NULL: any, or none */
    redis_command_fn *answer;
} redis_commands[] = {
    /* clang-format off */
    {"ping",    NULL,      answer_ping},
    {"hello",   NULL,      answer_hello},
    {"info",    NULL,      answer_info},
    {"client",  "setname", answer_ok},
    {"client",  "setinfo", answer_ok},
    {"select",  "0",       answer_ok},
    {"command", NULL,      answer_nothing},
    {"quit",    NULL,      answer_quit},
    /* clang-format on */
};

bool redis_command_answer(struct caller *caller, const struct bytes *argv, size_t argc)
{
    for (size_t i = 0; i < ARRAY_LEN(redis_commands); i++) {
        const char *subcommand = redis_commands[i].subcommand;

        if (!bytes_is_word(argv[0], redis_commands[i].name) ||
            (subcommand != NULL && (argc < 2 || !bytes_is_word(argv[1], subcommand))))
            continue;
        redis_commands[i].answer(caller, argv, argc);
        return true;
    }
    return false;
}
