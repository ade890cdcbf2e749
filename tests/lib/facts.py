# SPDX-License-Identifier: GPL-2.0-or-later
"""Does the output of a check show the fact that its evidence states?"""

import re

HEX = re.compile(r"(?<![0-9a-zA-Z])(?:0x([0-9a-f]+)|([0-9a-f]{8}|[0-9a-f]{16}))(?![0-9a-zA-Z])")
DECIMAL = re.compile(r"(?<![\w.])(-?\d+)(?![\w.])")


def values(text, decimal):
    """Numbers of a text that are written as values: 0x..., zero-padded, and `decimal` ones where a tool prints those."""
    found = {int(a or b, 16) for a, b in HEX.findall(text)}
    return found | {int(n) & (1 << 64) - 1 for n in DECIMAL.findall(text)} if decimal else found


def quoted_line(text):
    """A log evidence's line without its time, white space made one."""
    line = re.sub(r"^\W*\[?\s*[\d.]+\]?\s*", "", text)
    return re.sub(r"\s+", " ", line).strip(' "')


def shows(evidence, output, decimal=False):
    """Is the evidence's value in the output? Of a log line: its text; of code: the instruction's address."""
    if evidence["value"] is not None:
        return int(evidence["value"], 16) in values(output, decimal)
    if evidence["kind"] == "log":
        return quoted_line(evidence["text"]) in re.sub(r"\s+", " ", output)
    if evidence["kind"] == "code" and evidence["address"]:
        return evidence["address"].removeprefix("0x") in output
    return bool(output.strip())
