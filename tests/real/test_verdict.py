#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The verdict on real dumps is what truth.json says, and nobody innocent is accused."""

import re
import unittest

import labdumps
import tap
from inquest import report, schema_faults, text_report


class Verdict(unittest.TestCase):
    """Each dump."""

    def test_there_is_a_sample(self):
        self.assertIsNotNone(labdumps.sample(), "samples/ holds no vmcore")

    def test_is_the_truth(self):
        for dump in labdumps.everything():
            with self.subTest(dump.name):
                self.assertEqual(labdumps.differences(dump, report(dump.vmcore)), [])

    def test_nothing_wrong_means_no_accusation(self):
        for dump in labdumps.everything():
            case = report(dump.vmcore)
            if case["verdict"]["class"] == "none":
                with self.subTest(dump.name):
                    self.assertIsNone(case["verdict"]["culprit"])
                    self.assertEqual([f for f in case["findings"] if f["confidence"] != "possible"], [])

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
            verdict = report(dump.vmcore)["verdict"]
            # That nothing was found is what can't be pointed at.
            for step in verdict["chain"] if verdict["class"] != "none" else []:
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
            if dump.truth["class"] != "none":
                signature = report(dump.vmcore)["verdict"]["signature"]
                with self.subTest(dump.name):
                    self.assertEqual(seen.setdefault(dump.scenario, signature), signature)

    def test_text_and_json_agree(self):
        for dump in labdumps.everything():
            with self.subTest(dump.name):
                text, verdict = text_report(dump.vmcore), report(dump.vmcore)["verdict"]
                flat = re.sub(r"\s+", " ", text)
                self.assertIn(re.sub(r"\s+", " ", verdict["title"]), flat)
                self.assertIn(verdict["confidence"], text)


if __name__ == "__main__":
    tap.main()
