# SPDX-License-Identifier: GPL-2.0-or-later
"""Running other programs, and failing in one clear line."""

import signal
import subprocess
import sys


class LabError(Exception):
    """What went wrong, in words for the person who ran the lab."""


def say(text):
    """Progress, for people."""
    print(f"lab: {text}", file=sys.stderr, flush=True)


def run(*command, cwd=None, env=None):
    """Runs a command to its end and returns its stdout; LabError with its last lines when it fails."""
    command = [str(word) for word in command]
    try:
        done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise LabError(f"{command[0]} is not installed; run lab/setup") from error
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise LabError(f"{' '.join(command[:4])} ... failed ({done.returncode}):\n{tail}")
    return done.stdout


def die_cleanly_on_signals():
    """Lets `with` and `finally` end the guest and remove half-made files when the lab itself is told to stop."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit("lab: stopped"))
