/* SPDX-License-Identifier: MIT */
#ifndef SCRIPTED_SERVER_H
#define SCRIPTED_SERVER_H

/* What the scripted environment is made of: its world, and the servers in it. */

#include "tests/support/scripted_env.h"
#include "tests/support/scripted_wire.h"

enum {
    SCRIPTED_HANDLES = 64,
    SCRIPTED_SERVERS = 8,
    SCRIPTED_JOB_IDS = 16,
};

struct answer {
    int64_t delay_us;
    int64_t every_us; /* 0: all its bytes at once */
    char *bytes;
    size_t size;
    enum parcel_kind ending; /* PARCEL_BYTES: none */
};

enum server_mode { SERVER_ACCEPTS, SERVER_REFUSES, SERVER_REFUSES_LATE, SERVER_IS_FROZEN };

struct scripted_server {
    struct scripted *world;
    char address[DISQ_ADDRESS_SIZE];
    enum server_mode mode;
    char *hello;
    struct answer *answers;
    size_t answer_count;
    size_t answer_next;
    size_t break_after; /* 0: does not break */
    char requests[SCRIPTED_TEXT_MAX];
};

struct scripted {
    struct disq_env env;
    int64_t now_us;
    uint64_t random;
    int wait_rc;
    size_t chunk;
    char name[DISQ_ADDRESS_SIZE];
    char name_addresses[DISQ_ADDRESS_SIZE];
    int clock_reads;
    int sends;
    int dials;
    char dial_text[4096];
    struct scripted_server *servers[SCRIPTED_SERVERS];
    size_t server_count;
    struct wire *wires[SCRIPTED_HANDLES];
    char job_ids[SCRIPTED_JOB_IDS][DISQ_ID_SIZE + 1];
    size_t job_id_count;
};

/* Answers all whole requests on the wire. */
void server_serve(struct scripted_server *server, struct wire *wire);

void server_free(struct scripted_server *server);

#endif
