/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_WAKEUP_H
#define MOCKD_FRONT_WAKEUP_H

struct loop;

/* How another thread makes itself heard by one that is in loop_serve. */
struct wakeup;

/* The loop, which is borrowed, comes to rest once more after each wakeup_send, and so asks its on_rest. NULL
 * with errno: there is no descriptor left. */
struct wakeup *wakeup_new(struct loop *loop);

/* By any thread. */
void wakeup_send(struct wakeup *wakeup);

/* Before the loop is freed. NULL is fine. */
void wakeup_free(struct wakeup *wakeup);

#endif
