#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Our stacks against the kernel's own backtraces in the log.

On an oops, a soft lockup or an RCU stall the kernel prints the stack of a CPU; lines without `?` are the
frames that its own unwinder is sure of, and inside a stack `RIP:` lines are where it was interrupted.  Where that
task still stands there when the dump is made, our stack must end in exactly these frames, none missing, none
more between them.  Only functions that print the trace themselves may be gone.
"""

import re
import unittest

import labdumps
import tap
from inquest import report, run

HEAD = re.compile(r"CPU: (\d+) PID: (\d+) Comm: (\S+)")
FRAME = re.compile(r"^\s*(\?\s+)?([\w.]+)\+0x([0-9a-f]+)/0x[0-9a-f]+(?:\s+\[([\w-]+)\])?\s*$")
RIP = re.compile(r"^\s*RIP: 0010:([\w.]+)\+0x([0-9a-f]+)/")
# On top of a trace that a function printed of itself; by the time of the dump they have gone on.
PRINTERS = {"dump_stack_lvl", "dump_stack", "show_stack", "panic", "__warn", "__schedule_bug"}
START = re.compile(r"Call Trace:")
MARK = re.compile(r"^\s*</?(?:TASK|IRQ|NMI|SOFTIRQ|#\w+|EXCEPTION|ENTRY[\w-]*)>\s*$")
REGISTERS = re.compile(r"^\s*(RIP|RSP|RAX|RDX|RBP|R\d\d|Code|CR2|CS|FS|Modules)\b")
STACK_SIZE = 16384
TIME = re.compile(r"^\[\s*[\d.]+\](?:\[[^\]]*\])? ?")


def backtraces(log):
    """[(cpu, pid, [(symbol, offset), ...])]: certain frames, innermost first, of each backtrace of a log."""
    found, cpu, pid, frames = [], None, None, None
    for line in log.splitlines():
        line = TIME.sub("", line)
        head = HEAD.search(line)
        if head:
            cpu, pid = int(head.group(1)), int(head.group(2))
        if START.search(line) and cpu is not None:
            frames = []
            found.append((cpu, pid, frames))
        elif frames is not None:
            frame, rip = FRAME.match(line), RIP.match(line)
            if frame and not frame.group(1):
                frames.append((frame.group(2), int(frame.group(3), 16)))
            elif rip:
                frames.append((rip.group(1), int(rip.group(2), 16)))
            elif not (frame or MARK.match(line) or REGISTERS.match(line)):
                frames = None
    return [(cpu, pid, frames) for cpu, pid, frames in found if frames]


def ours(case, number):
    """[(symbol, offset)] of a CPU in the report, innermost first, all its stacks."""
    for cpu in case["cpus"]:
        if cpu["cpu"] == number:
            return cpu["task"], [(f["symbol"], f["offset"]) for s in cpu["stacks"] for f in s["frames"]]
    return None, []


class Stacks(unittest.TestCase):
    """Each dump whose log holds backtraces."""

    def test_contain_the_kernels_certain_frames(self):
        compared = 0
        for dump in labdumps.everything():
            case = report(dump.vmcore)
            log = run("log", dump.vmcore).out
            last = {}
            for cpu, pid, frames in backtraces(log):
                last[cpu, pid] = frames
            for (cpu, pid), frames in sorted(last.items()):
                task, mine = ours(case, cpu)
                if not task or task["pid"] != pid:
                    continue  # it has moved on since
                while frames and frames[0][0] in PRINTERS:
                    frames = frames[1:]
                with self.subTest(f"{dump.name} CPU {cpu} pid {pid}"):
                    mine = [f for f in mine if f[0]]
                    self.assertEqual(mine[len(mine) - len(frames):], frames)
                    compared += 1
        if labdumps.sample():
            self.assertGreater(compared, 0, "no backtrace could be compared")

    def test_every_cpu_has_a_stack_that_ends_well(self):
        for dump in labdumps.everything():
            for cpu in report(dump.vmcore)["cpus"]:
                with self.subTest(f"{dump.name} CPU {cpu['cpu']}"):
                    frames = [f for s in cpu["stacks"] for f in s["frames"]]
                    self.assertTrue(frames or cpu["state"] == "user")
                    self.assertNotIn("scan", {f["how"] for f in frames})

    def test_stack_pointers_grow_but_where_the_stack_changes(self):
        for dump in labdumps.everything():
            for cpu in report(dump.vmcore)["cpus"]:
                for stack in cpu["stacks"]:
                    places = [int(f["sp"], 16) for f in stack["frames"] if f["sp"]]
                    back = [(a, b) for a, b in zip(places, places[1:]) if 0 <= a - b < STACK_SIZE]
                    with self.subTest(f"{dump.name} CPU {cpu['cpu']} {stack['context']}"):
                        self.assertEqual(back, [])


if __name__ == "__main__":
    tap.main()
