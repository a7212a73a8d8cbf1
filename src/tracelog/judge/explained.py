"""What each finding says besides what happened: who can fix it, in which direction, what will not help, and how to
repair the order, in the words of its kind. One paragraph a part, below the story.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracelog.judge.about import HEADINGS, about
from tracelog.judge.bind import Bound
from tracelog.model.finding import Finding

PARTS = ("fixed_by", "change", "in_vain", "repair")


def explained(bounds: Iterable[Bound]) -> list[Finding]:
    """The findings in order of time, each with its whole explanation. Nothing is left to repair of what is right."""
    findings = sorted((b.finding for b in bounds), key=lambda f: (f.at is None, f.at or "", f.id))
    for finding in findings:
        finding.explanation = "\n".join([finding.explanation, *guidance(finding.kind, finding.state)])
    return findings


def guidance(kind: str, state: str) -> list[str]:
    """`Who can fix it: …`, and so on."""
    told = about(kind)
    parts = [part for part in PARTS if getattr(told, part) and (part != "repair" or state != "recovered")]
    return [f"{HEADINGS[part]}: {getattr(told, part)}" for part in parts]
