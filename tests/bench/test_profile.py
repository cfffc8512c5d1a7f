# SPDX-License-Identifier: MIT
"""profile as its users meet it: python3 test_profile.py PROFILE KNOWN, which is a program whose counts are known."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

PROFILE, KNOWN = None, None


def profile(*arguments, **environment):
    return subprocess.run([PROFILE, *arguments], env=dict(os.environ, **environment), text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, cwd="/", check=False)


def rows_of(*arguments):
    done = profile(*arguments, "--json")
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


class KnownByHand(unittest.TestCase):
    """known.S: `measured` calls `known` three times, whose loop calls `helper` ten times; a line of it runs every other
    time."""

    def test_hits_and_instructions_are_those_counted_by_hand(self):
        document = rows_of("--program", KNOWN, "known", "known")
        counted = {row["source"].strip(): (row["hits"], row["instructions"]) for row in document["lines"] if row["hits"]}
        self.assertEqual(counted, {
            "push %rbx": (3, 3),
            "mov $10, %ebx": (3, 3),
            "call helper": (30, 30 + 30 * 4),  # with the four instructions of helper
            "nop; nop": (30, 60),
            "test $1, %bl; jz .Leven": (30, 60),
            "nop": (15, 15),
            "dec %ebx; jnz .Lloop": (30, 60),
            "pop %rbx": (3, 3),
            "ret": (3, 3),
        })
        self.assertEqual((document["calls"], document["instructions"]), (3, 357))

    def test_per_hit_and_percent_follow(self):
        done = profile("--program", KNOWN, "known", "known")
        self.assertRegex(done.stdout, r"\n +\d+ +30 +150 +5\.0 +42\.0 +call helper\n")
        self.assertRegex(done.stdout, r"\n +\d+ +\.Lloop:\n")

    def test_functions_are_listed_by_what_they_take_themselves(self):
        listed = rows_of("--program", KNOWN, "known")["functions"]
        self.assertEqual([(row["function"], row["calls"], row["own"], row["inclusive"]) for row in listed],
                         [("known", 3, 237, 357), ("helper", 30, 120, 120), ("measured", 1, 4, 361)])

    def test_a_flame_is_as_wide_as_it_is_dear(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "flame.svg")
            self.assertEqual(profile("--program", KNOWN, "known", "--flame", str(path)).returncode, 0)
            drawn = path.read_text()
        tree = xml.etree.ElementTree.fromstring(drawn)
        space = {"svg": "http://www.w3.org/2000/svg"}
        frames = {frame.get("data-name"): frame for frame in tree.findall("svg:g", space)}
        self.assertEqual({name: int(frame.get("data-cost")) for name, frame in frames.items()},
                         {"measured": 361, "known": 357, "helper": 120})
        widths = {name: float(frame.find("svg:rect", space).get("width")) for name, frame in frames.items()}
        self.assertAlmostEqual(widths["helper"] / widths["measured"], 120 / 361, delta=0.001)
        self.assertNotIn("src=", drawn)
        self.assertNotIn("href", drawn)


class OfTheClient(unittest.TestCase):
    def test_a_job_is_one_hit_of_the_counter(self):
        document = rows_of("read_jobs", "disq_counter_add")
        self.assertEqual((document["workload"], document["calls"]), ("read_jobs_counting", 1000))
        hits = {row["source"].strip(): row["hits"] for row in document["lines"]}
        self.assertEqual(hits["advance(counter, now);"], 1000)

    def test_a_difference_shows_what_counting_added_to_each_line(self):
        rows = rows_of("read_jobs", "disq_origins_received", "--diff")["lines"]
        added = {row["source"].strip(): row["instructions"] - row["instructions_off"] for row in rows}
        call = next(line for line in added if line.startswith("disq_counter_add("))
        self.assertGreater(added[call], rows_of("read_jobs", "disq_counter_add")["instructions"])
        self.assertLess(added[call], 1.2 * sum(added.values()))
        self.assertIn("Change", profile("read_jobs", "disq_origins_received", "--diff").stdout)

    def test_the_cluster_is_measured_when_asked_for(self):
        self.assertGreaterEqual(rows_of("read_jobs", "cmd_getjob", "--cluster", "--off")["calls"], 1000)

    def test_the_same_again(self):
        self.assertEqual(profile("addjob", "disq_addjob").stdout, profile("addjob", "disq_addjob").stdout)


class Refused(unittest.TestCase):
    def assert_refused(self, done, *words):
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        for word in words:
            self.assertIn(word, done.stderr)

    def test_an_unknown_workload_is_named_with_those_that_there_are(self):
        self.assert_refused(profile("drink_tea", "disq_getjob"), "drink_tea", "read_jobs")

    def test_a_function_that_is_not_called_is_named_with_those_like_it(self):
        self.assert_refused(profile("addjob", "disq_addjb"), "disq_addjb", "disq_addjob")

    def test_a_function_like_none_says_how_to_list_those_that_are_called(self):
        self.assert_refused(profile("addjob", "xyzzy"), "xyzzy is not called", "profile addjob")

    def test_a_flame_that_cannot_be_drawn_there_says_why(self):
        self.assert_refused(profile("addjob", "--flame", "/nowhere/flame.svg"), "/nowhere/flame.svg: No such file")

    def test_a_difference_needs_two(self):
        self.assert_refused(profile("addjob", "disq_addjob", "--diff"), "--off")

    def test_without_valgrind_it_says_what_to_install(self):
        self.assert_refused(profile("addjob", "disq_addjob", PATH="/nowhere"), "apt-get install valgrind")


if __name__ == "__main__":
    KNOWN = os.path.abspath(sys.argv.pop(2))
    PROFILE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
