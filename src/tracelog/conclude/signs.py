"""Sums for the signals: what each order says of the integration as a whole. Adding and merging in any order is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from tracelog.expect.gaps import passed
from tracelog.link.meaning import moment
from tracelog.model.event import DAY, Event, State

LIFE = frozenset(("created", "paid", "shipped", "delivered", "cancelled", "returned", "refunded"))
"""Topics that say where the order stands. A pick, an invoice or a notice is one system's own business."""
_MEANS = {
    "shipped": ("shipped",), "delivered": ("shipped", "delivered"), "returned": ("shipped", "returned"),
    "cancelled": ("cancelled",), "paid": ("paid",), "refunded": ("paid", "refunded"),
}  # fmt: skip
"""What a topic, or a state of that name, says to have happened."""
_OWN = frozenset(("emitted", "applied", "observed"))
_MOVED = frozenset(("shipped", "delivered"))
_SPECIAL = _MOVED | {"notified", "invoiced", "posted"}


class Booked(msgspec.Struct, frozen=True, order=True):
    """An order with revenue: when (UTC ns) it was invoiced, and when its cost was posted (-1: never)."""

    order: int
    invoiced: int
    posted: int = -1


class Signs(msgspec.Struct):
    """The sums. `record` is the system of record, where it is known; orders are store numbers, times UTC ns."""

    record: str | None = None
    told: int = 0
    """Orders with a notice to the customer and a time at which the system of record had them."""
    scanned: int = 0
    """Orders with a carrier's scan and a shipment on record elsewhere."""
    first: dict[int, tuple[int, int]] = {}
    """Orders of which the customer, or the carrier, told first: when, and by how much."""
    histories: int = 0
    """Orders that at least two systems' own records tell of."""
    partial: dict[int, int] = {}
    """Those of which no system has all that happened: when the last of it did."""
    booked: list[Booked] = []
    posting: set[str] = set()
    """Streams that show postings of cost."""
    invoicing: set[str] = set()
    births: list[tuple[int, str, int]] = []
    """When each order came into being, by which channel, and its number."""

    def add(self, order: int, events: Sequence[Event]) -> None:
        """One order, its clocks aligned."""
        born: tuple[int, str, str] | None = None
        special: list[Event] = []
        own: list[Event] = []
        notice = False
        for event in events:
            kind = event.kind
            phase, topic = kind.phase, kind.topic
            if phase == "received" or phase == "emitted":  # noqa: PLR1714 - asked of every event
                at = moment(event)
                if at >= 0 and (born is None or (at, phase, kind.system) < born[:3]):
                    born = at, phase, kind.system
                    first = event
            if topic in _SPECIAL:
                special.append(event)
                notice = notice or topic == "notified"
            if phase in _OWN:
                own.append(event)
        if born is not None:
            self.births.append((born[0], _channel(first), order))
        if notice and self.record is not None:
            self._told(order, events, self.record)
        if special:
            self._scanned(order, special)
            self._booked(order, special)
        self._history(order, own)

    def _told(self, order: int, events: Sequence[Event], record: str) -> None:
        found = passed(order, events, record)
        if found is not None and found[1].told >= 0 and found[1].had >= 0:
            self.told += 1
            self._first(order, found[1].told, found[1].had - found[1].told - found[1].slack)

    def _scanned(self, order: int, special: Sequence[Event]) -> None:
        moves = [event for event in special if event.kind.topic in _MOVED]
        seen = [at for event in moves if _by_carrier(event) and (at := _claimed(event)) >= 0]
        if not seen:
            return
        own = [at for event in moves if event.kind.phase in {"emitted", "applied"} and not _by_carrier(event)
               and (at := moment(event)) >= 0]  # fmt: skip
        if own:
            self.scanned += 1
            self._first(order, min(seen), min(own) - min(seen) - max(event.precision for event in moves))

    def _first(self, order: int, at: int, ahead: int) -> None:
        if ahead > max(0, self.first.get(order, (0, 0))[1]):
            self.first[order] = at, ahead

    def _history(self, order: int, own: Sequence[Event]) -> None:
        """A system that only holds a state that stands for several, or is unknown, may have it all."""
        if len({event.kind.system for event in own}) < 2:
            return
        has: dict[str, set[str]] = {}
        last = -1
        for event in own:
            if _by_carrier(event):
                continue
            kind = event.kind
            mine = has.setdefault(kind.system, {"created"})
            if kind.topic in LIFE:
                mine.update(_MEANS.get(kind.topic, (kind.topic,)))
                if kind.phase != "observed":
                    last = max(last, moment(event))
            if event.states:
                mine.update(_said(event.states))
        if len(has) < 2:
            return
        self.histories += 1
        all_ = set().union(*has.values()) & LIFE
        if not any("any" in mine or all_ <= mine for mine in has.values()):
            self.partial[order] = last

    def _booked(self, order: int, special: Sequence[Event]) -> None:
        at = {"invoiced": -1, "posted": -1}
        for event in special:
            kind = event.kind
            if kind.topic in at and kind.phase in _OWN:
                (self.invoicing if kind.topic == "invoiced" else self.posting).add(kind.stream)
                when = moment(event)
                if when >= 0 and (at[kind.topic] < 0 or when < at[kind.topic]):
                    at[kind.topic] = when
        if at["invoiced"] >= 0:
            self.booked.append(Booked(order, at["invoiced"], at["posted"]))

    def merge(self, other: Signs) -> None:
        self.told += other.told
        self.scanned += other.scanned
        self.histories += other.histories
        self.first |= other.first
        self.partial |= other.partial
        self.booked += other.booked
        self.posting |= other.posting
        self.invoicing |= other.invoicing
        self.births += other.births

    def incomplete(self, end: int | None) -> dict[int, int]:
        """Those of which nobody has all, a day after the last of it happened: what is still on its way is not meant."""
        return {order: at for order, at in self.partial.items() if end is None or at + DAY <= end}


def _by_carrier(event: Event) -> bool:
    """Whether it is about a parcel, and about the order only through it."""
    return bool(event.names) and event.names[0].kind.startswith("carrier:")


def _channel(event: Event) -> str:
    kind = event.kind
    name = kind.peer if kind.phase == "received" and kind.peer else kind.system
    return f"{name}/{kind.instance}" if kind.instance and name == kind.system else name


def _claimed(event: Event) -> int:
    """When a scan took place, whoever tells of it."""
    return event.happened_at - event.skew if event.happened_at is not None else moment(event)


def _said(states: Iterable[State]) -> Iterable[str]:
    for state in states:
        if state.canonical is not None:
            yield from _MEANS.get(state.canonical, ())
        elif state.final or state.mark == "UNMAPPED":
            yield "any"
