"""Which orders a snapshot holds, and whether its not holding one proves anything.

A saved search is a filter. That an order is absent from it proves something only if the orders next to it are
there, before and after (or nearly all that were sent there are in it), if it reaches past the order's creation, if
it shows final as well as open states, and if no number is missing where the order's would be (a deleted one leaves
a gap).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from tracelog.expect.model import Stop
from tracelog.link.journey import Journey
from tracelog.model.event import Event
from tracelog.model.finding import CoverageProof

NEXT_TO = 8
"""So many orders on each side are looked at."""
DENSE = 0.6
"""And so many of them must be there,"""
WHOLE = 0.9
"""and so many of all orders outside the gap that this one lies in: a filter leaves out more than a fault does."""
SENT = 20
"""Orders that the target named in its answer, else those that it took, else those that somebody recorded to have sent
there, are enough to tell a filter from a fault,"""
NEARLY_ALL = 0.97
"""if so many of them are in the listing: then it leaves out nothing that arrived, however many did not."""
CHANCE = 0.001
"""What comes about by chance less often than this is the way that the listing was made."""
MOST_GONE = 1000
"""A longer leap is another range of numbers, and no row of deleted records."""


class Birth(NamedTuple):
    """When an order was created at its source (UTC ns), and the systems whose own records have it."""

    at: int
    order: int
    holders: frozenset[str]
    sent: frozenset[str] = frozenset()
    """The systems that it was sent to, by the sender's records, and that did not refuse it."""
    given: frozenset[str] = frozenset()
    """Those of them that gave it an id of their own in answer."""
    accepted: frozenset[str] = frozenset()
    """The systems that said that they took it, whether what they answered is on record or not."""


def hand_overs(whole: Journey) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The systems that an order was sent to, those whose answer names what they made of it, and those that took it."""
    answers: dict[int, list[Event]] = defaultdict(list)
    for cause, event in zip(whole.cause, whole.events, strict=True):
        if event.kind.phase in {"acknowledged", "rejected"}:
            answers[cause].append(event)
    sent, given, accepted = set[str](), set[str](), set[str]()
    for index, event in enumerate(whole.events):
        peer, said = event.kind.peer, answers.get(index, ())
        if peer and "acknowledged" in {event.kind.phase, *(one.kind.phase for one in said)}:
            accepted.add(peer)
        if event.kind.phase == "forwarded" and peer and all(one.kind.phase != "rejected" for one in said):
            sent.add(peer)
            if any(name.kind.startswith(f"{peer}:") for one in said for name in one.names):
                given.add(peer)
    return frozenset(sent), frozenset(given), frozenset(accepted)


class Scope(NamedTuple):
    """Whether absence proves something, and if not, why. `as_of` is the snapshot's (UTC ns), `proof` what to cite."""

    holds: bool
    why: str | None
    as_of: int | None
    proof: CoverageProof | None = None


class Presence:
    """Orders of one source system in order of creation, with those that one other system holds."""

    def __init__(self, births: Sequence[Birth], holder: str, systems: Collection[str] = ()) -> None:
        """`holder` is the listing, `systems` whose it is."""
        self.times = [birth.at for birth in births]
        self.there = [holder in birth.holders for birth in births]
        named = [holder in birth.holders for birth in births if not birth.given.isdisjoint(systems)]
        taken = [holder in birth.holders for birth in births if not birth.accepted.isdisjoint(systems)]
        sent = [holder in birth.holders for birth in births if not birth.sent.isdisjoint(systems)]
        arrived = next(some for some in (named, taken, sent) if len(some) >= SENT or some is sent)
        self.unfiltered = len(arrived) >= SENT and sum(arrived) >= NEARLY_ALL * len(arrived)
        self.count = sum(self.there)
        self.before: list[int] = []
        last = -1
        for position, held in enumerate(self.there):
            self.before.append(last)
            if held:
                last = position
        self.after = [-1] * len(self.there)
        nearest = -1
        for position in range(len(self.there) - 1, -1, -1):
            self.after[position] = nearest
            if self.there[position]:
                nearest = position

    @property
    def first(self) -> int:
        """When the oldest order that is held was created (UTC ns; -1: none is held)."""
        return next((at for at, held in zip(self.times, self.there, strict=True) if held), -1)

    def begins_after(self, at: int) -> bool:
        """Whether the listing begins after that moment: so many orders in a row are missing before its first that they
        would not be by chance, as few as it lacks from there on.
        """
        first = next((position for position, held in enumerate(self.there) if held), len(self.there))
        rest = len(self.there) - first
        missing = (rest - self.count + 1) / (rest + 2)  # one more of each, so that none of few is no certainty
        return at < self.first and missing**first < CHANCE

    def neighbours(self, at: int) -> str | None:
        """None when orders just before and after that moment are held; else what is amiss."""
        position = bisect_left(self.times, at)
        if position >= len(self.times):
            return "no later order of this source is there"
        low, high = self.before[position], self.after[position]
        if low < 0:
            return "no earlier order of this source is there"
        if high < 0:
            return "no later order of this source is there"
        if self.unfiltered:
            return None
        earlier = self.there[max(0, low - NEXT_TO + 1) : low + 1]
        later = self.there[high : high + NEXT_TO]
        if sum(earlier) < DENSE * len(earlier) or sum(later) < DENSE * len(later):
            return "many of its neighbours are missing there too"
        if self.count < WHOLE * (len(self.times) - (high - low - 1)):
            return "too many orders of this source are missing there"
        return None


class Numbers:
    """The running numbers of a system's own records, by time of creation."""

    def __init__(self, records: Iterable[tuple[int, int]]) -> None:
        known = sorted(set(records))
        self.times = [at for at, _ in known]
        self.numbers = [number for _, number in known]
        self.given = frozenset(self.numbers)
        steps = [after - before for before, after in zip(self.numbers, self.numbers[1:], strict=False)]
        self.running = len(steps) >= 5 and sum(step == 1 for step in steps) >= 0.8 * len(steps)

    def gap(self, since: int, until: int) -> bool:
        """Whether a number is missing among the records made in that time: then something was removed."""
        if not self.running:
            return False
        low = max(bisect_left(self.times, since) - 1, 0)
        high = min(bisect_right(self.times, until), len(self.times) - 1)
        return any(self._skipped(self.numbers[at], self.numbers[at + 1]) for at in range(low, high))

    def _skipped(self, one: int, other: int) -> bool:
        """Whether a number between two neighbours stands nowhere. Numbers of other times may lie between them."""
        return 1 < other - one <= MOST_GONE and any(number not in self.given for number in range(one + 1, other))


class Seniority:
    """Running numbers of orders by when a system first saw them: an order that is older than its first sight shows
    a number below those seen before it.
    """

    def __init__(self, firsts: Iterable[tuple[int, int]]) -> None:
        known = sorted(firsts)
        self.times = [at for at, _ in known]
        self.highest: list[int] = []
        for _, number in known:
            self.highest.append(max(number, self.highest[-1]) if self.highest else number)

    def of(self, number: int, at: int) -> str:
        """`new`: the highest number until then. `old`: higher ones were seen before. `unknown`: none was."""
        before = bisect_left(self.times, at) - 1
        if before < 0:
            return "unknown"
        return "new" if number > self.highest[before] else "old"


class Snapshot(NamedTuple):
    """What is known of one system's own listings: how far they reach, and what kinds of states they show."""

    stop: Stop
    as_of: int
    open_states: int
    final_states: int
    streams: tuple[str, ...]
    hinted: bool = False
    """That it was made then only the file's own time says, which a copy changes: nothing is proved by it."""


HINTED = "when it was made only the file's own time says"
"""Why such a listing does not prove that what it lacks, or shows otherwise, is so after the time it had."""
