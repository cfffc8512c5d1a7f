# SPDX-License-Identifier: MIT
"""What `overhead` measured, as sections of a report: each a title, what it says, and a table."""

import collections
import re

import tables

Section = collections.namedtuple("Section", "title says columns rows")

OFF = "counting off"
LABELS = {"ours": "on, our counter", "no_expiry": "on, no expiry (the floor)", "append_list": "on, append list",
          "sorted_list": "on, sorted list"}
SHORT = {"ours": "ours", "no_expiry": "no expiry", "append_list": "append list", "sorted_list": "sorted list"}

# The case study that this project grew from, in Python: what took how long, without and with, or before and after.
STUDY_READ_S, STUDY_GETJOB_US, STUDY_ADD_US = (2.88, 3.87), (73.9, 92.1), (1.9, 30.6)


def number(value):
    """123.4, but 1,234."""
    return "{:,.0f}".format(value) if value >= 1000 else "{:.1f}".format(value)


def system_calls(row):
    """What would be one: send, recv and poll."""
    return row["sends"] + row["receives"] + row["waits"]


def per_job(document, title, workload):
    """A job's GETJOB and ACKJOB without counting, and with each counter."""
    found = document["counters"]
    off = found["ours"][workload]
    rows = []
    for label, row in [(OFF, off)] + [(LABELS[counter], found[counter][workload + "_counting"]) for counter in found]:
        added = row["instructions"] - off["instructions"]
        rows.append([label, number(row["instructions"]), number(added) if label != OFF else "",
                     "%.1f %%" % (100 * added / off["instructions"]) if label != OFF else "",
                     number(row["in_counter"]), number(added - row["in_counter"]), "%.3f" % row["allocations"],
                     "%.2f" % system_calls(row), "%.2f" % row["clock_reads"], "{:,}".format(row["held_bytes"])])
    return Section(title, "Instructions in the client; of those added, in the counter, and what its presence causes in "
                   "its caller.",
                   ["per job", "instr", "added", "", "counter", "caller", "allocations", "system calls", "clock reads",
                    "bytes held"], rows)


def of_call(row, call):
    return row[call] / row[call + " calls"] if row[call + " calls"] else 0


def per_call(document):
    found = document["counters"]
    off, on = found["ours"]["read_jobs"], found["ours"]["read_jobs_counting"]
    others = [counter for counter in found if counter != "ours"]
    rows = []
    for call in ("disq_getjob", "disq_ackjob", "disq_job_free", "disq_counter_add", "disq_counter_max"):
        without = of_call(off, call)
        rows.append([call, "%.2f" % on[call + " calls"], number(without) if without else "", number(of_call(on, call)),
                     number(of_call(on, call) - without) if without else ""] +
                    [number(of_call(found[counter]["read_jobs_counting"], call)) for counter in others])
    return Section("Per call", "Instructions, with those of whatever it calls but the cluster, when jobs are as fast as "
                   "they come.", ["", "calls a job", "off", "on, ours", "added"] +
                   ["on, " + SHORT[counter] for counter in others], rows)


def window_of(name):
    """(events, keys) of a counter alone, None of other measurements."""
    found = re.fullmatch(r"counter_(\d+)_events_(\d+)_keys?", name)
    return (int(found.group(1)), int(found.group(2))) if found else None


def windows(document):
    """The figures of the counters alone: (events, keys), then by counter."""
    found = collections.defaultdict(dict)
    for counter, figures in document["counters"].items():
        for name, row in figures.items():
            if window_of(name):
                found[window_of(name)][counter] = row
    return dict(sorted(found.items()))


def by_window(document, title, says, cell):
    rows = [["{:,} events".format(events), "{:,}".format(keys)] + [cell(row) for row in by_counter.values()]
            for (events, keys), by_counter in windows(in_order(document)).items()]
    return Section(title, says, ["window", "keys"] + [SHORT[counter] for counter in document["counters"]], rows)


def in_order(document):
    """Counters in the order of the columns, whatever order JSON came in."""
    return dict(document, counters={counter: document["counters"][counter] for counter in SHORT})


def flatness(document):
    """From the cheapest to the dearest window of our counter, as a sentence."""
    stay = [row["ours"]["instructions"] for (events, keys), row in windows(document).items() if keys < events]
    all_ = [row["ours"]["instructions"] for row in windows(document).values()]
    return ("An event comes, another leaves, who leads is asked. Ours: from %s to %s, %.2f times that; where a key leaves "
            "and comes back with each event, up to %s." %
            (number(min(stay)), number(max(stay)), max(stay) / min(stay), number(max(all_))))


def study(document):
    """Its figures are times in Python, ours are instructions in C: only ratios compare."""
    found = document["counters"]
    off, on = found["ours"]["read_jobs"], {counter: row["read_jobs_counting"] for counter, row in found.items()}
    add = {counter: of_call(found[counter]["count_incoming"], "disq_counter_add")
           for counter in ("ours", "append_list", "sorted_list")}

    def jobs(counter):
        return on[counter]["instructions"] / off["instructions"]

    def getjob(counter):
        return of_call(on[counter], "disq_getjob") / of_call(off, "disq_getjob")

    def row(what, now, before, same, ours):
        return [what, now, before] + ["%.2f" % ratio for ratio in same] + ["%.2f" % ours]
    rows = [row("1,000 jobs, counting by sorted list", "%.2f s" % STUDY_READ_S[0], "%.2f s" % STUDY_READ_S[1],
                (STUDY_READ_S[1] / STUDY_READ_S[0], jobs("sorted_list")), jobs("ours")),
            row("a getjob, counting by append list", "%.1f us" % STUDY_GETJOB_US[0], "%.1f us" % STUDY_GETJOB_US[1],
                (STUDY_GETJOB_US[1] / STUDY_GETJOB_US[0], getjob("append_list")), getjob("ours")),
            row("an add to the counter: append list, sorted list", "%.1f us" % STUDY_ADD_US[0], "%.1f us" % STUDY_ADD_US[1],
                (STUDY_ADD_US[1] / STUDY_ADD_US[0], add["sorted_list"] / add["append_list"]),
                add["sorted_list"] / add["ours"])]
    return Section("Beside the case study", "Its figures are times in Python, ours instructions in C, so only ratios "
                   "compare: dearer to cheaper.",
                   ["", "cheaper", "dearer", "ratio", "the same in C", "our counter in C"], rows)


def sections(document):
    document = in_order(document)
    return [per_job(document, "Jobs as fast as they come", "read_jobs"),
            per_job(document, "Jobs a millisecond apart, each of which expires alone", "read_jobs_apart"),
            per_call(document),
            by_window(document, "One add and max by window and keys", flatness(document),
                      lambda row: number(row["instructions"])),
            by_window(document, "Bytes held", "The same windows.", lambda row: "{:,}".format(row["held_bytes"])),
            study(document)]


def text(document):
    parts = [tables.head(document["toolchain"])]
    for title, says, columns, rows in sections(document):
        parts.append("%s\n%s\n\n%s" % (title, says, tables.text(columns, rows)))
    return "\n\n".join(parts)


def markdown(document, has_picture):
    parts = ["# What counting costs", "Written by `make overhead`, in instructions: the same digits every time.",
             "![instructions per job and per event](overhead.svg)" if has_picture else "",
             "```\n%s\n```" % tables.head(document["toolchain"])]
    for title, says, columns, rows in sections(document):
        parts.append("## %s\n\n%s\n\n%s" % (title, says, tables.markdown(columns, rows)))
    return "\n\n".join(part for part in parts if part) + "\n"
