#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every check.crash of the sample's report, typed into Debian's crash, shows the fact too.

Skipped unless crash is installed and the debug vmlinux of the sample's kernel is in the lab's cache:
`make bench` fetches both.
"""

import re
import shutil
import subprocess
import unittest

import labdumps
import tap
from facts import shows
from inquest import SAMPLE, report

MARK = "=== evidence "


def vmlinux():
    """crash's vmlinux for the sample; None: not in the cache."""
    if not SAMPLE.exists() or not shutil.which("crash"):
        return None
    path = labdumps.cache().parent / "debug" / report(SAMPLE)["dump"]["release"] / "vmlinux"
    return path if path.exists() else None


@unittest.skipUnless(vmlinux(), "crash, or the debug vmlinux that it needs, is not here")
class Crash(unittest.TestCase):
    """One session of crash for all."""

    @classmethod
    def setUpClass(cls):
        cls.evidence = {e["id"]: e for e in report(SAMPLE)["evidence"] if e["check"]["crash"]}
        # crash knows no module's symbols without the module's file; addresses do without.
        lines = [f"!echo '{MARK}{name}'\n{e['check']['crash']}" for name, e in cls.evidence.items()]
        done = subprocess.run(["crash", "-s", vmlinux(), SAMPLE], input="\n".join(lines) + "\nquit\n", text=True,
                              capture_output=True, timeout=300, check=False)
        parts = re.split(rf"^{MARK}(\w+)$", done.stdout, flags=re.M)
        cls.outputs = dict(zip(parts[1::2], parts[2::2]))

    def test_every_command_ran(self):
        self.assertEqual(list(self.outputs), list(self.evidence))

    def test_shows_the_fact(self):
        for name, evidence in self.evidence.items():
            with self.subTest(f"{name}: {evidence['check']['crash']}"):
                output = self.outputs.get(name, "")
                if "invalid task or pid value" in output:
                    self.skipTest("Debian's crash finds few tasks of this kernel")
                if evidence["kind"] == "stack":  # how well crash unwinds is its own affair
                    self.assertIn("PID: ", output)
                else:
                    self.assertNotRegex(output, r"(?m)^(?:rd|struct|dis|log|Usage|gdb): ")
                    self.assertTrue(shows(evidence, output, decimal=True), f"{evidence}\n{output[:1500]}")


if __name__ == "__main__":
    tap.main()
