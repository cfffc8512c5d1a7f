# SPDX-License-Identifier: MIT
"""peers as its users meet it: python3 test_peers.py PEERS runs that program."""

import json
import os
import subprocess
import sys
import unittest

PEERS = None


def peers(*arguments, **environment):
    return subprocess.run([PEERS, "--repeat", "0", *arguments], env=dict(os.environ, **environment), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/", check=False)


class Peers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        first = peers("--json")
        if first.returncode != 0:
            raise AssertionError(first.stderr)
        cls.document = json.loads(first.stdout)
        cls.figures = cls.document["figures"]

    def test_measured_again_every_digit_is_the_same(self):
        self.assertEqual(json.loads(peers("--json", SOMETHING="else").stdout), self.document)

    def test_disq_allocates_nothing_and_counting_makes_no_system_calls(self):
        for name in ("disq", "disq_counting", "worker", "worker_counting", "worker_16"):
            self.assertEqual(self.figures[name]["allocations"], 0, name)
        self.assertEqual(self.figures["disq"]["system_calls"], self.figures["disq_counting"]["system_calls"])

    def test_hiredis_alone_writes_and_reads_twice_a_job(self):
        for name in ("redisCommand", "redisCommandArgv"):
            self.assertEqual(self.figures[name]["system_calls"], 4, name)

    def test_a_worker_acknowledges_with_the_next_request(self):
        self.assertEqual(self.figures["worker"]["system_calls"], 2)  # send and recv
        self.assertEqual(self.figures["worker_16"]["system_calls"], 2 / 16)

    def test_without_valgrind_it_says_so(self):
        done = peers(PATH="/nonexistent")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("apt-get install valgrind", done.stderr)


if __name__ == "__main__":
    PEERS = os.path.abspath(sys.argv.pop(1))
    unittest.main()
