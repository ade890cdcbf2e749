#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""crash's panic task and panic message are ours too, or the report says why the culprit is another one.

On the sample, and with REAL=lab on what the lab's cache holds. Skipped where crash, or the debug vmlinux of a
dump's kernel, is not here.
"""

import re
import shutil
import subprocess
import unittest

import labdumps
import tap
from inquest import report

WORDS = re.compile(r"[A-Za-z]{4,}")


def vmlinux(release):
    """The debug vmlinux of `release`; None: not in the cache."""
    path = labdumps.cache().parent / "debug" / release / "vmlinux"
    return path if path.exists() else None


def crash(kernel, vmcore):
    """What crash says: its panic task (None: it found none) and its panic line."""
    done = subprocess.run(["crash", "-s", kernel, vmcore], input="sys\nset -p\nquit\n", text=True, capture_output=True,
                          timeout=300, check=False)
    task = re.search(r"^ +TASK: ([0-9a-f]{16})", done.stdout.replace("TASKS:", ""), re.M)
    panic = re.search(r"^ +PANIC: \"?(.*?)\"?(?: \(check log.*)?$", done.stdout, re.M)
    is_panic = re.search(r"STATE: .*\((?:PANIC|SYSRQ)\)", done.stdout)
    return (int(task.group(1), 16) if task and is_panic else None), (panic.group(1) if panic else "")


@unittest.skipUnless(shutil.which("crash"), "crash is not here")
class Peers(unittest.TestCase):
    """Panicked dumps whose debug vmlinux is here."""

    def test_panic_task_and_message(self):
        for dump in labdumps.everything():
            case = report(dump.vmcore)
            kernel, panic = vmlinux(case["dump"]["release"]), case["verdict"]["panic"]
            with self.subTest(dump.name):
                if not kernel or not case["dump"]["panicked"] or "-elf" in dump.name:  # a session of crash takes long
                    self.skipTest("no debug vmlinux, no panic, or not written by kdump")
                task, message = crash(kernel, dump.vmcore)
                self.assertIsNotNone(panic)
                if task is not None:
                    self.assertEqual(int(panic["task"], 16), task)
                culprit = case["verdict"]["culprit"]
                if culprit and culprit["cpu"] != panic["cpu"] and culprit["task"] != panic["task"]:
                    self.assertIn("bystander", panic["note"])
                self.same_message(message, case)

    def same_message(self, message, case):
        """What crash picked out of the log stands in our timeline or panic message."""
        ours = " ".join([case["verdict"]["panic"]["message"] or ""] + [e["text"] for e in case["timeline"]])
        ours += " ".join(e["text"] for e in case["evidence"] if e["kind"] == "log")
        if message and not message.startswith("Oops: "):  # a line that says how, not what
            missing = [w for w in WORDS.findall(message) if w not in ours]
            self.assertLess(len(missing), 3, f"crash: {message}; ours: {ours[:600]}")


if __name__ == "__main__":
    tap.main()
