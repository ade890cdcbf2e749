#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The verdict on real dumps is what truth.json says, and nobody innocent is accused."""

import re
import unittest

import labdumps
import tap
from inquest import report, schema_faults, text_report

# 'possible' is allowed where truth asks for more only if it says so.
RANK = {"possible": 1, "likely": 2, "certain": 3}


def differences(expected, found, path=""):
    """Where `found` is not what `expected` asks for; members that it doesn't name may be anything."""
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            return [f"{path}: want {expected}, have {found}"]
        return [line for key, value in expected.items()
                for line in differences(value, found.get(key), f"{path}.{key}" if path else key)]
    return [] if expected == found else [f"{path}: want {expected!r}, have {found!r}"]


class Verdict(unittest.TestCase):
    """Each dump."""

    def test_there_is_a_sample(self):
        self.assertIsNotNone(labdumps.sample(), "samples/ holds no vmcore")

    def test_is_the_truth(self):
        for dump in labdumps.everything():
            with self.subTest(dump.name):
                verdict, truth = report(dump.vmcore)["verdict"], dump.truth
                faults = differences({key: truth.get(key) for key in ("class", "trigger")}, verdict)
                for key in ("culprit", "lock", "fault"):
                    if truth.get(key):
                        faults += differences(truth[key], verdict[key], key)
                self.assertEqual(faults, [])
                self.assertGreaterEqual(RANK[verdict["confidence"]], RANK[truth.get("confidence", "possible")])

    def test_accuses_no_innocent(self):
        for dump in labdumps.everything():
            with self.subTest(dump.name):
                verdict = report(dump.vmcore)["verdict"]
                comm = (verdict["culprit"] or {}).get("comm")
                self.assertNotIn(comm, dump.truth.get("innocents", []))
                for finding in report(dump.vmcore)["findings"]:
                    if verdict["class"] == "none":
                        self.assertEqual(finding["confidence"], "possible", finding)

    def test_is_of_the_schema(self):
        for dump in labdumps.everything():
            with self.subTest(dump.name):
                self.assertEqual(schema_faults(report(dump.vmcore)), [])

    def test_every_reference_leads_somewhere(self):
        for dump in labdumps.everything():
            with self.subTest(dump.name):
                case = report(dump.vmcore)
                evidence = {e["id"] for e in case["evidence"]}
                findings = {f["id"] for f in case["findings"]}
                for step in case["verdict"]["chain"]:
                    self.assertLessEqual(set(step["evidence"]), evidence, step)
                for finding in case["findings"]:
                    self.assertLessEqual(set(finding["evidence"]), evidence, finding)
                    self.assertLessEqual(set(finding["caused_by"]), findings, finding)

    def test_every_step_of_the_chain_has_evidence(self):
        for dump in labdumps.everything():
            for step in report(dump.vmcore)["verdict"]["chain"]:
                with self.subTest(f"{dump.name} {step['n']}"):
                    self.assertTrue(step["evidence"], step)

    def test_signature_is_sixteen_hex_digits(self):
        for dump in labdumps.everything():
            with self.subTest(dump.name):
                verdict = report(dump.vmcore)["verdict"]
                if verdict["class"] == "none":
                    continue
                self.assertRegex(verdict["signature"], r"^[0-9a-f]{16}$")

    def test_signature_is_the_same_for_each_dump_of_a_scenario(self):
        seen = {}
        for dump in labdumps.everything():
            truth, verdict = dump.truth, report(dump.vmcore)["verdict"]
            if truth["class"] == "none":
                continue
            key = (truth["class"], truth.get("trigger"), str(truth.get("culprit", {}).get("function")),
                   str((truth.get("fault") or {}).get("symbol")))
            with self.subTest(dump.name):
                self.assertEqual(seen.setdefault(key, verdict["signature"]), verdict["signature"])

    def test_text_and_json_agree(self):
        for dump in labdumps.everything():
            with self.subTest(dump.name):
                text, verdict = text_report(dump.vmcore), report(dump.vmcore)["verdict"]
                flat = re.sub(r"\s+", " ", text)
                self.assertIn(re.sub(r"\s+", " ", verdict["title"]), flat)
                self.assertIn(verdict["confidence"], text)


if __name__ == "__main__":
    tap.main()
