/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_WAKEUP_H
#define MOCKD_FRONT_WAKEUP_H

struct loop;

/* How another thread makes itself heard by one that is in loop_serve. */
struct wakeup;

/* Has the loop, which is borrowed, call this soon after each wakeup_send, between two passes. NULL with
 * errno: there is no descriptor left. */
struct wakeup *wakeup_new(struct loop *loop, void (*on_wakeup)(void *ctx), void *ctx);

/* By any thread. */
void wakeup_send(struct wakeup *wakeup);

/* Before the loop is freed. NULL is fine. */
void wakeup_free(struct wakeup *wakeup);

#endif
