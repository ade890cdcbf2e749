#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The twelve steps of the investigation that inquest must do alone, on the sample: docs/twelve-steps.md.

Each test is one step: what the investigator found by hand must stand in the report, with its evidence.
Names are the scenario's, from the sample's truth.json.
"""

import re
import unittest

import labdumps
import tap
from inquest import ROOT, SAMPLE, report, run, text_report

SAMPLE_DUMP = labdumps.sample()


@unittest.skipUnless(SAMPLE_DUMP, "no sample")
class TwelveSteps(unittest.TestCase):
    """Numbered as in the table."""

    @classmethod
    def setUpClass(cls):
        cls.case = report(SAMPLE)
        cls.verdict = cls.case["verdict"]
        cls.truth = SAMPLE_DUMP.truth
        cls.culprit_cpu = next(c for c in cls.case["cpus"] if c["cpu"] == cls.verdict["culprit"]["cpu"])

    def evidence(self, pattern, *kinds):
        """The evidence whose text matches; fails when there is none."""
        found = [e for e in self.case["evidence"] if re.search(pattern, e["text"]) and (not kinds or e["kind"] in kinds)]
        self.assertTrue(found, f"no evidence like /{pattern}/ among\n" + "\n".join(e["text"] for e in self.case["evidence"]))
        return found

    def chain(self, pattern):
        """The step of the chain that matches, which must have evidence."""
        found = [s for s in self.verdict["chain"] if re.search(pattern, s["text"])]
        self.assertTrue(found, f"no step like /{pattern}/ in\n" + "\n".join(s["text"] for s in self.verdict["chain"]))
        self.assertTrue(found[0]["evidence"], found[0])
        return found[0]

    def frames(self, *contexts):
        """Symbols of the culprit's CPU in stacks of these contexts."""
        return [f["symbol"] for s in self.culprit_cpu["stacks"] if not contexts or s["context"] in contexts
                for f in s["frames"]]

    def test_01_since_when_each_cpu_is_stuck(self):
        self.assertGreater(self.culprit_cpu["stuck_s"], 1)
        stuck = [c for c in self.case["cpus"] if c["stuck_s"]]
        self.assertGreaterEqual(len(stuck), 2)
        self.evidence(r"watchdog", "memory", "derived")

    def test_02_why_the_watchdog_could_not_run(self):
        self.assertEqual(self.culprit_cpu["irqs"], "off")
        self.assertIsNotNone(self.culprit_cpu["preempt_count"])
        self.evidence(r"(?i)interrupts? (are |is )?(off|disabled)|IF=0|IRQs? off")

    def test_03_ipi_waits(self):
        waits = [w for w in self.case["waits"] if w["for"]["kind"] == "ipi"]
        self.assertTrue(waits)
        for wait in waits:
            self.assertEqual(wait["holder"]["cpu"], self.culprit_cpu["cpu"])
            self.assertGreater(wait["since_s"], 1)
        self.assertTrue(any("python" == w["waiter"]["comm"] for w in waits))
        self.evidence(r"csd|call_single|call_function", "memory", "stack", "register")

    def test_04_the_root_waits_for_nobody_else(self):
        self.assertEqual(self.verdict["culprit"]["cpu"], self.truth["culprit"]["cpu"])
        self.assertTrue(all(c["state"] != "unknown" for c in self.case["cpus"]))
        lock = [w for w in self.case["waits"] if w["waiter"]["cpu"] == self.culprit_cpu["cpu"] and w["for"]["kind"] == "spinlock"]
        self.assertEqual(lock[0]["holder"]["cpu"], self.culprit_cpu["cpu"])

    def test_05_stack_split_by_context(self):
        contexts = [s["context"] for s in self.culprit_cpu["stacks"]]
        self.assertIn("task", contexts)
        self.assertTrue({"irq", "softirq"} & set(contexts))
        self.assertIn("do_exit", self.frames("task"))
        self.assertTrue(any(s and "page_fault" in s for s in self.frames()))

    def test_06_self_deadlock(self):
        function = self.truth["culprit"]["function"]
        self.assertEqual(self.frames().count(function), 2)
        self.assertEqual(self.verdict["class"], "self-deadlock")
        self.assertEqual(self.verdict["lock"]["kind"], "spinlock")

    def test_07_lock_held_on_every_path_to_the_fault(self):
        found = self.evidence(r"every path", "code")
        self.assertIn(self.truth["lock"]["name"], " ".join(e["text"] for e in found) + str(self.verdict["lock"]["name"]))

    def test_08_typed_access_path(self):
        self.assertEqual(self.verdict["fault"]["expression"], self.truth["fault"]["expression"])

    def test_09_null_proved_twice(self):
        member = self.truth["fault"]["null_member"]
        self.assertEqual(self.verdict["fault"]["null_member"].rpartition(".")[2], member)
        memory = self.evidence(rf"{member}", "memory")
        register = self.evidence(rf"{member}|\br[a-z0-9]+\b", "register")
        self.assertTrue(any(e["value"] and int(e["value"], 16) == 0 for e in memory))
        self.assertTrue(any(e["value"] and int(e["value"], 16) == 0 for e in register))

    def test_10_the_task_is_exiting(self):
        self.chain(r"(?i)exit")
        self.evidence(r"exit_state|PF_EXITING", "memory")

    def test_11_rule_that_was_broken(self):
        self.assertIn("nsproxy.h", text_report(SAMPLE))

    def test_12_told_in_order(self):
        texts = [s["text"] for s in self.verdict["chain"]]
        self.assertGreaterEqual(len(texts), 4)
        self.assertEqual([s["n"] for s in self.verdict["chain"]], list(range(1, len(texts) + 1)))
        order = [next(i for i, t in enumerate(texts) if re.search(p, t))
                 for p in (r"(?i)exit", self.truth["fault"]["null_member"], r"(?i)spin|lock|deadlock", r"(?i)IPI|soft lockup|TLB")]
        self.assertEqual(order, sorted(order))
        self.assertTrue(self.case["timeline"])

    def test_document_names_twelve(self):
        table = (ROOT / "docs" / "twelve-steps.md").read_text(encoding="utf-8")
        self.assertEqual(re.findall(r"^\| (\d+) \|", table, re.M), [str(n) for n in range(1, 13)])


if __name__ == "__main__":
    tap.main()
