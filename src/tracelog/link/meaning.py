"""What an event means whose record does not say: `updated` is turned into what the states say happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tracelog.model.event import CLAIMING, DAY, SECOND, Event, State

GENERIC = frozenset((None, "updated"))
"""Topics that say only that something changed."""

_AFTER = {
    "cancelled": "cancelled", "returned": "returned", "delivered": "delivered", "shipped": "shipped",
    "picked": "picked", "confirmed": "confirmed", "paid": "paid", "refunded": "refunded",
}  # fmt: skip
_WEIGHT = ("cancelled", "returned", "refunded", "delivered", "shipped", "picked", "paid", "confirmed")
"""Where one record shows several changes at once, the one that matters most names it."""
_INSIDE = frozenset(("parked", "transformed", "skipped"))
"""What a system does with what it took in."""
_LATE = frozenset(("picked", "shipped", "delivered", "returned", "cancelled"))
_GONE = frozenset(("shipped", "delivered", "returned"))
_CONTENT = frozenset(("total", "subtotal", "amount", "currency", "quantity", "units", "lines", "sku"))
"""Fields of what was ordered."""
_CREATED_FIELDS = ("created_at", "created")


def moment(event: Event) -> int:
    """The time (UTC ns) by which an event is ordered, by a clock that is right; -1 when its record gives none."""
    if event.kind.phase in CLAIMING and event.happened_at is not None:
        return event.happened_at - event.skew
    if event.at is not None:
        return event.at - event.skew
    return event.happened_at if event.happened_at is not None else -1


def of_payment(states: Sequence[State]) -> bool:
    """Whether a record with these states speaks of the payment alone."""
    return bool(states) and all(state.axis == "payment" for state in states)


def creation(events: Sequence[Event]) -> int | None:
    """When the order came into being at its source, if any record says so (UTC ns)."""
    known = [moment(event) for event in events if event.kind.topic == "created" and event.kind.phase == "emitted"]
    for event in events:
        for name in _CREATED_FIELDS:
            if name in event.fields:
                told = _instant(event.fields[name])
                if told is not None:
                    known.append(told)
    return min((when for when in known if when >= 0), default=None)


def _instant(text: str) -> int | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int(when.timestamp()) * SECOND if when.tzinfo is not None else None


def topics(events: Sequence[Event], at: Sequence[int]) -> list[str | None]:
    """The topic of each event (events by time). What a record says specifically stays as it is.

    The first sight of an order in a poll is its creation when its states are early; if the order is known to be
    older than that by a day, it is a change. Later sights are named by what changed since the sight before.
    """
    out: list[str | None] = []
    before: dict[tuple[str, str | None, str, str | None], dict[str, str]] = {}
    told = {(event.kind.system, event.kind.phase, event.kind.peer) for event in events if event.kind.topic == "created"}
    took: set[tuple[str, str | None]] = set()
    born: int | None = None
    asked = False
    ended: set[str] = set()
    for event, when in zip(events, at, strict=True):
        kind = event.kind
        if kind.phase in {"forwarded", "observed", "acknowledged", "rejected"}:
            over = kind.phase == "observed" and kind.system not in ended and _listed_as_ended(event, events)
            ended.update([kind.system] if over else [])
            out.append("cancelled" if over else kind.topic)
            continue
        place = (kind.system, kind.instance, kind.phase, kind.peer)
        if kind.phase == "received":
            took.add(place[:2])
        elif kind.phase in _INSIDE and kind.topic in GENERIC and not event.states and place[:2] in took:
            out.append(kind.topic)  # it means what was taken in
            continue
        known = before.get(place)
        states = event.states
        if kind.topic not in GENERIC:
            out.append(kind.topic)
        elif known is None and kind.phase != "applied" and (kind.system, kind.phase, kind.peer) not in told:
            if not asked:
                born, asked = creation(events), True
            old = born is not None and when - born > DAY
            first = _first(event)
            told_now = kind.topic is None and kind.carries != "state" and first in _LATE
            out.append("updated" if old and not told_now else first)
        else:
            out.append((_change(known or {}, states, event.before) if states else None) or kind.topic)
        if known is None:
            known = before[place] = {}
        for state in states:
            if state.canonical is not None:
                known[state.axis] = state.canonical
    return out


def _listed_as_ended(event: Event, events: Sequence[Event]) -> bool:
    """Whether a listing of the order's source is the only record there that it was cancelled: it was by the time that
    the line says it last changed.
    """
    kind = event.kind
    if kind.topic not in GENERIC or not any(
        (state.axis, state.canonical, state.mark) == ("order", "cancelled", "EXACT") for state in event.states
    ):
        return False
    theirs = [other for other in events if other.kind.system == kind.system]
    own = {other.kind.topic for other in theirs if other.kind.phase == "emitted"}
    if "created" not in own or "cancelled" in own:
        return False
    return not any(_goes_on(other, since=moment(event)) for other in theirs)  # one item was cancelled, not the order


def _goes_on(event: Event, *, since: int) -> bool:
    """Whether the record shows the order on its way, then or later, or gone."""
    states = {state.canonical for state in event.states if state.axis == "order"} - {None, "cancelled"}
    return bool(states & _GONE) or (bool(states) and moment(event) >= since)


def only_listed(event: Event, topic: str | None) -> bool:
    """Whether the event is the line of a listing that stands for the change itself, made by then at the latest."""
    return event.kind.phase == "observed" and event.kind.topic in GENERIC and topic == "cancelled"


def bare(event: Event) -> bool:
    """A message of a change that tells nothing of the order but its name, and at most the state that it is now in."""
    kind = event.kind
    if kind.carries == "state" or not _CONTENT.isdisjoint(event.fields):
        return False
    if kind.topic is None:
        return _first(event) in _LATE  # it says by the state what happened
    return kind.topic not in GENERIC or not (event.states or event.fields)


def tells_a_change(event: Event) -> bool:
    """Whether the record tells of one change, and not where the order stands: it says so, or names a change."""
    return event.kind.carries == "event" or (event.kind.topic == "updated" and event.kind.carries != "state")


def _first(event: Event) -> str:
    """A record that speaks of the payment alone is no sight of the order: a try to pay comes before it.

    Nor is a message of a change the creation, however young the order is: its `updated` stays what it says.
    """
    states = event.states
    if of_payment(states):
        return "updated"
    late = {state.canonical for state in states if state.axis in {"order", "fulfilment", "return"}} & _LATE
    return next((topic for topic in _WEIGHT if topic in late),
                "updated" if tells_a_change(event) else "created")  # fmt: skip


def _change(known: dict[str, str], states: Sequence[State], old: dict[str, str]) -> str | None:
    """The weightiest of what changed; None when no state did."""
    changed = {
        _AFTER[state.canonical]
        for state in states
        if state.canonical in _AFTER and known.get(state.axis) != state.canonical
    }
    if "confirmed" in changed and not known and not old:
        changed.discard("confirmed")
    return next((topic for topic in _WEIGHT if topic in changed), None) if changed else None
