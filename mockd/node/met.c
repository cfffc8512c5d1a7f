/* SPDX-License-Identifier: MIT */
#include "mockd/node/met.h"

#include <assert.h>
#include <string.h>

static const char *const names[] = {
    /* clang-format off */
    [MET_REPLICATION]             = "replication",
    [MET_EXTRA_COPY]              = "extra-copy",
    [MET_EXTERNAL_REPLICATION]    = "external-replication",
    [MET_COPY_REFUSED]            = "copy-refused",
    [MET_COPY_NEWS]               = "copy-news",
    [MET_LATE_COPY]               = "late-copy",
    [MET_COPIES_TAKEN_BACK]       = "copies-taken-back",
    [MET_RESTORED]                = "restored",
    [MET_DELAYED_QUEUEING]        = "delayed-queueing",
    [MET_REQUEUE]                 = "requeue",
    [MET_WILLQUEUE]               = "willqueue",
    [MET_WILLQUEUE_ANSWERED]      = "willqueue-answered",
    [MET_QUEUED_TWICE]            = "queued-twice",
    [MET_QUEUEING_GIVEN_UP]       = "queueing-given-up",
    [MET_PAUSE_POSTPONES]         = "pause-postpones",
    [MET_EXPIRY]                  = "expiry",
    [MET_NACK_TOLD]               = "nack-told",
    [MET_WORKING_TOLD]            = "working-told",
    [MET_PAUSE_TOLD]              = "pause-told",
    [MET_DUMMY_ACK]               = "dummy-ack",
    [MET_DUMMY_ACK_ENDS]          = "dummy-ack-ends",
    [MET_ACK_RETRIED]             = "ack-retried",
    [MET_ACK_HANDED_OVER]         = "ack-handed-over",
    [MET_ACK_OF_UNKNOWN]          = "ack-of-unknown",
    [MET_ACK_ENDS_ADDJOB]         = "ack-ends-addjob",
    [MET_ACK_TOLD_LATE]           = "ack-told-late",
    [MET_ACK_COLLECTED]           = "ack-collected",
    [MET_FASTACK_TOLD]            = "fastack-told",
    [MET_EVICTION]                = "eviction",
    [MET_NEEDJOBS_BROADCAST]      = "needjobs-broadcast",
    [MET_NEEDJOBS_ASKED]          = "needjobs-asked",
    [MET_FEDERATION]              = "federation",
    [MET_SOURCE_FORGOTTEN]        = "source-forgotten",
    [MET_IMPORT_OF_ACKED]         = "import-of-acked",
    [MET_JOBS_GIVEN_AWAY_UNHEARD] = "jobs-given-away-unheard",
    [MET_SUSPICION]               = "suspicion",
    [MET_FAILURE]                 = "failure",
    [MET_FAILURE_TOLD]            = "failure-told",
    [MET_FAILURE_CLEARED]         = "failure-cleared",
    [MET_LINK_GIVEN_UP]           = "link-given-up",
    [MET_HANDSHAKE]               = "handshake",
    [MET_HANDSHAKE_EXPIRED]       = "handshake-expired",
    [MET_GOSSIP_MEETS]            = "gossip-meets",
    [MET_FORGOTTEN_STAYS_AWAY]    = "forgotten-stays-away",
    [MET_ADDRESS_LOST]            = "address-lost",
    [MET_LEAVING_TOLD]            = "leaving-told",
    /* clang-format on */
};

static_assert(sizeof(names) / sizeof(names[0]) == MET_COUNT, "each has a name");

const char *met_name(enum met met)
{
    return names[met];
}

int met_find(const char *name)
{
    for (int i = 0; i < MET_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}
