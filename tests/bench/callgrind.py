# SPDX-License-Identifier: MIT
"""Runs a program under callgrind, and reads what callgrind wrote: what each instruction, line and call cost."""

import collections
import pathlib
import shutil
import subprocess
import tempfile

# Counts repeat to the instruction when nothing around the program varies: hence an environment of its own, with
# symbols bound at the start, and processor features masked down to what every x86-64 has, because glibc picks its
# memcpy by them.
MASKED = "-AVX2,-ERMS,-AVX_Fast_Unaligned_Load"
ENVIRONMENT = {"LD_BIND_NOW": "1", "GLIBC_TUNABLES": "glibc.cpu.hwcaps=" + MASKED}


class Failure(Exception):
    """What cannot be measured, and why."""


class Profile:
    """What one measured stretch cost. Functions are known by their names, lines by file and number."""

    def __init__(self):
        self.total = 0
        self.lines = collections.defaultdict(collections.Counter)  # (function, file, line): cost by address
        self.own = collections.Counter()  # function: cost without what it called
        self.line_calls = collections.Counter()  # (function, file, line): cost of what it called, but for itself
        self.calls = collections.Counter()  # (caller, callee): how often
        self.called = collections.Counter()  # (caller, callee): cost, with what the callee called

    def inclusive_of(self, is_wanted):
        """The cost of all calls from other functions into those that are wanted."""
        return sum(cost for (caller, callee), cost in self.called.items() if is_wanted(callee) and not is_wanted(caller))

    def calls_of(self, function):
        return sum(count for (_, callee), count in self.calls.items() if callee == function)


def read(text):
    """Reads callgrind's format as `run` asks for it: nothing abbreviated, with addresses."""
    profile = Profile()
    function = file = callee = None
    call_count = 0
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if line[:2] == "0x":
            address, number, cost = line.split()
            if callee is not None:
                profile.calls[function, callee] += call_count
                profile.called[function, callee] += int(cost)
                if callee != function:  # whose lines have that already
                    profile.line_calls[function, file, int(number)] += int(cost)
                callee = None
            else:
                profile.lines[function, file, int(number)][address] += int(cost)
                profile.own[function] += int(cost)
        elif equals and key == "fn":
            function = value
        elif equals and key in ("fl", "fi", "fe"):
            file = value
        elif equals and key == "cfn":
            callee_name = value
        elif equals and key == "calls":
            call_count, callee = int(value.split()[0]), callee_name
        elif line.startswith("totals:"):
            profile.total = int(line.split()[1])
    return profile


def merged(profiles):
    """Several as one."""
    total = Profile()
    for profile in profiles:
        total.total += profile.total
        for line, by_address in profile.lines.items():
            total.lines[line].update(by_address)
        for name in ("own", "line_calls", "calls", "called"):
            getattr(total, name).update(getattr(profile, name))
    return total


def valgrind():
    path = shutil.which("valgrind")
    if path is None:
        raise Failure("valgrind is needed to count instructions, and not installed: apt-get install valgrind")
    return path


def version():
    done = subprocess.run([valgrind(), "--version"], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise Failure("valgrind cannot be run: exit status %d" % done.returncode)
    return done.stdout.strip()


def read_file(path, command):
    try:
        return read(path.read_text())
    except ValueError as error:
        raise Failure("valgrind wrote counts that cannot be read, for: %s" % " ".join(command)) from error


def run(command, options=(), toggles=("measured",)):
    """The profiles of all calls of the function `measured`, and what the program printed."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        out = pathlib.Path(folder, "out")
        arguments = [valgrind(), "--quiet", "--tool=callgrind", "--callgrind-out-file=%s" % out, "--dump-instr=yes",
                     "--compress-strings=no", "--compress-pos=no", "--zero-before=measured", "--dump-after=measured"]
        arguments += ["--toggle-collect=" + name for name in toggles]
        done = subprocess.run(arguments + list(options) + ["--"] + list(command), env=ENVIRONMENT, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            raise Failure("under valgrind, this failed: %s\n%s" % (" ".join(command), done.stderr.strip()))
        parts = sorted(out.parent.glob("out.*"), key=lambda part: int(part.suffix[1:]))
        if not parts:
            raise Failure("valgrind wrote no counts for: %s" % " ".join(command))
        return [read_file(part, command) for part in parts], done.stdout
