#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The stacks of the CPUs in the report. Against the kernel's own: test_backtrace_vs_log.py."""

import unittest

import labdumps
import tap
from inquest import report

STACK_SIZE = 16384


class Stacks(unittest.TestCase):
    """Each dump."""

    def test_every_cpu_has_a_stack_that_ends_well(self):
        for dump in labdumps.everything():
            for cpu in report(dump.vmcore)["cpus"]:
                with self.subTest(f"{dump.name} CPU {cpu['cpu']}"):
                    frames = [f for s in cpu["stacks"] for f in s["frames"]]
                    self.assertTrue(frames or cpu["state"] == "user")
                    self.assertIn(frames[0]["how"] if frames else None, ("regs", None))

    def test_stack_pointers_grow_but_where_the_stack_changes(self):
        for dump in labdumps.everything():
            for cpu in report(dump.vmcore)["cpus"]:
                for stack in cpu["stacks"]:
                    places = [int(f["sp"], 16) for f in stack["frames"] if f["sp"]]
                    back = [(a, b) for a, b in zip(places, places[1:]) if 0 <= a - b < STACK_SIZE]
                    with self.subTest(f"{dump.name} CPU {cpu['cpu']} {stack['context']}"):
                        self.assertEqual(back, [])


if __name__ == "__main__":
    tap.main()
