# SPDX-License-Identifier: GPL-2.0-or-later
"""Which scenarios are run in which forms: lab/matrix.json, sorted by name."""

import datetime
import itertools
import json
from dataclasses import replace

import scenario as scenarios

DAILY_STEP = 40         # rows; some more than a day makes
NATIVE = "native-qspinlock"
NEWER = "bookworm-6.12"
HANG_RUNS = ({"form": "elf"}, {"form": "nmi"}, {"form": "elf", "kernel": NEWER}, {"form": "elf", "cpu": NATIVE},
             {"form": "nmi", "cpu": NATIVE}, {"form": "elf", "number": 2})
DEATH_RUNS = ({"form": "elf"}, {"form": "kexec"}, {"form": "elf", "kernel": NEWER}, {"form": "elf", "cpu": NATIVE})
HEALTHY_RUNS = ({"form": "elf"}, {"form": "elf", "cpu": NATIVE})


def rows(names=()):
    """(scenario, options) of each row, of these scenarios or of all; one that isn't in matrix.json: its first form."""
    listed = json.loads((scenarios.LAB / "matrix.json").read_text())
    for row in listed:
        if not names or row["name"] in names:
            options = {key: value for key, value in row.items() if key != "name"}
            yield scenarios.load(row["name"]), scenarios.Options(**options)
    for name in names:
        if name not in {row["name"] for row in listed}:
            scenario = scenarios.load(name)
            yield scenario, scenarios.Options(form=scenario.forms[0])


def rows_today():
    """All rows; begins at another place every day."""
    everything = list(rows())
    first = datetime.date.today().toordinal() * DAILY_STEP % max(len(everything), 1)
    return everything[first:] + everything[:first]


def soak_rows(names=()):
    """(scenario, options) of several runs of each scenario: first one of each, then another one of each."""
    firsts = {scenario.name: (scenario, options) for scenario, options in reversed(list(rows(names)))}
    runs = [soak_runs(*firsts[name]) for name in sorted(firsts)]
    return [row for round_ in itertools.zip_longest(*runs) for row in round_ if row]


def soak_runs(scenario, first):
    """The runs of one scenario, on the kernel of its first row."""
    runs = HANG_RUNS if scenario.hangs() else DEATH_RUNS if "kexec" in scenario.forms else HEALTHY_RUNS
    return [(scenario, replace(first, **{"cpu": "max", **run}))
            for run in runs if scenario.makes_sense_as(run["form"])]
