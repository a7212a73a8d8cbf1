"""Orders that two systems both say were created at them: whether one handed them to the other.

A marketplace and a shop may both list an order, and either may be where it began. That one of them has it proves no
route between the two: only orders that carry the other's name, or that always came into being later there, do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import permutations
from typing import NamedTuple

from tracelog.link.journey import Journey
from tracelog.model.event import CLAIMING, Event

BACK = 0.05
"""More than this part of the orders speaking for the other direction: then for neither."""


class Both(NamedTuple):
    """Whose own records have an order, and which of them say that it was created there."""

    tellers: frozenset[str]
    owners: frozenset[str]


class Mutual:
    """The sums; merging in any order gives the same."""

    def __init__(self) -> None:
        self.orders: Counter[Both] = Counter()
        self.handed: Counter[tuple[str, str]] = Counter()
        """(source, target) → orders whose records say that the target had it from the source."""

    def add(self, whole: Journey, spread: int) -> None:
        """One order. `spread` (ns): how far clocks may be apart."""
        own: dict[str, list[int]] = defaultdict(list)
        made: dict[str, tuple[int, int]] = {}
        for index, event in enumerate(whole.events):
            kind = event.kind
            if kind.phase in CLAIMING:
                own[kind.system].append(index)
                if kind.phase == "emitted" and kind.topic == "created":
                    born = whole.at[index], event.precision
                    made[kind.system] = min(born, made.get(kind.system, born))
        if not made:
            return
        self.orders[Both(frozenset(made), frozenset(own))] += 1
        for source, target in permutations(sorted(made), 2) if len(made) > 1 else ():
            theirs, ours = ([whole.events[index] for index in own[one]] for one in (target, source))
            named = _names(theirs, ours, source), _names(ours, theirs, target)
            (begun, blur), (then, more) = made[source], made[target]
            later = min(begun, then) >= 0 and then - begun > spread + max(blur, more)
            if named == (True, False) or (named[0] == named[1] and later):
                self.handed[source, target] += 1

    def merge(self, other: Mutual) -> None:
        self.orders.update(other.orders)
        self.handed.update(other.handed)

    def strangers(self, few: int) -> frozenset[tuple[str, str]]:
        """(source, target): both have orders of their own, and the orders that both have show no way from the one to
        the other. `few`: so many must speak for it.
        """
        alone: dict[str, set[str]] = defaultdict(set)
        """By system, those that lack an order which began at it."""
        sources = {system for both in self.orders for system in both.tellers}
        for both in self.orders:
            for system in both.tellers:
                alone[system].update(sources - both.owners)
        return frozenset(
            (source, target)
            for source, target in permutations(sorted(sources), 2)
            if source in alone[target] and not _way(self.handed, source, target, few)
        )


def _way(handed: Mapping[tuple[str, str], int], source: str, target: str, few: int) -> bool:
    there, back = handed.get((source, target), 0), handed.get((target, source), 0)
    return there >= few and back <= BACK * (there + back)


def _names(ones: list[Event], others: list[Event], system: str) -> bool:
    """Whether records of the one call the order by a name that is the other `system`'s own."""
    given = {name.value for event in others for name in event.names
             if name.strength == "strong" and name.kind.partition(":")[0].partition("/")[0] == system}  # fmt: skip
    return any(name.value in given for event in ones for name in event.names)
