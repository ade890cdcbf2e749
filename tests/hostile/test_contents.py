#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The sample's kernel memory reads wrong: words, pages, page tables; see damage.c.

The files of test_damage.py mostly end where the program sets itself up; here all that the later floors read is
hit, too.  Every run ends in time, within its memory, with a valid report or one line; tests/hostile/soak does
the same on any dumps, for as long as one likes.
"""

import os
import random
import unittest

import contents
import tap
from inquest import SAMPLE

FAULTY = os.environ.get("INQUEST_FAULTY")
ROUNDS = 300 if os.environ.get("HOSTILE") == "full" else 40


@unittest.skipUnless(SAMPLE.exists() and FAULTY, "no sample, or no inquest-faulty")
class Contents(unittest.TestCase):
    """One damage per run."""

    def holds(self, damage, verb=()):
        """Nothing that must not be."""
        done = contents.attempt(FAULTY, SAMPLE, damage, verb)
        self.assertEqual(done.faults, [], f"INQUEST_DAMAGE={damage} {done.words}")
        return done

    def test_undamaged_it_is_what_it_was(self):
        self.assertEqual(self.holds(None).verdict[:2], ("self-deadlock", "null-dereference"))

    def test_reports(self):
        rng = random.Random(1)
        reports = 0
        for number in range(ROUNDS):
            with self.subTest(number):
                reports += bool(self.holds(contents.order(rng)).verdict)
        # else the later floors have seen nothing of it
        self.assertGreater(reports, ROUNDS // 3)

    def test_verbs(self):
        rng = random.Random(2)
        for number in range(ROUNDS // 4):
            with self.subTest(number):
                self.holds(contents.order(rng), rng.choice(contents.VERBS))


if __name__ == "__main__":
    tap.main()
