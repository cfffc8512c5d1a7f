# SPDX-License-Identifier: MIT
"""bench: what the client's work costs, in counts that repeat to the instruction, and how that compares with before."""

import argparse
import concurrent.futures
import fnmatch
import functools
import json
import math
import os
import pathlib
import signal
import subprocess
import sys

import measure
import progress
import tables
from measure import Failure

EXIT_FAILED, EXIT_USAGE, EXIT_WORSE, EXIT_NO_FIGURES = 1, 2, 3, 4

EPILOG = """exit status: 0 all is well; 1 something could not be measured or compared; 2 usage; 3 a figure rose beyond
the limit; 4 the folder of --compare has no figures of this toolchain."""


def percent(text):
    """For argparse, which tells what it is not by this function's name."""
    if not 0 <= float(text) < math.inf:
        raise ValueError
    return float(text)


def arguments(argv):
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, epilog=EPILOG)
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help="a name of --list, or a pattern such as "
                        "'addjob*'; all but counter_large, if there is none")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)  # given by the program in build/PRESET/bin
    parser.add_argument("--list", action="store_true", help="list the workloads and end")
    parser.add_argument("--counter", default="ours", help="the counter to measure with: ours, sorted_list, append_list, "
                        "no_expiry or slowed_down")
    parser.add_argument("--repeat", type=measure.whole_number, default=5, metavar="N", help="runs by the clock; 0: count only")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--compare", type=pathlib.Path, metavar="FILE", help="compare with figures saved before; of a "
                        "folder, with those of this toolchain")
    parser.add_argument("--limit", type=percent, default=1.0, metavar="PERCENT", help="a rise beyond that fails; 1")
    parser.add_argument("--update", type=pathlib.Path, metavar="FILE", help="save the figures; in a folder, as those of "
                        "this toolchain")
    return parser.parse_args(argv)


def choose(options, build):
    """The workloads that the patterns stand for, in the order of the list."""
    names = list(build.workloads())
    if options.counter not in build.loads:
        raise Failure("there is no counter %s; there are: %s" % (options.counter, ", ".join(build.loads)))
    for pattern in options.workloads:
        if not fnmatch.filter(names, pattern):
            raise Failure("there is no workload %s; there are: %s" % (pattern, ", ".join(names)))
    patterns = options.workloads or [name for name in names if name != "counter_large"]
    return [name for name in names if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)]


def measure_all(options, build, names):
    """Counts do not mind what else runs, so those of several workloads are taken at a time; clocks do."""
    program = build.program(options.counter)
    figures, times = {}, {}
    with progress.Progress("bench", len(names)) as shown, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(functools.partial(measure.count, program), names):
            figures.update(found)
            shown.step()
    for name in names:
        times.update(measure.clock(program, name, options.repeat))
    return figures, times


# ---- Tables ----

COLUMNS = (("instructions", "instr", "%.1f"), ("in_counter", "counter", "%.1f"), ("allocations", "allocs", "%.3f"),
           ("sends", "sends", "%.2f"), ("receives", "receives", "%.2f"), ("waits", "waits", "%.2f"),
           ("clock_reads", "clock", "%.2f"), ("held_bytes", "held bytes", "%d"))


def print_figures(figures, times):
    print("\nThe client's work per job, call or event, exact:\n")
    print(tables.text([""] + [label for _, label, _ in COLUMNS],
                      [[name] + [form % row[key] for key, _, form in COLUMNS] for name, row in figures.items()]))
    if times:
        print("\nWith the cluster's, by the clock, in us:\n")
        spreads = {name: measure.spread(values) for name, values in times.items()}
        print(tables.text(["", "Min", "Max", "Mean", "StdDev"],
                          [[name] + ["%.3f" % value for value in row.values()] for name, row in spreads.items()]))


# ---- Saved figures ----


def file_of(path, toolchain):
    return path / (measure.toolchain_name(toolchain) + ".json") if path.is_dir() else path


def document(figures, toolchain, counter):
    return {"format": measure.FORMAT, "toolchain": toolchain, "counter": counter, "figures": figures}


def need_figures(path, figures):
    """Those of a file: numbers that can have been counted. `instructions` is never missing."""
    for name, row in figures.items():
        for key, value in {"instructions": None, **row}.items():
            if type(value) not in (int, float) or not 0 <= value < math.inf:
                raise Failure("%s: no figures of bench: %s of %s cannot be %s" % (path, key, name, json.dumps(value)))


def load(path, toolchain):
    """What was saved, if it can be compared with the figures of this build."""
    try:
        saved = json.loads(path.read_text())
        version, made_with = saved["format"], dict(saved["toolchain"].items())
        need_figures(path, saved["figures"])
    except OSError as error:
        raise Failure(measure.why(error)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Failure("%s: no figures of bench: %s" % (path, error)) from error
    if version != measure.FORMAT:
        raise Failure("%s: of format %s, this bench has %s: record it again with --update" %
                      (path, version, measure.FORMAT))
    for key, value in toolchain.items():
        if made_with.get(key) != value:
            raise Failure("%s: not comparable, %s was \"%s\" and is \"%s\"" % (path, key, made_with.get(key), value))
    return saved


def update(path, figures, toolchain, counter):
    """Saves the figures. Those of workloads that were not chosen stay, unless they are of something else."""
    try:
        figures = load(path, toolchain)["figures"] | figures
    except Failure:
        pass
    path.write_text(json.dumps(document(figures, toolchain, counter), indent=1) + "\n")
    print("bench: recorded in %s" % path, file=sys.stderr)


def change(old, new):
    if old == new:
        return "="
    return "%+.2f %%" % (100.0 * (new - old) / old) if old else "new"


def compare(old, new, limit):
    """Prints old, new and change. How many figures rose beyond the limit?"""
    rows, worse = [], 0
    if not any(name in old for name in new):
        raise Failure("nothing to compare: no figures were recorded of %s" % ", ".join(new))
    for name in [name for name in new if name in old]:
        for key in measure.EXACT:
            before, now = old[name].get(key, 0), new[name][key]
            is_worse = now > before * (1 + limit / 100)
            worse += is_worse
            if key == "instructions" or before != now:
                rows.append([name, key, "%.10g" % before, "%.10g" % now, change(before, now) + (" !" if is_worse else "")])
    print(tables.text(["", "per unit", "old", "new", "change"], rows))
    missing = [name for name in new if name not in old]
    if missing:
        print("\nNot compared, as it was not recorded: %s" % ", ".join(missing))
    if worse:
        print("\n%d %s rose by more than %g %%: marked with !. If that is meant, say why in the commit, and\n"
              "record it: build/release/bin/bench --update tests/bench/figures" %
              (worse, "figure" if worse == 1 else "figures", limit))
    return worse


def main(argv):
    options = arguments(argv)
    build = measure.Build(options.build)
    names = choose(options, build)
    if options.list:
        for name, what in build.workloads().items():
            print("%-24s %s" % (name, what))
        return 0
    toolchain = build.toolchain()
    saved = None
    if options.compare:
        path = file_of(options.compare, toolchain)
        if options.compare.is_dir() and not path.exists():
            print("bench: %s has no figures of this toolchain; `bench --update %s` records them" %
                  (options.compare, options.compare))
            return EXIT_NO_FIGURES
        saved = load(path, toolchain)
        options.repeat = 0
    figures, times = measure_all(options, build, names)
    if options.update:
        update(file_of(options.update, toolchain), figures, toolchain, options.counter)
    if options.json:
        print(json.dumps(dict(document(figures, toolchain, options.counter), times_us=times), indent=1))
    elif saved is None:
        print(tables.head(toolchain))
        print_figures(figures, times)
    if saved is not None:
        if saved.get("counter", options.counter) != options.counter:
            print("Counters differ: old: %s; new: %s\n" % (saved["counter"], options.counter))
        return EXIT_WORSE if compare(saved["figures"], figures, options.limit) else 0
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        sys.exit(main(sys.argv[1:]))
    except (Failure, OSError, subprocess.CalledProcessError) as failure:
        print("bench: %s" % measure.why(failure), file=sys.stderr)
        sys.exit(EXIT_FAILED)
