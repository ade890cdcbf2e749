# SPDX-License-Identifier: GPL-2.0-or-later
"""Thousands of victims: one line, one stack per kind, every one in the JSON, and time that grows with their number."""

import copy
import json
import os
import pathlib
import resource
import subprocess
import tempfile
import unittest

import tap

FIXTURE = pathlib.Path(__file__).resolve().parents[1] / "rules" / "held_asleep" / "hit.json"
FEW, MANY = 5000, 20000
KINDS = 3       # of stack that the victims have


def crowd(victims):
    """The fixture's case with so many tasks behind its mutex."""
    case = json.loads(FIXTURE.read_text(encoding="utf-8"))
    facts = case["facts"]
    holder, waiter, wait = facts["tasks"][0], facts["tasks"][1], facts["waits"][1]
    for kind in range(KINDS):
        stack = copy.deepcopy(facts["stacks"][0])
        stack["frames"][3] |= {"symbol": "__mutex_lock"}
        stack["frames"][4] |= {"symbol": f"demo_use{kind}"}
        facts["stacks"].append(stack)
    facts["tasks"], facts["waits"] = [holder], [facts["waits"][0]]
    for i in range(victims):
        facts["tasks"].append(waiter | {"addr": f"{0xffff888010000000 + 0x4000 * i:#x}", "pid": 1000 + i, "tgid": 1000,
                                        "comm": f"user{i % KINDS}", "stack": 1 + i % KINDS})
        facts["waits"].append(wait | {"waiter": {"kind": "task", "task": 1 + i}})
    return case


def report(case, form):
    """(The report of a case, CPU seconds that it took)."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(case, file)
        file.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([os.environ["TEST_REPORTS"], f"--{form}", file.name], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout.decode(), after.ru_utime - before.ru_utime


class Scale(unittest.TestCase):
    """What a crowd of waiters does to a report."""

    def test_text_folds_them(self):
        text, _ = report(crowd(FEW), "text")
        lines = text.splitlines()
        self.assertLess(len(lines), 120)
        self.assertLess(lines.index("DUMP"), 40, "the summary fits a screen")
        self.assertIn(f"and {FEW - 1} more like it", text)
        self.assertIn(f"in {KINDS} kinds of stack", " ".join(text.split()))
        for kind in range(KINDS):
            self.assertEqual(text.count(f"demo_use{kind}+"), 1)

    def test_json_has_them_all(self):
        text, _ = report(crowd(FEW), "json")
        victims = json.loads(text)["verdict"]["victims"]
        self.assertEqual({v["pid"] for v in victims}, set(range(1000, 1000 + FEW)))

    def test_time_grows_with_their_number(self):
        few, many = crowd(FEW), crowd(MANY)
        for form in "text", "json":
            fast = min(report(few, form)[1] for _ in range(3))
            slow = min(report(many, form)[1] for _ in range(2))
            self.assertLess(slow, 3 * (MANY / FEW) * max(fast, 0.01), form)


if __name__ == "__main__":
    tap.main()
