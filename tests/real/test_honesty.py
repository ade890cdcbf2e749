#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a report says of itself holds: counts, times, states, gaps."""

import re
import unittest

import labdumps
import tap
from inquest import report, run


class Honesty(unittest.TestCase):
    """Each dump."""

    def each(self):
        """(dump, report)s, each as a subtest of its own."""
        for dump in labdumps.everything():
            with self.subTest(dump.name):
                yield dump, report(dump.vmcore)

    def test_dump_is_what_its_log_says(self):
        for dump, case in self.each():
            log = run("log", dump.vmcore).out
            self.assertIn(f"Linux version {case['dump']['release']} ", log)
            cpus = re.search(r"smp: Brought up \d+ nodes?, (\d+) CPUs", log)
            if cpus:
                self.assertEqual(case["dump"]["cpus"], int(cpus.group(1)))
                self.assertEqual([c["cpu"] for c in case["cpus"]], list(range(int(cpus.group(1)))))

    def test_uptime_is_that_of_the_log(self):
        for dump, case in self.each():
            times = [float(t) for t in re.findall(r"^\[\s*(\d+\.\d+)\]", run("log", dump.vmcore).out, re.M)]
            self.assertGreater(case["dump"]["uptime_s"], times[-1] - 2)
            self.assertLess(case["dump"]["uptime_s"], times[-1] + 120)

    def test_tasks_are_counted(self):
        for dump, case in self.each():
            lines = run("tasks", dump.vmcore).out.splitlines()
            self.assertLessEqual(abs(len(lines) - case["dump"]["tasks"]), 3 + case["dump"]["cpus"])

    def test_timeline_runs_forward(self):
        for _, case in self.each():
            times = [event["t_s"] for event in case["timeline"] if event["t_s"] is not None]
            self.assertEqual(times, sorted(times))
            self.assertTrue(all(t <= case["dump"]["uptime_s"] + 1 for t in times))

    def test_idle_cpu_runs_swapper(self):
        for _, case in self.each():
            for cpu in case["cpus"]:
                if cpu["state"] == "idle":
                    self.assertEqual(cpu["task"]["pid"], 0, cpu)

    def test_ipi_wait_is_in_the_stack(self):
        for _, case in self.each():
            for cpu in case["cpus"]:
                if cpu["state"] == "ipi-wait":
                    symbols = " ".join(f["symbol"] or "" for s in cpu["stacks"] for f in s["frames"])
                    self.assertRegex(symbols, "smp_call_function|csd_lock_wait|on_each_cpu", cpu)

    def test_victims_wait_and_the_culprit_is_none_of_them(self):
        for _, case in self.each():
            verdict = case["verdict"]
            pids = [v["pid"] for v in verdict["victims"]]
            self.assertEqual(len(pids), len(set(pids)))
            if verdict["culprit"]:
                self.assertNotIn(verdict["culprit"]["pid"], pids)


if __name__ == "__main__":
    tap.main()
