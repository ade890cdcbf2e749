#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The N-th allocation fails, the N-th read fails: over the whole run on the sample.

Whatever fails: a report, or one line and the contract's status; in time, by no signal, without a leak
(in the sanitizer build).  A run makes too many reads and allocations to try each: the first ones, where
the program sets itself up, are tried all, later ones at random places, the same each time.
"""

import os
import random
import tempfile
import unittest
from pathlib import Path

import tap
from inquest import OK, SAMPLE, TOO_LITTLE, UNREADABLE, run

FAULTY = os.environ.get("INQUEST_FAULTY")
FULL = os.environ.get("HOSTILE") == "full"
# How many places in front are tried all, and how many behind them at random.
FIRST, BEHIND = (100, 100) if FULL else (25, 25)


def places(count, seed):
    """Which N to try of `count`."""
    first = range(1, min(count, FIRST) + 1)
    behind = range(FIRST + 1, count + 1)
    return [*first, *sorted(random.Random(seed).sample(behind, min(BEHIND, len(behind))))]


@unittest.skipUnless(SAMPLE.exists() and FAULTY, "no sample, or no inquest-faulty")
class Faults(unittest.TestCase):
    """One fault per run."""

    @classmethod
    def setUpClass(cls):
        with tempfile.NamedTemporaryFile() as count:
            done = run(SAMPLE, program=FAULTY, env={"INQUEST_COUNT": count.name})
            cls.whole = done.out
            cls.allocations, cls.reads = map(int, Path(count.name).read_text(encoding="ascii").split())

    def holds(self, done):
        """A report, or a refusal in one line."""
        self.assertIn(done.status, (OK, UNREADABLE, TOO_LITTLE), done)
        if done.status == OK:
            self.assertIn("VERDICT", done.out)
        else:
            self.assertRegex(done.err, r"\Ainquest: [^\n]+\n\Z")

    def test_there_is_something_to_fail(self):
        self.assertGreater(self.allocations, 100)
        self.assertGreater(self.reads, 100)

    def test_allocation(self):
        for nth in places(self.allocations, 1):
            with self.subTest(nth):
                self.holds(run(SAMPLE, program=FAULTY, env={"INQUEST_FAIL_ALLOC": str(nth)}))

    def test_no_memory_from_there_on(self):
        for nth in places(self.allocations, 2)[::3]:
            with self.subTest(nth):
                done = run(SAMPLE, program=FAULTY, env={"INQUEST_FAIL_ALLOC": f"{nth}+"})
                # No words are asked for when there is no memory at all, only a decent end.
                self.assertIn(done.status, (OK, UNREADABLE, TOO_LITTLE), done)

    def test_allocation_as_json(self):
        for nth in places(self.allocations, 3)[::5]:
            with self.subTest(nth):
                done = run("--format=json", SAMPLE, program=FAULTY, env={"INQUEST_FAIL_ALLOC": str(nth)})
                self.assertIn(done.status, (OK, UNREADABLE, TOO_LITTLE), done)

    def test_read(self):
        for nth in places(self.reads, 4):
            with self.subTest(nth):
                self.holds(run(SAMPLE, program=FAULTY, env={"INQUEST_FAIL_READ": str(nth)}))


if __name__ == "__main__":
    tap.main()
