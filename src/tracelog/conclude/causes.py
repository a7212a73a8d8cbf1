"""What was changed shortly before a failure began: offered as its probable cause, with how long before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracelog.model.event import DAY, HOUR, SECOND, Context
from tracelog.model.finding import ContextNote, Incident, Step
from tracelog.model.words import clock, duration, from_rfc3339

NOTES = 3
PAUSES = 3
"""So many of its usual pauses a failure may take to show after what caused it: 19 of 20 do by then."""
LEAST, MOST = HOUR, DAY
"""What waits for an hourly run shows within the hour; what was changed more than a day before says nothing."""
LONGEST = 140
"""Characters of a record that a sentence quotes."""
_CHANGE = re.compile(
    r"\b(?:updat|edit|creat|delet|remov|disabl|enabl|paus|resum|deploy|chang|restart|upgrad|install|publish|revok|"
    r"expir|rotat|activat|deactivat|switch|renam|unsubscrib|modif|no longer)",
    re.IGNORECASE,
)
_NO_CHANGE = re.compile(r"log level", re.IGNORECASE)


def around(step: Step | None, times: Sequence[int], contexts: Sequence[Context]) -> list[Context]:
    """Edits and switches at the step's systems, from a day before the first failure to the last: those before it
    first, the nearest first. One that stands in two exports is one. `times`: of the failures, UTC ns, ascending.
    """
    if step is None or not times:
        return []
    systems = {step.from_.system, step.to.system, step.to.peer}
    near = [
        (context.at > times[0], abs(context.at - times[0]), number)
        for number, context in enumerate(contexts)
        if context.at is not None
        and not context.counts
        and context.system in systems
        and times[0] - MOST <= context.at <= times[-1]
    ]
    several = {(contexts[number].at, contexts[number].what): contexts[number] for _, _, number in sorted(near)}
    return list(several.values())[:NOTES]


def reach(times: Sequence[int]) -> int:
    """How long before the first failure (ns) a change may lie that caused it.

    Failures that come every other minute would have come soon after it; rare ones may have kept it waiting.
    """
    pause = (times[-1] - times[0]) // max(len(times) - 1, 1)
    return min(max(PAUSES * pause, LEAST), MOST)


def probable(one: Incident, times: Sequence[int], since: int | None) -> str | None:
    """The last change before the first failure, if it is near enough; else an error on record there, which is told
    and not called a cause. `since`: where the exports begin (UTC ns).
    """
    if one.state == "pending" or not times:
        return None
    first = times[0]
    before = [(at, note) for note in one.context if (at := _at(note)) is not None and 0 <= first - at <= reach(times)]
    for at, note in sorted(before, key=lambda each: (not _is_change(each[1]), -each[0])):
        what = note.what if len(note.what) <= LONGEST else f"{note.what[: LONGEST - 1]}…"
        ago = f"{duration((first - at) / SECOND)} before the first" if first - at >= SECOND else "just before the first"
        if not _is_change(note):
            return f"On record shortly before: {what} at {clock(at)}, {ago}."
        clean = ""
        if since is not None and at - since >= SECOND:
            clean = f"; in the {duration((at - since) / SECOND)} of exports before it none is on record"
        return f"A probable cause: {what} at {clock(at)}, {ago}{clean}."
    return None


def _at(note: ContextNote) -> int | None:
    return from_rfc3339(note.at) if note.at else None


def _is_change(note: ContextNote) -> bool:
    return _CHANGE.search(note.what) is not None and _NO_CHANGE.search(note.what) is None
