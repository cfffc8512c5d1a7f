/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_H
#define MOCKD_H

/* mockd: a cluster of Disque 1.0-rc1 nodes in one process, in virtual time.
 *
 * Make a cluster, connect to its nodes as a client would, send requests in the Redis protocol, and let
 * time pass. Nodes really exchange Disque's messages over a simulated bus. Nothing happens by itself: the
 * cluster moves only inside mockd_run and mockd_advance, and the same seed with the same calls gives the
 * same bytes.
 *
 *     struct mockd *cluster = mockd_new(&(struct mockd_options){.nodes = 3, .seed = 7});
 *     struct mockd_conn *conn = mockd_connect(cluster, "A");
 *     mockd_send(conn, "ADDJOB q body 0\r\n", 17);
 *     mockd_advance(cluster, 2000);                        // two milliseconds of cluster time
 *     ssize_t n = mockd_recv(conn, bytes, sizeof bytes);   // "+D-…\r\n"
 *
 * Nodes are named A, B … Z, AA, AB …. Times are microseconds; a cluster's clock starts at
 * MOCKD_EPOCH_US. A cluster and all that belongs to it are used by one thread at a time (but see
 * mockd_serve). Out of memory ends the process.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default) /* all else in the library is hidden */

#define MOCKD_EPOCH_US INT64_C(1700000000000000)

/* Results below zero. mockd_strerror gives the text. */
enum mockd_error {
    MOCKD_AGAIN = -1,   /* nothing to read yet */
    MOCKD_RESET = -2,   /* the connection is gone */
    MOCKD_TIMEOUT = -3, /* time reached the deadline before it was done */
    MOCKD_STUCK = -4,   /* the cluster would not come to rest at one instant */
    MOCKD_INVALID = -5, /* an argument that cannot be */
    MOCKD_FAILED = -6,  /* a step found that something is not as it should be */
};

const char *mockd_strerror(int error);

struct mockd;
struct mockd_conn;
struct mockd_outcome;

/* Zero is the default of each. */
struct mockd_options {
    int nodes;             /* how many; 1 */
    uint64_t seed;         /* of all that is random, IDs included; 1 */
    int64_t link_delay_us; /* of a message from node to node; 1 ms. Below 0: none at all */
    int base_port;         /* node i says it listens on base_port + i; 7711 */
    bool no_jitter;        /* without Disque's +-250 ms on requeue and garbage collection */
    bool apart;            /* nodes that do not know each other, rather than one joined cluster */
    bool audits;           /* watches all jobs, for `check delivery` */
    const char *config; /* the configuration file that each node starts with: lines of NAME VALUE, as CONFIG
                           SET takes them; copied. NULL: nodes have none, and refuse CONFIG REWRITE */

    /* The event log, if wanted: called with one line an event, without its newline, good until it returns.
     *
     *     SECONDS.MICROS A down                   node A crashed or ended (up: was started again)
     *     SECONDS.MICROS A.3 connected            client 3 of node A came (closed: went; reset: was cut off)
     *     SECONDS.MICROS A.3 > "ADDJOB" "q" …     it sent a request; long arguments are cut
     *     SECONDS.MICROS A.3 < +D-…               the first line of a reply
     *     SECONDS.MICROS A.3 fault close          a rule was applied to its request
     *     SECONDS.MICROS A->B REPLJOB D-…         a message was sent
     *     SECONDS.MICROS A=>B REPLJOB D-…         and arrived
     *     SECONDS.MICROS A link B lost            A noticed that its connection to B is gone
     *     SECONDS.MICROS A node B fail            what A takes B for now: known, fail?, fail, well, noaddr
     *                                             or forgotten
     *     SECONDS.MICROS A job D-… queued         a job's new state, or gone
     *     SECONDS.MICROS chaos partition …         the step chaos does this
     *     SECONDS.MICROS A queue "q" made         or dropped
     *
     * PING and PONG are told only if log_heartbeats. */
    void (*on_event)(void *ctx, const char *line);
    void *event_ctx;
    bool log_heartbeats;
};

/* Why there cannot be a cluster with these options, as a sentence; or NULL. */
const char *mockd_check(const struct mockd_options *options);

/* A new cluster, at rest, owned by the caller; NULL if the options cannot be (nodes or base_port out of
 * range: a node's port is at most 55535). NULL options are the defaults. */
struct mockd *mockd_new(const struct mockd_options *options);

/* The same from one line, in the words of a scenario's first step: "3 seed=7 jitter=off joined=no link=5ms
 * audit=yes config.maxmemory=1mb". NULL, and the outcome says why. */
struct mockd *mockd_new_from(const char *line, struct mockd_outcome *outcome);

/* Frees the cluster and its connections. NULL is fine. */
void mockd_free(struct mockd *cluster);

int mockd_node_count(const struct mockd *cluster);

/* The facts of node 0 … count - 1, NULL (port: -1) beyond: its name; its ID, 40 hex characters; its address.
 * Strings live as long as the cluster. */
const char *mockd_node_name(const struct mockd *cluster, int index);
const char *mockd_node_id(const struct mockd *cluster, int index);
const char *mockd_node_host(const struct mockd *cluster, int index);
int mockd_node_port(const struct mockd *cluster, int index);

/* Which node has this name ("A", also "A.worker"), or this address ("127.0.0.1:7711"); -1: none. */
int mockd_node_index(const struct mockd *cluster, const char *name);

/* Does it run? Not between a crash and a restart. */
bool mockd_node_is_up(const struct mockd *cluster, int index);

/* A node crashes, as by kill -9: its connections are reset, new ones are refused, its memory is lost. Or it
 * stops, as by SHUTDOWN, which closes them. Or it is started again: the same ID, the same address, the nodes
 * that it knew, and the jobs of its append-only file, if it has one. By name or address as for mockd_connect.
 * 0, or MOCKD_INVALID: there is no such node, or it is down already, or up; or MOCKD_FAILED: what it has
 * stored does not let it start. */
int mockd_crash(struct mockd *cluster, const char *node);
int mockd_stop(struct mockd *cluster, const char *node);
int mockd_restart(struct mockd *cluster, const char *node);

/* What nodes do with each other has names, such as "requeue" and "dummy-ack": name 0 …, NULL beyond the last;
 * and how often that has happened here. */
const char *mockd_behaviour(int index);
uint64_t mockd_met(const struct mockd *cluster, int index);

/* The cluster's time, microseconds since 1970. */
int64_t mockd_now_us(const struct mockd *cluster);

/* Lets the cluster run until done(ctx) is true: serves all connections until none has anything left to do,
 * asks, moves time to the next timer, and again. Time never passes deadline_us. With done NULL, or a
 * deadline that is past, the cluster comes to rest all the same before this returns.
 * 0, or MOCKD_TIMEOUT, MOCKD_STUCK. */
int mockd_run(struct mockd *cluster, int64_t deadline_us, bool (*done)(void *ctx), void *ctx);

/* Lets that much time pass; 0 only brings the cluster to rest. 0, or MOCKD_STUCK, MOCKD_INVALID. */
int mockd_advance(struct mockd *cluster, int64_t duration_us);

/* A new client connection in memory, to a node by its name ("A"), its name and one for the connection
 * ("A.worker"), or its address ("127.0.0.1:7711"). NULL if there is no such node, or it refuses or is down.
 * The cluster owns it until mockd_close. */
struct mockd_conn *mockd_connect(struct mockd *cluster, const char *node);

/* The same on a socket, for whatever takes a descriptor: the caller's end of a pair, which the caller closes;
 * -1. The node reads and writes at its end while the cluster runs. */
int mockd_connect_fd(struct mockd *cluster, const char *node);

/* Names the connection: fault rules know it by that, or by what CLIENT SETNAME says. */
void mockd_set_name(struct mockd_conn *conn, const char *name);

/* Takes all bytes for the node to read when the cluster runs next. size, or MOCKD_RESET. */
ssize_t mockd_send(struct mockd_conn *conn, const void *bytes, size_t size);

/* Up to size bytes of what the node has answered: how many, 0 at the end of the stream, MOCKD_AGAIN,
 * MOCKD_RESET. */
ssize_t mockd_recv(struct mockd_conn *conn, void *bytes, size_t size);

/* Would mockd_recv give bytes or the end of the stream? */
bool mockd_is_readable(const struct mockd_conn *conn);

/* Closes from our side: the node notices when the cluster runs next. The connection is gone. NULL is fine. */
void mockd_close(struct mockd_conn *conn);

/* Steps: faults, and what is to be looked for, in the words of the scenario language: "partition A | B C",
 * "drop A->B SETACK x2". mockd_step_usage lists them. Scenarios, the daemon's control port and this function
 * mean the same by them. Words are split at blanks; "…" and '…' hold blanks.
 *
 * Lets the cluster run for as long as the step takes. 0, or MOCKD_INVALID, MOCKD_FAILED, MOCKD_STUCK: then
 * mockd_why says why, or what should have been, and mockd_got what there was instead. A step that is
 * MOCKD_INVALID has changed nothing. */
int mockd_step(struct mockd *cluster, const char *line);
const char *mockd_why(struct mockd *cluster);
const char *mockd_got(struct mockd *cluster);

/* How step 0 … is written, or NULL beyond the last. */
const char *mockd_step_usage(int index);

/* The same in parts, for who has words instead of lines, or a loop of its own. */
struct mockd_step;

/* What came of reading or running a step. */
struct mockd_outcome {
    int word;            /* MOCKD_INVALID: which of the words cannot be, from 0 */
    int64_t again_at_us; /* MOCKD_AGAIN: when to run it once more */
    char text[240];      /* why not, or what should have been; or an answer, often empty */
    char got[80];        /* MOCKD_FAILED: what there was instead */
};

/* Reads a step for a cluster of so many nodes, and keeps no word. NULL: it cannot be. */
struct mockd_step *mockd_step_new(int nodes, int argc, const char *const *argv,
                                  struct mockd_outcome *outcome);

/* NULL is fine. */
void mockd_step_free(struct mockd_step *step);

/* Does it, without letting the cluster run. 0; MOCKD_AGAIN: it is not over, let time pass; or an error. */
int mockd_step_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);

/* The first step, as it was written, that must not be left so at the end of a run, and mockd_why says why: a
 * fault that never came to be, clients that still work in the background, chaos that was not settled. NULL:
 * there is none. Good until the cluster is used again. */
const char *mockd_leftover(struct mockd *cluster);

/* A fault, or a client in the background, that a step began: "drop A->B SETACK x2", "fault any : close",
 * "consume A queue=q". It can be asked for until the cluster is freed. */
struct mockd_fault;

/* Does a step that begins one. NULL, and mockd_why says why: it cannot be; or it was a step that begins
 * nothing. */
struct mockd_fault *mockd_fault(struct mockd *cluster, const char *line);

/* How often it came to be. */
uint64_t mockd_fault_hits(const struct mockd_fault *fault);

/* Lets the cluster run until it has come to be so often, for at most so long. 0, or MOCKD_TIMEOUT,
 * MOCKD_STUCK. */
int mockd_fault_wait(struct mockd *cluster, const struct mockd_fault *fault, uint64_t hits,
                     int64_t timeout_us);

/* Ends it, if it is not over. */
void mockd_fault_end(struct mockd *cluster, struct mockd_fault *fault);

/* Bytes that may hold anything, without a NUL at their end. */
struct mockd_bytes {
    const char *data;
    size_t size;
};

/* A request, good until the hook returns. */
struct mockd_request {
    int node;                       /* that was asked, from 0 */
    const char *conn;               /* the name of the connection, or "" */
    const struct mockd_bytes *argv; /* at least one */
    size_t argc;
};

enum mockd_verdict {
    MOCKD_PASS,    /* the next hook is asked, or the node itself */
    MOCKD_ANSWER,  /* the reply is what mockd_answer was given */
    MOCKD_CLOSE,   /* so, and then the connection is closed */
    MOCKD_SILENCE, /* there is no reply at all */
};

struct mockd_answer;

/* Answers requests in place of a node. It may end itself, but must not run the cluster. */
typedef enum mockd_verdict mockd_hook_fn(void *ctx, const struct mockd_request *request,
                                         struct mockd_answer *answer);

/* Appends to the reply: bytes of the Redis protocol. */
void mockd_answer(struct mockd_answer *answer, const void *bytes, size_t size);

/* Asks the hook from now on, and before older ones, about requests of this command, in any case, on any node;
 * NULL: about each. The command need not be one of Disque's. The cluster owns the hook until mockd_unhook. */
struct mockd_hook *mockd_hook(struct mockd *cluster, const char *command, mockd_hook_fn *fn, void *ctx);
void mockd_unhook(struct mockd_hook *hook);

/* What a node, its jobs and queues, and the link from one node to another are like, seen from outside: no
 * node notices. Names and bodies are good until the cluster is used again. The functions give 0, or
 * MOCKD_INVALID: there is no such thing. A node that is down is only that. */
struct mockd_node {
    bool is_up;
    bool is_frozen;
    bool is_refusing;
    bool is_leaving;
    int64_t skew_us;        /* how far its clock is ahead of the cluster's */
    size_t known_nodes;     /* itself included */
    size_t reachable_nodes; /* that it would ask for copies */
    size_t jobs;
    size_t queues;
    size_t clients;
    int64_t memory_bytes; /* that it charges itself for */
    uint64_t messages_sent;
    uint64_t messages_received;
};
int mockd_inspect_node(const struct mockd *cluster, int node, struct mockd_node *seen);

struct mockd_job {
    char id[41];
    struct mockd_bytes queue;
    struct mockd_bytes body;
    const char *state; /* "wait-repl", "active", "queued" or "acked" */
    bool is_dummy;     /* only its acknowledgement is known */
    unsigned replicate;
    uint32_t delay_s;
    uint32_t retry_s;
    uint32_t nacks;
    uint32_t additional_deliveries;
    int64_t created_at_ns;  /* its place among the jobs of a queue */
    int64_t expires_at_us;  /* of the cluster's time, as the next */
    int64_t requeued_at_us; /* -1: never */
};
int mockd_inspect_job(const struct mockd *cluster, int node, const char *id, struct mockd_job *seen);

/* The next job of a node, in the order in which it came to know them; with no ID in *seen, the first. false:
 * there is none, or that one is gone. */
bool mockd_next_job(const struct mockd *cluster, int node, struct mockd_job *seen);

/* Does one node think that another may hold the job? */
bool mockd_job_may_be_at(const struct mockd *cluster, int node, const char *id, int holder);

struct mockd_queue {
    struct mockd_bytes name;
    size_t jobs;
    size_t waiting_clients;
    uint64_t jobs_in;
    uint64_t jobs_out;
    uint32_t import_rate; /* jobs a second that come from other nodes */
    bool is_paused_in;
    bool is_paused_out;
};
int mockd_inspect_queue(const struct mockd *cluster, int node, const void *name, size_t size,
                        struct mockd_queue *seen);

/* The next queue of a node; with no name in *seen, the first. */
bool mockd_next_queue(const struct mockd *cluster, int node, struct mockd_queue *seen);

struct mockd_link {
    bool is_known;     /* does the one node know the other at all? */
    bool is_connected; /* has it a connection to it? */
    bool is_suspected; /* fail?, until it is failed */
    bool is_failed;    /* fail */
    size_t messages_on_their_way;
    size_t messages_held; /* by `hold` */
};
int mockd_inspect_link(const struct mockd *cluster, int from, int to, struct mockd_link *seen);

/* ---- On a thread of its own ----
 *
 * A client that blocks, such as hiredis without an event loop, would wait for ever for a cluster that shares
 * its thread. This one is served by a thread that the library starts, at real ports of this machine:
 *
 *     struct mockd_serve_options options = {.cluster = {.nodes = 3}};
 *     struct mockd_server *server = mockd_serve(&options, NULL, 0);
 *     redisContext *context = redisConnect("127.0.0.1", mockd_server_port(server, 0));
 *
 * What happens when depends on the machine, as with the daemon. Messages between nodes take 1 ms, unless the
 * options say otherwise. A child of fork has no such thread, and must leave the server alone. */
struct mockd_server;

/* Zero is the default of each. */
struct mockd_serve_options {
    /* But for base_port: 0 lets the system choose every node's port. on_event is called by the thread that
     * serves, and within mockd_serve and mockd_server_free. */
    struct mockd_options cluster;

    /* The cluster's clock leaps while clients are blocked and none of them says anything, as with `mockd
     * --clock auto`; while a step waits for something it leaps at once: "within 1m" is no time then for
     * clients to act in. Otherwise it goes as the machine's does. */
    bool leaps;

    double speed; /* so many times as fast as that, 0.001 to 1000; 0: 1 */
};

/* Serves a new cluster from now on. NULL, and the error (if there is room for one) says why: options that
 * cannot be, ports in use, no descriptor or thread to be had. */
struct mockd_server *mockd_serve(const struct mockd_serve_options *options, char *error, size_t error_size);

/* Ends it, by any thread but the one that serves: connections are closed, that thread is gone. Who waits for
 * a step is given MOCKD_RESET, and no other call is made any more. NULL is fine. */
void mockd_server_free(struct mockd_server *server);

/* Where node 0 … is, at 127.0.0.1; -1 beyond the last. */
int mockd_server_port(const struct mockd_server *server, int node);

/* These may be called by any thread, and return when the one that serves has done it. Where that one calls
 * them itself, as in on_event, in a hook, or in the fn below, nothing is done: MOCKD_INVALID, or -1. */

/* As mockd_connect_fd. */
int mockd_server_connect_fd(struct mockd_server *server, const char *node);

/* As mockd_step, but that time passes by itself, and that the outcome, which may be NULL, says why. */
int mockd_server_step(struct mockd_server *server, const char *line, struct mockd_outcome *outcome);

/* Runs fn(cluster, ctx), in which the cluster may be looked at and changed by all that lets no time pass: not
 * mockd_run, mockd_advance, mockd_step, mockd_fault_wait, mockd_free. What is made there, such as a hook or a
 * fault, is for such functions only. It must return: no longjmp, no exception. 0. */
int mockd_server_call(struct mockd_server *server, void (*fn)(struct mockd *cluster, void *ctx), void *ctx);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
