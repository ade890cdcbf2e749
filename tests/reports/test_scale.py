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
FEW, MANY = 4000, 32000
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


def ring(tasks):
    """So many tasks in one cycle, each with a mutex that its neighbour wants."""
    case = crowd(tasks)
    facts = case["facts"]
    for i in range(tasks):
        facts["waits"][1 + i]["resource"] = len(facts["resources"])
        facts["holds"].append({"resource": len(facts["resources"]), "holder": {"kind": "task", "task": 1 + (i + 1) % tasks},
                               "how": "field", "conf": "certain", "frame": 4})
        facts["resources"].append({"kind": "mutex", "addr": f"{0xffff888050000000 + 0x40 * i:#x}", "word": "0x1"})
    return case


def strangers(tasks):
    """So many tasks, each behind a mutex of its own that nobody is known to hold."""
    case = ring(tasks)
    case["facts"]["holds"] = []
    return case


def report(case, form, runs=1):
    """(The report of a case, CPU seconds that it took: the least of some runs)."""
    times = []
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(json.dumps(case))
        file.flush()
        for _ in range(runs):
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            done = subprocess.run([os.environ["TEST_REPORTS"], f"--{form}", file.name], check=True, capture_output=True)
            times.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
    return done.stdout.decode(), min(times)


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
        for make, form in (crowd, "text"), (crowd, "json"), (ring, "text"), (strangers, "text"):
            with self.subTest(f"{make.__name__}, {form}"):
                _, fast = report(make(FEW), form, 3)
                _, slow = report(make(MANY), form)
                # the square of their number would take 8 * 8 times as long
                self.assertLess(slow, 4 * (MANY / FEW) * max(fast, 0.01))


if __name__ == "__main__":
    tap.main()
