"""Legs inside one system (`pass`): taken in, sent on, answered, and in force at the target."""

from __future__ import annotations

from tracelog.judge.abstract.hop import Hop
from tracelog.judge.abstract.tried import Tried
from tracelog.judge.abstract.untried import Untried
from tracelog.judge.abstract.view import View


def judge_passes(view: View) -> None:
    """Every receipt, against every target that its kind is sent to; the creation first, for the rest rest on it."""
    passes = [passage for passage in view.passages if passage.leg == "pass" and not passage.repeat and passage.at >= 0]
    for passage in sorted(passes, key=lambda one: one.topic != "created"):
        for way in view.expected.from_("pass", passage.start, passage.topic):
            kind = Tried if Hop(view, passage, way).tries else Untried
            kind(view, passage, way).judge()
