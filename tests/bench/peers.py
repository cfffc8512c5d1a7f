# SPDX-License-Identifier: MIT
"""peers: what a job costs clients of a server on TCP, by hiredis alone and by disq: GETJOB and ACKJOB, 100 bytes."""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys

import callgrind
import measure
import progress
import tables
from measure import Failure

UNITS = 320  # times 16 jobs or not, for a slope
CLOCKED_UNITS = 16000


def arguments(argv):
    parser = argparse.ArgumentParser(prog="peers", description=__doc__)
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)  # given by the program in build/PRESET/bin
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="runs by the clock, of which the best "
                        "counts; 0: count only")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(argv)


# ---- Measuring ----


@contextlib.contextmanager
def server(mockd):
    """A node on a port of the system's choice: where it is, in words of a command line."""
    with subprocess.Popen([mockd, "--port", "0", "--with-parent"], stdout=subprocess.PIPE, text=True) as process:
        try:
            node = json.loads(process.stdout.readline())["nodes"][0]
            yield [node["host"], str(node["port"])]
        finally:
            process.terminate()


def count(program, client, where):
    """Exact: nothing in it depends on when an answer comes."""
    profiles, printed = callgrind.run([program, client] + where + [str(UNITS)])
    low, high = [json.loads(line) for line in printed.splitlines()]
    low["instructions"], high["instructions"] = [profile.total for profile in profiles]
    figures = {key: measure.slope(low, high, key) for key in ("instructions", "allocations")}
    figures["system_calls"] = sum(measure.slope(low, high, key) for key in ("sends", "receives", "waits"))
    return figures


def clock(program, client, where, repeat):
    """The best of so many runs: microseconds of the client's CPU, and jobs a second."""
    rows = []
    for _ in range(repeat):
        done = subprocess.run([program, client] + where + [str(CLOCKED_UNITS)], stdout=subprocess.PIPE, text=True,
                              check=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
    return {"cpu_us": min(row["cpu_ns"] / row["units"] / 1000 for row in rows),
            "jobs_s": max(row["units"] / row["took_ns"] * 1e9 for row in rows)}


def measure_all(build, repeat):
    """Figures by client. All on one CPU: waking another one would cost more than a job."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    program = build.programs["peers"]
    listed = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True).stdout
    clients = {row["name"]: row["what"] for row in map(json.loads, listed.splitlines())}
    figures = {}
    with progress.Progress("peers", len(clients)) as shown, server(build.programs["mockd"]) as where:
        for client, what in clients.items():
            figures[client] = {"what": what} | count(program, client, where)
            if repeat > 0:
                figures[client] |= clock(program, client, where, repeat)
            shown.step()
    return figures


# ---- Telling ----

EXACT = (("instructions", "instr", "%.0f"), ("allocations", "allocs", "%.2f"), ("system_calls", "sys calls", "%.2f"))
CLOCKED = (("cpu_us", "CPU us", "%.2f"), ("jobs_s", "jobs/s", "%.0f"))


def print_table(figures):
    columns = EXACT + (CLOCKED if "cpu_us" in figures["disq"] else ())
    print("A job fetched and acknowledged, per job, in the client. What is counted is the same every time%s.\n" %
          ("; CPU and jobs/s are not, and only compare within this table" if "cpu_us" in figures["disq"] else ""))
    print(tables.text(["", ""] + [label for _, label, _ in columns],
                      [[name, row["what"].ljust(40)] + [form % row[key] for key, _, form in columns]
                       for name, row in figures.items()]))


def goals(figures):
    """(what, figure, limit)."""
    disq, counting, worker = (figures[name] for name in ("disq", "disq_counting", "worker"))
    return (("instructions of a job", disq["instructions"], 4400),
            ("allocations of a job", disq["allocations"], 0),
            ("instructions that counting adds", counting["instructions"] - disq["instructions"], 350),
            ("allocations of a job, counting", counting["allocations"], 0),
            ("system calls of a worker's job", worker["system_calls"], 2))


def print_goals(figures):
    print("\nGoals:\n")
    rows = [[what, "%.2f" % figure if figure < 10 else "%.0f" % figure, "at most %d" % limit,
             "reached" if figure <= limit else "missed by %.0f %%" % (100 * figure / limit - 100)]
            for what, figure, limit in goals(figures)]
    print(tables.text(["", "figure", "goal", ""], rows))


def main(argv):
    options = arguments(argv)
    build = measure.Build(options.build)
    toolchain = build.toolchain()
    figures = measure_all(build, options.repeat)
    if options.json:
        print(json.dumps({"format": measure.FORMAT, "toolchain": toolchain, "figures": figures}, indent=1))
        return 0
    print(tables.head(toolchain) + "\n")
    print_table(figures)
    print_goals(figures)
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        sys.exit(main(sys.argv[1:]))
    except (Failure, OSError, ValueError, subprocess.CalledProcessError) as failure:
        print("peers: %s" % measure.why(failure), file=sys.stderr)
        sys.exit(1)
