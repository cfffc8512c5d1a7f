# SPDX-License-Identifier: MIT
"""bench as its users meet it: python3 test_bench.py BENCH runs that program."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BENCH = None


def bench(*arguments, **environment):
    return subprocess.run([BENCH, "--repeat", "0", *arguments], env=dict(os.environ, **environment), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/", check=False)


class Bench(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.saved = pathlib.Path(cls.folder.name, "saved.json")
        cls.first = bench("count_incoming", "--json", "--update", str(cls.saved))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def doctored(self, change):
        document = json.loads(self.saved.read_text())
        change(document)
        path = pathlib.Path(self.folder.name, "doctored.json")
        path.write_text(json.dumps(document))
        return str(path)

    def assert_refused(self, done, *words):
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertEqual(done.stdout, "")
        for word in words:
            self.assertIn(word, done.stderr)

    def test_measured_again_every_digit_is_the_same(self):
        self.assertEqual(self.first.returncode, 0, self.first.stderr)
        self.assertEqual(bench("count_incoming", "--json").stdout, self.first.stdout)

    def test_the_same_build_compares_as_equal(self):
        done = bench("count_incoming", "--compare", str(self.saved))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"count_incoming +instructions +([\d.]+) +\1 +=")

    def test_a_rise_beyond_the_limit_has_an_exit_status_of_its_own(self):
        def lower(document):
            document["figures"]["count_incoming"]["instructions"] *= 0.98
        done = bench("count_incoming", "--compare", self.doctored(lower))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("+2.04 % !", done.stdout)
        self.assertIn("1 figure rose by more than 1 %", done.stdout)
        self.assertEqual(bench("count_incoming", "--limit", "3", "--compare", self.doctored(lower)).returncode, 0)

    def test_a_counter_that_was_slowed_down_is_found(self):
        done = bench("count_incoming", "--counter", "slowed_down", "--compare", str(self.saved))
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)

    def test_an_unknown_workload_is_named_with_those_that_there_are(self):
        self.assert_refused(bench("drink_tea"), "drink_tea", "read_jobs", "count_incoming")

    def test_an_unknown_counter_is_named_with_those_that_there_are(self):
        self.assert_refused(bench("--counter", "abacus"), "abacus", "sorted_list")

    def test_figures_of_another_format_are_refused(self):
        path = self.doctored(lambda document: document.update(format=0))
        self.assert_refused(bench("count_incoming", "--compare", path), "format 0", "--update")

    def test_figures_of_another_toolchain_are_refused(self):
        path = self.doctored(lambda document: document["toolchain"].update(compiler="tcc 0.9"))
        self.assert_refused(bench("count_incoming", "--compare", path), "compiler", "tcc 0.9")

    def test_what_cannot_be_a_figure_is_refused(self):
        for value in (float("nan"), float("inf"), -5, True, "few", None):
            path = self.doctored(lambda document, value=value: document["figures"]["count_incoming"].update(instructions=value))
            self.assert_refused(bench("count_incoming", "--compare", path), "instructions of count_incoming")
        path = self.doctored(lambda document: document["figures"]["count_incoming"].pop("instructions"))
        self.assert_refused(bench("count_incoming", "--compare", path), "instructions of count_incoming")

    def test_a_limit_and_a_number_of_runs_are_not_below_0(self):
        for wrong in (("--limit", "nan"), ("--limit", "-1"), ("--limit", "much"), ("--repeat", "-1"), ("--repeat", "2.5")):
            done = bench("count_incoming", *wrong)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(wrong[1], done.stderr)

    def test_figures_of_another_counter_are_compared_and_it_is_said(self):
        path = self.doctored(lambda document: document.update(counter="abacus"))
        self.assertIn("old: abacus; new: ours", bench("count_incoming", "--compare", path).stdout)

    def test_nothing_in_common_is_not_equality(self):
        path = self.doctored(lambda document: document.update(figures={}))
        self.assert_refused(bench("count_incoming", "--compare", path), "nothing to compare", "count_incoming")

    def test_an_update_of_some_workloads_keeps_the_others(self):
        path = self.doctored(lambda document: document["figures"].update(other={"instructions": 7}))
        self.assertEqual(bench("count_incoming", "--update", path).returncode, 0)
        figures = json.loads(pathlib.Path(path).read_text())["figures"]
        self.assertEqual(figures["other"], {"instructions": 7})
        self.assertEqual(figures["count_incoming"], json.loads(self.saved.read_text())["figures"]["count_incoming"])

    def test_an_update_that_cannot_be_written_says_why(self):
        self.assertIn("/nowhere", bench("count_incoming", "--update", "/nowhere/figures.json").stderr)
        self.assertEqual(bench("count_incoming", "--update", "/nowhere/figures.json").returncode, 1)

    def test_what_has_no_figures_is_refused(self):
        for text in ("", "{\"format\": 1, \"toolchain\": {}, \"figures\": {\"read_jobs\": {\"instructions\": \"few\"}}}",
                      "[]", "{}", "{\"format\": 1, \"toolchain\": {}, \"figures\": 7}",
                      "{\"format\": 1, \"toolchain\": [], \"figures\": {}}", "{\"format\": 1, \"toolchain\": {}, \"figures\": {\"x\": 7}}"):
            path = pathlib.Path(self.folder.name, "broken.json")
            path.write_text(text)
            self.assert_refused(bench("count_incoming", "--compare", str(path)), "no figures")
        self.assert_refused(bench("count_incoming", "--compare", "/nowhere.json"), "/nowhere.json: No such file")

    def test_a_folder_without_figures_of_this_toolchain_says_how_to_record_them(self):
        done = bench("count_incoming", "--compare", self.folder.name)
        self.assertEqual(done.returncode, 4)
        self.assertIn("--update " + self.folder.name, done.stdout)

    def test_a_valgrind_that_counts_nothing_is_told_from_one_that_does(self):
        folder = pathlib.Path(self.folder.name, "fake")
        folder.mkdir()
        program = folder / "valgrind"
        version = "#!/bin/sh\n[ $1 != --version ] || exec echo valgrind-3.0\n"
        garbage = "for word; do case $word in --callgrind-out-file=*) echo 0x1 >${word#*=}.1;; esac; done\n"
        for text, told in (("#!/bin/sh\nexit 3\n", "exit status 3"), (version, "no counts"),
                           (version + "echo no callgrind >&2; exit 1\n", "no callgrind"),
                           (version + garbage, "cannot be read")):
            program.write_text(text)
            program.chmod(0o755)
            self.assert_refused(bench("count_incoming", PATH="%s:%s" % (folder, os.environ["PATH"])), told)

    def test_without_valgrind_it_says_what_to_install(self):
        self.assert_refused(bench("count_incoming", PATH=self.folder.name), "apt-get install valgrind")


if __name__ == "__main__":
    BENCH = os.path.abspath(sys.argv.pop(1))
    unittest.main()
