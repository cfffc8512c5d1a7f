/* SPDX-License-Identifier: MIT */
/* Some findings break Disque's promise of delivery, and fail unless the step allows them; others are only
 * told. */
#include "mockd/step/delivery.h"

#include "mockd/node/audit.h"

#include <inttypes.h>
#include <stdio.h>

/* What may be found, and how often unless the step says otherwise: never, or as often as it likes. */
static const struct {
    const char *name;
    uint64_t max;
} findings[AUDIT_FINDING_COUNT] = {
    [AUDIT_LOST] = {"lost", 0},
    [AUDIT_UNEXPECTED] = {"unexpected", 0},
    [AUDIT_TWICE] = {"at-most-once", 0},
    [AUDIT_RESURRECTED] = {"resurrected", 0},
    [AUDIT_IMPORTED_ACK_LOST] = {"imported-ack-lost", UINT64_MAX},
    [AUDIT_DUPLICATE] = {"duplicates", UINT64_MAX},
};

static bool read_option(struct args *args, struct range *allowed)
{
    for (int i = 0; i < AUDIT_FINDING_COUNT; i++) {
        const char *value = args_option(args, findings[i].name);

        if (value != NULL)
            return args_read_range(args, bytes_of(value), &allowed[i]);
    }
    return args_fail(args,
                     "not what can be found: %s (there are lost=, unexpected=, at-most-once=, "
                     "resurrected=, imported-ack-lost= and duplicates=)",
                     args_peek(args));
}

bool delivery_read(struct args *args, struct mockd_step *step)
{
    step->allowed = xcalloc(AUDIT_FINDING_COUNT, sizeof(*step->allowed));
    for (int i = 0; i < AUDIT_FINDING_COUNT; i++)
        step->allowed[i].max = findings[i].max;
    for (; args_peek(args) != NULL; args->at++)
        if (!read_option(args, step->allowed))
            return false;
    return true;
}

static int fail(const struct audit_report *report, int finding, const struct range *allowed,
                struct mockd_outcome *outcome)
{
    uint64_t found = report->found[finding];

    snprintf(outcome->text, sizeof(outcome->text), "%s=%" PRIu64, findings[finding].name, allowed->min);
    if (allowed->max != allowed->min)
        snprintf(outcome->text, sizeof(outcome->text), "%s=%" PRIu64 "..%" PRIu64, findings[finding].name,
                 allowed->min, allowed->max);
    snprintf(outcome->got, sizeof(outcome->got), "%" PRIu64 "%s%.40s", found, found > 0 ? ", first " : "",
             report->first[finding].text);
    return MOCKD_FAILED;
}

static void tell(const struct audit_report *report, struct mockd_outcome *outcome)
{
    struct buffer text = {0};

    buffer_printf(&text, "%" PRIu64 " added, %" PRIu64 " delivered", report->added, report->delivered);
    if (report->maybe > 0)
        buffer_printf(&text, ", %" PRIu64 " maybe added", report->maybe);
    for (int i = 0; i < AUDIT_FINDING_COUNT; i++)
        if (report->found[i] > 0)
            buffer_printf(&text, ", %s=%" PRIu64, findings[i].name, report->found[i]);
    snprintf(outcome->text, sizeof(outcome->text), "%.*s", (int)text.size, text.data);
    buffer_fini(&text);
}

int delivery_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome)
{
    struct audit_report report;

    if (cluster_audit(cluster) == NULL) {
        snprintf(outcome->text, sizeof(outcome->text), "this cluster does not audit its jobs");
        return MOCKD_INVALID;
    }
    audit_report(cluster_audit(cluster), mockd_now_us(cluster), &report);
    for (int i = 0; i < AUDIT_FINDING_COUNT; i++)
        if (report.found[i] < step->allowed[i].min || report.found[i] > step->allowed[i].max)
            return fail(&report, i, &step->allowed[i], outcome);
    tell(&report, outcome);
    return 0;
}
