#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every evidence's check is a command that runs as it is printed, and shows the fact."""

import json
import re
import shlex
import tempfile
import unittest
from pathlib import Path

import labdumps
import tap
from facts import shows
from inquest import OK, SAMPLE, report, run


class Checks(unittest.TestCase):
    """On the sample with every check; on the lab's dumps too."""

    def test_run_as_printed(self):
        for dump in labdumps.everything():
            for evidence in report(dump.vmcore)["evidence"]:
                command = evidence["check"]["inquest"]
                if command is None:
                    continue
                with self.subTest(f"{dump.name} {evidence['id']}: {command}"):
                    words = shlex.split(command)
                    self.assertEqual(words[0], "inquest")
                    done = run(*words[1:])
                    self.assertEqual(done.status, OK, done)
                    self.assertTrue(done.out.strip(), "shows nothing")
                    self.assertTrue(shows(evidence, done.out), f"{evidence}\n{done.out[:2000]}")

    def test_each_fact_that_is_read_has_one(self):
        """Only what was derived may have no command."""
        for dump in labdumps.everything():
            for evidence in report(dump.vmcore)["evidence"]:
                if evidence["kind"] != "derived" and evidence["check"]["inquest"] is None:
                    self.fail(f"{dump.name}: no check: {evidence}")

    def test_what_to_look_at_next_runs(self):
        """The commands in it: from "inquest" to the end of the sentence."""
        for dump in labdumps.everything():
            for step in report(dump.vmcore)["verdict"]["next_steps"]:
                for command in re.findall(r"\binquest [a-z]+ [^;]*", step):
                    with self.subTest(f"{dump.name}: {command}"):
                        done = run(*shlex.split(command)[1:])
                        self.assertEqual(done.status, OK, done)
                        self.assertTrue(done.out.strip(), "shows nothing")

    def test_text_report_prints_the_same_commands(self):
        if not SAMPLE.exists():
            self.skipTest("no sample")
        done = run("-v", SAMPLE)
        flat = re.sub(r"\s+", " ", done.out)
        for step in report(SAMPLE)["verdict"]["chain"]:
            for evidence in report(SAMPLE)["evidence"]:
                if evidence["id"] in step["evidence"] and evidence["check"]["inquest"]:
                    with self.subTest(evidence["id"]):
                        self.assertIn(evidence["check"]["inquest"], flat)

    def test_relative_and_odd_paths_are_quoted(self):
        """A path with a space and a quote in it comes back as one word."""
        if not SAMPLE.exists():
            self.skipTest("no sample")
        with tempfile.TemporaryDirectory() as folder:
            link = Path(folder) / "a vmcore's link"
            link.symlink_to(SAMPLE)
            case = json.loads(run("-f", "json", link).out)
            command = next(e["check"]["inquest"] for e in case["evidence"] if e["check"]["inquest"])
            self.assertIn(str(link), shlex.split(command))


if __name__ == "__main__":
    tap.main()
