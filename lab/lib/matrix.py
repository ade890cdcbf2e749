# SPDX-License-Identifier: GPL-2.0-or-later
"""Which scenarios are run in which forms: lab/matrix.json, sorted by name."""

import datetime
import json

import scenario as scenarios

DAILY_STEP = 40         # rows; some more than a day makes


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
