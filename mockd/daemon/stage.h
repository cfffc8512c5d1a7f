/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_STAGE_H
#define MOCKD_DAEMON_STAGE_H

#include "mockd/daemon/listeners.h"

struct history;
struct transcript;

/* What outlasts a cluster: the loop, the listeners, the nodes' files, and what is remembered; and the cluster
 * that is there now. */
struct stage;

/* One with the cluster of these settings, which are borrowed. NULL after saying on standard error what cannot
 * be. */
struct stage *stage_new(const struct settings *settings);

/* NULL is fine. */
void stage_free(struct stage *stage);

/* A new cluster of these options takes the place of the one that is there, at the same ports. False if it
 * cannot, as the error says: then the old one stays. */
bool stage_change(struct stage *stage, const struct mockd_options *options, char error[LISTENERS_ERROR_SIZE]);

const struct settings *stage_settings(const struct stage *stage);
struct loop *stage_loop(const struct stage *stage);
const struct listeners *stage_listeners(const struct stage *stage);
struct mockd *stage_cluster(const struct stage *stage);
struct history *stage_history(const struct stage *stage);

/* NULL: no control port would ask for it. */
struct transcript *stage_transcript(const struct stage *stage);

#endif
