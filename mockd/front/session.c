/* SPDX-License-Identifier: MIT */
/* Between bytes and commands: runs what a client asks in the order in which it came, and knows when it is
 * over. */
#include "mockd/front/session.h"

#include "mockd/command/command.h"
#include "mockd/command/reply.h"
#include "mockd/front/hook.h"
#include "mockd/front/loop.h"
#include "mockd/front/tamper.h"
#include "mockd/front/tap.h"
#include "mockd/front/valve.h"
#include "mockd/node/node.h"

#include <inttypes.h>

enum {
    KEPT_BYTES_MAX = 65536, /* of output, for the next replies */
    LOGGED_ARG_MAX = 64,
    LOGGED_REQUEST_MAX = 512,
};

static void log_line(const struct session *session, const char *what, struct bytes text)
{
    const struct client *client = &session->client;

    if (session->log != NULL)
        log_event(session->log, "%s.%" PRIu64 " %s%.*s", node_name(client->node), client->number, what,
                  (int)text.size, text.data);
}

static void log_request(const struct session *session, const struct bytes *argv, size_t argc)
{
    struct buffer line = {0};

    if (session->log == NULL)
        return;
    for (size_t i = 0; i < argc && line.size < LOGGED_REQUEST_MAX; i++) {
        buffer_add_text(&line, " ");
        buffer_add_quoted(&line, argv[i], LOGGED_ARG_MAX);
    }
    log_line(session, ">", (struct bytes){line.data, line.size});
    buffer_fini(&line);
}

/* The output behind its first bytes. */
static struct bytes output_from(const struct session *session, size_t start)
{
    const struct buffer *out = &session->client.out;

    return out->size > start ? (struct bytes){out->data + start, out->size - start} : bytes_of("");
}

/* Only the first line. */
static void log_reply(const struct session *session, struct bytes reply)
{
    const char *end = memchr(reply.data, '\r', reply.size);
    if (end != NULL)
        reply.size = (size_t)(end - reply.data);
    log_line(session, "< ", reply);
}

static void tell_request(const struct session *session, const struct bytes *argv, size_t argc)
{
    if (session->tap != NULL)
        session->tap->on_request(session->tap->ctx, session, argv, argc);
    log_request(session, argv, argc);
}

/* What was answered since it was called last, which is one reply at most. */
static void tell_reply(struct session *session)
{
    struct bytes reply;

    if (session->log == NULL && session->tap == NULL)
        return;
    reply = output_from(session, session->logged);
    session->logged += reply.size;
    if (reply.size == 0)
        return;
    if (session->tap != NULL)
        session->tap->on_output(session->tap->ctx, session, reply);
    log_reply(session, reply);
}

static void session_on_wake(struct client *client)
{
    struct session *session = OWNER_OF(client, struct session, client);

    loop_wake(session->loop, session);
}

void session_init(struct session *session, struct loop *loop, struct node *node,
                  const struct carrier *carrier)
{
    struct log *log = node_log(node);

    *session = (struct session){.loop = loop, .carrier = carrier, .unread_max = SESSION_UNREAD_MAX};
    session->log = log_is_on(log) ? log : NULL;
    session->tap = loop_tap(loop);
    list_init(&session->turn);
    loop_join(loop, session);
    client_init(&session->client, node, session_on_wake);
    log_line(session, "connected", bytes_of(""));
}

static void leave_node(struct session *session)
{
    if (session->is_closed)
        return;
    session->is_closed = true;
    log_line(session, session->is_reset ? "reset" : "closed", bytes_of(""));
    tamper_abandon(session);
    valve_free(session->valve);
    client_fini(&session->client);
    resp_fini(&session->reader);
    list_remove(&session->turn);
}

void session_free(struct session *session)
{
    leave_node(session);
    list_remove(&session->on_loop);
    session->carrier->free(session);
}

static void end(struct session *session)
{
    leave_node(session);
    if (!session->is_held)
        session_free(session);
    else if (session->carrier->closed != NULL)
        session->carrier->closed(session);
}

void session_cut(struct session *session, bool is_torn)
{
    if (session->is_closed)
        return;
    session->is_reset = is_torn;
    end(session);
}

void session_feed(struct session *session, const void *bytes, size_t size)
{
    if (session->client.is_closing)
        return;
    client_count_input(&session->client, size);
    resp_feed(&session->reader, bytes, size);
    loop_wake(session->loop, session);
}

void session_end_input(struct session *session)
{
    session->has_input_ended = true;
    loop_wake(session->loop, session);
}

void session_lose(struct session *session)
{
    session->is_lost = true;
    loop_wake(session->loop, session);
}

void session_reset(struct session *session)
{
    session->is_reset = true;
    session->client.out.size = session->sent;
    session_lose(session);
}

struct bytes session_output(const struct session *session)
{
    struct bytes output = output_from(session, session->sent);

    if (session->valve != NULL && output.size > valve_passes(session->valve))
        output.size = valve_passes(session->valve);
    return output;
}

static size_t unsent(const struct session *session)
{
    return session->client.out.size - session->sent;
}

/* Only more output can be too much. */
static void limit_output(struct session *session)
{
    size_t size = unsent(session);

    if (size > session->limited) {
        loop_note_reply(session->loop);
        client_limit_output(&session->client, size);
    }
    session->limited = size;
}

/* Drops what is sent; but while some is left only where that moves less than it drops. */
void session_sent(struct session *session, size_t size)
{
    struct buffer *out = &session->client.out;

    if (session->valve != NULL)
        valve_passed(session->valve, size);
    session->sent += size;
    session->limited = unsent(session);
    client_count_output(&session->client, size, session->limited);
    if (session->sent < out->size - session->sent)
        return;
    buffer_consume(out, session->sent);
    session->logged -= session->logged < session->sent ? session->logged : session->sent;
    session->tampered_from -= session->tampered_from < session->sent ? session->tampered_from : session->sent;
    session->sent = 0;
    if (out->size == 0 && out->capacity > KEPT_BYTES_MAX)
        buffer_fini(out);
}

void session_take_output(struct session *session, struct buffer *to)
{
    struct bytes output = session_output(session);
    struct buffer empty = *to;

    if (to->size > 0 || session->sent > 0 || session->valve != NULL) {
        buffer_add(to, output.data, output.size);
        session_sent(session, output.size);
        return;
    }
    /* Changing buffers copies nothing, and both keep their memory. */
    *to = session->client.out;
    session->client.out = empty;
    session->logged = session->limited = session->tampered_from = 0;
    client_count_output(&session->client, output.size, 0);
}

bool session_is_waiting(const struct session *session)
{
    const struct client *client = &session->client;
    bool has_work = resp_unread(&session->reader) > 0 || unsent(session) > 0;

    return client_is_blocked(client) || session->valve != NULL || (has_work && client_is_held(client));
}

bool session_is_backed_up(const struct session *session)
{
    return unsent(session) > SESSION_UNSENT_MAX;
}

/* What came since it was called last is the rest of one reply at most. */
static void note_reply(struct session *session)
{
    if (session->tamper != NULL && !client_is_blocked(&session->client))
        tamper_finish(session);
    tell_reply(session);
    limit_output(session);
}

static void answer(struct session *session, const struct bytes *argv, size_t argc)
{
    struct client *client = &session->client;

    if (hooks_take(loop_hooks(session->loop), session, argv, argc)) {
        command_receive(client, argv[0]);
        return;
    }
    session->tampered_from = client->out.size;
    session->tamper = tamper_take(loop_tampers(session->loop), session, argv[0]);
    if (session->tamper == NULL || tamper_runs(session->tamper))
        command_run(client, argv, argc);
    else
        command_receive(client, argv[0]);
}

static void refuse(struct session *session)
{
    struct client *client = &session->client;

    client_begin_reply(client);
    reply_error(client->reply, "%s", resp_error(&session->reader));
    client->is_closing = true;
    client_end_reply(client);
}

/* Disque resets a client after a request of nothing too: the next one is not skipped any more. */
static void note_skipped(struct session *session)
{
    if (session->reader.has_skipped)
        session->client.skips_next = false;
    session->reader.has_skipped = false;
}

/* After a protocol error or QUIT whatever else came is dropped (§1.1, §1.2). */
static void run_next(struct session *session, enum resp_result result, const struct bytes *argv, size_t argc)
{
    struct client *client = &session->client;

    if (result == RESP_ERROR) {
        refuse(session);
    } else {
        tell_request(session, argv, argc);
        answer(session, argv, argc);
    }
    session->is_left_open = client->is_closing_unheard && unsent(session) == 0;
    note_reply(session);
    if (client->is_closing)
        resp_fini(&session->reader);
}

/* Its client has to wait, or gets no answers any more. */
static bool is_stalled(const struct session *session)
{
    return session->valve != NULL || session->has_output_ended || session->is_reset;
}

/* Returns true if there may be more to run as soon as something was sent. */
static bool run_all(struct session *session)
{
    struct client *client = &session->client;
    const struct bytes *argv = NULL;
    enum resp_result result;
    size_t argc = 0;

    note_reply(session);
    client->unread_bytes = resp_unread(&session->reader);
    while (!session_is_backed_up(session)) {
        if (client->is_closing || client->is_killed || client_is_held(client) || is_stalled(session))
            return false;
        result = resp_next(&session->reader, &argv, &argc);
        note_skipped(session);
        client->unread_bytes = resp_unread(&session->reader);
        if (result == RESP_MORE)
            return false;
        run_next(session, result, argv, argc);
    }
    return true;
}

static bool is_over(const struct session *session)
{
    const struct client *client = &session->client;

    if (session->is_lost || client->is_killed || resp_unread(&session->reader) > session->unread_max)
        return true;
    /* Disque looks whether to close a client when it has sent something: never, if all was silenced. */
    if (client->is_closing && !session->is_left_open)
        return unsent(session) == 0;
    return session->has_input_ended && (client_is_blocked(client) || unsent(session) == 0);
}

void session_serve(struct session *session)
{
    bool has_more;

    if (client_is_frozen(&session->client))
        return;
    has_more = run_all(session);
    if (client_is_frozen(&session->client))
        return;
    session->carrier->send(session);
    if (has_more && !session_is_backed_up(session)) {
        loop_wake(session->loop, session);
    } else if (is_over(session)) {
        end(session);
    }
}
