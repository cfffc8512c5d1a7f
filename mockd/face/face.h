/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FACE_FACE_H
#define MOCKD_FACE_FACE_H

#include "mockd/cluster.h"

/* Is there a node of this index? */
bool face_has_node(const struct mockd *cluster, int index);

#endif
