"""What became of each change of one order: its events by time, their meanings and causes, and the chains they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from tracelog.link.causes import SAME_CHANGE, Causes
from tracelog.link.meaning import GENERIC, moment, topics
from tracelog.model.event import Event


class Journey(msgspec.Struct):
    """One order's events by time, with the cause of each.

    `at` are the moments (UTC ns) by which events are ordered, -1 where a record gives none. `topics` are what
    the events mean, `cause` the index of the event that each follows from (-1: none known), `by` how that was
    settled: `envelope`, `topic`, `order` (only by what came before), or empty.
    """

    events: list[Event]
    at: list[int]
    topics: list[str | None]
    cause: list[int]
    by: list[str]

    def followers(self) -> list[list[int]]:
        """For each event the ones that follow from it, by time."""
        out: list[list[int]] = [[] for _ in self.events]
        for index, cause in enumerate(self.cause):
            if cause >= 0:
                out[cause].append(index)
        return out


class Links(NamedTuple):
    """How the events of one order hang together, by their places in its journey."""

    topics: tuple[str | None, ...]
    cause: tuple[int, ...]
    by: tuple[str, ...]


class Linked:
    """The links of all orders, for whoever comes by them again. Most orders share a few patterns, kept once each."""

    def __init__(self) -> None:
        self._of: dict[int, Links] = {}
        self._patterns: dict[Links, Links] = {}

    def keep(self, order: int, whole: Journey) -> None:
        links = Links(tuple(whole.topics), tuple(whole.cause), tuple(whole.by))
        self._of[order] = self._patterns.setdefault(links, links)

    def of(self, order: int) -> Links | None:
        return self._of.get(order)


class Chain(msgspec.Struct):
    """One change of the order and everything that followed from it. `hops` are (system, instance, events)."""

    topic: str | None
    events: list[Event]
    hops: list[tuple[str, str | None, list[Event]]]


def journey(events: Sequence[Event], links: Links | None = None) -> Journey:
    """The events of one order, in any order, as a journey. `links`: what was found of the same events before.

    Of one moment the records of one log stand as they do in it, and logs by their kind: not by which was read first.
    """
    stamped = sorted(
        (moment(event), event.kind.stream.partition(" ")[0], event.id, index) for index, event in enumerate(events)
    )
    ordered = [events[index] for _, _, _, index in stamped]
    at = [when for when, _, _, _ in stamped]
    if links is not None:
        return Journey(ordered, at, list(links.topics), list(links.cause), list(links.by))
    meant = topics(ordered, at)
    out = Journey(ordered, at, meant, [-1] * len(ordered), [""] * len(ordered))
    Causes(out).find()
    return out


def chains(events: Sequence[Event]) -> list[Chain]:
    """The order's changes in order of time, each with all records that follow from it, for a timeline.

    Two records that speak of one change without either being the other's cause (a shop's timeline and its orders
    export) make one chain: the same topic, and within the same quarter of an hour; an order is created only once.
    """
    whole = journey(events)
    shown = _after_causes(whole)
    groups: list[tuple[int, list[int]]] = []
    of_topic: dict[str | None, list[tuple[int, list[int]]]] = defaultdict(list)
    for root, members in sorted(_families(whole).items()):
        alike = of_topic[whole.topics[root]]
        same = next((group for group in reversed(alike) if _one_change(whole, group[1], root)), None)
        if same is None:
            groups.append((root, members))
            if whole.topics[root] not in {None, *GENERIC}:
                alike.append(groups[-1])
        else:
            same[1].extend(members)
    out = []
    for root, members in groups:
        told = [whole.events[index] for index in sorted(members, key=lambda index: shown[index])]
        hops: dict[tuple[str, str | None], list[Event]] = {}
        for event in told:
            hops.setdefault((event.kind.system, event.kind.instance), []).append(event)
        out.append(Chain(whole.topics[root], told, [(*who, own) for who, own in hops.items()]))
    return out


def _families(whole: Journey) -> dict[int, list[int]]:
    """Each event that follows from none, with all that follow from it."""
    families: dict[int, list[int]] = defaultdict(list)
    for index in range(len(whole.events)):
        root, steps = index, 0
        while whole.cause[root] >= 0 and steps < len(whole.events):
            root, steps = whole.cause[root], steps + 1
        families[root].append(index)
    return families


def _one_change(whole: Journey, members: list[int], root: int) -> bool:
    topic = whole.topics[root]
    if topic is None or topic in GENERIC or topic != whole.topics[members[0]]:
        return False
    if topic == "created":
        return True
    return whole.at[members[0]] - SAME_CHANGE <= whole.at[root] <= max(whole.at[m] for m in members) + SAME_CHANGE


def _after_causes(whole: Journey) -> list[tuple[int, int, int]]:
    """A key to sort by: time, but an effect never before its cause where the precision of its stamp allows both.

    `23:15` written by the minute may well be after `23:15:02.767`.
    """
    keys: list[tuple[int, int, int]] = []
    for index, event in enumerate(whole.events):
        at, depth, cause, steps = whole.at[index], 0, whole.cause[index], 0
        while cause >= 0 and steps < len(whole.events):
            if at < whole.at[cause] < at + event.precision:
                at = whole.at[cause]
            depth, steps, cause = depth + 1, steps + 1, whole.cause[cause]
        keys.append((at, depth, index))
    return keys
