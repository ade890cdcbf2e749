# SPDX-License-Identifier: GPL-2.0-or-later
"""Which scenarios are run in which forms: lab/matrix.json, and the others in turn."""

import datetime
import json

import scenario as scenarios

DAILY_STEP = 17         # some more than a day makes


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


def others_today():
    """(scenario, options) of all that aren't in matrix.json; begins at another place every day."""
    listed = {row["name"] for row in json.loads((scenarios.LAB / "matrix.json").read_text())}
    names = [name for name in scenarios.names() if name not in listed]
    first = datetime.date.today().toordinal() * DAILY_STEP % max(len(names), 1)
    for name in names[first:] + names[:first]:
        scenario = scenarios.load(name)
        yield scenario, scenarios.Options(form=scenario.forms[0])
