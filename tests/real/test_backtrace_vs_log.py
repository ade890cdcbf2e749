#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""`inquest bt` against the kernel's own backtraces of CPUs that have hung or died since, frame for frame.

The kernel prints a backtrace of a CPU that oopses, panics or is stuck; lines without `?` are what its own
unwinder is sure of, and between them stand the registers of what an interrupt or a fault interrupted.
Such a CPU goes no further (or only within the function it stands in), so when the dump is made, the kernel's
frames must be the outer end of ours: the same instructions, nothing between them, nothing left out,
and the same stack pointers where the kernel prints them.
"""

import re
import unittest

import labdumps
import tap
from inquest import run

TIME = re.compile(r"^\[\s*[\d.]+\](?:\[[^\]]*\])? ?")
REASON = re.compile(r"soft lockup|Oops|Kernel panic|kernel BUG|general protection|BUG: (?:kernel NULL|unable to handle)|sysrq: Trigger a crash|scheduling while atomic|rcu.*self-detected stall")
HEAD = re.compile(r"CPU: (\d+) PID: (\d+) Comm: ")
FRAME = re.compile(r"^\s*(\?\s+)?([\w.]+\+0x[0-9a-f]+)/0x[0-9a-f]+(?:\s+\[[^\]]+\])?\s*$")
RIP = re.compile(r"^\s*RIP: 0010:([\w.]+\+0x[0-9a-f]+)/")
RSP = re.compile(r"^\s*RSP: 0018:([0-9a-f]+) ")
INSIDE = re.compile(r"^\s*(?:</?[\w# -]+>|R[A-Z0-9]{2}: |RIP: |RSP: |Code: |CR2: |FS: |CS: )")
OURS_HEAD = re.compile(r'^PID: (\d+)\s+TASK: \S+\s+CPU: (\d+)\s+COMMAND: "')
OURS = re.compile(r"^\s*#\d+\s+\[([0-9a-f]+)\] ([\w.]+\+0x[0-9a-f]+) at [0-9a-f]+(.*)$")


def kernels(log):
    """{(cpu, pid): [(frame, sp or None)]}: the last backtrace of each CPU and task that died or hung, innermost first."""
    found, head, deadly, frames = {}, None, False, None
    for line in log.splitlines():
        line = TIME.sub("", line)
        deadly = deadly or bool(REASON.search(line))
        if HEAD.search(line):
            head = tuple(int(n) for n in HEAD.search(line).groups())
        if line.strip() == "Call Trace:":
            frames = []
            if deadly and head is not None:
                found[head] = frames
        elif frames is not None:
            if FRAME.match(line):
                if not FRAME.match(line).group(1):
                    frames.append((FRAME.match(line).group(2), None))
            elif RIP.match(line):
                frames.append((RIP.match(line).group(1), None))
            elif RSP.match(line) and frames:
                frames[-1] = (frames[-1][0], RSP.match(line).group(1))
            elif not INSIDE.match(line):
                frames, deadly = None, False
    return found


def ours(vmcore):
    """{cpu: (pid, [(frame, sp)])} from `inquest bt`, innermost first."""
    found, frames = {}, None
    for line in run("bt", vmcore).out.splitlines():
        head, frame = OURS_HEAD.match(line), OURS.match(line)
        if head:
            frames = []
            found[int(head.group(2))] = (int(head.group(1)), frames)
        elif frame and frames is not None:
            frames.append((frame.group(2), frame.group(1)))
    return found


def disagreement(kernel, mine):
    """What differs, as text; None: nothing does."""
    for at, (theirs, our) in enumerate(zip(reversed(kernel), reversed(mine))):
        if theirs[0] == our[0] and theirs[1] in (None, our[1]):
            continue
        # It printed the backtrace from further in, and has moved on inside this function.
        if at > 0 and theirs[0].partition("+")[0] == our[0].partition("+")[0]:
            return None
        return f"frame {at} from the outer end: the kernel says {theirs}, we say {our}"
    return None if len(mine) >= len(kernel) else f"{len(kernel) - len(mine)} frames are missing"


class BacktraceVsLog(unittest.TestCase):
    """Each dump whose log holds a deadly backtrace."""

    def test_holds_exactly_the_kernels_certain_frames(self):
        compared = 0
        for dump in labdumps.everything():
            cpus = ours(dump.vmcore)
            for (cpu, pid), frames in sorted(kernels(run("log", dump.vmcore).out).items()):
                if not frames or cpu not in cpus or cpus[cpu][0] != pid:
                    continue  # another task runs there now
                with self.subTest(f"{dump.name} CPU {cpu} pid {pid}: {len(frames)} frames"):
                    self.assertIsNone(disagreement(frames, cpus[cpu][1]),
                                      f"\nkernel {frames}\nours   {cpus[cpu][1]}")
                    compared += 1
        if list(labdumps.everything()):
            self.assertGreater(compared, 0, "no backtrace could be compared")

    def test_comparison_notices_each_kind_of_difference(self):
        kernel = [("a+0x1", None), ("b+0x2", "10"), ("c+0x3", None)]
        self.assertIsNone(disagreement(kernel, [("x+0x9", "1"), ("a+0x1", "8"), ("b+0x2", "10"), ("c+0x3", "18")]))
        self.assertIsNone(disagreement(kernel, [("a+0x7", "8"), ("b+0x2", "10"), ("c+0x3", "18")]))
        self.assertIn("stale", disagreement(kernel, [("a+0x1", "8"), ("stale+0x2", "9"), ("b+0x2", "10"), ("c+0x3", "18")]))
        self.assertIn("b+0x2", disagreement(kernel, [("a+0x1", "8"), ("c+0x3", "18")]))
        self.assertIn("10", disagreement(kernel, [("a+0x1", "8"), ("c+0x2", "11"), ("c+0x3", "18")]))
        self.assertIn("missing", disagreement(kernel, [("c+0x3", "18")]))


if __name__ == "__main__":
    tap.main()
