/* SPDX-License-Identifier: MIT */
#ifndef SCRIPTED_ENV_H
#define SCRIPTED_ENV_H

/* An environment for libdisq in which a test plays the servers: they answer what it says, when it says, on a
 * clock that moves only while the client waits.
 *
 *     struct scripted *world = scripted_new();
 *     struct scripted_server *a = scripted_listen(world, "a:1", 'a');
 *     scripted_reply(a, "+PONG\r\n");
 *     ... a call ...
 *     assert_string_equal(scripted_requests(a), "HELLO|PING|");
 *
 * Bytes that cannot be a request, a call that would wait for ever, or memory that has run out end the
 * program.
 */

#include "client/disq.h"

#define SCRIPTED_START_US INT64_C(1000000000) /* the clock's first time */

struct scripted;
struct scripted_server;

struct scripted *scripted_new(void);
void scripted_free(struct scripted *world);

/* Good as long as the world. */
const struct disq_env *scripted_env(struct scripted *world);

/* What the environment's random answers from now on; 0 at first. */
void scripted_set_random(struct scripted *world, uint64_t bits);

/* What waiting answers from now on, if that is not 0. */
void scripted_fail_wait(struct scripted *world, int rc);

/* Moves the clock with nobody waiting. */
void scripted_advance(struct scripted *world, int64_t duration_us);
int64_t scripted_now_us(const struct scripted *world);

/* A name, and the addresses that it stands for, separated by commas. All other names stand for themselves. */
void scripted_name(struct scripted *world, const char *name, const char *addresses);

/* Connections take and give at most so many bytes at a time; 0: as many as there are. */
void scripted_set_chunk(struct scripted *world, size_t size);

/* How many connections the client has open, and how many it ever tried to open. */
int scripted_open_count(const struct scripted *world);
int scripted_dial_count(const struct scripted *world);

/* When and where it dialled last, or before that: "0.000 a:1|0.100 b:1|", in seconds from the start. */
const char *scripted_dials(const struct scripted *world);

/* How often the clock was read, and something sent. */
int scripted_clock_reads(const struct scripted *world);
int scripted_send_count(const struct scripted *world);

/* ---- Servers ---- */

/* One that listens at this address. Its ID is 40 times the character. It answers HELLO with itself alone, at
 * that address, until scripted_hello says otherwise; every other request with what comes next of what was
 * said, and with silence after that. */
struct scripted_server *scripted_listen(struct scripted *world, const char *address, char id);

/* Refuses connections, at once or (is_late) when one looks at them, and resets those that exist; or not. */
void scripted_refuse(struct scripted_server *server, bool is_late);
void scripted_accept(struct scripted_server *server);

/* Takes connections, and is silent. */
void scripted_freeze(struct scripted_server *server);

/* Answers to HELLO from now on: these bytes, as they are ("": none); or a table, of rows like
 * "a 10.0.0.1 7711 1", each an ID's character, an IP ("-": empty), a port and a priority, separated by
 * commas; the first row is the server itself. */
void scripted_hello(struct scripted_server *server, const char *bytes);
void scripted_table(struct scripted_server *server, const char *rows);

/* What the next request gets, and the ones after that in their turn. */
void scripted_reply(struct scripted_server *server, const char *bytes);
void scripted_reply_after(struct scripted_server *server, int64_t delay_us, const char *bytes);
void scripted_reply_bytes(struct scripted_server *server, const char *bytes, size_t size);
void scripted_dribble(struct scripted_server *server, int64_t every_us, const char *bytes); /* one by one */
void scripted_cut(struct scripted_server *server, const char *bytes); /* these, and the stream ends */
void scripted_reset(struct scripted_server *server);                  /* the connection is reset */
void scripted_silence(struct scripted_server *server);

/* The reply to a GETJOB: one job made by that node, the number in its ID. */
void scripted_job(struct scripted_server *server, char origin, int number);

/* That job's ID. Good for the next fifteen. */
const char *scripted_job_id(struct scripted *world, char origin, int number);

/* Its connections break once it has read so many bytes more. */
void scripted_break_after(struct scripted_server *server, size_t size);

/* Ends the streams of the connections of now. */
void scripted_close_all(struct scripted_server *server);

/* Sends bytes that nobody asked for. */
void scripted_push(struct scripted_server *server, const char *bytes);

/* All requests so far, their words separated by blanks, each followed by |. */
const char *scripted_requests(const struct scripted_server *server);

/* Forgets them. */
void scripted_forget(struct scripted_server *server);

#endif
