/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_CLUSTER_OWNER_H
#define MOCKD_DAEMON_CLUSTER_OWNER_H

#include "mockd/daemon/settings.h"

struct history;
struct transcript;

/* Owns the cluster that is there now, until another one replaces it, and what outlasts a cluster: the loop,
 * the listeners, the nodes' files, and what is remembered. */
struct cluster_owner;

/* One with the cluster of these settings, which are borrowed. NULL after saying on standard error what cannot
 * be. */
struct cluster_owner *cluster_owner_new(const struct settings *settings);

/* NULL is fine. */
void cluster_owner_free(struct cluster_owner *owner);

/* A new cluster of these options takes the place of the one that is there, at the same ports. False if it
 * cannot, as the error says: then the old one stays. */
bool cluster_owner_replace(struct cluster_owner *owner, const struct mockd_options *options,
                           char error[LISTENERS_ERROR_SIZE]);

const struct settings *cluster_owner_settings(const struct cluster_owner *owner);
struct loop *cluster_owner_loop(const struct cluster_owner *owner);
const struct listeners *cluster_owner_listeners(const struct cluster_owner *owner);
struct mockd *cluster_owner_current(const struct cluster_owner *owner);
struct history *cluster_owner_history(const struct cluster_owner *owner);

/* NULL: no control port would ask for it. */
struct transcript *cluster_owner_transcript(const struct cluster_owner *owner);

#endif
