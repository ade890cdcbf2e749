# SPDX-License-Identifier: GPL-2.0-or-later
"""The JSON report of every fixture is of docs/case.schema.json, and its references lead somewhere."""

import json
import os
import pathlib
import subprocess
import unittest

import jsonschema
import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
SCHEMA = json.loads((ROOT / "docs" / "case.schema.json").read_text(encoding="utf-8"))
FIXTURES = sorted(TESTS.glob("reports/*.json")) + sorted(TESTS.glob("rules/*/*.json"))


def report(path):
    """The JSON report of a saved case."""
    program = os.environ["TEST_REPORTS"]
    done = subprocess.run([program, "--json", str(path)], check=True, capture_output=True)
    return json.loads(done.stdout)


class Schema(unittest.TestCase):
    """What a program that reads reports may rely on."""

    def test_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_every_report_is_of_the_schema(self):
        validator = jsonschema.Draft202012Validator(SCHEMA)
        for path in FIXTURES:
            with self.subTest(f"{path.parent.name}/{path.stem}"):
                faults = [f"{list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(report(path))]
                self.assertEqual(faults, [])

    def test_schema_refuses_a_class_that_is_none(self):
        case = report(FIXTURES[0])
        case["verdict"]["class"] = "gremlins"
        self.assertFalse(jsonschema.Draft202012Validator(SCHEMA).is_valid(case))

    def test_cited_evidence_is_there(self):
        for path in FIXTURES:
            case = report(path)
            there = {e["id"] for e in case["evidence"]}
            cited = {i for step in case["verdict"]["chain"] for i in step["evidence"]}
            cited |= {i for f in case["findings"] for i in f["evidence"]}
            self.assertLessEqual(cited, there, path)


if __name__ == "__main__":
    tap.main()
