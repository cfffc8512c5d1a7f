/* SPDX-License-Identifier: MIT */
/* What LATENCY tells in pictures and in prose. */
#include "mockd/command/latency_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { COLUMNS = 80, ROWS = 4, STEPS_A_ROW = 3, AGE_SIZE = 24 };

struct summary {
    int64_t low_ms;
    int64_t high_ms;
    int64_t average_ms;
    int64_t deviation_ms; /* on average, from the average */
    int64_t period_s;     /* since the oldest sample */
};

static struct summary sum_up(const struct latency *latency, int64_t now_s)
{
    int64_t count = (int64_t)latency->count;
    struct summary sum = {.low_ms = INT64_MAX, .period_s = now_s - latency->samples[0].at_s};

    for (size_t i = 0; i < latency->count; i++) {
        int64_t ms = latency->samples[i].latency_ms;

        sum.low_ms = ms < sum.low_ms ? ms : sum.low_ms;
        sum.high_ms = ms > sum.high_ms ? ms : sum.high_ms;
        sum.average_ms += ms;
    }
    sum.average_ms /= count;
    for (size_t i = 0; i < latency->count; i++)
        sum.deviation_ms += llabs(sum.average_ms - latency->samples[i].latency_ms);
    sum.deviation_ms /= count;
    sum.period_s = sum.period_s > 0 ? sum.period_s : 1;
    return sum;
}

/* How high a sample stands, in steps of a third of a row. */
static int height(const struct summary *sum, int64_t latency_ms)
{
    int64_t range_ms = sum->high_ms > sum->low_ms ? sum->high_ms - sum->low_ms : 1;
    int64_t step = (latency_ms - sum->low_ms) * STEPS_A_ROW * ROWS / range_ms;

    return (int)(step < STEPS_A_ROW * ROWS ? step : STEPS_A_ROW * ROWS - 1);
}

static void draw_row(const struct latency_sample *samples, size_t count, const struct summary *sum, int row,
                     struct buffer *out)
{
    static const char fill[] = {'_', 'o', '#'};

    for (size_t i = 0; i < count; i++) {
        int step = height(sum, samples[i].latency_ms) - (ROWS - row - 1) * STEPS_A_ROW;

        buffer_add(out, step < 0 ? " " : step >= STEPS_A_ROW ? "|" : &fill[step], 1);
    }
    buffer_add_text(out, "\n");
}

/* "5s", "3m" … */
static void format_age(char text[AGE_SIZE], int64_t age_s)
{
    static const struct {
        int64_t limit_s;
        int64_t unit_s;
        char name;
    } units[] = {{60, 1, 's'}, {3600, 60, 'm'}, {86400, 3600, 'h'}, {INT64_MAX, 86400, 'd'}};
    size_t i = 0;

    while (age_s >= units[i].limit_s)
        i++;
    snprintf(text, AGE_SIZE, "%" PRId64 "%c", age_s / units[i].unit_s, units[i].name);
}

/* The ages are written downwards, a character a row, below an empty one. */
static void draw_ages(const struct latency_sample *samples, size_t count, int64_t now_s, struct buffer *out)
{
    char line[COLUMNS + 1];
    char age[AGE_SIZE];
    bool is_empty = false;

    for (size_t row = 0; !is_empty; row++) {
        memset(line, ' ', count);
        line[count] = '\n';
        is_empty = row > 0;
        for (size_t i = 0; i < count && row > 0; i++) {
            format_age(age, now_s - samples[i].at_s);
            if (strlen(age) >= row) {
                line[i] = age[row - 1];
                is_empty = false;
            }
        }
        if (!is_empty)
            buffer_add(out, line, count + 1);
    }
}

void latency_draw(const struct latency *latency, const char *event, int64_t now_s, struct buffer *out)
{
    struct summary sum = sum_up(latency, now_s);

    buffer_printf(out, "%s - high %" PRId64 " ms, low %" PRId64 " ms (all time high %" PRId64 " ms)\n", event,
                  sum.high_ms, sum.low_ms, latency->max_ms);
    for (int i = 0; i < COLUMNS; i++)
        buffer_add_text(out, "-");
    buffer_add_text(out, "\n");
    for (size_t at = 0; at < latency->count; at += COLUMNS) {
        const struct latency_sample *samples = latency->samples + at;
        size_t count = latency->count - at < COLUMNS ? latency->count - at : COLUMNS;

        if (at > 0)
            buffer_add_text(out, "\n");
        for (int row = 0; row < ROWS; row++)
            draw_row(samples, count, &sum, row, out);
        draw_ages(samples, count, now_s, out);
    }
}

static void advise_slowlog(int64_t threshold_ms, int64_t slower_than_us, struct buffer *out)
{
    if (slower_than_us == 0)
        buffer_printf(out,
                      "- There are latency issues with potentially slow commands you are using. Try to "
                      "enable the Slow Log Disque feature using the command 'CONFIG SET "
                      "slowlog-log-slower-than %" PRId64 "'. If the Slow log is disabled Disque is not able "
                      "to log slow commands execution for you.\n",
                      threshold_ms * 1000);
    else if (slower_than_us / 1000 > threshold_ms)
        buffer_printf(out,
                      "- Your current Slow Log configuration only logs events that are slower than your "
                      "configured latency monitor threshold. Please use 'CONFIG SET "
                      "slowlog-log-slower-than %" PRId64 "'.\n",
                      threshold_ms * 1000);
}

static void advise_on_spikes(const struct latency *latency, const char *event, int64_t now_s,
                             const struct config *config, struct buffer *out)
{
    struct summary sum = sum_up(latency, now_s);

    buffer_add_text(out, "Dave, I have observed latency spikes in this Disque instance. You don't mind "
                         "talking about it, do you Dave?\n\n");
    buffer_printf(out,
                  "1. %s: %zu latency spikes (average %" PRId64 "ms, mean deviation %" PRId64
                  "ms, period %.2f sec). Worst all time event %" PRId64 "ms.\n",
                  event, latency->count, sum.average_ms, sum.deviation_ms,
                  (double)sum.period_s / (double)latency->count, latency->max_ms);
    buffer_add_text(out, "\nI have a few advices for you:\n\n");
    advise_slowlog(config_number(config, CONFIG_LATENCY_MONITOR_THRESHOLD),
                   config_number(config, CONFIG_SLOWLOG_LOG_SLOWER_THAN), out);
    buffer_add_text(out, "- Check your Slow Log to understand what are the commands you are running which "
                         "are too slow to execute. Please check http://redis.io/commands/slowlog for more "
                         "information.\n"
                         "- Deleting, expiring or evicting (because of maxmemory policy) large objects is a "
                         "blocking operation. If you have very large objects that are often deleted, "
                         "expired, or evicted, try to fragment those objects into multiple smaller "
                         "objects.\n");
}

void latency_advise(const struct latency *latency, const char *event, int64_t now_s,
                    const struct config *config, struct buffer *out)
{
    if (latency->count > 0)
        advise_on_spikes(latency, event, now_s, config, out);
    else if (config_number(config, CONFIG_LATENCY_MONITOR_THRESHOLD) == 0)
        buffer_add_text(out, "I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this "
                             "Disque instance. You may use \"CONFIG SET latency-monitor-threshold "
                             "<milliseconds>.\" in order to enable it. If we weren't in a deep space mission "
                             "I'd suggest to take a look at http://redis.io/topics/latency-monitor.\n");
    else
        buffer_add_text(out, "Dave, no latency spike was observed during the lifetime of this Disque "
                             "instance, not in the slightest bit. I honestly think you ought to sit down "
                             "calmly, take a stress pill, and think things over.\n");
}
