"""Which of the legs that the configuration declares is in force for an order event."""

from __future__ import annotations

from collections.abc import Iterable

from tracelog.expect.model import Declared
from tracelog.link.journey import Journey

_TOLD = frozenset(("emitted", "received"))


def in_force(
    routes: Iterable[Declared], start: str, end: str, topic: str | None, channels: frozenset[str] = frozenset()
) -> Declared | None:
    """The declaration for this leg; one that names the channel, or the topic, goes before one that does not.

    `channels` are those of the order; with none, only what is said of all channels counts.
    """
    found = [
        one
        for one in routes
        if (one.start, one.end) == (start, end)
        and one.topic in {topic, None}
        and (not one.channel or one.channel.casefold() in channels)
    ]
    return max(found, key=lambda one: (bool(one.channel), one.topic is not None), default=None)


def left_out(routes: Iterable[Declared], start: str, topic: str | None, channels: frozenset[str]) -> frozenset[str]:
    """The systems to which orders of these channels are declared not to go from `start`, though others may."""
    routes = [one for one in routes if one.start == start]
    ends = {one.end for one in routes if one.channel}
    found = {end: in_force(routes, start, end, topic, channels) for end in ends}
    return frozenset(end for end, one in found.items() if one is not None and one.channel and not one.expected)


def channels(whole: Journey) -> frozenset[str]:
    """What a declaration may call the channel of an order: the value that its source gives, the shop, its system."""
    words: set[str] = set()
    told = {event.kind.system for event in whole.events if event.kind.phase in _TOLD}
    for event in whole.events:
        kind = event.kind
        if kind.phase in _TOLD or (kind.phase == "observed" and kind.system in told):
            words.add(event.fields.get("channel", ""))
            source, instance = (kind.peer, None) if kind.phase == "received" else (kind.system, kind.instance)
            words.update((source or "", instance or "", f"{source}/{instance}"))
    return frozenset(word.casefold() for word in words if word)
