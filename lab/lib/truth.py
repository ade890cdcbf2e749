# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares a report of inquest with a scenario's truth.json. See lab/README.md for what truth.json may say."""

import re

RANKS = ("possible", "likely", "certain")
ASPECTS = ("class", "trigger", "culprit", "lock", "fault", "origin", "confidence", "innocents")
CLONE = re.compile(r"\.(constprop|isra|part|cold)(\.\d+)?")


class Verdict:
    """The outcome of one comparison: for each aspect None (nothing to compare), or what is wrong ('': right)."""

    def __init__(self, truth, report):
        verdict = report.get("verdict") or {}
        self.wrong = {
            "class": differs(truth["class"], verdict.get("class")),
            "trigger": differs(truth.get("trigger"), verdict.get("trigger")),
            "culprit": members_differ(truth, verdict, "culprit"),
            "lock": members_differ(truth, verdict, "lock"),
            "fault": members_differ(truth, verdict, "fault"),
            "origin": members_differ(truth, verdict, "origin"),
            "confidence": too_weak(truth.get("confidence"), verdict.get("confidence")),
            "innocents": accused(truth, verdict),
        }

    def right(self):
        """Is nothing wrong?"""
        return not any(self.wrong.values())


def differs(expected, found):
    """'' when `found` is `expected`, or one of it when that is a list; else what was found.

    A clone's suffix and a type before the member are forgiven: setup_msg.isra.0, task_struct.nsproxy.
    """
    allowed = expected if isinstance(expected, list) else [expected]
    plain = CLONE.sub("", found).rpartition(".")[2] if isinstance(found, str) else found
    return "" if found in allowed or plain in allowed else f"{found}"


def members_differ(truth, verdict, name):
    """The members of an object that truth.json names; a truth of class none wants no object at all."""
    found = verdict.get(name)
    if truth["class"] == "none":
        return f"{found}" if found else ""
    if name not in truth:
        return None
    if truth[name] is None:
        return f"{found}" if found else ""
    wrong = {key: differs(want, (found or {}).get(key)) for key, want in truth[name].items()}
    return " ".join(f"{key}={value}" for key, value in wrong.items() if value)


def too_weak(least, found):
    """'' when the confidence is at least the one that truth.json asks for."""
    if least is None:
        return None
    return "" if found in RANKS[RANKS.index(least):] else f"{found}"


def accused(truth, verdict):
    """The innocent that the verdict names as its culprit; 'contend' also stands for contend/3."""
    comm = (verdict.get("culprit") or {}).get("comm") or ""
    for innocent in truth.get("innocents", ()):
        if comm == innocent or comm.startswith(f"{innocent}/"):
            return comm
    return ""
