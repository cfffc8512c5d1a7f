/* SPDX-License-Identifier: MIT */
/* Scenarios say these names (met requeue), and each of them has to happen in some scenario. */
#include "mockd/node/behaviour.h"

#include <assert.h>
#include <string.h>

static const char *const names[] = {
    /* clang-format off */
    [BEHAVIOUR_REPLICATION]             = "replication",
    [BEHAVIOUR_EXTRA_COPY]              = "extra-copy",
    [BEHAVIOUR_EXTERNAL_REPLICATION]    = "external-replication",
    [BEHAVIOUR_COPY_REFUSED]            = "copy-refused",
    [BEHAVIOUR_COPY_NEWS]               = "copy-news",
    [BEHAVIOUR_LATE_COPY]               = "late-copy",
    [BEHAVIOUR_COPIES_TAKEN_BACK]       = "copies-taken-back",
    [BEHAVIOUR_RESTORED]                = "restored",
    [BEHAVIOUR_DELAYED_QUEUEING]        = "delayed-queueing",
    [BEHAVIOUR_REQUEUE]                 = "requeue",
    [BEHAVIOUR_WILLQUEUE]               = "willqueue",
    [BEHAVIOUR_WILLQUEUE_ANSWERED]      = "willqueue-answered",
    [BEHAVIOUR_QUEUED_TWICE]            = "queued-twice",
    [BEHAVIOUR_QUEUEING_GIVEN_UP]       = "queueing-given-up",
    [BEHAVIOUR_PAUSE_POSTPONES]         = "pause-postpones",
    [BEHAVIOUR_EXPIRY]                  = "expiry",
    [BEHAVIOUR_NACK_TOLD]               = "nack-told",
    [BEHAVIOUR_WORKING_TOLD]            = "working-told",
    [BEHAVIOUR_PAUSE_TOLD]              = "pause-told",
    [BEHAVIOUR_DUMMY_ACK]               = "dummy-ack",
    [BEHAVIOUR_DUMMY_ACK_ENDS]          = "dummy-ack-ends",
    [BEHAVIOUR_ACK_RETRIED]             = "ack-retried",
    [BEHAVIOUR_ACK_HANDED_OVER]         = "ack-handed-over",
    [BEHAVIOUR_ACK_OF_UNKNOWN]          = "ack-of-unknown",
    [BEHAVIOUR_ACK_ENDS_ADDJOB]         = "ack-ends-addjob",
    [BEHAVIOUR_ACK_TOLD_LATE]           = "ack-told-late",
    [BEHAVIOUR_ACK_COLLECTED]           = "ack-collected",
    [BEHAVIOUR_FASTACK_TOLD]            = "fastack-told",
    [BEHAVIOUR_EVICTION]                = "eviction",
    [BEHAVIOUR_NEEDJOBS_BROADCAST]      = "needjobs-broadcast",
    [BEHAVIOUR_NEEDJOBS_ASKED]          = "needjobs-asked",
    [BEHAVIOUR_FEDERATION]              = "federation",
    [BEHAVIOUR_SOURCE_FORGOTTEN]        = "source-forgotten",
    [BEHAVIOUR_IMPORT_OF_ACKED]         = "import-of-acked",
    [BEHAVIOUR_JOBS_GIVEN_AWAY_UNHEARD] = "jobs-given-away-unheard",
    [BEHAVIOUR_SUSPICION]               = "suspicion",
    [BEHAVIOUR_FAILURE]                 = "failure",
    [BEHAVIOUR_FAILURE_TOLD]            = "failure-told",
    [BEHAVIOUR_FAILURE_CLEARED]         = "failure-cleared",
    [BEHAVIOUR_LINK_GIVEN_UP]           = "link-given-up",
    [BEHAVIOUR_HANDSHAKE]               = "handshake",
    [BEHAVIOUR_HANDSHAKE_EXPIRED]       = "handshake-expired",
    [BEHAVIOUR_GOSSIP_MEETS]            = "gossip-meets",
    [BEHAVIOUR_FORGOTTEN_STAYS_AWAY]    = "forgotten-stays-away",
    [BEHAVIOUR_ADDRESS_LOST]            = "address-lost",
    [BEHAVIOUR_LEAVING_TOLD]            = "leaving-told",
    /* clang-format on */
};

static_assert(sizeof(names) / sizeof(names[0]) == BEHAVIOUR_COUNT, "each has a name");

const char *behaviour_name(enum behaviour behaviour)
{
    return names[behaviour];
}

int behaviour_find(const char *name)
{
    for (int i = 0; i < BEHAVIOUR_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}
