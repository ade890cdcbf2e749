#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that are no kernel dumps: one line, the contract's status, no hang, no signal."""

import os
import socket
import tempfile
import unittest
from pathlib import Path

import nodumps
import tap
from inquest import SAMPLE, TOO_LITTLE, UNREADABLE, run

ARCHITECTURES = {"kernel core of an arm64": "aarch64|arm64", "kernel core of an s390": "s390"}


class Refused(unittest.TestCase):
    """Everything that is refused, is refused in the same way."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, content, name="vmcore"):
        """A file of that content."""
        path = Path(self.folder.name) / name
        path.write_bytes(content)
        return path

    def refused(self, path, statuses=(UNREADABLE,), args=()):
        """Runs on `path` and holds the answer against the contract."""
        done = run(*args, path)
        self.assertIn(done.status, statuses, done)
        self.assertEqual(done.out, "")
        lines = done.err.splitlines()
        self.assertEqual(len(lines), 1, done)
        self.assertTrue(lines[0].startswith(f"inquest: {path}: "), done)
        self.assertGreater(len(lines[0]), len(f"inquest: {path}: ") + 5, done)
        return lines[0]

    def test_no_dumps(self):
        for name, content in nodumps.NO_DUMPS.items():
            with self.subTest(name):
                self.refused(self.file(content))

    def test_poor_dumps(self):
        for name, content in nodumps.POOR_DUMPS.items():
            with self.subTest(name):
                self.refused(self.file(content), (UNREADABLE, TOO_LITTLE))

    def test_no_dumps_as_json(self):
        for name in ("text", "user-space core"):
            with self.subTest(name):
                self.refused(self.file(nodumps.NO_DUMPS[name]), args=("--format=json",))

    def test_says_what_it_is(self):
        """The line helps: it names what the file looks like."""
        looks = {"user-space core": "process|user", "elf executable": "executable|not a core|no core",
                 "empty": "empty", **ARCHITECTURES}
        for name, words in looks.items():
            with self.subTest(name):
                content = {**nodumps.NO_DUMPS, **nodumps.POOR_DUMPS}[name]
                line = self.refused(self.file(content), (UNREADABLE, TOO_LITTLE))
                self.assertRegex(line.lower(), words)

    def test_verbs_refuse_the_same(self):
        for verb in ("log", "bt", "tasks"):
            with self.subTest(verb):
                self.refused(self.file(nodumps.NO_DUMPS["text"]), args=(verb,))


class NotFiles(Refused):
    """Paths that can't be read as a file."""

    def test_missing(self):
        line = self.refused(Path(self.folder.name) / "nothing-here")
        self.assertIn("No such file", line)

    def test_directory(self):
        self.refused(Path(self.folder.name))

    def test_dev_null(self):
        self.refused(Path("/dev/null"))

    def test_dev_zero_is_not_read_for_ever(self):
        self.refused(Path("/dev/zero"))

    def test_fifo_without_a_writer_does_not_hang(self):
        path = Path(self.folder.name) / "fifo"
        os.mkfifo(path)
        self.refused(path)

    def test_socket(self):
        path = Path(self.folder.name) / "socket"
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
            self.refused(path)

    def test_unreadable(self):
        if os.geteuid() == 0:
            self.skipTest("root can read everything")
        path = self.file(b"x")
        path.chmod(0)
        self.refused(path)

    def test_link_to_itself(self):
        path = Path(self.folder.name) / "loop"
        path.symlink_to(path)
        self.refused(path)

    def test_name_with_newline_and_escape_stays_one_line(self):
        path = Path(self.folder.name) / "a\nb\x1b[31m%s%n"
        done = run(path)
        self.assertEqual(done.status, UNREADABLE)
        self.assertEqual(len(done.err.splitlines()), 1, done)
        self.assertNotIn("\x1b", done.err)


class Truncated(Refused):
    """The sample, cut off: a report that tells its gaps, or a refusal; never anything else."""

    def sizes(self):
        """Header boundaries, and steps through the file."""
        full = SAMPLE.stat().st_size
        near = [size + d for size in (512, 4096, 8192, 12288, 65536) for d in (-1, 0, 1)]
        steps = [full * n // 16 for n in range(1, 16)]
        return [1, 8, 100, *near, *steps, full - 4096, full - 1]

    def test_sample(self):
        if not SAMPLE.exists():
            self.skipTest("no sample")
        content = SAMPLE.read_bytes()
        for size in self.sizes():
            with self.subTest(size):
                path = self.file(content[:size])
                done = run(path)
                if done.status == 0:
                    self.assertRegex(done.out.lower(), "incomplete|cut off|truncated|not complete", done)
                else:
                    self.refused(path, (UNREADABLE, TOO_LITTLE))


if __name__ == "__main__":
    tap.main()
