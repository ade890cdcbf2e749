#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Types of modules without BTF out of their files' DWARF: the same expression as with BTF.

For the dumps of the lab's cache (REAL=lab) whose module lab/debug-module has built with DWARF.
"""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import labdumps
import tap
from inquest import report, run

FILES = labdumps.cache().parent / "debug" / "modules"


def with_files(dump, folder):
    """The report of a dump, with the modules' files of a folder."""
    return json.loads(run("--format=json", f"--debug-dir={folder}", dump.vmcore).out)


def told(case):
    """What types make."""
    fault = case["verdict"]["fault"] or {}
    return fault.get("expression"), fault.get("null_member"), case["verdict"]["signature"]


def file_of(dump):
    """The scenario's module with DWARF; None."""
    return next(FILES.glob(f"{dump.scenario}-*/{dump.scenario}.ko.debug"), None)


def dumps():
    """(without BTF, with BTF) of scenarios with a file."""
    every = labdumps.everything()
    typed = {d.scenario: d for d in every if "-bookworm-cloud-elf-btf" in d.name}
    for dump in every:
        if ("-nobtf" in dump.name or "-bullseye-" in dump.name) and dump.scenario in typed and file_of(dump):
            yield dump, typed[dump.scenario]


@unittest.skipUnless(list(dumps()), "no dump of a module without BTF, or no file with DWARF (REAL=lab, lab/debug-module)")
class Types(unittest.TestCase):
    """Each pair of dumps."""

    def test_expression_is_that_of_btf(self):
        for dump, typed in dumps():
            with self.subTest(dump.name):
                self.assertEqual(told(with_files(dump, FILES)), told(report(typed.vmcore)))

    def test_another_modules_file_is_refused(self):
        for dump, _ in dumps():
            others = [f for f in FILES.glob("*/*.ko.debug") if f.name != f"{dump.scenario}.ko.debug"]
            if not others:
                continue
            with self.subTest(dump.name), tempfile.TemporaryDirectory() as folder:
                shutil.copy(others[0], Path(folder) / f"{dump.scenario}.ko.debug")
                case = with_files(dump, folder)
                self.assertEqual(told(case), told(report(dump.vmcore)))
                if told(case) != told(with_files(dump, FILES)):
                    self.assertTrue(any(gap["what"] == "debug information of a module" and "module's" in gap["why"]
                                        for gap in case["gaps"]), case["gaps"])


if __name__ == "__main__":
    tap.main()
