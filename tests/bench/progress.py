# SPDX-License-Identifier: MIT
"""How far it is, for whoever waits at a terminal."""

import sys


class Progress:
    """One line on stderr, gone in the end; nothing if that is no terminal."""

    def __init__(self, name, of):
        self.name, self.of, self.done = name, of, 0

    def __enter__(self):
        self.show("%s: 0 of %d measured" % (self.name, self.of))
        return self

    def __exit__(self, *_):
        self.show("")

    def step(self):
        self.done += 1
        self.show("%s: %d of %d measured" % (self.name, self.done, self.of))

    @staticmethod
    def show(text):
        if sys.stderr.isatty():
            print("\r\033[K" + text, end="", file=sys.stderr, flush=True)
