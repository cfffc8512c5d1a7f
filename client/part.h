/* SPDX-License-Identifier: MIT */
#ifndef DISQ_PART_H
#define DISQ_PART_H

/* A part of a call: one request, for one node. It waits for its connection, is sent, and is answered; it is
 * sent again, or elsewhere, where that can do no harm. */

#include "client/conn.h"
#include "client/request.h"

struct disq;
struct disq_call;

enum disq_role {
    DISQ_ROLE_HOME,      /* to the home node, whichever that is */
    DISQ_ROLE_READS,     /* to the reading node */
    DISQ_ROLE_DELIVERER, /* an ack, to the node that delivered the jobs */
    DISQ_ROLE_ORIGIN,    /* its copy, to the node that created them */
};

enum disq_part_state {
    DISQ_PART_WAITING, /* for a connection */
    DISQ_PART_SENT,
    DISQ_PART_DONE,
};

struct disq_part {
    struct disq_owed owed; /* first: the two are the same address */
    struct disq_part *next;
    struct disq_call *call;
    enum disq_role role;
    struct disq_node *node;     /* of a deliverer or origin */
    struct disq_node *fallback; /* if that cannot be reached; NULL: any will do */
    struct disq_part *twin;     /* the other of deliverer and origin; NULL: there is none */
    enum disq_part_state state;
    bool is_copy;        /* its answer does not matter, unless it covers its twin */
    bool is_unreachable; /* not to be had at its own node */
    bool is_covered;     /* and left to its twin */
    bool was_lost;       /* sent before, and may have been done */
    int resends;
    int refusal; /* what drove it from the last node, or 0 */
    int rc;
    int64_t number; /* answered */

    struct disq_request request; /* not cleared when another part has this memory, for its buffer */
};

/* One step of a waiting part: looks for its node's connection, or sends it. False: there is nothing more to
 * be done now. */
bool disq_part_step(struct disq_part *part);

/* What connections tell. */
int disq_part_reply(struct disq_part *part, struct disq_conn *conn, const struct disq_reply *reply);
void disq_part_lost(struct disq_part *part, bool was_sent, int why);

/* What it comes to when it is given up before it is done, for that reason. */
int disq_part_failure(const struct disq_part *part, int why);

/* What a part that is done comes to for its call. */
int disq_part_result(const struct disq_part *part);

#endif
