"""What a source says of an order against what a target took in, where nothing between them shows the value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tracelog.expect.values import COMPARED
from tracelog.link.journey import Journey
from tracelog.link.meaning import GENERIC


class Ends(NamedTuple):
    """The source's record of the creation, the line of its listing that holds the values, the target's receipt (all by
    their places in the journey), and the values that nobody in between shows. `edited`: the order was changed at its
    source since, so its listing may show another value than was sent.
    """

    made: int
    listed: int
    taken: int
    fields: frozenset[str]
    edited: bool

    def hop(self, whole: Journey) -> str:
        return f"{whole.events[self.listed].kind.system}>>{whole.events[self.taken].kind.system}"


def far_ends(whole: Journey) -> Iterator[Ends]:
    """For each system that took the new order in from somebody in between."""
    events = whole.events
    seen: set[str] = set()
    for taken, event in enumerate(events):
        kind, through = event.kind, whole.cause[taken]
        fields = event.fields.keys() & COMPARED
        if kind.phase != "received" or not fields or kind.system in seen or through < 0:
            continue
        if events[through].kind.phase != "forwarded" or whole.topics[through] != "created":
            continue
        seen.add(kind.system)
        made = _source(whole, through)
        if made < 0:
            continue
        source = events[made].kind.system
        listed = next((index for index, one in enumerate(events) if one.kind.phase == "observed"
                       and one.kind.system == source and one.fields), -1)  # fmt: skip
        between = {name for one, topic in zip(events, whole.topics, strict=True) if topic == "created"
                   and one.kind.system not in {source, kind.system} for name in one.fields}  # fmt: skip
        told = frozenset(fields & events[listed].fields.keys() - between) if listed >= 0 else frozenset[str]()
        if told:
            yield Ends(made, listed, taken, told, _edited(whole, source))


def _source(whole: Journey, index: int) -> int:
    """The record of the creation at its source that an event follows from, or -1."""
    for _ in range(8):
        index = whole.cause[index] if index >= 0 else -1
        if index >= 0 and whole.events[index].kind.phase == "emitted":
            return index if whole.topics[index] == "created" else -1
    return -1


def _edited(whole: Journey, source: str) -> bool:
    return any(event.kind.system == source and event.kind.phase == "emitted" and whole.topics[index] in GENERIC
               for index, event in enumerate(whole.events))  # fmt: skip
