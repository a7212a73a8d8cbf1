"""Numbers that a system gives its records one after the other: where none is missing, no record is.

A log with few records is silent for long, and its silence may hide that it was off, or that only some of it was
exported. Two records numbered one after the other rule that out: between them the system made no third.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from tracelog.expect.coverage import StreamCoverage
from tracelog.expect.numbers import running
from tracelog.model.event import SECOND, Event

SHORTEST = 5
"""So many numbers in a row are a series, and no coincidence."""
OUT_OF_TURN = 2 * SECOND
"""Two that were made at once may be stamped the other way round by so much."""


class Unbroken:
    """Per stream and kind of name: which number stands on a record, and from when (UTC ns) the first such record is."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)

    def add(self, event: Event, at: int) -> None:
        """What a system took in, by the number that it gave it then. Numbers on other records may be older."""
        kind = event.kind
        if kind.phase != "received" or at < 0:
            return
        for name in event.names:
            if name.strength == "strong" and name.kind.startswith(f"{kind.system}:"):
                number = running(name.value)
                if number is not None:
                    made = self.made[kind.stream, name.kind]
                    made[number] = min(at, made.get(number, at))

    def merge(self, other: Unbroken) -> None:
        for key, theirs in other.made.items():
            mine = self.made[key]
            for number, at in theirs.items():
                mine[number] = min(at, mine.get(number, at))

    def tell(self, covered: Mapping[str, StreamCoverage]) -> None:
        """Notes with each stream for which time its records are all there."""
        for (stream, _), made in sorted(self.made.items()):
            if stream in covered:
                covered[stream].unbroken += _runs(made)


def _runs(made: Mapping[int, int]) -> list[tuple[int, int]]:
    """From when to when the numbers follow each other without a gap, in order of time."""
    out: list[tuple[int, int]] = []
    run: list[int] = []
    last = -1
    for number in sorted(made):
        at = made[number]
        if run and (number != last + 1 or at < run[-1] - OUT_OF_TURN):
            out += _span(run)
            run = []
        run.append(max(at, run[-1]) if run else at)
        last = number
    return out + _span(run)


def _span(run: list[int]) -> list[tuple[int, int]]:
    return [(run[0], run[-1])] if len(run) >= SHORTEST else []
