"""What a detector's docstring says, taken apart: the reports and `docs/finding-kinds.md` speak with its words."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from tracelog.judge.judge import all_detectors

HEADINGS = {
    "costs": "What it costs",
    "fixed_by": "Who can fix it",
    "change": "What to change",
    "in_vain": "What will not help",
    "repair": "Repairing the orders",
    "confused": "Not to be confused with",
}
_SECTION = re.compile(rf"^({'|'.join(HEADINGS.values())}):\s+", re.MULTILINE)


class About(NamedTuple):
    """One kind's explanation, each part one paragraph. Empty where Python runs without docstrings (`-OO`)."""

    what: str = ""
    costs: str = ""
    fixed_by: str = ""
    change: str = ""
    in_vain: str = ""
    repair: str = ""
    confused: str = ""


def parse(docstring: str) -> About:
    """The lead is `what`; every other part begins with its heading and a colon at a line's start."""
    lead, *rest = _SECTION.split(docstring)
    said = {heading: " ".join(text.split()) for heading, text in zip(rest[::2], rest[1::2], strict=True)}
    parts = {name: said.get(heading, "") for name, heading in HEADINGS.items()}
    return About(what=" ".join(lead.split()), **parts)


@functools.cache
def about(kind: str) -> About:
    for detector in all_detectors():
        if detector.kind == kind:
            return parse(detector.docstring)
    return About()


def page() -> str:
    """`docs/finding-kinds.md`, made of the detectors; a test holds the file equal to it."""
    parts = [
        "# The kinds of findings",
        (
            "Made of the detectors' own docstrings (`python -m tracelog.judge.about > docs/finding-kinds.md`).\n"
            "Which facts make which kind in which state is the decision table; each detector names its rows,\n"
            "and `tests/judge/cases/` holds its cases.\n"
            "States: *confirmed* (coverage proves it), *suspected* (cannot be ruled out, the reason is stated),\n"
            "*pending* (the time it had was not over when the data ends), *recovered* (made good later).\n"
            "Findings that are one failure make an incident; in JSON it also has the worst `state` and `severity` of\n"
            "its findings, the first `act_by` of theirs, and `shape`: `single outage`, `recurring`, `isolated`,\n"
            "`one attribute`, or null.\n"
            "A finding's `explanation` in JSON says in its first line what happened and what it costs; below, a line\n"
            "each, who can fix it, what to change, what will not help, and how to repair the orders."
        ),
    ]
    for detector in all_detectors():
        told = parse(detector.docstring)
        rows = (detector.judge.__doc__ or "").strip().splitlines()[0]
        parts += [f"## {detector.kind}", told.what]
        parts += [f"**{heading}.** {getattr(told, name)}" for name, heading in HEADINGS.items()]
        parts.append(f"*Decision table: {rows[:1].lower()}{rows[1:]}*")
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    print(page(), end="")
