# SPDX-License-Identifier: MIT
"""overhead as its users meet it: python3 test_overhead.py OVERHEAD runs that program."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

import chart
import overhead_report

OVERHEAD = None


def overhead(*arguments, **environment):
    return subprocess.run([OVERHEAD, "--quick", *arguments], env=dict(os.environ, **environment), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/", check=False)


class Overhead(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.holder.name)
        cls.first = overhead("--into", str(cls.folder))
        if cls.first.returncode != 0:
            raise AssertionError(cls.first.stderr)
        cls.document = json.loads(cls.folder.joinpath("overhead.json").read_text())

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    def figures(self, name, counter="ours"):
        return self.document["counters"][counter][name]

    def test_measured_again_every_digit_is_the_same(self):
        self.assertEqual(json.loads(overhead("--json").stdout), self.document)

    def test_it_says_what_it_wrote(self):
        self.assertIn("overhead: wrote overhead.md, overhead.json in %s" % self.folder, self.first.stderr)

    def test_where_it_cannot_write_it_does_not_measure(self):
        done = overhead("--into", "/dev/null/there")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("/dev/null/there: Not a directory", done.stderr)

    def test_the_head_names_what_it_was_measured_with(self):
        for what in self.document["toolchain"].values():
            self.assertIn(what, self.first.stdout)

    def test_every_table_of_the_terminal_is_in_the_markdown(self):
        written = self.folder.joinpath("overhead.md").read_text()
        for section in overhead_report.sections(self.document):
            self.assertIn(section.title, self.first.stdout)
            for row in section.rows:
                self.assertIn("| %s |" % " | ".join(row), written)

    def test_counting_adds_little_and_neither_memory_nor_system_calls_nor_clock_reads(self):
        off, on = self.figures("read_jobs"), self.figures("read_jobs_counting")
        self.assertLessEqual(on["instructions"] - off["instructions"], 350)
        for key in ("allocations", "sends", "receives", "waits", "clock_reads"):
            self.assertEqual(on[key], off[key], key)

    def test_what_is_added_is_the_counter_and_a_remainder(self):
        section = overhead_report.sections(self.document)[0]
        for row in section.rows[1:]:
            added, counter, caller = (float(row[i].replace(",", "")) for i in (2, 4, 5))
            self.assertAlmostEqual(added, counter + caller, delta=2)  # each is rounded

    def test_the_picture_is_one_file_for_light_and_dark(self):
        document = json.loads(json.dumps(self.document))
        for figures in document["counters"].values():
            for keys in ("1_key", "1000_keys"):
                for events in (100000, 1000000):
                    figures["counter_%d_events_%s" % (events, keys)] = figures["counter_10000_events_" + keys]
        drawn = chart.draw(document)
        xml.etree.ElementTree.fromstring(drawn)
        self.assertIn("prefers-color-scheme: dark", drawn)
        self.assertEqual(drawn.count("http"), 1)  # the namespace's name

    def test_what_the_readme_shows_is_drawn_from_the_figures_beside_it(self):
        docs = pathlib.Path(__file__).parents[2] / "docs"
        document = json.loads(docs.joinpath("overhead.json").read_text())
        self.assertEqual(docs.joinpath("overhead.svg").read_text(), chart.draw(document))
        self.assertEqual(docs.joinpath("overhead.md").read_text(), overhead_report.markdown(document, has_picture=True))

    def test_without_valgrind_it_says_what_to_install(self):
        done = overhead(PATH=str(self.folder))
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("apt-get install valgrind", done.stderr)


if __name__ == "__main__":
    OVERHEAD = os.path.abspath(sys.argv.pop(1))
    unittest.main()
