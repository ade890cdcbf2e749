#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the report goes, and in which form, on the sample."""

import gzip
import json
import os
import pty
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import tap
from inquest import OK, PROGRAM, SAMPLE, TOO_LITTLE, USAGE, run, schema_faults, text_report

ESCAPE = "\x1b["


@unittest.skipUnless(SAMPLE.exists(), "no sample")
class Output(unittest.TestCase):
    """Options that concern the output."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.target = Path(self.folder.name) / "out"

    def test_stderr_is_silent_off_a_terminal(self):
        self.assertEqual(run(SAMPLE).err, "")

    def test_output_file_gets_the_report(self):
        for option in (["-o", self.target], [f"--output={self.target}"]):
            with self.subTest(str(option[0])):
                done = run(*option, SAMPLE)
                self.assertEqual((done.status, done.out, done.err), (OK, "", ""))
                self.assertEqual(self.target.read_text(encoding="utf-8"), text_report(SAMPLE))
                self.target.unlink()

    def test_same_dump_same_report(self):
        self.assertEqual(run(SAMPLE).out, text_report(SAMPLE))

    def test_json_is_of_the_schema(self):
        done = run("--format=json", SAMPLE)
        self.assertEqual((done.status, done.err), (OK, ""))
        self.assertEqual(schema_faults(json.loads(done.out)), [])

    def test_short_format_option_is_the_same(self):
        self.assertEqual(run("-f", "json", SAMPLE).out, run("--format=json", SAMPLE).out)

    def test_json_ends_with_a_newline(self):
        self.assertTrue(run("-f", "json", SAMPLE).out.endswith("}\n"))

    def test_json_is_never_coloured(self):
        self.assertNotIn(ESCAPE, run("--color=always", "-f", "json", SAMPLE).out)

    def test_colour(self):
        always = run("--color=always", SAMPLE).out
        self.assertIn(ESCAPE, always)
        self.assertNotIn(ESCAPE, run("--color=never", SAMPLE).out)
        self.assertNotIn(ESCAPE, run(SAMPLE).out)
        self.assertEqual(re.sub(r"\x1b\[[0-9;]*m", "", always), text_report(SAMPLE))

    def on_terminal(self, *args, **env):
        """What inquest writes to a terminal."""
        try:
            master, slave = pty.openpty()
        except OSError as error:
            self.skipTest(f"no terminal to be had here: {error}")
        with subprocess.Popen([PROGRAM, *map(str, args)], stdin=subprocess.DEVNULL, stdout=slave,
                              stderr=subprocess.DEVNULL, env={**os.environ, "TERM": "xterm", **env}) as child:
            os.close(slave)
            chunks = []
            while True:
                try:
                    chunk = os.read(master, 65536)
                except OSError:  # the last writer closed it
                    break
                if not chunk:
                    break
                chunks.append(chunk)
            os.close(master)
            self.assertEqual(child.wait(60), OK)
        return b"".join(chunks).decode()

    def test_terminal_gets_colour_unless_told(self):
        environment = {"NO_COLOR": ""}
        self.assertIn(ESCAPE, self.on_terminal(SAMPLE, **environment))
        self.assertNotIn(ESCAPE, self.on_terminal(SAMPLE, NO_COLOR="1"))
        self.assertNotIn(ESCAPE, self.on_terminal("--color=never", SAMPLE, **environment))

    def test_quiet_says_less_and_verbose_more(self):
        quiet, plain, verbose = run("-q", SAMPLE), run(SAMPLE), run("-v", SAMPLE)
        self.assertEqual([d.status for d in (quiet, plain, verbose)], [OK] * 3)
        self.assertLess(len(quiet.out), len(plain.out))
        self.assertGreater(len(verbose.out) + len(verbose.err), len(plain.out) + len(plain.err))

    def test_report_fits_eighty_columns_or_a_little_more(self):
        """Verdict and chain are for reading: no line of the first screen is endless."""
        first = text_report(SAMPLE).splitlines()[:24]
        self.assertLessEqual(max(map(len, first)), 160)

    def test_closed_pipe_is_an_error_not_a_signal(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        done = run(SAMPLE, stdout=write_end)
        os.close(write_end)
        self.assertGreater(done.status, 0)
        self.assertLessEqual(len(done.err.splitlines()), 1, done)

    def test_full_device_is_an_error(self):
        for args in ([SAMPLE], ["-f", "json", SAMPLE], ["log", SAMPLE]):
            with self.subTest(str(args[0])):
                with open("/dev/full", "wb") as full:
                    done = run(*args, stdout=full)
                self.assertGreater(done.status, 0)
                self.assertRegex(done.err, r"\A(inquest: .*\n)+\Z")
                self.assertIn("No space", done.err)

    def test_output_that_cannot_be_written_is_an_error(self):
        for target in (Path(self.folder.name) / "no" / "such", Path(self.folder.name), Path("/dev/full")):
            with self.subTest(target.name):
                done = run("-o", target, SAMPLE)
                self.assertGreater(done.status, 0)
                self.assertRegex(done.err, r"^inquest: .*\n$")

    def test_help_to_a_full_device_is_an_error(self):
        for option in ("--help", "--version"):
            with self.subTest(option), open("/dev/full", "wb") as full:
                done = run(option, stdout=full)
                self.assertEqual(done.status, TOO_LITTLE)
                self.assertRegex(done.err, r"\Ainquest: .*No space.*\n\Z")

    def test_dump_is_not_overwritten(self):
        link = Path(self.folder.name) / "link"
        self.target.write_bytes(SAMPLE.read_bytes())
        link.symlink_to(self.target)
        for name in (self.target, link):
            with self.subTest(name.name):
                done = run("-o", name, self.target)
                self.assertEqual(done.status, USAGE)
                self.assertRegex(done.err, r"\Ainquest: .*overwritten.*\n\Z")
                self.assertEqual(self.target.read_bytes(), SAMPLE.read_bytes())

    def test_closed_standard_files(self):
        """What is opened must not get their numbers: an unpacked dump, or a report."""
        packed = Path(self.folder.name) / "vmcore.gz"
        packed.write_bytes(gzip.compress(SAMPLE.read_bytes(), 1))
        for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
            with self.subTest(closed):
                done = run("-c", f'"$0" -o "$1" "$2" {closed}', PROGRAM, self.target, packed, program="/bin/sh")
                self.assertEqual(done.status, OK, done)
                self.assertIn("VERDICT", self.target.read_text(encoding="utf-8"))
                self.target.unlink()
        done = run("-c", '"$0" "$1" >&-', PROGRAM, packed, program="/bin/sh")
        self.assertEqual(done.status, TOO_LITTLE, done)
        self.assertRegex(done.err, r"\Ainquest: .*can't write.*\n\Z")

    def test_refused_dump_leaves_no_output_file(self):
        done = run("-o", self.target, "/dev/null")
        self.assertGreater(done.status, 0)
        self.assertFalse(self.target.exists())


if __name__ == "__main__":
    tap.main()
