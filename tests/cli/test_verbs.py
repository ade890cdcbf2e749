#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The verbs on the sample: each shows its piece, and bad arguments are told in one line."""

import re
import unittest

import tap
from inquest import OK, SAMPLE, USAGE, report, run


@unittest.skipUnless(SAMPLE.exists(), "no sample")
class Verbs(unittest.TestCase):
    """What they show, in few words."""

    def shows(self, *args):
        """The output of a verb that must work."""
        done = run(args[0], SAMPLE, *args[1:])
        self.assertEqual(done.status, OK, done)
        # A record of the log that was being written may be lost, and is told.
        self.assertEqual(re.sub(r"inquest: .* log records could not be read\n", "", done.err), "", done)
        return done.out

    def test_log_holds_the_banner(self):
        self.assertIn("Linux version " + report(SAMPLE)["dump"]["release"], self.shows("log"))

    def test_tasks_lists_them_all(self):
        out = self.shows("tasks")
        self.assertIn("kthreadd", out)
        self.assertGreaterEqual(len(out.splitlines()), report(SAMPLE)["dump"]["tasks"])

    def test_bt_of_all_cpus_holds_each_frame_of_the_report(self):
        out = self.shows("bt", "-a")
        for cpu in report(SAMPLE)["cpus"]:
            for stack in cpu["stacks"]:
                for frame in stack["frames"]:
                    if frame["symbol"]:
                        self.assertIn(frame["symbol"], out)

    def test_sym_goes_both_ways(self):
        out = self.shows("sym", "init_task")
        address = next(word for word in out.split() if word.removeprefix("0x").startswith("ffff"))
        self.assertIn("init_task", self.shows("sym", address))

    def test_struct_tells_layout_and_content(self):
        self.assertIn("nsproxy", self.shows("struct", "task_struct"))
        address = report(SAMPLE)["cpus"][0]["task"]["address"]
        self.assertIn("comm", self.shows("struct", "task_struct", address))
        self.assertIn("pid", self.shows("struct", "task_struct.pid", address))

    def test_read_shows_memory(self):
        address = report(SAMPLE)["cpus"][0]["task"]["address"]
        self.assertIn(address.removeprefix("0x").lstrip("0"), self.shows("read", address))

    def test_dis_shows_instructions(self):
        self.assertRegex(self.shows("dis", "schedule"), r"\bret\b|\bjmp\b")

    def test_bad_arguments_are_told(self):
        cases = {
            "unknown symbol": ["sym", "no_such_symbol_at_all"],
            "unknown struct": ["struct", "no_such_struct"],
            "unknown member": ["struct", "task_struct.no_such_member"],
            "unmapped address": ["read", "0xffff000000000000"],
            "NULL": ["read", "0"],
            "no address": ["read", "zzz"],
            "wrapping range": ["read", "0xfffffffffffffff8", "--count", "64"],
            "huge count": ["read", "init_task", "--count", "0xffffffffffffffff"],
            "negative count": ["read", "init_task", "--count", "-8"],
            "size 0": ["read", "init_task", "--size", "0"],
            "size 3": ["read", "init_task", "--size", "3"],
            "struct at an unmapped address": ["struct", "task_struct", "0x10"],
            "dis of data": ["dis", "0x10"],
            "bt of no task": ["bt", "999999999"],
        }
        for name, (verb, *args) in cases.items():
            with self.subTest(name):
                done = run(verb, SAMPLE, *args)
                self.assertNotEqual(done.status, OK, done)
                self.assertEqual(len(done.err.splitlines()), 1, done)
                self.assertTrue(done.err.startswith("inquest: "), done)

    def test_missing_arguments_are_usage_errors(self):
        for verb in ("sym", "struct", "read", "dis"):
            with self.subTest(verb):
                done = run(verb, SAMPLE)
                self.assertEqual(done.status, USAGE, done)
                self.assertRegex(done.err, "^inquest: ")


if __name__ == "__main__":
    tap.main()
