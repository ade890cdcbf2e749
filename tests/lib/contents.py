# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs on dumps whose memory reads wrong (tests/hostile/damage.c), and what every one of them must keep to."""

import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

from inquest import OK, SANITIZER, TOO_LITTLE, UNREADABLE, USAGE, schema_faults

# What a run may take; on a busy machine time passes that the run isn't given.
SECONDS, CPU_SECONDS, MIB = 10, 2, 512
GIVE_UP_S = 60
# Of a million places so many are hit.
RATES = {"word": (3, 30, 300, 1000, 3000, 10000, 50000, 300000),
         "page": (1000, 3000, 10000, 30000, 100000, 300000),
         "table": (10, 100, 1000, 10000, 100000)}
# Of all words: of those in the tables of symbols and types few, or nothing else is reached.
LOW_RATES = (1, 3, 30, 300, 3000)
# What is read in larger pieces than that are such tables.
SMALL = 32768
VERBS = (("log",), ("bt", "-a"), ("tasks",), ("sym", "schedule"), ("struct", "task_struct", "init_task"),
         ("dis", "schedule"), ("what", "init_task"), ("info",), ("mod",), ("locks", "--cpu", "0"),
         ("regs", "--cpu", "0"))


@dataclass
class Attempt:
    """One run: what it was asked for, its status, what it said, what it took, and what of that must not be."""

    words: list
    status: int = 0
    verdict: tuple = ()
    gaps: tuple = ()
    said: str = ""
    seconds: float = 0.0
    cpu: float = 0.0
    mib: float = 0.0
    faults: list = field(default_factory=list)


def order(rng):
    """A value of INQUEST_DAMAGE."""
    kind = rng.choice(("word", "word", "word", "page", "page", "table"))
    if kind == "table":
        return f"table,{rng.randrange(1 << 32)},{rng.choice(RATES[kind])},0"
    if rng.random() < 0.2:
        return f"{kind},{rng.randrange(1 << 32)},{rng.choice(LOW_RATES)},0"
    return f"{kind},{rng.randrange(1 << 32)},{rng.choice(RATES[kind])},{SMALL}"


def _verdict(case):
    """What an accusation consists of; how sure it is, last."""
    said = case["verdict"]
    culprit = said["culprit"] or {}
    return (said["class"], said["trigger"], culprit.get("kind"), culprit.get("function"), culprit.get("module"),
            said["confidence"])


def _look_at_report(done, out):
    try:
        case = json.loads(out)
    except ValueError as error:
        done.faults.append(f"no JSON: {error}")
        return
    done.faults += [f"schema: {line}" for line in schema_faults(case)[:3]]
    done.verdict = _verdict(case)
    done.gaps = tuple(f"{gap['what']}: {gap['why']}" for gap in case["gaps"])


def _look(done, out, err):
    """Notes what must not be."""
    done.said = err[-300:].decode("utf-8", "replace")
    if done.status == SANITIZER or done.status < 0:
        done.faults.append(f"status {done.status}: {err[-3000:].decode('utf-8', 'replace')}")
    elif done.words[0] != "--format=json":
        if done.status not in (OK, 1, USAGE, UNREADABLE, TOO_LITTLE):
            done.faults.append(f"status {done.status}")
    elif done.status == OK:
        _look_at_report(done, out)
    elif done.status not in (UNREADABLE, TOO_LITTLE) or err.count(b"\n") != 1:
        done.faults.append(f"status {done.status}: {err!r}")
    if done.seconds > SECONDS and done.cpu > CPU_SECONDS:
        done.faults.append(f"{done.seconds:.1f} s, {done.cpu:.1f} s of CPU time")
    if done.mib > MIB:
        done.faults.append(f"{done.mib:.0f} MiB")


def attempt(program, vmcore, damage, verb=()):
    """Runs `program`, an inquest-faulty, on `vmcore` damaged so; by a verb, or for a report in JSON."""
    done = Attempt([*verb] or ["--format=json"])
    env = {"ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1:exitcode=86",
           "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1:exitcode=86", **os.environ, "LC_ALL": "C.UTF-8"}
    if damage:
        env["INQUEST_DAMAGE"] = damage
    words = ["timeout", "-s", "KILL", GIVE_UP_S, program, done.words[0], vmcore, *done.words[1:]]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        with subprocess.Popen([*map(str, words)], stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env) as child:
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = done.status = os.waitstatus_to_exitcode(status)
        done.seconds, done.mib = time.monotonic() - start, usage.ru_maxrss / 1024
        done.cpu = usage.ru_utime + usage.ru_stime
        out.seek(0)
        err.seek(0)
        _look(done, out.read(), err.read())
    return done


def compared(sane, done):
    """In a few words: the verdict of a damaged dump beside that of the same one undamaged."""
    if not done.verdict:
        return f"no report, status {done.status}" if done.words[0] == "--format=json" else f"verb, status {done.status}"
    if done.verdict[:-1] == sane.verdict[:-1]:
        return f"same, {done.verdict[-1]}"
    if done.verdict[0] == "none":
        return "none, " + ("with" if len(done.gaps) > len(sane.gaps) else "without") + " more gaps"
    same_class = "same class" if done.verdict[0] == sane.verdict[0] else "other class"
    whom = "nobody" if not done.verdict[2] else "same" if done.verdict[2:5] == sane.verdict[2:5] else "other"
    return f"{same_class}, {whom} accused, {done.verdict[-1]}"
