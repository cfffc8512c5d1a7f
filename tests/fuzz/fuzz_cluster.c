/* SPDX-License-Identifier: MIT */
/* Any commands with any arguments, from any clients, to a cluster of three nodes. The input is a program: a
 * byte that says what to do, then bytes that say with what. Whatever it is, all that nodes answer is the
 * protocol, nobody gets more replies than he may, the cluster comes to rest, and in the end every node that
 * is up serves a new client. */
#include "mockd/command/command.h"
#include "mockd/mockd.h"
#include "scenarios/runner/wire.h"

#include <stdlib.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    NODES = 3,
    CLIENTS = 6,
    IDS = 16,
    ID_SIZE = 40, /* of a job or a node: "D-" and so on, or 40 hex characters */
    ARGS_MAX = 9,
    STEPS_MAX = 400,
    REPLIES_MAX = 1 << 20,
};

/* Beyond the names of commands: what an argument may be. */
static const char *const words[] = {
    "q",
    "q2",
    "",
    "0",
    "1",
    "2",
    "3",
    "10",
    "100",
    "-1",
    "60000",
    "4294967296",
    "99999999999999999999",
    "1.5",
    "x",
    "FROM",
    "COUNT",
    "TIMEOUT",
    "NOHANG",
    "WITHCOUNTERS",
    "REPLICATE",
    "DELAY",
    "RETRY",
    "TTL",
    "MAXLEN",
    "ASYNC",
    "REPLY",
    "all",
    "id",
    "BUSYLOOP",
    "MINLEN",
    "MAXLEN",
    "IMPORTRATE",
    "QUEUE",
    "STATE",
    "queued",
    "active",
    "acked",
    "in",
    "out",
    "none",
    "bcast",
    "state",
    "MYID",
    "NODES",
    "INFO",
    "FORGET",
    "RESET",
    "HARD",
    "SOFT",
    "LEAVING",
    "yes",
    "no",
    "SAVECONFIG",
    "MEET",
    "127.0.0.1",
    "7712",
    "GET",
    "SET",
    "RESETSTAT",
    "REWRITE",
    "maxmemory",
    "maxmemory-policy",
    "acks",
    "evict",
    "noeviction",
    "*",
    "timeout",
    "slowlog-log-slower-than",
    "LIST",
    "KILL",
    "ID",
    "SKIPME",
    "TYPE",
    "normal",
    "SETNAME",
    "GETNAME",
    "PAUSE",
    "ON",
    "OFF",
    "SKIP",
    "FLUSHALL",
    "ERROR",
    "SLEEP",
    "LEN",
    "HISTORY",
    "GRAPH",
    "DOCTOR",
    "LATEST",
    "requirepass",
    "appendonly",
    "LOADAOF",
    "RESTART",
    "STRUCTSIZE",
    "client-output-buffer-limit",
};

/* Microseconds that may pass. */
static const int64_t pauses_us[] = {0, 999, 1000, 50000, 100000, 1000000, 10000000, 61000000, 3600000000};

struct program {
    const uint8_t *at;
    const uint8_t *end;
};

struct world {
    struct mockd *cluster;
    struct mockd_conn *clients[CLIENTS];
    struct text replies[CLIENTS];
    char ids[IDS][ID_SIZE]; /* the latest that were seen */
    size_t id_count;
    bool may_be_silent; /* somebody may have told a node to pause or to sleep */
};

static void require(bool is_true)
{
    if (!is_true)
        abort();
}

static unsigned take(struct program *program, unsigned below)
{
    return program->at < program->end ? *program->at++ % below : 0;
}

static struct slice take_bytes(struct program *program, unsigned below)
{
    struct slice taken = {.size = take(program, below)};

    if (taken.size > (size_t)(program->end - program->at))
        taken.size = (size_t)(program->end - program->at);
    taken.data = (const char *)program->at;
    program->at += taken.size;
    return taken;
}

static void note_ids(struct world *world, struct slice reply)
{
    for (size_t i = 0; i + ID_SIZE <= reply.size; i++) {
        if (memcmp(reply.data + i, "D-", 2) == 0) {
            memcpy(world->ids[world->id_count++ % IDS], reply.data + i, ID_SIZE);
            i += ID_SIZE - 1;
        }
    }
}

/* Takes whole replies off the front; what is left waits for the rest. */
static void check_replies(struct world *world, struct text *replies)
{
    size_t done = 0, size;
    enum wire_result result = WIRE_PARTIAL;

    while (done < replies->size) {
        struct slice rest = {replies->data + done, replies->size - done};

        if ((result = wire_measure(rest, &size)) != WIRE_REPLY)
            break;
        note_ids(world, (struct slice){rest.data, size});
        done += size;
    }
    require(result != WIRE_GARBAGE);
    memmove(replies->data, replies->data + done, replies->size - done);
    replies->size -= done;
}

static void close_client(struct world *world, int client)
{
    mockd_close(world->clients[client]);
    world->clients[client] = NULL;
    text_fini(&world->replies[client]);
    world->replies[client] = (struct text){0};
}

static void read_replies(struct world *world, int client)
{
    char bytes[4096];
    ssize_t n = 0;

    while (world->clients[client] != NULL &&
           (n = mockd_recv(world->clients[client], bytes, sizeof(bytes))) > 0) {
        text_add(&world->replies[client], (struct slice){bytes, (size_t)n});
        require(world->replies[client].size <= REPLIES_MAX);
        check_replies(world, &world->replies[client]);
    }
    if (n != MOCKD_AGAIN)
        close_client(world, client);
}

static void let_pass(struct world *world, int64_t duration_us)
{
    require(mockd_advance(world->cluster, duration_us) == 0);
    for (int client = 0; client < CLIENTS; client++)
        read_replies(world, client);
}

static bool has_word(struct slice bytes, const char *word)
{
    size_t size = strlen(word);

    for (size_t i = 0; i + size <= bytes.size; i++) {
        if (strncasecmp(bytes.data + i, word, size) == 0)
            return true;
    }
    return false;
}

static void submit(struct world *world, int client, struct slice bytes)
{
    const char *node = mockd_node_name(world->cluster, client % NODES);

    if (world->clients[client] == NULL)
        world->clients[client] = mockd_connect(world->cluster, node);
    if (world->clients[client] == NULL)
        return;
    mockd_send(world->clients[client], bytes.data, bytes.size);
    world->may_be_silent |= has_word(bytes, "pause") || has_word(bytes, "sleep");
}

static struct slice take_argument(const struct world *world, struct program *program)
{
    size_t known = world->id_count < IDS ? world->id_count : IDS;

    switch (take(program, 4)) {
    case 0:
        if (known > 0)
            return (struct slice){world->ids[take(program, (unsigned)known)], ID_SIZE};
        return slice_of("D-");
    case 1:
        return slice_of(mockd_node_id(world->cluster, (int)take(program, NODES)));
    case 2:
        return take_bytes(program, 16);
    default:
        return slice_of(words[take(program, ARRAY_LEN(words))]);
    }
}

static void send_request(struct world *world, struct program *program)
{
    int client = (int)take(program, CLIENTS);
    const char *name = command_name(take(program, (unsigned)command_count()));
    unsigned args = take(program, ARGS_MAX);
    struct text request = {0};

    wire_add_request(&request, args + 1);
    wire_add_argument(&request, slice_of(name));
    while (args-- > 0)
        wire_add_argument(&request, take_argument(world, program));
    submit(world, client, (struct slice){request.data, request.size});
    text_fini(&request);
}

/* What bytes would seldom get together by chance. */
static void send_line(struct world *world, struct program *program)
{
    static const char *const lines[] = {
        "ADDJOB q body 0\r\n",
        "ADDJOB q body 0 RETRY 1\r\n",
        "ADDJOB q body 100 REPLICATE 3 RETRY 2 TTL 60\r\n",
        "ADDJOB q2 body 0 DELAY 1 REPLICATE 2\r\n",
        "ADDJOB q2 body 0 ASYNC RETRY 0 REPLICATE 1\r\n",
        "GETJOB FROM q q2\r\n",
        "GETJOB NOHANG COUNT 10 WITHCOUNTERS FROM q\r\n",
        "GETJOB TIMEOUT 500 FROM q2\r\n",
        "QPEEK q 10\r\n",
        "JSCAN REPLY all\r\n",
        "INFO all\r\n",
    };
    int client = (int)take(program, CLIENTS);

    submit(world, client, slice_of(lines[take(program, ARRAY_LEN(lines))]));
}

static void send_bytes(struct world *world, struct program *program)
{
    int client = (int)take(program, CLIENTS);

    submit(world, client, take_bytes(program, 64));
}

static void do_step(struct world *world, struct program *program)
{
    switch (take(program, 8)) {
    case 0:
        close_client(world, (int)take(program, CLIENTS));
        break;
    case 1:
        send_bytes(world, program);
        break;
    case 2:
        let_pass(world, pauses_us[take(program, ARRAY_LEN(pauses_us))]);
        break;
    case 3:
    case 4:
        send_line(world, program);
        break;
    default:
        send_request(world, program);
        break;
    }
}

/* A new client is answered, if only that it must give a password or that there are too many. */
static void check_node(struct world *world, int node)
{
    struct mockd_conn *client = mockd_connect(world->cluster, mockd_node_name(world->cluster, node));
    char byte = '\0';

    if (client == NULL)
        return;
    mockd_send(client, "PING\r\n", 6);
    let_pass(world, 10000000);
    require(mockd_recv(client, &byte, 1) == 1 ? byte == '+' || byte == '-' : world->may_be_silent);
    mockd_close(client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world world = {0};
    struct program program = {data, data + size};

    world.cluster = mockd_new(&(struct mockd_options){.nodes = NODES, .seed = 7});
    for (int step = 0; step < STEPS_MAX && program.at < program.end; step++)
        do_step(&world, &program);
    let_pass(&world, 0);
    for (int node = 0; node < NODES; node++)
        check_node(&world, node);
    for (int client = 0; client < CLIENTS; client++)
        close_client(&world, client);
    mockd_free(world.cluster);
    return 0;
}
