# SPDX-License-Identifier: GPL-2.0-or-later
"""Real dumps to test on: the committed sample, and what the lab's cache holds of lab/matrix.json.

Tests take the sample alone, so that they say the same on every machine; with REAL=lab also what
`make lab` has left in the cache.
"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from inquest import ROOT, SAMPLE

sys.path.append(str(ROOT / "lab" / "lib"))
import truth as lab_truth  # noqa: E402  pylint: disable=wrong-import-position

# samples/README.md says where it comes from.
SAMPLE_SCENARIO = "netoops-panic"


@dataclass(frozen=True)
class Dump:
    """A vmcore and what is known about how it came to be."""

    name: str
    scenario: str
    vmcore: Path
    truth: dict  # class, trigger, culprit, lock, fault, innocents; see lab/README.md
    serial: Path  # the guest's console; may be missing


def cache():
    """The lab's folder of finished vmcores."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("INQUEST_CACHE") or Path(base) / "inquest") / "vmcores"


def read_json(path):
    """A JSON file; None when there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def sample():
    """The committed sample; None where it is missing."""
    if not SAMPLE.exists():
        return None
    return Dump("sample", SAMPLE_SCENARIO, SAMPLE, read_json(SAMPLE.with_suffix(".truth.json")), SAMPLE.with_suffix(".log"))


def from_lab():
    """The newest finished vmcore of each scenario and form in the cache, of those that the matrix promises."""
    newest = {}
    promised = {row["name"] for row in read_json(ROOT / "lab" / "matrix.json")}
    for facts in cache().glob("*/facts.json") if cache().is_dir() else []:
        if read_json(facts)["scenario"] not in promised:
            continue
        kind = facts.parent.name.rpartition("-")[0]
        if kind not in newest or facts.stat().st_mtime > newest[kind].stat().st_mtime:
            newest[kind] = facts
    for kind, facts in sorted(newest.items()):
        scenario = read_json(facts)["scenario"]
        truth = read_json(ROOT / "lab" / "scenarios" / scenario / "truth.json")
        if truth:
            yield Dump(kind, scenario, facts.with_name("vmcore"), truth, facts.with_name("serial.log"))


def everything():
    """The sample first."""
    first = sample()
    more = list(from_lab()) if os.environ.get("REAL") == "lab" else []
    return ([first] if first else []) + more


def differences(dump, case):
    """Where a report is not what the dump's truth.json asks for, as lines."""
    wrong = lab_truth.Verdict(dump.truth, case).wrong
    return [f"{aspect}: it says {found}" for aspect, found in wrong.items() if found]
