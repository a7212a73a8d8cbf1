"""What a system did of its own accord, and of which others are regularly told by a message.

An ERP ships, and the EDI translator sends the ship notice: nothing on record hands the one to the other, so that only
the two ends show whether the partner was told. A change that came to the system by a message of the same kind is not
its own; nor does whoever the order came from tell of what is done with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from tracelog.expect.model import Stop
from tracelog.expect.passages import Passage, Reach, stop_of
from tracelog.expect.traits import Trait, state_traits
from tracelog.link.causes import SLACK
from tracelog.link.journey import Journey
from tracelog.link.meaning import GENERIC
from tracelog.model.event import Event

_TELLING = frozenset(("emitted", "received", "forwarded"))
_CLAIMS = frozenset(("applied", "observed"))


def tellings(whole: Journey) -> Iterator[Passage]:
    """`tell`: a system's own change → the message of the same topic by which its partner is told.

    The peer of the start is who is to be told: whoever of this order had other messages with the sender.
    """
    sent = [index for index, event in enumerate(whole.events)
            if event.kind.phase == "forwarded" and whole.cause[index] < 0 and whole.at[index] >= 0]  # fmt: skip
    if not sent:
        return
    ways = {(event.kind.system, event.kind.peer) for index in sent if (event := whole.events[index]).kind.peer}
    source = source_of(whole)
    told = {(sender, peer) for one, other in ways for sender, peer in ((one, other), (other, one)) if sender != source}
    parties = {system for way in ways for system in way}
    for start, topic, index in _own(whole, parties):
        for sender, peer in sorted(told):
            reached = _told(whole, sent, index, (sender, peer))
            yield Passage("tell", start._replace(peer=peer), topic, index, whole.at[index], reached)


def source_of(whole: Journey) -> str | None:
    """From whom the order came: the first who tells that it was made."""
    return next((whole.events[index].kind.system for index, topic in enumerate(whole.topics)
                 if topic == "created" and whole.events[index].kind.phase in _TELLING), None)  # fmt: skip


def _own(whole: Journey, parties: AbstractSet[str | None]) -> Iterator[tuple[Stop, str, int]]:
    """Per system and topic the record of the change: the one that sets the state, or else the first."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    source = source_of(whole)
    for index, event in enumerate(whole.events):
        kind, topic = event.kind, whole.topics[index]
        if kind.phase != "applied" or kind.system in parties or kind.system == source:
            continue
        if topic is not None and topic not in GENERIC | {"created", "notified"} and whole.at[index] >= 0:
            groups[kind.system, topic].append(index)
    for (system, topic), members in groups.items():
        index = next((one for one in members if whole.events[one].states), members[0])
        if all(whole.cause[one] < 0 for one in members) and not _brought(whole, index, topic):
            yield Stop(system, whole.events[index].kind.instance, "applied"), topic, index


def _brought(whole: Journey, index: int, topic: str) -> bool:
    """Whether a message of the same change went before it."""
    system, since = whole.events[index].kind.system, _about(whole, index)
    return any(
        whole.topics[other] == topic and whole.at[other] < since and event.kind.system != system
        for other, event in enumerate(whole.events)
        if event.kind.phase in _TELLING
    )


def _about(whole: Journey, index: int) -> int:
    """From when on another record may be of the same moment (UTC ns)."""
    return whole.at[index] - max(SLACK, whole.events[index].precision)


def _told(whole: Journey, sent: Sequence[int], index: int, way: tuple[str | None, str | None]) -> tuple[Reach, ...]:
    """The first message of the change that went that way."""
    for other in sent:
        event = whole.events[other]
        same = whole.topics[other] == whole.topics[index] and (event.kind.system, event.kind.peer) == way
        if same and whole.at[other] >= _about(whole, index):
            return (Reach(stop_of(event), other, whole.at[other]),)
    return ()


def counted_by(whole: Journey, passage: Passage, own: tuple[Trait, ...]) -> tuple[Trait, ...]:
    """The attributes by which a passage is counted: the order's own, what the record said of its states before the
    hop, and of a system's own change what that system holds of the order.
    """
    event = whole.events[passage.pos]
    if passage.leg == "pass":
        return own + state_traits(event)
    return own + _held(whole.events, event.kind.system) if passage.leg == "tell" else own


_VALUES = frozenset(("total", "quantity", "created_at", "created", "subtotal", "tax", "shipping"))


def _held(events: Sequence[Event], system: str) -> tuple[Trait, ...]:
    found = {(name, value) for event in events if event.kind.system == system and event.kind.phase in _CLAIMS
             for name, value in event.fields.items() if name not in _VALUES and value and len(value) <= 60}  # fmt: skip
    return tuple(sorted(found))
