/* SPDX-License-Identifier: MIT */
/* The rows of §6.2 that bus messages start: what each does to a job in each state, and what is answered. */
#include "mockd/node/job.h"
#include "mockd/node/membership.h"
#include "mockd/node/message.h"
#include "mockd/node/requeue.h"
#include "tests/support/nodes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* The node of the table is A; B sends it messages, and notes what comes back. */
enum { A, B, PLACES };

enum { GONE = JOB_STATE_COUNT }; /* not known there, before or after */

enum { LOSES, WINS }; /* who sends, when both have queued the job */

struct world {
    struct nodes *nodes;
    struct job_id id;
    struct buffer answers; /* the names of messages that came to B */
};

static void note(void *receiver, struct parcel *parcel)
{
    static const char *const names[MSG_TYPE_COUNT] = {
        [MSG_GOTJOB] = "GOTJOB", [MSG_QUEUED] = "QUEUED", [MSG_SETACK] = "SETACK",
        [MSG_GOTACK] = "GOTACK", [MSG_DELJOB] = "DELJOB",
    };
    struct world *world = receiver;
    const struct message *message = OWNER_OF(parcel, struct message, parcel);

    assert_non_null(names[message->type]);
    buffer_printf(&world->answers, "%s", names[message->type]);
    if (message->type == MSG_GOTACK)
        buffer_printf(&world->answers, "(%u)", (unsigned)message->number);
    parcel->free(parcel);
}

static struct job_id id_where(const struct world *world, int sender)
{
    const char *wins = world->nodes->at[sender == WINS ? B : A]->self->id.text;
    const char *loses = world->nodes->at[sender == WINS ? A : B]->self->id.text;
    struct job_id id;
    char mask = 'A';
    int first = 0;

    memcpy(id.text, "D-00000000-AAAAAAAAAAAAAAAAAAAAAAAA-05a1", JOB_ID_SIZE);
    while (wins[first] == loses[first])
        first++;
    while ((wins[first] ^ mask) < (loses[first] ^ mask))
        mask++;
    memset(id.text + 11, mask, 24);
    return id;
}

static struct world *world_new(int sender)
{
    struct world *world = xcalloc(1, sizeof(*world));

    world->nodes = nodes_new(PLACES, 1);
    nodes_join(world->nodes);
    bus_attach(world->nodes->bus, B, note, world);
    world->id = id_where(world, sender);
    return world;
}

static void world_free(struct world *world)
{
    if (world == NULL)
        return;
    nodes_free(world->nodes);
    buffer_fini(&world->answers);
    free(world);
}

static int tear_down(void **state)
{
    world_free(*state);
    return 0;
}

/* A job that both nodes may hold. */
static struct job *new_job(struct world *world, int node, enum job_state state)
{
    struct job *job = job_new(world->nodes->at[node], &world->id, state, bytes_of("q"), bytes_of("body"));

    job->repl = PLACES + 1;
    job->etime_s = (uint32_t)node_now_s(world->nodes->at[node]) + 1000;
    job->retry_s = 10;
    job->qtime_ms = node_now_ms(world->nodes->at[node]) + 10000;
    job->gc_at_ms = node_now_ms(world->nodes->at[node]) + 10000;
    node_set_add(&job->delivered, 0);
    node_set_add(&job->delivered, 1);
    return job;
}

static void hold(struct world *world, int state)
{
    struct job *job;

    if (state == GONE)
        return;
    job = new_job(world, A, state == JOB_QUEUED ? JOB_ACTIVE : (enum job_state)state);
    node_add_job(world->nodes->at[A], job);
    if (state == JOB_QUEUED)
        requeue_enqueue(job, false);
}

static struct message *message_of(struct world *world, enum message_type type, uint32_t number)
{
    struct message *message = message_about_job(type, &world->id, 0, number);
    struct job *job;

    if (type != MSG_REPLJOB && type != MSG_YOURJOBS)
        return message;
    job = new_job(world, B, JOB_ACTIVE);
    message_add_job(message, job);
    job_free(job);
    return message;
}

/* Two milliseconds: there, and back. */
static void deliver(struct world *world, struct message *message)
{
    message_send(world->nodes->at[B], world->nodes->at[B]->peers[1], message);
    nodes_advance(world->nodes, 2);
}

static const struct row {
    enum message_type type;
    int state;
    int to;
    const char *answers;
    uint32_t number;
    int sender;
} rows[] = {
    /* clang-format off */
    {MSG_REPLJOB,   JOB_WAIT_REPL, JOB_WAIT_REPL, "GOTJOB",    0, 0},
    {MSG_REPLJOB,   JOB_ACTIVE,    JOB_ACTIVE,    "GOTJOB",    0, 0},
    {MSG_REPLJOB,   JOB_QUEUED,    JOB_QUEUED,    "GOTJOB",    0, 0},
    {MSG_REPLJOB,   JOB_ACKED,     JOB_ACKED,     "GOTJOB",    0, 0},
    {MSG_REPLJOB,   GONE,          JOB_ACTIVE,    "GOTJOB",    0, 0},
    {MSG_GOTJOB,    JOB_WAIT_REPL, JOB_WAIT_REPL, "",          0, 0},
    {MSG_GOTJOB,    JOB_ACTIVE,    JOB_ACTIVE,    "",          0, 0},
    {MSG_GOTJOB,    GONE,          GONE,          "",          0, 0},
    /* Of ENQUEUE and wait-repl there is no row: who makes a job is the one who sends its ENQUEUE. */
    {MSG_ENQUEUE,   JOB_ACTIVE,    JOB_QUEUED,    "",          0, 0},
    {MSG_ENQUEUE,   JOB_ACTIVE,    JOB_ACTIVE,    "",          5, 0},
    {MSG_ENQUEUE,   JOB_QUEUED,    JOB_QUEUED,    "",          0, 0},
    {MSG_ENQUEUE,   JOB_ACKED,     JOB_ACKED,     "",          0, 0},
    {MSG_ENQUEUE,   GONE,          GONE,          "",          0, 0},
    {MSG_QUEUED,    JOB_WAIT_REPL, JOB_WAIT_REPL, "",          0, 0},
    {MSG_QUEUED,    JOB_ACTIVE,    JOB_ACTIVE,    "",          0, 0},
    {MSG_QUEUED,    JOB_QUEUED,    JOB_ACTIVE,    "",          0, WINS},
    {MSG_QUEUED,    JOB_QUEUED,    JOB_QUEUED,    "",          0, LOSES},
    {MSG_QUEUED,    JOB_ACKED,     JOB_ACKED,     "SETACK",    0, 0},
    {MSG_QUEUED,    GONE,          GONE,          "",          0, 0},
    {MSG_WORKING,   JOB_WAIT_REPL, JOB_WAIT_REPL, "",          0, 0},
    {MSG_WORKING,   JOB_ACTIVE,    JOB_ACTIVE,    "",          0, 0},
    {MSG_WORKING,   JOB_QUEUED,    JOB_ACTIVE,    "",          0, LOSES},
    {MSG_WORKING,   JOB_ACKED,     JOB_ACKED,     "SETACK",    0, 0},
    {MSG_WORKING,   GONE,          GONE,          "",          0, 0},
    {MSG_WILLQUEUE, JOB_WAIT_REPL, JOB_WAIT_REPL, "",          0, 0},
    {MSG_WILLQUEUE, JOB_ACTIVE,    JOB_ACTIVE,    "",          0, 0},
    {MSG_WILLQUEUE, JOB_QUEUED,    JOB_QUEUED,    "QUEUED",    0, 0},
    {MSG_WILLQUEUE, JOB_ACKED,     JOB_ACKED,     "SETACK",    0, 0},
    {MSG_WILLQUEUE, GONE,          GONE,          "",          0, 0},
    {MSG_SETACK,    JOB_WAIT_REPL, JOB_ACKED,     "GOTACK(1)", 2, 0},
    {MSG_SETACK,    JOB_ACTIVE,    JOB_ACKED,     "GOTACK(1)", 2, 0},
    {MSG_SETACK,    JOB_QUEUED,    JOB_ACKED,     "GOTACK(1)", 2, 0},
    {MSG_SETACK,    JOB_ACKED,     JOB_ACKED,     "GOTACK(1)", 2, 0},
    {MSG_SETACK,    GONE,          GONE,          "GOTACK(0)", 2, 0},
    /* A knows of more holders than B does, and leads. */
    {MSG_SETACK,    JOB_ACTIVE,    JOB_ACKED,     "SETACK",    1, 0},
    {MSG_SETACK,    JOB_ACTIVE,    JOB_ACKED,     "GOTACK(1)SETACK", 0, 0},
    {MSG_GOTACK,    JOB_WAIT_REPL, JOB_WAIT_REPL, "",          1, 0},
    {MSG_GOTACK,    JOB_ACTIVE,    JOB_ACTIVE,    "",          1, 0},
    {MSG_GOTACK,    JOB_QUEUED,    JOB_QUEUED,    "",          1, 0},
    {MSG_GOTACK,    GONE,          GONE,          "",          1, 0},
    {MSG_YOURJOBS,  JOB_ACTIVE,    JOB_QUEUED,    "",          0, 0},
    {MSG_YOURJOBS,  JOB_QUEUED,    JOB_QUEUED,    "",          0, 0},
    {MSG_YOURJOBS,  JOB_ACKED,     JOB_QUEUED,    "",          0, 0},
    {MSG_YOURJOBS,  GONE,          JOB_QUEUED,    "",          0, 0},
    {MSG_DELJOB,    JOB_WAIT_REPL, GONE,          "DELJOB",    0, 0},
    {MSG_DELJOB,    JOB_ACTIVE,    GONE,          "",          0, 0},
    {MSG_DELJOB,    JOB_QUEUED,    GONE,          "",          0, 0},
    {MSG_DELJOB,    JOB_ACKED,     GONE,          "",          0, 0},
    {MSG_DELJOB,    GONE,          GONE,          "",          0, 0},
    /* clang-format on */
};

static void each_message_does_to_each_state_what_the_table_says(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world *world = *state = world_new(rows[i].sender);
        struct job *job;

        hold(world, rows[i].state);
        deliver(world, message_of(world, rows[i].type, rows[i].number));

        job = node_find_job(world->nodes->at[A], &world->id);
        buffer_add(&world->answers, "", 1);
        if ((job != NULL ? job->state : GONE) != rows[i].to ||
            strcmp(world->answers.data, rows[i].answers) != 0)
            fail_msg("row %zu: state %d, answered '%s'", i, job != NULL ? job->state : GONE,
                     world->answers.data);
        world_free(world);
        *state = NULL;
    }
}

/* What a message says of a job that is not to be delivered again is noted all the same. */
static void queued_postpones_and_counts(void **state)
{
    struct world *world = *state = world_new(LOSES);
    struct message *message = message_of(world, MSG_QUEUED, 0);
    struct job *job;

    hold(world, JOB_ACTIVE);
    job = node_find_job(world->nodes->at[A], &world->id);
    job->qtime_ms = 1;
    message->flags = MSG_INCR_NACKS | MSG_INCR_DELIV;
    deliver(world, message);

    assert_int_equal(job->nacks, 1);
    assert_int_equal(job->deliveries, 1);
    assert_true(job->qtime_ms > node_now_ms(world->nodes->at[A]) + 9700);
}

static void a_job_that_comes_back_keeps_its_holders_and_their_union(void **state)
{
    struct world *world = *state = world_new(LOSES);
    struct job *job;

    hold(world, JOB_ACTIVE);
    job = node_find_job(world->nodes->at[A], &world->id);
    node_set_clear(&job->delivered);
    node_set_add(&job->delivered, A);
    deliver(world, message_of(world, MSG_REPLJOB, 0));

    assert_int_equal(node_set_size(&job->delivered), 2);
}

static void who_says_that_he_will_queue_it_holds_it(void **state)
{
    struct world *world = *state = world_new(LOSES);
    struct job *job;

    hold(world, JOB_ACTIVE);
    job = node_find_job(world->nodes->at[A], &world->id);
    node_set_clear(&job->delivered);
    deliver(world, message_of(world, MSG_WILLQUEUE, 0));

    assert_int_equal(node_set_size(&job->delivered), 1);
}

/* Each hop adds a second. */
static void a_copy_lives_a_second_longer(void **state)
{
    struct world *world = *state = world_new(LOSES);

    deliver(world, message_of(world, MSG_REPLJOB, 0));

    assert_int_equal(node_find_job(world->nodes->at[A], &world->id)->etime_s, 1000 + 1000 + 1);
}

/* Those who are strangers are heard in nothing but heartbeats. */
static void a_stranger_changes_nothing(void **state)
{
    struct world *world = *state = world_new(LOSES);

    hold(world, JOB_ACTIVE);
    membership_forget(world->nodes->at[A], world->nodes->at[A]->peers[1]);
    deliver(world, message_of(world, MSG_DELJOB, 0));

    assert_non_null(node_find_job(world->nodes->at[A], &world->id));
}

#define TEST(function) cmocka_unit_test_teardown(function, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_message_does_to_each_state_what_the_table_says),
        TEST(queued_postpones_and_counts),
        TEST(a_job_that_comes_back_keeps_its_holders_and_their_union),
        TEST(who_says_that_he_will_queue_it_holds_it),
        TEST(a_copy_lives_a_second_longer),
        TEST(a_stranger_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
