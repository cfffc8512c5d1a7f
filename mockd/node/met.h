/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_MET_H
#define MOCKD_NODE_MET_H

#include <stdint.h>

/* What nodes do with each other that a test may want to have happened: each such thing has a name, and is
 * counted where it happens. */
enum met {
    MET_REPLICATION,
    MET_EXTRA_COPY,
    MET_EXTERNAL_REPLICATION,
    MET_COPY_REFUSED,
    MET_COPY_NEWS,
    MET_LATE_COPY,
    MET_COPIES_TAKEN_BACK,
    MET_RESTORED,
    MET_DELAYED_QUEUEING,
    MET_REQUEUE,
    MET_WILLQUEUE,
    MET_WILLQUEUE_ANSWERED,
    MET_QUEUED_TWICE,
    MET_QUEUEING_GIVEN_UP,
    MET_PAUSE_POSTPONES,
    MET_EXPIRY,
    MET_NACK_TOLD,
    MET_WORKING_TOLD,
    MET_PAUSE_TOLD,
    MET_DUMMY_ACK,
    MET_DUMMY_ACK_ENDS,
    MET_ACK_RETRIED,
    MET_ACK_HANDED_OVER,
    MET_ACK_OF_UNKNOWN,
    MET_ACK_ENDS_ADDJOB,
    MET_ACK_TOLD_LATE,
    MET_ACK_COLLECTED,
    MET_FASTACK_TOLD,
    MET_EVICTION,
    MET_NEEDJOBS_BROADCAST,
    MET_NEEDJOBS_ASKED,
    MET_FEDERATION,
    MET_SOURCE_FORGOTTEN,
    MET_IMPORT_OF_ACKED,
    MET_JOBS_GIVEN_AWAY_UNHEARD,
    MET_SUSPICION,
    MET_FAILURE,
    MET_FAILURE_TOLD,
    MET_FAILURE_CLEARED,
    MET_LINK_GIVEN_UP,
    MET_HANDSHAKE,
    MET_HANDSHAKE_EXPIRED,
    MET_GOSSIP_MEETS,
    MET_FORGOTTEN_STAYS_AWAY,
    MET_ADDRESS_LOST,
    MET_LEAVING_TOLD,
    MET_COUNT,
};

/* "requeue", "dummy-ack" … */
const char *met_name(enum met met);

/* The one of this name, or -1. */
int met_find(const char *name);

#endif
