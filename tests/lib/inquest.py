# SPDX-License-Identifier: GPL-2.0-or-later
"""Running the program under test, and what every run must keep to."""

import functools
import json
import os
import signal
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = Path(os.environ.get("INQUEST") or ROOT / "build" / "inquest")
SAMPLES = ROOT / "samples"
SAMPLE = SAMPLES / "netoops.vmcore"
# Wide, since the sanitizer build on a busy machine must fit too: it is there to catch hangs.
TIME_LIMIT_S = 60

OK, USAGE, UNREADABLE, TOO_LITTLE = 0, 2, 3, 4
# What tests/meson.build tells the sanitizers to exit with.
SANITIZER = 86


class Run:
    """One run of a program: status, out, err (text, damaged UTF-8 replaced)."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err

    def __repr__(self):
        return f"status {self.status}\n--- out\n{self.out[-2000:]}\n--- err\n{self.err[-4000:]}"


def run(*args, program=PROGRAM, env=None, stdout=subprocess.PIPE, cwd=None):
    """Runs inquest. AssertionError when it takes too long, or is ended by a signal or a sanitizer."""
    words = [str(program), *map(str, args)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **(env or {})}
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE,
                              env=environment, cwd=cwd, timeout=TIME_LIMIT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise AssertionError(f"{' '.join(words)}: still running after {TIME_LIMIT_S} s") from error
    out = done.stdout.decode("utf-8", "replace") if done.stdout is not None else ""
    result = Run(done.returncode, out, done.stderr.decode("utf-8", "replace"))
    if done.returncode < 0:
        name = signal.Signals(-done.returncode).name
        raise AssertionError(f"{' '.join(words)}: {name}\n{result}")
    if done.returncode == SANITIZER:
        raise AssertionError(f"{' '.join(words)}: stopped by a sanitizer\n{result}")
    return result


@functools.cache
def report(vmcore):
    """The JSON report of a vmcore, parsed."""
    done = run("--format=json", vmcore)
    if done.status != OK:
        raise AssertionError(f"no report of {vmcore}: {done!r}")
    return json.loads(done.out)


@functools.cache
def text_report(vmcore):
    """The text report of a vmcore."""
    done = run(vmcore)
    if done.status != OK:
        raise AssertionError(f"no report of {vmcore}: {done!r}")
    return done.out


@functools.cache
def schema():
    """docs/case.schema.json, parsed."""
    return json.loads((ROOT / "docs" / "case.schema.json").read_text(encoding="utf-8"))


def schema_faults(case):
    """What of a report breaks the schema, as lines."""
    import jsonschema  # pylint: disable=import-outside-toplevel  # Debian's python3-jsonschema

    validator = jsonschema.validators.validator_for(schema())(schema())
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
            for error in validator.iter_errors(case)]
