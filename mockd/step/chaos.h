/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_STEP_CHAOS_H
#define MOCKD_STEP_CHAOS_H

/* Random faults for a while: a step that runs other steps. */
struct chaos;

/* NULL is fine. */
void chaos_free(struct chaos *chaos);

/* The name in the ledger that says whether a settle is still to come. */
#define CHAOS_ENTRY "(chaos)"

#endif
