# SPDX-License-Identifier: MIT
"""profile: what each line of a function costs under a workload, in hits and instructions, and a flame graph of it all.
The program it counts in is compiled so that each line is itself: -O1, nothing inlined. The release's total is beside."""

import argparse
import difflib
import json
import os
import pathlib
import signal
import subprocess
import sys

import callgrind
import flame
import measure
import tables
from measure import Failure

COUNTING = "_counting"
CONTEXTS = "--separate-callers=60"  # deeper than calls ever are here
FUNCTIONS_SHOWN = 25


def arguments(argv):
    parser = argparse.ArgumentParser(prog="profile", description=__doc__)
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)  # given by the program in build/PRESET/bin
    parser.add_argument("--program", help=argparse.SUPPRESS)  # instead of the workloads': for its test
    parser.add_argument("workload", metavar="WORKLOAD", help="a name of `bench --list`; counting origins, if it can")
    parser.add_argument("function", nargs="?", metavar="FUNCTION", help="without: the dearest functions are listed")
    parser.add_argument("--off", action="store_true", help="of a workload that can count origins: when it does not")
    parser.add_argument("--diff", action="store_true", help="beside each line what it costs with --off")
    parser.add_argument("--cluster", action="store_true", help="with what the cluster does, rather than the client alone")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    parser.add_argument("--flame", type=pathlib.Path, metavar="FILE", help="draw a flame graph there, as SVG")
    return parser.parse_args(argv)


def variants(build, name):
    """The workload when it counts origins and when it does not: the same, if it has nothing to count."""
    names = list(build.workloads())
    if name not in names:
        raise Failure("there is no workload %s; there are: %s" % (name, ", ".join(names)))
    base = name[:-len(COUNTING)] if name.endswith(COUNTING) else name
    return (base + COUNTING, base) if base + COUNTING in names else (name, name)


# ---- Lines ----


def profile_of(program, workload, options, flags=()):
    """All that was measured before the number of units was raised, as one."""
    toggles = ("measured",) if options.cluster else ("measured", "outside_*")
    profiles, _ = callgrind.run([program, workload], flags, toggles)
    return callgrind.merged(profiles[::2])


def lines_of(profile, function):
    """(file, line): (hits, instructions with those of whatever the line calls). A line is hit as often as the one of its
    instructions that ran most."""
    found = {}
    for (name, file, line), by_address in profile.lines.items():
        if name == function:
            cost = sum(by_address.values()) + profile.line_calls[name, file, line]
            found[file, line] = max(by_address.values()), cost
    return found


def need_function(profile, function, workload):
    if function in profile.own:
        return
    similar = difflib.get_close_matches(function, list(profile.own), n=5)
    raise Failure("%s is not called in %s; %s" %
                  (function, workload, "what is: " + ", ".join(similar) if similar else
                   "`profile %s` without a function lists the dearest" % workload))


def source_of(file):
    try:
        return pathlib.Path(file).read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def numbered(lines):
    """All lines of each file from the first to the last that ran, with their text."""
    for file in sorted({file for file, _ in lines}):
        ran = [line for name, line in lines if name == file and line > 0]
        source = source_of(file)
        for line in range(min(ran, default=1), max(ran, default=0) + 1):
            yield file, line, source[line - 1] if line <= len(source) else ""


def report(profile, function, before=None):
    """One row for each line, as in JSON; with what was there before, what has changed."""
    lines, old = lines_of(profile, function), lines_of(before, function) if before else {}
    total = sum(cost for _, cost in lines.values())
    rows = []
    for file, line, text in numbered(old | lines):
        hits, cost = lines.get((file, line), (0, 0))
        row = {"file": file, "line": line, "hits": hits, "instructions": cost, "source": text,
               "per_hit": round(cost / hits, 2) if hits else 0, "percent": round(100 * cost / total, 2) if total else 0}
        if before:
            row["hits_off"], row["instructions_off"] = old.get((file, line), (0, 0))
        rows.append(row)
    return rows


def cells(row):
    if not row["hits"] and not row.get("hits_off"):
        return [str(row["line"])] + [""] * (5 if "hits_off" in row else 4)
    if "hits_off" in row:
        return [str(row["line"]), "{:,}".format(row["hits_off"]), "{:,}".format(row["hits"]),
                "{:,}".format(row["instructions_off"]), "{:,}".format(row["instructions"]),
                "{:+,}".format(row["instructions"] - row["instructions_off"])]
    return [str(row["line"]), "{:,}".format(row["hits"]), "{:,}".format(row["instructions"]), "%.1f" % row["per_hit"],
            "%.1f" % row["percent"]]


def text_of(rows):
    """The report as line_profiler shows it, with the name of a file wherever another one begins."""
    is_diff = "hits_off" in rows[0]
    head = ["Line", "Hits off", "Hits on", "Instr off", "Instr on", "Change"] if is_diff else \
        ["Line", "Hits", "Instr", "Per hit", "%"]
    table = tables.text(["", *head], [["", *cells(row)] for row in rows]).splitlines()
    width = max(map(len, table))
    shown = [table[0][2:].ljust(width) + "Source"]
    file = None
    for row, line in zip(rows, table[1:]):
        if row["file"] != file:
            file = row["file"]
            shown.append("-- " + os.path.relpath(file))
        shown.append((line[2:].ljust(width) + row["source"]).rstrip())
    return "\n".join(shown)


# ---- The release, and all functions ----


def of_release(release, function):
    if function not in release.own:
        return None  # inlined, or not called
    return release.inclusive_of(lambda name: name == function)


def function_rows(profile):
    dearest = sorted(profile.own, key=lambda name: (-profile.own[name], name))[:FUNCTIONS_SHOWN]
    return [{"function": name, "calls": profile.calls_of(name), "own": profile.own[name],
             "inclusive": profile.inclusive_of(lambda other, name=name: other == name)} for name in dearest]


def print_functions(profile, workload):
    print("%s: %s instructions; the dearest functions:\n" % (workload, "{:,}".format(profile.total)))
    print(tables.text(["", "calls", "own", "%", "with callees"],
                      [[row["function"], "{:,}".format(row["calls"]), "{:,}".format(row["own"]),
                        "%.1f" % (100 * row["own"] / profile.total), "{:,}".format(row["inclusive"])]
                       for row in function_rows(profile)]))


def print_lines(document):
    release = document["instructions_of_release"]
    print("%s under %s: %s instructions in %s calls, %s in the release\n" %
          (document["function"], document["workload"], "{:,}".format(document["instructions"]),
           "{:,}".format(document["calls"]), "inlined" if release is None else "{:,}".format(release)))
    print(text_of(document["lines"]))


def main(argv):
    options = arguments(argv)
    build = measure.Build(options.build)
    on, off = variants(build, options.workload) if not options.program else (options.workload,) * 2
    if options.diff and (on == off or options.off or not options.function):
        raise Failure("--diff compares a function under a workload that can count origins, as read_jobs, with --off")
    workload = off if options.off else on
    program = options.program or build.program("profile")
    profile = profile_of(program, workload, options)
    if options.flame:
        drawn = flame.draw(profile_of(program, workload, options, (CONTEXTS,)), workload)
        options.flame.write_text(drawn)
        print("profile: drew %s" % options.flame, file=sys.stderr)
    if options.function is None:
        if options.json:
            print(json.dumps({"workload": workload, "functions": function_rows(profile)}, indent=1))
        else:
            print_functions(profile, workload)
        return 0
    need_function(profile, options.function, workload)
    before = profile_of(program, off, options) if options.diff else None
    release = profile_of(options.program or build.program("ours"), workload, options)
    document = {"workload": workload, "function": options.function, "calls": profile.calls_of(options.function),
                "instructions": sum(row["instructions"] for row in report(profile, options.function)),
                "instructions_of_release": of_release(release, options.function),
                "lines": report(profile, options.function, before)}
    if options.json:
        print(json.dumps(document, indent=1))
    else:
        print_lines(document)
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        sys.exit(main(sys.argv[1:]))
    except (Failure, OSError, subprocess.CalledProcessError) as failure:
        print("profile: %s" % measure.why(failure), file=sys.stderr)
        sys.exit(1)
