/* SPDX-License-Identifier: MIT */
#ifndef PLAY_H
#define PLAY_H

/* What tests of the client begin with: a scripted world of three nodes that know each other, a:1, b:1 and
 * c:1, and a client, of which all events are written down. */

#include "tests/support/scripted_env.h"

#define SECONDS      INT64_C(1000000)
#define MILLISECONDS INT64_C(1000)

struct play {
    struct scripted *world;
    struct scripted_server *a, *b, *c;
    struct disq *client;        /* NULL until play_client */
    struct disq_worker *worker; /* the test's, freed before the client */
    char events[8192];          /* "connected a:1|moved a:1 b:1 leaving|…", all but the answers */
    int answers;                /* how many calls were done */
    int64_t took_us;            /* the last of them */
};

/* For cmocka: *state is a struct play. */
int play_setup(void **state);
int play_teardown(void **state);

/* Makes the client, with these options and the play's environment; nodes are "a:1" unless they say another
 * thing. Ends the one before. */
struct disq *play_client(struct play *play, struct disq_options options);

/* The same, connected to a, and nothing of that left in requests and events. */
struct disq *play_connected(struct play *play, struct disq_options options);

/* Forgets the events. */
void play_forget(struct play *play);

/* Milliseconds of the world since it began. */
int64_t play_ms(const struct play *play);

#endif
