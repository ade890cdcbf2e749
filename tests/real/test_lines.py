#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Source lines on the sample's stacks are those that binutils' addr2line finds.

Skipped unless the debug vmlinux of the sample's kernel is in the lab's cache (lab/debug-vmlinux).
"""

import json
import re
import shutil
import subprocess
import unittest

import labdumps
import tap
from inquest import SAMPLE, report, run


def vmlinux():
    """The sample's vmlinux with DWARF; None: not in the cache."""
    if not SAMPLE.exists() or not shutil.which("addr2line"):
        return None
    path = labdumps.cache().parent / "debug" / report(SAMPLE)["dump"]["release"] / "vmlinux"
    return path if path.exists() else None


def kaslr():
    """How far the sample's image was moved."""
    info = run("sym", SAMPLE, "_stext").out
    return int(info.split()[0], 16) - 0xFFFFFFFF81000000


@unittest.skipUnless(vmlinux(), "the debug vmlinux is not here")
class Lines(unittest.TestCase):
    """One report, and one run of addr2line."""

    @classmethod
    def setUpClass(cls):
        cls.report = json.loads(run("--format=json", f"--vmlinux={vmlinux()}", SAMPLE).out)
        frames = [frame for stack in cls.report["facts"]["stacks"] for frame in stack["frames"]]
        cls.frames = [frame for frame in frames if frame.get("source") and not frame.get("module")]
        where = [int(f["ip"], 16) - (0 if f.get("exact_ip") else 1) - kaslr() for f in cls.frames]
        done = subprocess.run(["addr2line", "-e", vmlinux(), *map(hex, where)], text=True, capture_output=True,
                              timeout=300, check=True)
        cls.theirs = [re.sub(r" \(discriminator .*", "", line) for line in done.stdout.splitlines()]

    def test_there_are_lines(self):
        self.assertEqual(self.report["dump"]["lines"], "dwarf")
        self.assertGreater(len(self.frames), 20)

    def test_same_as_addr2line(self):
        for frame, theirs in zip(self.frames, self.theirs):
            with self.subTest(f"{frame['symbol']}+{frame.get('offset', 0)}"):
                self.assertTrue(theirs.endswith(frame["source"].removeprefix("./")), f"{frame}: {theirs}")

    def test_inlined_functions(self):
        self.assertTrue(any("() inlined at kernel/" in frame.get("inlined", "") for frame in self.frames))


if __name__ == "__main__":
    tap.main()
