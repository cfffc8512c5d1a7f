/* SPDX-License-Identifier: MIT */
/* What a suite never made a cluster do it does not test. This is the list that shows it. */
#include "scenarios/runner/behaviours.h"

#include "mockd/mockd.h"

#include <stdlib.h>

static int count_all(void)
{
    int count = 0;

    while (mockd_behaviour(count) != NULL)
        count++;
    return count;
}

void behaviours_fini(struct behaviours *behaviours)
{
    free(behaviours->scenarios);
    behaviours->scenarios = NULL;
}

void behaviours_note(struct behaviours *behaviours, const struct target *target)
{
    if (target->mock == NULL)
        return;
    if (behaviours->scenarios == NULL)
        behaviours->scenarios = must_calloc((size_t)count_all(), sizeof(*behaviours->scenarios));
    for (int i = 0; mockd_behaviour(i) != NULL; i++)
        behaviours->scenarios[i] += mockd_met(target->mock, i) > 0;
}

void behaviours_print(const struct behaviours *behaviours, const char *margin, FILE *out)
{
    int met = 0;

    for (int i = 0; mockd_behaviour(i) != NULL; i++) {
        size_t scenarios = behaviours->scenarios != NULL ? behaviours->scenarios[i] : 0;

        met += scenarios > 0;
        fprintf(out, "%s%6zu  %s\n", margin, scenarios, mockd_behaviour(i));
    }
    fprintf(out, "%scluster behaviours met by this suite: %d of %d\n", margin, met, count_all());
}
