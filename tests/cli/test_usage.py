#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Options, verbs and their misuse; no vmcore is read."""

import re
import unittest

import tap
from inquest import OK, ROOT, UNREADABLE, USAGE, run


class Help(unittest.TestCase):
    """--help and --version."""

    def test_help_fits_a_screen(self):
        done = run("--help")
        self.assertEqual(done.status, OK)
        self.assertEqual(done.err, "")
        lines = done.out.splitlines()
        self.assertLessEqual(len(lines), 24)
        self.assertLessEqual(max(map(len, lines)), 80)

    def test_short_help_is_the_same(self):
        self.assertEqual(run("-h").out, run("--help").out)

    def test_help_names_each_option(self):
        text = run("--help").out
        for option in ("--format", "--output", "--vmlinux", "--color", "--verbose", "--quiet", "--version"):
            with self.subTest(option):
                self.assertIn(option, text)

    def test_version_is_the_projects(self):
        project = (ROOT / "meson.build").read_text(encoding="utf-8")
        version = re.search(r"version: '([0-9.]+)'", project).group(1)
        for option in ("--version", "-V"):
            with self.subTest(option):
                done = run(option)
                self.assertEqual((done.status, done.err), (OK, ""))
                self.assertRegex(done.out, rf"^inquest {re.escape(version)}\b")

    def test_manual_tells_each_option_of_help(self):
        manual = (ROOT / "docs" / "inquest.1").read_text(encoding="utf-8").replace("\\-", "-")
        for option in sorted(set(re.findall(r"--[a-z]+", run("--help").out))):
            with self.subTest(option):
                self.assertIn(option, manual)

    def test_manual_tells_each_verb_of_help(self):
        manual = (ROOT / "docs" / "inquest.1").read_text(encoding="utf-8")
        verbs = re.findall(r"^  ([a-z]+) ", run("--help").out.partition("Verbs")[2], re.M)
        self.assertIn("log", verbs)
        for verb in verbs:
            with self.subTest(verb):
                self.assertRegex(manual, rf"(?m)^\.BR? {verb}\b")


class Misuse(unittest.TestCase):
    """Usage errors: status 2, told on stderr, nothing on stdout."""

    CASES = {
        "nothing": [],
        "unknown option": ["--no-such-option", "x"],
        "unknown short option": ["-Z", "x"],
        "two vmcores": ["/dev/null", "/dev/null"],
        "format without a value": ["--format"],
        "unknown format": ["--format=yaml", "/dev/null"],
        "empty format": ["--format=", "/dev/null"],
        "unknown colour": ["--color=perhaps", "/dev/null"],
        "output without a value": ["/dev/null", "-o"],
        "verb without a vmcore": ["log"],
        "unknown verb": ["no-such-verb", "/dev/null"],
        "empty name": [""],
    }

    def test_is_told(self):
        for name, args in self.CASES.items():
            with self.subTest(name):
                done = run(*args)
                # An empty name may also be taken for a file that isn't there.
                self.assertIn(done.status, (USAGE, UNREADABLE) if name == "empty name" else (USAGE,), done)
                self.assertEqual(done.out, "")
                self.assertRegex(done.err, r"^inquest: ")

    def test_says_what_was_wrong(self):
        self.assertIn("yaml", run("--format=yaml", "/dev/null").err)
        self.assertIn("no-such-option", run("--no-such-option", "x").err)


if __name__ == "__main__":
    tap.main()
