# SPDX-License-Identifier: MIT
"""overhead: what it costs a client to count where its jobs come from, exact, with our counter and with others."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys

import chart
import measure
import overhead_report
import progress
from measure import Failure

COUNTERS = ("ours", "no_expiry", "append_list", "sorted_list")
OFF, ON = ("read_jobs", "read_jobs_apart"), ("read_jobs_counting", "read_jobs_apart_counting")
CALLS = ("disq_getjob", "disq_ackjob", "disq_job_free", "disq_counter_add", "disq_counter_max")

# A list of 1,000,000 events takes 750,000 instructions for each: a few units of it have to do.
LIST_UNITS = 100


def arguments(argv):
    parser = argparse.ArgumentParser(prog="overhead", description=__doc__)
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)  # given by the program in build/PRESET/bin
    parser.add_argument("--quick", action="store_true", help="no windows of more than 10,000 events, and no picture")
    parser.add_argument("--into", type=pathlib.Path, metavar="FOLDER",
                        help="write overhead.md, overhead.json and overhead.svg there")
    parser.add_argument("--repeat", type=measure.whole_number, default=0, metavar="N", help="then run each pair N times by the clock, "
                        "which no two times gives the same figures; 0")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(argv)


# ---- Measuring ----


def runs(is_quick):
    """(counter, workload, units) of all that is run; those that take long come first."""
    found = [] if is_quick else [(counter, "counter_large") for counter in reversed(COUNTERS)]
    found += [(counter, "counter") for counter in reversed(COUNTERS)]
    found += [("ours", workload) for workload in OFF]
    found += [(counter, workload) for counter in COUNTERS for workload in ON]
    found += [(counter, "count_incoming") for counter in COUNTERS if counter != "no_expiry"] # it ends when all expired
    return [(counter, workload, LIST_UNITS if "list" in counter and workload.startswith("counter") else None)
            for counter, workload in found]


def figures_of(low, high):
    """Per unit, with what each call took of it."""
    figures = {key: measure.slope(low, high, key) for key in measure.EXACT + CALLS + tuple(c + " calls" for c in CALLS)}
    figures["held_bytes"] = high["held_bytes"]
    return figures


def measure_all(build, is_quick):
    """Figures by counter, then by name of the measurement."""
    found = {counter: {} for counter in COUNTERS}
    wanted = runs(is_quick)
    with progress.Progress("overhead", len(wanted)) as shown, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        def run(what):
            rows = measure.rows_of(build.program(what[0]), *what[1:], functions=CALLS)
            shown.step()
            return rows
        for (counter, _, _), rows in zip(wanted, pool.map(run, wanted)):
            for low, high in measure.pairs(rows):
                found[counter][low["name"]] = figures_of(low, high)
    return found


def clock(build, repeat):
    """Microseconds per job: (off, on) of so many pairs, run in turn so that both meet the same machine."""
    program = build.program("ours")
    return [[measure.clock(program, workload, 1)[workload][0] for workload in (OFF[0], ON[0])] for _ in range(repeat)]


def clock_text(paired):
    lines = ["", "By the clock, with the cluster's work, median of %d pairs run in turn (and their spread):" % len(paired)]
    columns = list(zip(*paired)) + [[on - off for off, on in paired]]
    for what, times in zip(("counting off", "counting on", "difference"), columns):
        lines.append("  %-13s %8.3f us a job   (%.3f to %.3f)" % (what, statistics.median(times), min(times), max(times)))
    return "\n".join(lines)


def write(folder, document, is_quick):
    texts = {"overhead.md": overhead_report.markdown(document, has_picture=not is_quick),
             "overhead.json": json.dumps(document, indent=1) + "\n"}
    if not is_quick:
        texts["overhead.svg"] = chart.draw(document)
    for name, text in texts.items():
        folder.joinpath(name).write_text(text)
    print("overhead: wrote %s in %s" % (", ".join(texts), folder), file=sys.stderr)


def main(argv):
    options = arguments(argv)
    build = measure.Build(options.build)
    if options.into:
        options.into.mkdir(parents=True, exist_ok=True)
    document = {"format": measure.FORMAT, "toolchain": build.toolchain(), "counters": measure_all(build, options.quick)}
    if options.into:
        write(options.into, document, options.quick)
    print(json.dumps(document, indent=1) if options.json else overhead_report.text(document))
    if options.repeat > 0 and not options.json:
        print(clock_text(clock(build, options.repeat)))
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        sys.exit(main(sys.argv[1:]))
    except (Failure, OSError, subprocess.CalledProcessError) as failure:
        print("overhead: %s" % measure.why(failure), file=sys.stderr)
        sys.exit(1)
