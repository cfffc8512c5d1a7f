/* SPDX-License-Identifier: MIT */
#ifndef DISQ_H
#define DISQ_H

/* disq: a client for a Disque cluster.
 *
 * A handle knows a list of nodes, connects to one of them when a call needs it, and finds another when that
 * one is lost or leaves:
 *
 *     struct disq *client = disq_new(&(struct disq_options){.nodes = "127.0.0.1:7711,127.0.0.1:7712"});
 *     struct disq_job *job;
 *     char id[DISQ_ID_SIZE + 1];
 *
 *     rc = disq_addjob(client, "mail", "hello", 5, &(struct disq_addjob_options){.retry_s = 10}, id);
 *     rc = disq_getjob(client, "mail", &(struct disq_getjob_options){.timeout_ms = 1000}, &job);
 *     rc = disq_ackjob(client, &job->id, 1, NULL);
 *     disq_job_free(client, job);
 *     disq_free(client);
 *
 * Calls return 0 or a negative code of enum disq_error, results through pointers. Each has a half that only
 * starts it, for those who have an event loop or many calls at a time: see "Calls in halves". Pointers passed
 * in are borrowed until the function returns. One handle is used by one thread at a time; the library has no
 * globals, starts no threads, installs no signal handlers and reads no environment variables.
 *
 * Option structs are zero-initialised: zero means "as Disque does it", or the default named beside the field.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default) /* all else in the library is hidden */

#define DISQ_ID_SIZE      40 /* of job and node IDs, without the NUL */
#define DISQ_PREFIX_SIZE  8  /* the part of a node's ID that its jobs' IDs carry */
#define DISQ_ADDRESS_SIZE 256
#define DISQ_NEVER        INT64_MAX /* the deadline of who waits for ever */
#define DISQ_NO_TIMEOUT   (-1)      /* for the timeouts whose zero has another meaning */

/* ---- Errors ---- */

enum disq_error {
    DISQ_OK = 0,

    /* What an environment answers; a call in halves is DISQ_AGAIN too while it is not done. */
    DISQ_AGAIN = -1,   /* nothing can be done without waiting */
    DISQ_RESET = -2,   /* the connection is gone */
    DISQ_REFUSED = -3, /* nothing listens there, or it cannot be reached */

    /* The library's own. */
    DISQ_INVALID = -4,        /* an argument that cannot be; nothing was sent */
    DISQ_UNKNOWN = -5,        /* no option of that name */
    DISQ_NO_MEMORY = -6,      /* out of memory; the handle stays usable */
    DISQ_CANNOT_CONNECT = -7, /* no node could be connected to */
    DISQ_TIMEOUT = -8,        /* no reply in time; its connection has been closed */
    DISQ_CLOSED = -9,         /* the connection was lost while a reply was owed */
    DISQ_PROTOCOL = -10,      /* a reply that makes no sense; its connection has been closed */
    DISQ_MAYBE_SENT = -11,    /* ADDJOB without an answer: the job may exist, or not */
    DISQ_CANCELLED = -12,     /* disq_cancel was called */

    /* What Disque answered; disq_error_text has its line. */
    DISQ_ERR = -13,      /* -ERR, and codes not listed here */
    DISQ_NOREPL = -14,   /* not enough nodes took a copy */
    DISQ_PAUSED = -15,   /* the queue is paused */
    DISQ_MAXLEN = -16,   /* the queue is longer than MAXLEN */
    DISQ_LEAVING = -17,  /* the node is leaving and no other could be found */
    DISQ_NOJOB = -18,    /* the node does not know the job */
    DISQ_BADID = -19,    /* not a job ID */
    DISQ_OOM = -20,      /* the node is out of memory */
    DISQ_NOAUTH = -21,   /* a password is needed, or this one is wrong */
    DISQ_TOOLATE = -22,  /* half of the job's life is over */
    DISQ_LOADING = -23,  /* the node is reading its append-only file */
    DISQ_MISCONF = -24,  /* the node cannot write its append-only file */
    DISQ_ERROR_END = -25 /* none: the end of the list */
};

/* A sentence for people, for any number. */
const char *disq_strerror(int error);

/* A short name in lower case: "timeout", "maybe-sent", "leaving". */
const char *disq_error_name(int error);

/* The code that has this name, or DISQ_UNKNOWN. */
int disq_error_by_name(const char *name);

/* May the same call, made again a little later, succeed without having been done twice? False for
 * DISQ_MAYBE_SENT, for instance, and true for DISQ_CANNOT_CONNECT. */
bool disq_error_is_retriable(int error);

/* ---- The environment: all that comes from outside the library ---- */

enum disq_event_mask {
    DISQ_READABLE = 1,
    DISQ_WRITABLE = 2,
};

struct disq_ready {
    int handle;
    unsigned wanted; /* DISQ_READABLE, DISQ_WRITABLE or both */
    unsigned got;    /* set by wait; may hold more than was wanted when the connection is gone */
};

struct disq_env {
    void *ctx;

    /* A clock in microseconds that never goes back; its start does not matter. */
    int64_t (*now_us)(void *ctx);

    /* 64 random bits. */
    uint64_t (*random)(void *ctx);

    /* Starts to connect to "host:port", "[ipv6]:port" or "unix:/path" and returns at once: a handle (0 or
     * above), which becomes writable when it is connected, or DISQ_REFUSED, DISQ_INVALID, DISQ_NO_MEMORY. */
    int (*connect)(void *ctx, const char *address);

    /* How many bytes were taken, at least one; or DISQ_AGAIN, DISQ_RESET; DISQ_REFUSED if it never connected.
     */
    ssize_t (*send)(void *ctx, int handle, const void *bytes, size_t size);

    /* How many bytes came; 0 at the end of the stream; or as send. */
    ssize_t (*recv)(void *ctx, int handle, void *bytes, size_t size);

    void (*close)(void *ctx, int handle);

    /* Waits until a handle is ready or deadline_us (of now_us; DISQ_NEVER) is reached, and sets every `got`.
     * With count 0 it just waits. How many are ready, 0 for none, or a negative code that ends the calls
     * waiting. Only this function and recv_until may block. It does not call back into the library. */
    int (*wait)(void *ctx, struct disq_ready *ready, size_t count, int64_t deadline_us);

    /* Looks up an address whose host is a name: writes where to connect to, one after the other until one
     * answers, and returns how many that are, 1 to `size`; or as connect. NULL: addresses are connected to
     * as they are. */
    int (*resolve)(void *ctx, const char *address, char (*found)[DISQ_ADDRESS_SIZE], int size);

    /* Waits until this one handle is readable, and receives: what `wait` and then `recv` give, or DISQ_AGAIN
     * if the deadline came first. Where one call of the system does both, each answer costs one less. NULL:
     * `wait` and then `recv` are called; so they are if this is the default environment's and either of them
     * is not. */
    ssize_t (*recv_until)(void *ctx, int handle, void *bytes, size_t size, int64_t deadline_us);
};

/* Real sockets and CLOCK_MONOTONIC. Holds nothing, so nothing is to be freed. Host names are looked up by the
 * system, which may block; numeric addresses never do. A handle is a socket that may block for a tenth of a
 * second: functions of your own beside these pass MSG_DONTWAIT. A node that vanishes from the network while a
 * call waits for it without an end is noticed after two minutes (TCP's keepalive). */
void disq_env_default(struct disq_env *env);

/* ---- Origins: which nodes the jobs come from ---- */

struct disq_origin {
    char prefix[DISQ_PREFIX_SIZE + 1]; /* of the ID of the node that created the jobs */
    int64_t jobs;                      /* received from there within the window */
};

enum disq_moment {
    DISQ_BEFORE_GETJOB,
    DISQ_BEFORE_ACK, /* ACKJOB or FASTACK */
    DISQ_RECEIVED,   /* jobs came and are counted; the move takes effect with the next GETJOB */
};

/* What a policy is shown. */
struct disq_view {
    enum disq_moment moment;
    struct disq_origin best;    /* most jobs, the first seen among equals; jobs is 0 if none were counted */
    struct disq_origin current; /* the node that is read from */
    int64_t now_us;
    int64_t moved_at_us; /* when reads moved last; INT64_MIN: never */
    int margin_percent;
    int64_t min_jobs;
    int64_t dwell_us;
};

/* Should reads move to the best? Asked only when that is not the current node. The library then checks that
 * the best is a node that it knows, that HELLO calls healthy and that can be reached, and stays if not. */
typedef bool disq_policy(void *ctx, const struct disq_view *view);

/* The default: before a GETJOB; with min_jobs from the best, margin_percent more than from the current node,
 * and dwell_us after the last move. */
bool disq_policy_default(void *ctx, const struct disq_view *view);

/* As the Python client did it: whatever is the best, before every GETJOB, ACKJOB and FASTACK. */
bool disq_policy_reference(void *ctx, const struct disq_view *view);

/* ---- Options and the handle ---- */

enum disq_event_kind {
    DISQ_EVENT_CONNECTED,    /* to: the node's address */
    DISQ_EVENT_DISCONNECTED, /* from: the node's address; error: why */
    DISQ_EVENT_UNREACHABLE,  /* to: the address that did not answer; error: why */
    DISQ_EVENT_MOVED,  /* from, to: addresses; error: DISQ_OK if jobs come from there, else what drove away */
    DISQ_EVENT_RESENT, /* to: address; a request was sent again; error: why */
    DISQ_EVENT_ANSWERED, /* command, took_us; error: what the call comes to */
};

struct disq_event {
    enum disq_event_kind kind;
    const char *from; /* NULL where it has no meaning */
    const char *to;   /* the same */
    int error;
    const char *command; /* "GETJOB"; "" for disq_command's; NULL where it has no meaning */
    int64_t took_us;     /* from the start of the call to its last answer */
    int64_t now_us;
};

/* Zero is the default of each, named where it is another value. */
struct disq_options {
    /* "host:port,host:port", "unix:/path", or one URL, disque://:password@host:port,host:port/?option=value,
     * with the options that disq_options_set knows. 127.0.0.1:7711. */
    const char *nodes;
    const char *password;
    const struct disq_env *env; /* copied; disq_env_default's */

    int64_t call_timeout_ms;    /* for a reply, from its request on; 5000 */
    int64_t connect_timeout_ms; /* for finding a node, all tries and pauses; 5000 */
    int64_t backoff_initial_ms; /* the first pause when no node answers, half of it random; 100 */
    int64_t backoff_max_ms;     /* pauses double up to this; 10000 */
    int connect_attempts;       /* how often all nodes are tried; 0: as often as connect_timeout_ms allows */
    int64_t hello_interval_ms;  /* HELLO goes ahead of a call when the table is older; 30000 */
    size_t reply_max_bytes;     /* a longer reply is DISQ_PROTOCOL; 1 GiB */

    bool count_origins;       /* count jobs by the node that created them, and move reads there */
    int64_t origin_window_ms; /* what is older does not count; 5000 */
    int move_margin_percent;  /* how many more jobs the best must have; 20. Below 0: none */
    int64_t move_min_jobs;    /* from the best, within the window; 5 */
    int64_t move_dwell_ms;    /* from one move to the next; 1000. Below 0: none */
    disq_policy *policy;      /* disq_policy_default */
    void *policy_ctx;

    /* Acknowledge to the deliverer only. By default the node that created the job is told too: a job that was
     * imported from there would come again. */
    bool no_ack_origin;

    /* For networks in which nodes have other addresses than they know of: writes to `mapped`, which has room
     * for DISQ_ADDRESS_SIZE bytes, where to dial the node that HELLO says is at this address, and returns
     * true; or false, and it is dialled there. */
    bool (*map_address)(void *ctx, const char *address, char *mapped);
    void *map_ctx;

    /* Called on what happens, from inside a call; must not call the library. */
    void (*on_event)(void *ctx, const struct disq_event *event);
    void *event_ctx;
};

/* Sets an option by its name, without the unit: "nodes", "password", "call_timeout", "connect_timeout",
 * "backoff_initial", "backoff_max", "connect_attempts", "hello_interval", "reply_max", "count_origins",
 * "origin_window", "move_margin", "move_min_jobs", "move_dwell", "policy", "ack_origin". A time is a number
 * and ms, s, m, h or d (a bare one: ms), a yes or no is yes, no, 1 or 0, a policy is default or reference.
 * Texts are borrowed. 0, DISQ_UNKNOWN (no such option) or DISQ_INVALID (no such value). */
int disq_options_set(struct disq_options *options, const char *name, const char *value);

/* 0 if disq_new can use them, or DISQ_INVALID. */
int disq_options_check(const struct disq_options *options);

struct disq;

/* A new handle, not connected yet, or NULL: options that cannot be, or out of memory. NULL options are the
 * defaults. The caller owns it. */
struct disq *disq_new(const struct disq_options *options);

/* Closes its connections. Jobs that were not given back stay valid and can no longer be given back: free them
 * before. NULL is fine. */
void disq_free(struct disq *client);

/* What the call that ended last said beyond its code, if it failed: the server's error line, or a sentence.
 * "" if it did not, or was refused here before it began; a start that is refused leaves it as it was. Good
 * until another ends. */
const char *disq_error_text(const struct disq *client);

/* The ID of the node that the next GETJOB goes to, as far as is known now; "" if none is. */
const char *disq_node(const struct disq *client);

/* The ID of the node that everything else goes to; "" if none is connected. */
const char *disq_home(const struct disq *client);

/* Fills up to size origins, in the order in which they were first seen, and returns how many there are. 0
 * when they are not counted. */
size_t disq_origins(struct disq *client, struct disq_origin *origins, size_t size);

/* ---- Jobs ---- */

/* A job that was received. It is the caller's until disq_job_free. Each text ends with a NUL beyond its size.
 */
struct disq_job {
    struct disq_job *next; /* of the same GETJOB, or NULL */
    const char *queue;
    size_t queue_size;
    const char *id; /* DISQ_ID_SIZE characters */
    const char *body;
    size_t body_size;
    int64_t nacks;                 /* with .withcounters, else 0 */
    int64_t additional_deliveries; /* the same */
    int64_t attempts;              /* deliveries before a worker's DISQ_JOB_LATER added it again */
};

/* Gives back one job (not those after it), whose memory the handle uses again. NULL is fine. */
void disq_job_free(struct disq *client, struct disq_job *job);

/* Gives back a job and all after it. */
void disq_jobs_free(struct disq *client, struct disq_job *jobs);

/* ---- Calls ---- */

struct disq_bytes {
    const void *data;
    size_t size;
};

struct disq_addjob_options {
    size_t queue_size;  /* of a queue name that holds NULs */
    int64_t timeout_ms; /* for replication; 0: the handle's call timeout; DISQ_NO_TIMEOUT: for ever */
    int64_t replicate;  /* copies, 1 to 65535 */
    int64_t ttl_s;
    int64_t retry_s;
    bool at_most_once; /* RETRY 0, which needs .replicate = 1 */
    int64_t delay_s;
    int64_t maxlen;
    bool async;
    bool may_repeat; /* rather twice than not at all: sent again instead of DISQ_MAYBE_SENT */
};

struct disq_getjob_options {
    size_t queue_size;               /* of a queue name that holds NULs */
    const struct disq_bytes *queues; /* more queues, after the first (which may then be NULL) */
    size_t queue_count;
    int64_t timeout_ms; /* 0: for ever */
    int64_t count;      /* at most so many jobs; 1 */
    bool nohang;
    bool withcounters;
};

/* ADDJOB, to the home node. id_out (may be NULL) gets DISQ_ID_SIZE characters and a NUL. The call may take
 * its timeout and 1.5 s. Never sent twice unless .may_repeat: DISQ_MAYBE_SENT when the answer was lost, late,
 * or -LEAVING. */
int disq_addjob(struct disq *client, const char *queue, const void *body, size_t body_size,
                const struct disq_addjob_options *options, char *id_out);

/* GETJOB, from the reading node. *jobs is a list, NULL if none came. */
int disq_getjob(struct disq *client, const char *queue, const struct disq_getjob_options *options,
                struct disq_job **jobs);

/* ACKJOB and FASTACK: each ID to the node that delivered it, and to the one that created it; to any if
 * neither can be reached. *acked (may be NULL) is what the deliverers counted. DISQ_BADID: nothing was sent.
 */
int disq_ackjob(struct disq *client, const char *const *ids, size_t count, int64_t *acked);
int disq_fastack(struct disq *client, const char *const *ids, size_t count, int64_t *acked);

/* Those that follow go to the node that delivered the job, or to the one that created it if that is not known
 * or cannot be reached, else to any; each node gets one request. The last pointers may be NULL. */

/* NACK: the jobs are to be queued again at once. Not sent twice. */
int disq_nack(struct disq *client, const char *const *ids, size_t count, int64_t *queued);

/* WORKING: the job is to come back that much later, its retry time, which is answered; 0: it never comes
 * back. DISQ_NOJOB, DISQ_TOOLATE. */
int disq_working(struct disq *client, const char *id, int64_t *retry_s);

/* ENQUEUE and DEQUEUE, not sent twice; DELJOB, which drops the jobs on the nodes asked only. */
int disq_enqueue(struct disq *client, const char *const *ids, size_t count, int64_t *queued);
int disq_dequeue(struct disq *client, const char *const *ids, size_t count, int64_t *dequeued);
int disq_deljob(struct disq *client, const char *const *ids, size_t count, int64_t *deleted);

/* QLEN of the home node. queue_size 0, here and below: the queue's name ends with its NUL. */
int disq_qlen(struct disq *client, const char *queue, size_t queue_size, int64_t *length);

/* QPEEK: the first `count` jobs of the home node's queue, or the last -count, newest first; not delivered. */
int disq_qpeek(struct disq *client, const char *queue, size_t queue_size, int64_t count,
               struct disq_job **jobs);

enum disq_pause_state {
    DISQ_PAUSE_NONE = 0,
    DISQ_PAUSE_IN = 1,
    DISQ_PAUSE_OUT = 2,
    DISQ_PAUSE_ALL = 3,
    DISQ_PAUSE_ASK = 4, /* nothing changes */
};

/* PAUSE: the queue's state, on the home node or everywhere, is that from now on; *now is what it is. Not sent
 * twice if it changes the home node alone. */
int disq_pause(struct disq *client, const char *queue, size_t queue_size, unsigned state, bool everywhere,
               int64_t *now);

int disq_ping(struct disq *client);

/* The home node's wall clock, in microseconds since 1970. */
int disq_time(struct disq *client, int64_t *unix_us);

struct disq_hello_node {
    char id[DISQ_ID_SIZE + 1];
    char address[DISQ_ADDRESS_SIZE];
    int priority; /* 1 is fine, from 10 on the node is not picked, 100 is leaving or failing */
};

struct disq_hello {
    int64_t version;
    char id[DISQ_ID_SIZE + 1]; /* of the node that answered */
    const struct disq_hello_node *nodes;
    size_t node_count;
};

/* HELLO, to the home node: connects if need be. What *hello points to is the handle's, good until another
 * call is made. */
int disq_hello(struct disq *client, struct disq_hello *hello);

enum disq_reply_type {
    DISQ_REPLY_NIL,       /* $-1 */
    DISQ_REPLY_NIL_ARRAY, /* *-1 */
    DISQ_REPLY_STATUS,
    DISQ_REPLY_ERROR,
    DISQ_REPLY_INTEGER,
    DISQ_REPLY_STRING,
    DISQ_REPLY_ARRAY,
    DISQ_REPLY_OTHER, /* what Disque does not speak */
};

struct disq_reply {
    enum disq_reply_type type;
    const char *text; /* of a status, error or string; ends with a NUL beyond its size */
    size_t size;
    int64_t integer;
    size_t count;                   /* of an array's elements */
    const struct disq_reply *first; /* of them */
    const struct disq_reply *next;  /* the element after this one */
};

/* The value behind that name in a reply of names and values, taking turns; NULL. */
const struct disq_reply *disq_reply_field(const struct disq_reply *reply, const char *name);

/* Any command, to the home node. An error reply is a reply. *reply is the handle's, good until another call
 * ends. Not sent again once a byte is on its way. */
int disq_command(struct disq *client, const struct disq_bytes *args, size_t count,
                 const struct disq_reply **reply);

/* ---- Looking at jobs and queues ----
 *
 * What these point to is the handle's, good until another call ends. */

struct disq_show {
    const char *id;
    struct disq_bytes queue; /* .data is NULL if the node knows of the job only that it was acknowledged */
    const char *state;       /* "wait-repl", "active", "queued", "acked" */
    int64_t replicate;
    int64_t ttl_s;
    int64_t created_at_ns; /* not a clock: jobs of one millisecond count up */
    int64_t delay_s;
    int64_t retry_s;
    int64_t nacks;
    int64_t additional_deliveries;
    const struct disq_reply *nodes_delivered; /* arrays of node IDs */
    const struct disq_reply *nodes_confirmed;
    int64_t next_requeue_ms; /* -1: never */
    int64_t next_awake_ms;
    struct disq_bytes body; /* as queue */
};

/* SHOW, of the node that delivered the job, or of the one that created it. DISQ_NOJOB: not known there. */
int disq_show(struct disq *client, const char *id, struct disq_show *show);

struct disq_qstat {
    struct disq_bytes name; /* .data is NULL, and all else 0, if the node has no such queue */
    int64_t length;
    int64_t age_s;
    int64_t idle_s;
    int64_t blocked;                      /* clients */
    const struct disq_reply *import_from; /* node IDs; NULL if there is no such queue */
    int64_t import_rate;
    int64_t jobs_in;
    int64_t jobs_out;
    const char *pause; /* "none", "in", "out", "all" */
};

/* QSTAT of the home node. */
int disq_qstat(struct disq *client, const char *queue, size_t queue_size, struct disq_qstat *qstat);

struct disq_qscan_options {
    int64_t count;      /* about so many at a time; 100 */
    int64_t min_length; /* only queues with that many jobs, and at most that many; 0: any number */
    int64_t max_length;
    int64_t import_rate; /* only those that import that many jobs a second */
    bool all_at_once;    /* in one reply, however long that keeps the node */
};

enum disq_state {
    DISQ_STATE_WAIT_REPL = 1,
    DISQ_STATE_ACTIVE = 2,
    DISQ_STATE_QUEUED = 4,
    DISQ_STATE_ACKED = 8,
    DISQ_STATE_ALL = 15,
};

struct disq_jscan_options {
    int64_t count;
    const char *queue; /* only its jobs */
    size_t queue_size;
    unsigned states; /* only jobs in these; 0: in any */
    bool whole;      /* items are what disq_show_parse takes, else IDs */
    bool all_at_once;
};

struct disq_scan;

/* All queues or jobs of the home node, one after the other:
 *
 *     scan = disq_qscan(client, NULL);
 *     while ((rc = disq_scan_next(scan, &name)) == 0 && name != NULL)
 *         ...
 *     disq_scan_free(scan);
 *
 * Other calls may be made meanwhile. NULL: out of memory. Items are good until the next. DISQ_CLOSED: the
 * home is another node now, so that the rest cannot be had. What comes and goes during a scan may be missed,
 * or come twice. */
struct disq_scan *disq_qscan(struct disq *client, const struct disq_qscan_options *options);
struct disq_scan *disq_jscan(struct disq *client, const struct disq_jscan_options *options);
int disq_scan_next(struct disq_scan *scan, const struct disq_reply **item);
void disq_scan_free(struct disq_scan *scan);

/* INFO of the home node: all sections of interest (NULL) or one. *text is a string, of lines NAME:VALUE. */
int disq_info(struct disq *client, const char *section, const struct disq_reply **text);

/* The value of that name, which does not end with a NUL; .data is NULL if there is none. */
struct disq_bytes disq_info_field(const struct disq_reply *text, const char *name);

/* ---- Administering the home node ----
 *
 * Each returns 0 when the node did it. None but AUTH is sent again once a byte is on its way. */

/* CONFIG GET: names and values for disq_reply_field. */
int disq_config_get(struct disq *client, const char *pattern, const struct disq_reply **pairs);
int disq_config_set(struct disq *client, const char *name, const char *value);
int disq_config_rewrite(struct disq *client);
int disq_config_resetstat(struct disq *client);

/* AUTH, now and on every connection to come. A wrong password is DISQ_ERR, or DISQ_NOAUTH if no node lets us
 * in.
 */
int disq_auth(struct disq *client, const char *password);

/* CLUSTER NODES and CLUSTER INFO: *text is a string of lines; those of the latter are for disq_info_field.
 * The node's own ID is disq_home's. */
int disq_cluster_nodes(struct disq *client, const struct disq_reply **text);
int disq_cluster_info(struct disq *client, const struct disq_reply **text);

int disq_cluster_meet(struct disq *client, const char *ip, int port);
int disq_cluster_forget(struct disq *client, const char *node_id);
int disq_cluster_reset(struct disq *client, bool is_hard);
int disq_cluster_leave(struct disq *client, bool leaves);
int disq_cluster_is_leaving(struct disq *client, bool *is_leaving);
int disq_cluster_save(struct disq *client);

/* ---- Calls in halves ----
 *
 *     rc = disq_getjob_start(client, "mail", NULL);           // 0, or the call did not begin
 *     while (!disq_is_done(client)) {
 *         n = disq_wants(client, ready, ARRAY_LEN(ready));
 *         ... wait for any of them, at most until disq_next_deadline(client) ...
 *         disq_process(client);
 *     }
 *     rc = disq_finish_jobs(client, &jobs);                   // its result; DISQ_AGAIN if it is not done
 *
 * Any number of calls may be started before the first is finished: what was started together goes out in one
 * write for each node, and every finish takes the oldest call's result. A blocking GETJOB keeps those behind
 * it waiting, and one of them that is late then closes the connection: let it wait for less long than they
 * may, or have a handle for it alone. A call without halves may be made meanwhile; it waits for its own
 * answer only. Starts and finishes never block; nothing is sent before disq_process or disq_wait. */

int disq_addjob_start(struct disq *client, const char *queue, const void *body, size_t body_size,
                      const struct disq_addjob_options *options);
int disq_getjob_start(struct disq *client, const char *queue, const struct disq_getjob_options *options);
int disq_ackjob_start(struct disq *client, const char *const *ids, size_t count);
int disq_fastack_start(struct disq *client, const char *const *ids, size_t count);
int disq_nack_start(struct disq *client, const char *const *ids, size_t count);
int disq_working_start(struct disq *client, const char *id);
int disq_enqueue_start(struct disq *client, const char *const *ids, size_t count);
int disq_dequeue_start(struct disq *client, const char *const *ids, size_t count);
int disq_deljob_start(struct disq *client, const char *const *ids, size_t count);
int disq_qlen_start(struct disq *client, const char *queue, size_t queue_size);
int disq_qpeek_start(struct disq *client, const char *queue, size_t queue_size, int64_t count);
int disq_pause_start(struct disq *client, const char *queue, size_t queue_size, unsigned state,
                     bool everywhere);
int disq_ping_start(struct disq *client);
int disq_time_start(struct disq *client);
int disq_hello_start(struct disq *client);
int disq_command_start(struct disq *client, const struct disq_bytes *args, size_t count);
int disq_show_start(struct disq *client, const char *id);
int disq_qstat_start(struct disq *client, const char *queue, size_t queue_size);
int disq_qscan_start(struct disq *client, const char *cursor, const struct disq_qscan_options *options);
int disq_jscan_start(struct disq *client, const char *cursor, const struct disq_jscan_options *options);
int disq_info_start(struct disq *client, const char *section);
int disq_config_get_start(struct disq *client, const char *pattern);
int disq_config_set_start(struct disq *client, const char *name, const char *value);
int disq_config_rewrite_start(struct disq *client);
int disq_config_resetstat_start(struct disq *client);
int disq_auth_start(struct disq *client, const char *password);
int disq_cluster_nodes_start(struct disq *client);
int disq_cluster_info_start(struct disq *client);
int disq_cluster_meet_start(struct disq *client, const char *ip, int port);
int disq_cluster_forget_start(struct disq *client, const char *node_id);
int disq_cluster_reset_start(struct disq *client, bool is_hard);
int disq_cluster_leave_start(struct disq *client, bool leaves);
int disq_cluster_is_leaving_start(struct disq *client);
int disq_cluster_save_start(struct disq *client);

/* End the oldest call: its code, and its result as the call without halves gives it. DISQ_AGAIN: it is not
 * done. DISQ_INVALID: there is none, or its result is of another kind. The first is for every call. */
int disq_finish(struct disq *client);
int disq_finish_number(struct disq *client, int64_t *number);
int disq_finish_id(struct disq *client, char *id_out);             /* addjob */
int disq_finish_jobs(struct disq *client, struct disq_job **jobs); /* getjob, qpeek */
int disq_finish_hello(struct disq *client, struct disq_hello *hello);

/* Of command, info, config_get, cluster_nodes and cluster_info, of show and qstat, which disq_…_parse take,
 * and of the scans: ["cursor", [item…]], the first cursor being "0", as it is after the last. */
int disq_finish_reply(struct disq *client, const struct disq_reply **reply);
int disq_show_parse(const struct disq_reply *reply, struct disq_show *show);
int disq_qstat_parse(const struct disq_reply *reply, struct disq_qstat *qstat);

/* Does what can be done without blocking: connects, writes, reads, looks at deadlines. 0 when the oldest call
 * is done (or there is none), else DISQ_AGAIN. Finding nothing ready is fine. */
int disq_process(struct disq *client);

/* Is the oldest call done, or is there none? */
bool disq_is_done(const struct disq *client);

/* How many calls were started and not finished. */
size_t disq_pending(const struct disq *client);

/* The environment's clock, for who has to wait until a deadline. */
int64_t disq_now_us(const struct disq *client);

/* Fills up to size connections to wait for, and returns how many there are. */
size_t disq_wants(const struct disq *client, struct disq_ready *ready, size_t size);

/* When to call disq_process at the latest, in the environment's microseconds; DISQ_NEVER. */
int64_t disq_next_deadline(const struct disq *client);

/* Waits in the environment until the oldest call is done. */
void disq_wait(struct disq *client);

/* Gives all calls up; connections that owe an answer are closed. They are done then, with DISQ_CANCELLED
 * unless they were before. Nothing happens if none is under way. */
void disq_cancel(struct disq *client);

/* ---- A worker ----
 *
 *     static enum disq_outcome handle(void *ctx, struct disq_worker *worker, const struct disq_job *job)
 *     {
 *         return send_mail(job->body, job->body_size) ? DISQ_JOB_DONE : DISQ_JOB_LATER;
 *     }
 *
 *     worker = disq_worker_new(client, &(struct disq_worker_options){.queue = "mail", .handle = handle});
 *     rc = disq_worker_run(worker);                           // until disq_worker_stop
 *     disq_worker_free(worker);
 *
 * It fetches jobs in batches and acknowledges them in batches, each in one write with the request for the
 * next. When nodes are lost it goes on with others, and pauses while there are none. A job is acknowledged
 * after it was handled, so it may be handled twice but is not lost. */

struct disq_worker;

/* What became of a job. */
enum disq_outcome {
    DISQ_JOB_DONE,    /* it is acknowledged */
    DISQ_JOB_FAILED,  /* it goes back into the queue at once: NACK */
    DISQ_JOB_LATER,   /* it is added again with a delay that doubles each time, and then acknowledged; other
                         readers than a worker see in front of its body "\0disq:attempts=", digits and a "\n" */
    DISQ_JOB_LEFT,    /* nothing is said: it comes back after its retry time */
    DISQ_JOB_PENDING, /* it is worked on still; disq_worker_done will tell */
};

/* Zero is the default of each, named where it is another value. */
struct disq_worker_options {
    const char *queue; /* as in struct disq_getjob_options: one, or more, or both */
    size_t queue_size;
    const struct disq_bytes *queues;
    size_t queue_count;

    /* Must be there. The job is good until it is concluded. Calls without halves may be made on the client.
     */
    enum disq_outcome (*handle)(void *ctx, struct disq_worker *worker, const struct disq_job *job);
    void *ctx;

    int64_t batch;     /* jobs asked for at a time; 16 */
    int64_t in_flight; /* jobs in hand at most; as batch. More is of use for DISQ_JOB_PENDING only */
    int64_t poll_ms;   /* how long a GETJOB waits, and stopping may take; 1000 */
    bool fast_ack;     /* FASTACK for ACKJOB */

    /* WORKING is said at half of the retry time for all jobs in hand. If it is not known here, the first
     * WORKING answers it, after half a second. */
    int64_t retry_s;
    bool no_heartbeat;

    /* A job that is delivered more often (its attempts count too) is not handled, but added to dead_queue.
     * Both or none. */
    int64_t deliveries_max;
    const char *dead_queue;
    size_t dead_queue_size;

    int64_t later_initial_s;        /* the first delay of DISQ_JOB_LATER; 1 */
    int64_t later_max_s;            /* 3600 */
    struct disq_addjob_options add; /* for jobs added again or to dead_queue; but queue_size, delay_s */
};

/* A worker that uses the client, which must outlive it, and in which no other calls are under way; NULL if
 * the options cannot be, or out of memory. Names are copied. */
struct disq_worker *disq_worker_new(struct disq *client, const struct disq_worker_options *options);

/* Jobs in hand are left. NULL is fine. */
void disq_worker_free(struct disq_worker *worker);

/* Steps and waits, until it has stopped: 0; or an error that trying again does not help against, such as
 * DISQ_NOAUTH. */
int disq_worker_run(struct disq_worker *worker);

/* For loops of one's own: does what can be done without waiting, and handles at most one job. DISQ_AGAIN:
 * wait for what disq_wants asks for, at most until disq_worker_next_deadline, and step again. Else as above.
 */
int disq_worker_step(struct disq_worker *worker);
int64_t disq_worker_next_deadline(struct disq_worker *worker);

/* No more jobs are fetched; those in hand are handled, acknowledged, and then it has stopped. May be called
 * by signal handlers and other threads. */
void disq_worker_stop(struct disq_worker *worker);

/* What became of a job that was DISQ_JOB_PENDING, to be followed by a step. DISQ_INVALID: it is not. */
int disq_worker_done(struct disq_worker *worker, const struct disq_job *job, enum disq_outcome outcome);

/* For handlers that take long: says WORKING for those jobs in hand for which it is time. */
void disq_worker_beat(struct disq_worker *worker);

struct disq_worker_counts {
    int64_t done;
    int64_t failed;
    int64_t later;
    int64_t left; /* also those that could not be given back or added again */
    int64_t dead; /* added to dead_queue */
    int64_t heartbeats;
    int64_t in_hand; /* now */
};

struct disq_worker_counts disq_worker_counts(const struct disq_worker *worker);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
