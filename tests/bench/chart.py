# SPDX-License-Identifier: MIT
"""The report's picture: one SVG file that needs nothing else, with colours for a light and a dark screen."""

import math
from xml.sax.saxutils import escape

import overhead_report

WIDTH, HEIGHT, MARGIN = 840, 668, 24
COUNTERS = ("sorted_list", "append_list", "ours", "no_expiry")  # the last are drawn over the first

STYLE = """
text { font: 13px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: var(--ink) }
.title { font-size: 16px; font-weight: 600 } .muted, .tick { fill: var(--muted) } .tick { font-size: 12px }
.end { text-anchor: end } .middle { text-anchor: middle }
.screen { fill: var(--screen) } .grid { stroke: var(--grid) } .base { fill: var(--base) }
.line { fill: none; stroke-width: 2 } .caller { fill-opacity: .45 }
%s
svg { --screen: #ffffff; --ink: #1f2328; --muted: #59636e; --grid: #d1d9e0; --base: #c8d1da;
      --ours: #0969da; --no_expiry: #59636e; --append_list: #b35900; --sorted_list: #8250df }
@media (prefers-color-scheme: dark) {
svg { --screen: #0d1117; --ink: #e6edf3; --muted: #9198a1; --grid: #30363d; --base: #3d444d;
      --ours: #4493f8; --no_expiry: #9198a1; --append_list: #e09b13; --sorted_list: #ab7df8 } }
""" % "\n".join(".fill-%s { fill: var(--%s) } .line-%s { stroke: var(--%s) }" % ((name,) * 4) for name in COUNTERS)


def label(x, y, text, kind=""):
    return '<text x="%.1f" y="%.1f" class="%s">%s</text>' % (x, y, kind, escape(text))


def box(x, y, width, height, kind):
    return '<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" class="%s"/>' % (x, y, width, height, kind)


def rule(x1, y1, x2, y2):
    return '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="grid"/>' % (x1, y1, x2, y2)


# ---- Instructions per job, as bars ----

BARS_AT, BAR_PITCH, BAR_HEIGHT, BARS_X = 84, 32, 20, 200


def bars(document):
    found = document["counters"]
    off = found["ours"]["read_jobs"]["instructions"]
    rows = [("no_expiry", found["no_expiry"]), ("ours", found["ours"]), ("append_list", found["append_list"]),
            ("sorted_list", found["sorted_list"])]
    most = max(row["read_jobs_counting"]["instructions"] for _, row in rows)
    scale = (WIDTH - MARGIN - 170 - BARS_X) / most
    parts = [label(MARGIN, 36, "What counting adds to a job: instructions of the client per GETJOB and ACKJOB", "title"),
             label(MARGIN, 58, "grey: without counting; full colour: in the counter; pale: what that causes in its caller",
                   "muted"),
             label(BARS_X - 10, BARS_AT + 15, overhead_report.OFF, "end"),
             box(BARS_X, BARS_AT, off * scale, BAR_HEIGHT, "base"),
             label(BARS_X + off * scale + 8, BARS_AT + 15, "{:,.0f}".format(off))]
    for i, (counter, row) in enumerate(rows, 1):
        y = BARS_AT + i * BAR_PITCH
        total, counting = row["read_jobs_counting"]["instructions"], row["read_jobs_counting"]["in_counter"]
        edges = [BARS_X + value * scale for value in (0, off, off + counting, max(total, off + counting))]
        for left, right, kind in zip(edges, edges[1:], ("base", "fill-" + counter, "caller fill-" + counter)):
            parts.append(box(left, y, right - left, BAR_HEIGHT, kind))
        parts.append(label(BARS_X - 10, y + 15, overhead_report.LABELS[counter], "end"))
        parts.append(label(edges[-1] + 8, y + 15, "{:,.0f}  (+{:,.0f}, {:.1f} %)".format(
            total, total - off, 100 * (total - off) / off)))
    return parts


# ---- Instructions per add and max, by window, on two logarithmic scales ----

PLOTS_AT, PLOT_HEIGHT, PLOT_WIDTH = 372, 236, 350
PLOTS_X = (MARGIN + 46, MARGIN + 46 + PLOT_WIDTH + 46)
LEAST_LOG, MOST_LOG = 1, 7  # of instructions


def plot_y(instructions):
    return PLOTS_AT + PLOT_HEIGHT * (MOST_LOG - math.log10(instructions)) / (MOST_LOG - LEAST_LOG)


def plot_x(left, events):
    return left + 10 + (PLOT_WIDTH - 20) * (math.log10(events) - 2) / 4


def short(log):
    """10 to that power."""
    return "%d%s" % (10 ** (log % 3), ("", " k", " M")[log // 3])


def plot(document, left, keys):
    parts = [label(left, PLOTS_AT - 14, "{:,} key{}".format(keys, "" if keys == 1 else "s"))]
    for log in range(LEAST_LOG, MOST_LOG + 1):
        parts.append(rule(left, plot_y(10 ** log), left + PLOT_WIDTH, plot_y(10 ** log)))
        parts.append(label(left - 8, plot_y(10 ** log) + 4, short(log), "tick end"))
    for log in range(2, 7):
        parts.append(label(plot_x(left, 10 ** log), PLOTS_AT + PLOT_HEIGHT + 18, short(log), "tick middle"))
    for counter in COUNTERS:
        points = [(plot_x(left, events), plot_y(by_counter[counter]["instructions"]))
                  for (events, count), by_counter in overhead_report.windows(document).items() if count == keys]
        dash = ' stroke-dasharray="6 5"' if counter == "append_list" else ""  # so as not to hide the other list
        parts.append('<polyline points="%s" class="line line-%s"%s/>' % (
            " ".join("%.1f,%.1f" % point for point in points), counter, dash))
        parts += ['<circle cx="%.1f" cy="%.1f" r="3" class="fill-%s"/>' % (point + (counter,)) for point in points]
    return parts


def plots(document):
    parts = [label(MARGIN, PLOTS_AT - 76, "The counters alone: instructions per add and max, by events in the window",
                   "title")]
    x = MARGIN
    for counter in reversed(COUNTERS):
        parts.append(box(x, PLOTS_AT - 56, 12, 12, "fill-" + counter))
        parts.append(label(x + 18, PLOTS_AT - 45, overhead_report.SHORT[counter]))
        x += 110
    for left, keys in zip(PLOTS_X, (1, 1000)):
        parts += plot(document, left, keys)
    parts.append(label(WIDTH / 2, PLOTS_AT + PLOT_HEIGHT + 42, "events in the window", "muted middle"))
    return parts


def draw(document):
    size = (WIDTH, HEIGHT)
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" '
             'aria-label="What counting job origins costs">' % (size * 2), "<style>%s</style>" % STYLE,
             '<rect width="%d" height="%d" class="screen"/>' % size]
    return "\n".join(parts + bars(document) + plots(document) + ["</svg>"]) + "\n"
