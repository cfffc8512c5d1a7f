/* SPDX-License-Identifier: MIT */
/* Sends and what comes back. A connection that was lost is opened anew at its next use; whoever still has to
 * ask what became of it is served first. */
#include "scenarios/runner/conns.h"

#include "scenarios/runner/run.h"
#include "scenarios/runner/steps.h"
#include "scenarios/runner/wire.h"

#include <assert.h>
#include <stdlib.h>

#define RETRY_US 50000 /* between the sends of a `within` */

void conns_init(struct conns *conns, const struct scenario *scenario)
{
    conns->count = scenario->conn_count;
    conns->list = must_calloc(conns->count, sizeof(*conns->list));
    conns->blocked = must_calloc(conns->count, sizeof(*conns->blocked));
    conns->is_raw = must_calloc(conns->count, sizeof(*conns->is_raw));
}

void conns_fini(struct conns *conns)
{
    for (size_t i = 0; i < conns->count; i++)
        conn_close(&conns->list[i]);
    free(conns->list);
    free(conns->blocked);
    free(conns->is_raw);
    *conns = (struct conns){0};
}

void conns_process(struct conns *conns)
{
    for (size_t i = 0; i < conns->count; i++)
        conn_process(&conns->list[i]);
}

size_t conns_wants(const struct conns *conns, struct disq_ready *ready)
{
    size_t count = 0;

    for (size_t i = 0; i < conns->count; i++) {
        const struct conn *conn = &conns->list[i];

        if (conn->state == CONN_OPEN)
            ready[count++] = (struct disq_ready){
                .handle = conn->handle,
                .wanted = DISQ_READABLE | (conn->out.size > 0 ? DISQ_WRITABLE : 0u),
            };
    }
    return count;
}

static struct conn *conn_of(struct run *run, const struct step *step)
{
    return &run->conns.list[step->conn];
}

static void forget(struct run *run, int index)
{
    conn_close(&run->conns.list[index]);
    run->conns.blocked[index] = NULL;
    run->conns.is_raw[index] = false;
}

/* The step's connection, which is opened if it is not. */
static struct conn *use(struct run *run, const struct step *step)
{
    struct conn *conn = conn_of(run, step);
    const struct scenario_conn *facts = &run->scenario->conns[step->conn];

    const char *address = run->target->nodes[facts->node].address;

    /* In process a connection has a name, which faults know it by. */
    if (run->target->mock != NULL)
        address = arena_copy(&run->arena, facts->label).data;
    if (conn->state == CONN_NONE)
        conn_open(conn, &run->target->env, address);
    return conn;
}

/* The same for a step that sends: if the connection was lost, and all that came before was read, a new one.
 */
static struct conn *use_to_send(struct run *run, const struct step *step)
{
    struct conn *conn = conn_of(run, step);

    if (conn->state != CONN_NONE && conn->state != CONN_OPEN && conn->in.size == 0)
        forget(run, step->conn);
    return use(run, step);
}

static bool is_answered(void *ctx)
{
    return conn_is_answered(ctx);
}

static bool is_readable(void *ctx)
{
    return conn_is_readable(ctx);
}

/* How long the step's reply is waited for at most. */
static int64_t patience_of(const struct run *run, const struct step *step)
{
    bool is_hasty = step->duration_us > 0 && step->duration_us < run->patience_us;

    return is_hasty ? step->duration_us : run->patience_us;
}

/* Adds what is there when a reply is not: the rest of one, and what became of the connection. */
static void describe(const struct run *run, const struct step *step, const struct conn *conn,
                     struct text *out)
{
    text_add(out, slice_of(conn_state_text(conn)));
    if (conn->state == CONN_OPEN) {
        text_add(out, slice_of(" in "));
        text_add_duration(out, patience_of(run, step));
    }
    if (conn->in.size > 0) {
        text_add(out, slice_of(conn->state == CONN_GARBAGE ? ": " : ", in the middle of a reply: "));
        text_add_quoted(out, (struct slice){conn->in.data, conn->in.size > 200 ? 200 : conn->in.size});
    }
}

/* Fails because of what came, or did not come, on the connection. */
static bool fail_with(struct run *run, const struct step *step, struct conn *conn,
                      const struct text *expected)
{
    struct value value;
    struct text got = {0};

    if (conn_read(conn, &run->arena, &value))
        return run_fail(run, step, &value, "%s", expected->data);
    describe(run, step, conn, &got);
    run_fail_text(run, step, got.data, "%s", expected->data);
    text_fini(&got);
    return false;
}

/* The same, where what was expected stands under the step. */
static bool fail_expected(struct run *run, const struct step *step, struct conn *conn)
{
    struct text expected = {0};

    run_add_expected(step, &expected);
    fail_with(run, step, conn, &expected);
    text_fini(&expected);
    return false;
}

/* What came, or did not come, decides. */
static bool expect_answer(struct run *run, const struct step *step, struct conn *conn)
{
    struct value value;

    return conn_read(conn, &run->arena, &value) ? run_expect(run, step, &value)
                                                : fail_expected(run, step, conn);
}

static bool expect_value(struct run *run, const struct step *step, struct conn *conn)
{
    run_wait(run, run->patience_us, is_answered, conn);
    return !run->has_failed && expect_answer(run, step, conn);
}

/* A reply that has come in part only, such as one that dribbles, has not come. */
static bool expect_blocked(struct run *run, const struct step *step, struct conn *conn)
{
    run_wait(run, run->target->probe_us, is_answered, conn);
    if (!run->has_failed && conn_is_answered(conn))
        return fail_expected(run, step, conn);
    run->conns.blocked[step->conn] = step;
    return !run->has_failed;
}

static bool expect_nothing(struct run *run, const struct step *step, struct conn *conn)
{
    run_wait(run, run->target->probe_us, is_readable, conn);
    if (!run->has_failed && conn_is_readable(conn)) {
        run_wait(run, run->target->probe_us, is_answered, conn);
        return fail_expected(run, step, conn);
    }
    return !run->has_failed;
}

/* What is left is no reply that could be asked for: nothing, or the beginning of one that was cut off. */
static bool holds_no_reply(const struct conn *conn)
{
    size_t size;

    return wire_measure(text_slice(&conn->in), &size) == WIRE_PARTIAL;
}

/* Has the connection ended as the step expects? */
static bool is_lost_so(const struct run *run, const struct step *step, const struct conn *conn)
{
    static const enum conn_state losses[EXPECT_KIND_COUNT] = {
        [EXPECT_CLOSED] = CONN_CLOSED,
        [EXPECT_RESET] = CONN_RESET,
        [EXPECT_REFUSED] = CONN_REFUSED,
    };
    enum conn_state wanted = losses[step->expect.kind], got = conn->state;

    if (run->target->confuses_resets && (got == CONN_RESET || got == CONN_CLOSED) &&
        (wanted == CONN_RESET || wanted == CONN_CLOSED))
        got = wanted;
    return wanted != CONN_NONE && got == wanted && holds_no_reply(conn);
}

static bool expect_loss(struct run *run, const struct step *step, struct conn *conn)
{
    run_wait(run, run->patience_us, is_answered, conn);
    if (run->has_failed)
        return false;
    if (!is_lost_so(run, step, conn))
        return fail_expected(run, step, conn);
    forget(run, step->conn);
    return true;
}

static bool expect(struct run *run, const struct step *step, struct conn *conn)
{
    static bool (*const handlers[])(struct run * run, const struct step *step, struct conn *conn) = {
        [EXPECT_NO_ERROR] = expect_value,  [EXPECT_VALUE] = expect_value, [EXPECT_BLOCKED] = expect_blocked,
        [EXPECT_NOTHING] = expect_nothing, [EXPECT_CLOSED] = expect_loss, [EXPECT_RESET] = expect_loss,
        [EXPECT_REFUSED] = expect_loss,
    };
    static_assert(ARRAY_LEN(handlers) == EXPECT_KIND_COUNT, "whatever is expected has a handler");

    return handlers[step->expect.kind](run, step, conn);
}

static void write_request(struct run *run, const struct step *step, struct conn *conn)
{
    struct text request = {0};

    wire_add_request(&request, step->words.count);
    for (size_t i = 0; i < step->words.count; i++)
        wire_add_argument(&request, run_word(run, &step->words.list[i]));
    conn_write(conn, text_slice(&request));
    text_fini(&request);
}

/* Sends it, and waits for the answer, but not much beyond the end. */
static void send_once(struct run *run, const struct step *step, struct conn *conn, int64_t end_us)
{
    int64_t left_us = end_us - run_now_us(run), patience_us = patience_of(run, step);

    write_request(run, step, conn);
    if (left_us < patience_us)
        patience_us = left_us > run->target->probe_us ? left_us : run->target->probe_us;
    run_wait(run, patience_us, is_answered, conn);
}

/* Is what came of it as expected? A reply that is not is taken off; a connection that is no use any more is
 * given up, as is one that still owes a reply: the next try would take it for its own. */
static bool is_as_expected(struct run *run, const struct step *step, struct conn *conn)
{
    bool is_lost = is_lost_so(run, step, conn);
    struct value value;

    if (!is_lost && conn_read(conn, &run->arena, &value))
        return run_accepts(run, step, &value);
    forget(run, step->conn);
    return is_lost;
}

/* Sends it again and again until the reply is as expected; the last try decides. */
static bool send_within(struct run *run, const struct step *step)
{
    int64_t end_us = run_now_us(run) + step->duration_us, pause_us;

    for (;;) {
        struct conn *conn = use_to_send(run, step);

        send_once(run, step, conn, end_us);
        if (run->has_failed)
            return false;
        if (run_now_us(run) >= end_us && !is_lost_so(run, step, conn))
            return expect_answer(run, step, conn);
        if (is_as_expected(run, step, conn))
            return true;
        pause_us = end_us - run_now_us(run);
        run_wait(run, pause_us < RETRY_US ? pause_us : RETRY_US, NULL, NULL);
    }
}

/* A command on a connection that owes a reply would be answered with that one. */
static bool check_not_blocked(struct run *run, const struct step *step)
{
    if (run->conns.blocked[step->conn] == NULL)
        return true;
    return run_fail_text(run, step, NULL, "a connection that is not blocked (line %d is)",
                         run->conns.blocked[step->conn]->line);
}

bool conns_run_send(struct run *run, const struct step *step)
{
    struct conn *conn;

    if (!check_not_blocked(run, step))
        return false;
    if (step->duration_us > 0)
        return send_within(run, step);
    conn = use_to_send(run, step);
    write_request(run, step, conn);
    return expect(run, step, conn);
}

bool conns_run_raw(struct run *run, const struct step *step)
{
    struct conn *conn = use_to_send(run, step);

    conn_write(conn, run_word(run, &step->words.list[0]));
    run->conns.is_raw[step->conn] = true;
    conn_process(conn);
    return true;
}

bool conns_run_recv(struct run *run, const struct step *step)
{
    struct conn *conn = use(run, step);

    run->conns.blocked[step->conn] = NULL;
    return expect(run, step, conn);
}

bool conns_run_close(struct run *run, const struct step *step)
{
    if (conn_of(run, step)->state == CONN_NONE)
        return run_fail_text(run, step, conn_state_text(conn_of(run, step)), "an open connection");
    forget(run, step->conn);
    return true;
}

bool conns_check_blocked(struct run *run)
{
    const struct step *now = run->step;

    for (size_t i = 0; i < run->conns.count; i++) {
        const struct step *was = run->conns.blocked[i];
        struct conn *conn = &run->conns.list[i];
        struct text expected = {0};

        if (was == NULL || !conn_is_answered(conn))
            continue;
        if (now != NULL)
            text_printf(&expected, "blocked, until line %d", now->line);
        else
            text_add(&expected, slice_of("blocked, until the end of the file"));
        fail_with(run, was, conn, &expected);
        text_fini(&expected);
        return false;
    }
    return true;
}

/* Fails at the last step if there is something to read on a connection. */
static bool check_unread(struct run *run, size_t index)
{
    struct conn *conn = &run->conns.list[index];
    struct text expected = {0};

    if (run->conns.is_raw[index])
        run_wait(run, run->target->probe_us, is_readable, conn);
    if (conn->in.size > 0)
        run_wait(run, run->target->probe_us, is_answered, conn);
    if (run->has_failed)
        return false;
    if (conn->in.size == 0)
        return true;
    text_add(&expected, slice_of("nothing left to read on "));
    text_add(&expected, run->scenario->conns[index].label);
    fail_with(run, &run->scenario->steps[run->scenario->step_count - 1], conn, &expected);
    text_fini(&expected);
    return false;
}

bool conns_check_leftovers(struct run *run)
{
    for (size_t i = 0; i < run->conns.count; i++) {
        if (run->conns.blocked[i] != NULL)
            return run_fail_text(run, run->conns.blocked[i], NULL, "its reply to be asked for");
        if (!check_unread(run, i))
            return false;
    }
    return true;
}
