# SPDX-License-Identifier: MIT
"""What a workload costs per unit: a job, a call, an event. Each figure is a slope, (count at 3 N - count at N) / 2 N,
so that whatever a run does only once cancels out."""

import json
import os
import pathlib
import platform
import re
import statistics
import subprocess

import callgrind
from callgrind import Failure

FORMAT = 1  # of the files with figures

# What a workload tells of itself; instructions are callgrind's.
TOLD = ("allocations", "sends", "receives", "waits", "clock_reads")
EXACT = ("instructions", "in_counter") + TOLD + ("held_bytes",)


class Build:
    """Where CMake put the workloads, and what they were made with."""

    def __init__(self, folder):
        path = pathlib.Path(folder, "build.json")
        if not path.exists():
            raise Failure("%s is not there: configure with cmake first" % path)
        told = json.loads(path.read_text())
        self.loads = told.pop("loads")
        self.profiled = {"profile": self.loads.pop("profile")}
        self.programs = told.pop("programs")
        self.made_with = told

    def program(self, counter):
        """Of a counter, or `profile`: ours, compiled for profiles."""
        program = (self.loads | self.profiled)[counter]
        if not os.access(program, os.X_OK):
            raise Failure("%s is not built: cmake --build --preset release --target bench-loads" % program)
        return program

    def workloads(self):
        """Their names, and what they are."""
        told = subprocess.run([self.program("ours")], stdout=subprocess.PIPE, text=True, check=True).stdout
        return {row["name"]: row["what"] for row in map(json.loads, told.splitlines())}

    def toolchain(self):
        """Whatever figures depend on. Valgrind shows a program one of a few processors, whatever the real one."""
        return dict(self.made_with, libc=os.confstr("CS_GNU_LIBC_VERSION"), valgrind=callgrind.version(),
                    processor=processor() + ", libc told " + callgrind.MASKED)


def processor():
    flags = set()
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        found = re.search(r"^flags\s*: (.*)$", info.read_text(), re.MULTILINE)
        flags = set(found.group(1).split()) if found else flags
    return " ".join([platform.machine()] + [name for name in ("sse4_2", "avx", "avx2") if name in flags])


def toolchain_name(toolchain):
    """A file name for it."""
    words = [re.sub(r".*\) ?", "gcc ", toolchain["compiler"]), toolchain["libc"], toolchain["valgrind"],
             toolchain["hiredis"].split(",")[0], toolchain["processor"].split(",")[0]]
    if "clang" in toolchain["compiler"]:
        words[0] = re.sub(r".*(clang) version ([\d.]+).*", r"\1 \2", toolchain["compiler"])
    return re.sub(r"[^\w.]+", "-", " ".join(words))


def why(failure):
    """What to tell of a failure."""
    if isinstance(failure, OSError) and failure.filename is not None:
        return "%s: %s" % (failure.filename, failure.strerror)
    return str(failure)


def whole_number(text):
    """Of runs, say: for argparse, which tells what it is not by this function's name."""
    if int(text) < 0:
        raise ValueError
    return int(text)


def is_counter(function):
    return function.startswith("disq_counter_")


def pairs(rows):
    """The measurements at N and at 3 N of each name."""
    return [(rows[i], rows[i + 1]) for i in range(0, len(rows), 2)]


def slope(low, high, key):
    return round((high[key] - low[key]) / (high["units"] - low["units"]), 4)


def rows_of(program, workload, units=None, functions=()):
    """What each measurement counted in all; of functions, how often they were called and what that took."""
    command = [program, workload] + ([str(units)] if units else [])
    profiles, printed = callgrind.run(command, toggles=("measured", "outside_*"))
    rows = [json.loads(line) for line in printed.splitlines()]
    if len(rows) != len(profiles):
        raise Failure("valgrind wrote %d counts of %d measurements: %s" % (len(profiles), len(rows), " ".join(command)))
    for row, profile in zip(rows, profiles):
        row["instructions"] = profile.total
        row["in_counter"] = profile.inclusive_of(is_counter)
        for name in functions:
            row[name] = profile.inclusive_of(lambda function, name=name: function == name)
            row[name + " calls"] = profile.calls_of(name)
    return rows


def count(program, workload, units=None):
    """The exact figures, by name: most workloads have one."""
    rows = rows_of(program, workload, units)
    figures = {}
    for low, high in pairs(rows):
        figures[low["name"]] = {key: slope(low, high, key) for key in EXACT}
        figures[low["name"]]["held_bytes"] = high["held_bytes"]
    return figures


def clock(program, workload, repeat):
    """Microseconds per unit of each of so many runs, by name. No two of them are the same."""
    times = {}
    for _ in range(repeat):
        done = subprocess.run([program, workload], env=callgrind.ENVIRONMENT, stdout=subprocess.PIPE, text=True,
                              check=True)
        for _, row in pairs([json.loads(line) for line in done.stdout.splitlines()]):
            times.setdefault(row["name"], []).append(row["took_ns"] / row["units"] / 1000)
    return times


def spread(times):
    """As the case study showed them."""
    return {"Min": min(times), "Max": max(times), "Mean": statistics.fmean(times),
            "StdDev": statistics.stdev(times) if len(times) > 1 else 0.0}
