#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The sample with damaged bytes: whatever they say, a report or one line, in time, by no signal.

Headers are damaged bit by bit; in kernel memory, where the program follows pointers, words are replaced
by what hurts most: NULL, all ones, addresses that point into the dump, huge counts.  For that the sample's
pages are unpacked first.
"""

import os
import random
import struct
import tempfile
import unittest
from pathlib import Path

import rawdump
import tap
from inquest import OK, SAMPLE, TOO_LITTLE, UNREADABLE, report, run

FULL = os.environ.get("HOSTILE") == "full"
ROUNDS = 80 if FULL else 20
# Words that lists, counts and sizes go wrong with.
WORDS = (0, 1, 8, 0xffffffffffffffff, 0x8000000000000000, 0x7fffffffffffffff, 0xffffffff, 0x0000000100000000,
         0xdead000000000100, 0xffff888000000000, 0xffffffff81000000, 0xfffffffffffffff8)


class Damage(unittest.TestCase):
    """One damaged copy per run."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name) / "vmcore"

    def survives(self, patches, *args):
        """Runs on the copy with `patches` (offset, bytes), and undoes them."""
        with open(self.path, "r+b") as file:
            old = []
            for offset, new in patches:
                file.seek(offset)
                old.append((offset, file.read(len(new))))
                file.seek(offset)
                file.write(new)
            file.flush()
            done = run(*args, self.path)
            for offset, content in reversed(old):
                file.seek(offset)
                file.write(content)
        self.assertIn(done.status, (OK, UNREADABLE, TOO_LITTLE), done)
        if done.status != OK:
            self.assertRegex(done.err, r"\Ainquest: [^\n]+\n\Z")

    def copy(self):
        """A copy of the sample to damage; its size."""
        self.path.write_bytes(SAMPLE.read_bytes())
        return self.path.stat().st_size

    def test_flipped_bits_in_the_headers(self):
        self.copy()
        rng = random.Random(1)
        for _ in range(ROUNDS):
            offset, bit = rng.randrange(16384), rng.randrange(8)
            with self.subTest(f"byte {offset} bit {bit}"):
                with open(self.path, "rb") as file:
                    file.seek(offset)
                    byte = file.read(1)[0]
                self.survives([(offset, bytes([byte ^ 1 << bit]))])

    def test_header_words(self):
        self.copy()
        rng = random.Random(2)
        for _ in range(ROUNDS):
            offset, word = rng.randrange(0, 8192, 4), rng.choice(WORDS)
            with self.subTest(f"byte {offset} = {word:#x}"):
                self.survives([(offset, struct.pack("<Q", word))])

    def test_noise_all_over(self):
        size = self.copy()
        rng = random.Random(3)
        for number in range(ROUNDS // 2):
            with self.subTest(number):
                self.survives([(rng.randrange(16384, size - 8), rng.randbytes(8)) for _ in range(200)])

    def test_zeroed_stretch(self):
        size = self.copy()
        rng = random.Random(4)
        for number in range(ROUNDS // 4):
            with self.subTest(number):
                self.survives([(rng.randrange(0, size - 65536), bytes(65536))])

    def test_wild_words_in_kernel_memory(self):
        pages_at = rawdump.unpack(SAMPLE, self.path)
        self.assertEqual(report(self.path)["verdict"]["chain"], report(SAMPLE)["verdict"]["chain"])
        size = self.path.stat().st_size
        rng = random.Random(5)
        for number in range(ROUNDS * 2):
            # From here and there a wild word to little that is still right.
            with self.subTest(number):
                self.survives([(rng.randrange(pages_at, size - 8, 8), struct.pack("<Q", rng.choice(WORDS)))
                               for _ in range(rng.choice((100, 3000, 100000)))])


if __name__ == "__main__":
    tap.main()
