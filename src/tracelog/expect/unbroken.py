"""Numbers that a system gives its records one after the other: where none is missing, no record is.

A log with few records is silent for long, and its silence may hide that it was off, or that only some of it was
exported. Two records numbered one after the other rule that out: between them the system made no third. And where a
number is missing there is room for a record that was left out, however close the others are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise

from tracelog.expect.coverage import StreamCoverage
from tracelog.expect.numbers import running
from tracelog.expect.presence import MOST_GONE
from tracelog.model.event import SECOND, Event

SHORTEST = 5
"""So many numbers in a row are a series, and no coincidence."""
LONGEST = 12
"""Digits of a control number; longer ones are ids of another making."""
_SENT = frozenset(("forwarded", "acknowledged", "rejected"))
IN_ORDER = 0.9
"""So many of the numbers rise with the time, or they are no running numbers."""
FEW = 0.2
"""Where more of them are missing, the numbers are shared with what is logged elsewhere, and tell nothing."""
OUT_OF_TURN = 2 * SECOND
"""Two that were made at once may be stamped the other way round by so much."""


class Unbroken:
    """Per stream and kind of name: which number stands on a record, and from when (UTC ns) the first such record is."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        self.sent: dict[tuple[str, str], dict[int, tuple[int, int]]] = defaultdict(dict)
        """The same of numbers on messages, with when the last one has it that has it: some count up to few only."""

    def add(self, event: Event, at: int) -> None:
        """What a system took in, by the number that it gave it then, and the control numbers of what was sent. Numbers
        on other records may be older.
        """
        kind = event.kind
        if at < 0:
            return
        if kind.phase in _SENT:
            if event.ids:
                self._sent(event, at)
            return
        if kind.phase != "received":
            return
        for name in event.names:
            if name.strength == "strong" and name.kind.startswith(f"{kind.system}:"):
                number = running(name.value)
                if number is not None:
                    made = self.made[kind.stream, name.kind]
                    made[number] = min(at, made.get(number, at))

    def _sent(self, event: Event, at: int) -> None:
        for key, value in event.ids.items():
            if value.isdecimal() and len(value) <= LONGEST:
                numbers, number = self.sent[event.kind.stream, key], int(value)
                first, last = numbers.get(number, (at, at))
                numbers[number] = min(first, at), max(last, at)

    def merge(self, other: Unbroken) -> None:
        for key, given in other.sent.items():
            numbers = self.sent[key]
            for number, (first, last) in given.items():
                known = numbers.get(number, (first, last))
                numbers[number] = min(first, known[0]), max(last, known[1])
        for key, theirs in other.made.items():
            mine = self.made[key]
            for number, at in theirs.items():
                mine[number] = min(at, mine.get(number, at))

    def tell(self, covered: Mapping[str, StreamCoverage]) -> None:
        """Notes with each stream for which time its records are all there."""
        for (stream, _), made in sorted(self.made.items()):
            if stream in covered:
                covered[stream].unbroken += _runs(made)
                covered[stream].counted |= _rise(made)
        for (stream, _), sent in sorted(self.sent.items()):
            if stream in covered:
                once = {number: first for number, (first, last) in sent.items() if last - first <= OUT_OF_TURN}
                covered[stream].unbroken += _runs(once)
                covered[stream].missing += _gaps(once)


def _rise(made: Mapping[int, int]) -> bool:
    times = [made[number] for number in sorted(made)]
    rising = sum(later >= earlier for earlier, later in pairwise(times))
    return len(times) >= SHORTEST and rising >= IN_ORDER * (len(times) - 1)


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


def _gaps(given: Mapping[int, int]) -> list[tuple[int, int]]:
    """From when to when a number is missing in series that otherwise follow each other: a record with it was left out.

    Each kind of document may have a series of its own, and the numbers of one begin anew where those of another end.
    """
    steps = [(given[one], given[other], other - one) for one, other in pairwise(sorted(given))]
    series = [step for step in steps if step[2] <= MOST_GONE and step[0] <= step[1]]
    gaps = [(since, until) for since, until, step in series if step > 1]
    return gaps if len(gaps) <= FEW * len(series) and len(series) >= SHORTEST else []


def _span(run: list[int]) -> list[tuple[int, int]]:
    return [(run[0], run[-1])] if len(run) >= SHORTEST else []
