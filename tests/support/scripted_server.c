/* SPDX-License-Identifier: MIT */
#include "tests/support/scripted_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *node_id(char c)
{
    static const char *const ids[] = {
        ['a'] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ['b'] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        ['c'] = "cccccccccccccccccccccccccccccccccccccccc",
    };

    scripted_need(c >= 'a' && c <= 'c', "nodes are a, b and c");
    return ids[(unsigned char)c];
}

struct scripted_server *scripted_listen(struct scripted *world, const char *address, char id)
{
    struct scripted_server *server = scripted_take(sizeof(*server));
    const char *colon = strrchr(address, ':');
    char row[DISQ_ADDRESS_SIZE + 16];

    scripted_need(world->server_count < SCRIPTED_SERVERS, "too many servers");
    server->world = world;
    strcpy(server->address, address);
    world->servers[world->server_count++] = server;
    snprintf(row, sizeof(row), "%c %.*s %s 1", id, (int)(colon - address), address, colon + 1);
    scripted_table(server, row);
    return server;
}

void server_free(struct scripted_server *server)
{
    for (size_t i = 0; i < server->answer_count; i++)
        free(server->answers[i].bytes);
    free(server->answers);
    free(server->hello);
    free(server);
}

/* ---- Serving ---- */

static void give(const struct answer *answer, struct wire *wire, int64_t now_us)
{
    size_t step = answer->every_us > 0 ? 1 : answer->size;
    int64_t at_us = now_us + answer->delay_us;

    for (size_t at = 0; at < answer->size; at += step) {
        at_us += answer->every_us;
        wire_add(wire, at_us, PARCEL_BYTES, answer->bytes + at, step);
    }
    if (answer->ending != PARCEL_BYTES)
        wire_add(wire, at_us, answer->ending, "", 0);
}

void server_serve(struct scripted_server *server, struct wire *wire)
{
    int64_t now_us = server->world->now_us;
    size_t size;

    while (server->mode != SERVER_IS_FROZEN && wire->in_size > 0) {
        char *words = server->requests + strlen(server->requests);

        size = wire_request(wire, words, (size_t)(server->requests + sizeof(server->requests) - words));
        if (size == 0) {
            words[0] = '\0';
            return;
        }
        if (strcmp(words, "HELLO|") == 0)
            give(&(struct answer){.bytes = server->hello, .size = strlen(server->hello)}, wire, now_us);
        else if (server->answer_next < server->answer_count)
            give(&server->answers[server->answer_next++], wire, now_us);
        wire_drop(wire, size);
    }
}

/* ---- What the test says ---- */

/* Does something to each of its connections. */
static void for_wires(struct scripted_server *server, void (*act)(struct wire *wire, const void *ctx),
                      const void *ctx)
{
    for (int i = 0; i < SCRIPTED_HANDLES; i++) {
        struct wire *wire = server->world->wires[i];

        if (wire != NULL && wire->server == server)
            act(wire, ctx);
    }
}

static void reset_wire(struct wire *wire, const void *ctx)
{
    (void)ctx;
    wire->is_reset = true;
}

static void end_wire(struct wire *wire, const void *ctx)
{
    (void)ctx;
    wire_add(wire, wire->server->world->now_us, PARCEL_END, "", 0);
}

static void push_to_wire(struct wire *wire, const void *ctx)
{
    wire_add(wire, wire->server->world->now_us, PARCEL_BYTES, ctx, strlen(ctx));
}

void scripted_refuse(struct scripted_server *server, bool is_late)
{
    server->mode = is_late ? SERVER_REFUSES_LATE : SERVER_REFUSES;
    for_wires(server, reset_wire, NULL);
}

void scripted_accept(struct scripted_server *server)
{
    server->mode = SERVER_ACCEPTS;
}

void scripted_freeze(struct scripted_server *server)
{
    server->mode = SERVER_IS_FROZEN;
}

void scripted_close_all(struct scripted_server *server)
{
    for_wires(server, end_wire, NULL);
}

void scripted_push(struct scripted_server *server, const char *bytes)
{
    for_wires(server, push_to_wire, bytes);
}

void scripted_break_after(struct scripted_server *server, size_t size)
{
    server->break_after = size;
}

void scripted_hello(struct scripted_server *server, const char *bytes)
{
    free(server->hello);
    server->hello = scripted_copy(bytes, strlen(bytes));
}

void scripted_table(struct scripted_server *server, const char *rows)
{
    char text[4096];
    char *at = text;
    int count = 1;

    for (const char *c = rows; *c != '\0'; c++)
        count += *c == ',';
    at += sprintf(at, "*%d\r\n:1\r\n$40\r\n%s\r\n", count + 2, node_id(rows[0]));
    for (const char *row = rows; count-- > 0; row += strcspn(row, ",") + 1) {
        char id, ip[200], port[8], priority[8];

        scripted_need(sscanf(row, "%c %199s %7s %7[0-9]", &id, ip, port, priority) == 4, "not a row");
        if (strcmp(ip, "-") == 0)
            ip[0] = '\0';
        at += sprintf(at, "*4\r\n$40\r\n%s\r\n$%zu\r\n%s\r\n$%zu\r\n%s\r\n$%zu\r\n%s\r\n", node_id(id),
                      strlen(ip), ip, strlen(port), port, strlen(priority), priority);
    }
    scripted_hello(server, text);
}

static void add_answer(struct scripted_server *server, struct answer answer)
{
    size_t count = server->answer_count + 1;

    server->answers = realloc(server->answers, count * sizeof(*server->answers));
    scripted_need(server->answers != NULL, "out of memory");
    answer.bytes = scripted_copy(answer.bytes, answer.size);
    server->answers[server->answer_count++] = answer;
}

/* The bytes are copied. */
static struct answer answer_of(const char *bytes)
{
    return (struct answer){.bytes = (char *)(uintptr_t)bytes, .size = strlen(bytes)};
}

void scripted_reply(struct scripted_server *server, const char *bytes)
{
    add_answer(server, answer_of(bytes));
}

void scripted_reply_after(struct scripted_server *server, int64_t delay_us, const char *bytes)
{
    struct answer answer = answer_of(bytes);

    answer.delay_us = delay_us;
    add_answer(server, answer);
}

void scripted_reply_bytes(struct scripted_server *server, const char *bytes, size_t size)
{
    struct answer answer = answer_of("");

    answer.bytes = (char *)(uintptr_t)bytes;
    answer.size = size;
    add_answer(server, answer);
}

void scripted_dribble(struct scripted_server *server, int64_t every_us, const char *bytes)
{
    struct answer answer = answer_of(bytes);

    answer.every_us = every_us;
    add_answer(server, answer);
}

void scripted_cut(struct scripted_server *server, const char *bytes)
{
    struct answer answer = answer_of(bytes);

    answer.ending = PARCEL_END;
    add_answer(server, answer);
}

void scripted_reset(struct scripted_server *server)
{
    struct answer answer = answer_of("");

    answer.ending = PARCEL_RESET;
    add_answer(server, answer);
}

void scripted_silence(struct scripted_server *server)
{
    add_answer(server, answer_of(""));
}

const char *scripted_job_id(struct scripted *world, char origin, int number)
{
    char *id = world->job_ids[world->job_id_count++ % SCRIPTED_JOB_IDS];

    snprintf(id, DISQ_ID_SIZE + 1, "D-%.8s-%024d-05a1", node_id(origin), number);
    return id;
}

void scripted_job(struct scripted_server *server, char origin, int number)
{
    char reply[256];

    snprintf(reply, sizeof(reply), "*1\r\n*3\r\n$4\r\nmail\r\n$40\r\n%s\r\n$5\r\nhello\r\n",
             scripted_job_id(server->world, origin, number));
    scripted_reply(server, reply);
}

const char *scripted_requests(const struct scripted_server *server)
{
    return server->requests;
}

void scripted_forget(struct scripted_server *server)
{
    memset(server->requests, 0, sizeof(server->requests));
}
