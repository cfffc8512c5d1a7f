/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_COMMAND_COMMAND_H
#define MOCKD_COMMAND_COMMAND_H

#include "mockd/command/client.h"

/* Runs one request of a client that is not blocked: the checks of §1.3, then the command. Replies go to
 * client->out. Afterwards the client may be blocked or closing. argc is at least 1. */
void command_run(struct client *client, const struct bytes *argv, size_t argc);

/* A request that is answered by somebody else: it only counts as received. */
void command_receive(struct client *client, struct bytes name);

/* One command: argv[0] is its name, and argc fits its arity. */
typedef void command_fn(struct client *client, const struct bytes *argv, size_t argc);

command_fn cmd_ping, cmd_auth, cmd_time, cmd_command;       /* server.c */
command_fn cmd_config, cmd_info;                            /* config.c, info.c */
command_fn cmd_hello, cmd_cluster;                          /* hello.c, cluster.c */
command_fn cmd_addjob, cmd_getjob;                          /* addjob.c, getjob.c */
command_fn cmd_ackjob, cmd_fastack, cmd_deljob;             /* acks.c */
command_fn cmd_enqueue, cmd_nack, cmd_dequeue, cmd_working; /* requeues.c */
command_fn cmd_show;                                        /* show.c */
command_fn cmd_qlen, cmd_qpeek, cmd_qstat, cmd_pause;       /* queues.c */
command_fn cmd_qscan, cmd_jscan;                            /* scan.c */
command_fn cmd_client, cmd_monitor, cmd_debug;              /* client_command.c, monitor.c, debug.c */
command_fn cmd_slowlog, cmd_latency;                        /* slowlog.c, latency.c */
command_fn cmd_shutdown, cmd_bgrewriteaof, cmd_loadjob;     /* persistence.c */
command_fn debug_loadaof, debug_restart, debug_crash_and_recover, debug_crash; /* the same; of DEBUG */

/* One of several commands with the same name, told apart by their second word and how many there are. */
struct subcommand {
    const char *word;
    size_t argc_min;
    size_t argc_max;
    command_fn *run;
};

/* Runs the first one that fits; false if none does. */
bool command_run_one_of(const struct subcommand *subcommands, size_t count, struct client *client,
                        const struct bytes *argv, size_t argc);

/* Shows the monitors of the node a request that is about to be run. */
void monitor_tell(const struct client *client, const struct bytes *argv, size_t argc);

/* The name of a row of the table of commands. */
const char *command_name(size_t row);

/* What COMMAND shows of a command. */
void command_reply_row(struct buffer *out, size_t row);

/* The row of a command in any case, or SIZE_MAX; how many there are. */
size_t command_find(struct bytes name);
size_t command_count(void);

/* Does something to a job; true if that counts. */
typedef bool job_fn(struct node *node, const struct job_id *id);

/* Does it to each of the IDs argv[1 …] and answers how many counted; if one of them is no ID, answers that
 * and does nothing (§4). */
void command_for_each_id(struct client *client, const struct bytes *argv, size_t argc, job_fn *act);

/* Reads a timeout in ms, 0 … ; false after answering that it is none. */
bool command_read_timeout(struct client *client, struct bytes text, int64_t *timeout_ms);

/* When a timeout that starts now ends; 0 if it never does. Where that does not fit into 64 bits it wraps
 * around, as in Disque, and is long over. */
int64_t command_deadline_ms(const struct client *client, int64_t timeout_ms);

#endif
