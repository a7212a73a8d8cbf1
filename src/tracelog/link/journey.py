"""What became of each change of one order: its events by time, their meanings and causes, and the chains they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from tracelog.link.causes import Causes
from tracelog.link.meaning import moment, topics
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


class Chain(msgspec.Struct):
    """One change of the order and everything that followed from it. `hops` are (system, instance, events)."""

    topic: str | None
    events: list[Event]
    hops: list[tuple[str, str | None, list[Event]]]


def journey(events: Sequence[Event]) -> Journey:
    """The events of one order, in any order, as a journey."""
    stamped = sorted(((moment(event), event.id, index) for index, event in enumerate(events)))
    ordered = [events[index] for _, _, index in stamped]
    at = [when for when, _, _ in stamped]
    meant = topics(ordered, at)
    out = Journey(ordered, at, meant, [-1] * len(ordered), [""] * len(ordered))
    Causes(out).find()
    return out


def chains(events: Sequence[Event]) -> list[Chain]:
    """The order's changes in order of time, each with all records that follow from it, for a timeline."""
    whole = journey(events)
    root = list(range(len(whole.events)))
    for index in range(len(root)):
        at, seen = index, 0
        while whole.cause[at] >= 0 and seen < len(root):
            at, seen = whole.cause[at], seen + 1
        root[index] = at
    groups: dict[int, list[int]] = defaultdict(list)
    for index, top in enumerate(root):
        groups[top].append(index)
    out = []
    for top in sorted(groups):
        members = [whole.events[index] for index in groups[top]]
        hops: dict[tuple[str, str | None], list[Event]] = {}
        for event in members:
            hops.setdefault((event.kind.system, event.kind.instance), []).append(event)
        out.append(Chain(whole.topics[top], members, [(*who, told) for who, told in hops.items()]))
    return out
