/* SPDX-License-Identifier: MIT */
/* Plain lines and TAP differ in how a line begins; what it says is the same. */
#include "scenarios/runner/report.h"

#include <inttypes.h>

static int number_of_last(const struct report *report)
{
    return report->passed + report->failed + report->skipped;
}

void report_begin(struct report *report, size_t count)
{
    if (report->format == REPORT_TAP)
        fprintf(report->out, "TAP version 14\n1..%zu\n", count);
}

/* The line of one scenario; its details, if any, in parentheses, or as the TAP directive that they are. */
static void print_line(const struct report *report, const struct scenario *scenario, const char *sign,
                       bool is_ok, const char *details)
{
    int title = (int)scenario->title.size;

    if (report->format == REPORT_TAP)
        fprintf(report->out, "%s %d - %s: %.*s%s\n", is_ok ? "ok" : "not ok", number_of_last(report),
                scenario->path, title, scenario->title.data, details);
    else
        fprintf(report->out, "%s %s  %.*s%s\n", sign, scenario->path, title, scenario->title.data, details);
}

/* Prints lines that belong to the one before. */
static void print_details(const struct report *report, const struct text *text)
{
    const char *margin = report->format == REPORT_TAP ? "# " : "    ";
    const char *at = text->data, *end = at + text->size;

    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));

        if (line_end == NULL)
            line_end = end;
        fprintf(report->out, "%s%.*s\n", margin, (int)(line_end - at), at);
        at = line_end + 1;
    }
}

static void print_timed_line(struct report *report, const struct run *run, const char *sign, bool is_ok)
{
    struct text time = {0};

    report->cluster_us += run_now_us(run) - run->start_us;
    text_add(&time, slice_of(report->format == REPORT_TAP ? "" : "  ("));
    if (report->format == REPORT_PLAIN) {
        text_add_duration(&time, run_now_us(run) - run->start_us);
        text_add_char(&time, ')');
    }
    print_line(report, run->scenario, sign, is_ok, time.data);
    text_fini(&time);
}

void report_passed(struct report *report, const struct run *run)
{
    report->passed++;
    print_timed_line(report, run, "✓", true);
    if (run->notes.size > 0)
        print_details(report, &run->notes);
}

void report_skipped(struct report *report, const struct scenario *scenario, const char *why)
{
    struct text details = {0};

    report->skipped++;
    text_printf(&details, report->format == REPORT_TAP ? " # SKIP %s" : "  (skipped: %s)", why);
    print_line(report, scenario, "-", true, details.data);
    text_fini(&details);
}

/* Adds text whose further lines are to stand under its first. */
static void add_indented(struct text *out, const char *label, const struct text *text)
{
    text_printf(out, "%-10s", label);
    for (size_t i = 0; i < text->size; i++) {
        text_add_char(out, text->data[i]);
        if (text->data[i] == '\n')
            text_printf(out, "%-10s", "");
    }
    text_add_char(out, '\n');
}

/* Does the name stand in the text, as $name or ${name}? */
static bool mentions(struct slice text, struct slice name)
{
    const char *end = text.data + text.size;

    for (const char *p = text.data; p < end && (p = memchr(p, '$', (size_t)(end - p))) != NULL; p++) {
        const char *begin = p + 1 < end && p[1] == '{' ? p + 2 : p + 1;

        if (slice_equal(cursor_name_at(begin, end), name))
            return true;
    }
    return false;
}

static void add_variables(struct text *out, const struct run *run)
{
    const struct step *step = run->failure.step;

    for (size_t i = 0; i < run->vars.count; i++) {
        struct slice name = text_slice(&run->vars.entries[i].name);

        if (!mentions(step->source, name) && !mentions(step->expect.source, name))
            continue;
        text_printf(out, "$%.*s is ", (int)name.size, name.data);
        text_add_quoted(out, text_slice(&run->vars.entries[i].value));
        text_add_char(out, '\n');
    }
}

static void add_place(struct text *out, const struct run *run)
{
    const struct step *step = run->failure.step, *found = run->failure.found;

    text_printf(out, "%s:%d: ", run->scenario->path, step->line);
    text_add(out, step->source);
    if (step->duration_us > 0 && step->expect.kind == EXPECT_VALUE) {
        text_add(out, slice_of("   (within "));
        text_add_duration(out, step->duration_us);
        text_add_char(out, ')');
    }
    text_add_char(out, '\n');
    if (found == NULL)
        return;
    text_printf(out, "%s:%d: ", run->scenario->path, found->line);
    text_add(out, found->source);
    text_add(out, slice_of("   (found here)\n"));
}

static void add_events(struct text *out, const struct events *events)
{
    if (events_at(events, 0) != NULL)
        text_add(out, slice_of("the last events:\n"));
    for (size_t i = 0; events_at(events, i) != NULL; i++)
        text_printf(out, "  %s\n", events_at(events, i));
}

void report_failed(struct report *report, const struct run *run, uint64_t seed, const struct events *events)
{
    const struct failure *failure = &run->failure;
    struct text text = {0};

    report->failed++;
    print_timed_line(report, run, "✗", false);
    add_place(&text, run);
    add_indented(&text, "expected:", &failure->expected);
    if (failure->got.size > 0)
        add_indented(&text, "got:", &failure->got);
    add_variables(&text, run);
    text_add(&text, slice_of("after "));
    text_add_duration(&text, failure->at_us - run->start_us);
    text_printf(&text, " of cluster time, at %" PRId64 ".%06" PRId64 ", seed %" PRIu64 "\n",
                failure->at_us / 1000000, failure->at_us % 1000000, seed);
    add_events(&text, events);
    print_details(report, &text);
    text_fini(&text);
}

void report_not_begun(struct report *report, const struct scenario *scenario, const char *why)
{
    struct text text = {0};

    report->failed++;
    print_line(report, scenario, "✗", false, "");
    text_add(&text, slice_of(why));
    print_details(report, &text);
    text_fini(&text);
}

void report_end(struct report *report, int64_t real_us)
{
    const char *mark = report->format == REPORT_TAP ? "# " : "";
    int count = number_of_last(report);
    struct text text = {0};

    text_printf(&text, "%s%d scenario%s: ", mark, count, count == 1 ? "" : "s");
    text_add_duration(&text, report->cluster_us);
    text_add(&text, slice_of(" of cluster time in "));
    text_add_duration(&text, real_us);
    text_printf(&text, " of real time\n%s%d passed, %d failed", mark, report->passed, report->failed);
    if (report->skipped > 0)
        text_printf(&text, ", %d skipped", report->skipped);
    fprintf(report->out, "%s\n", text.data);
    text_fini(&text);
}
