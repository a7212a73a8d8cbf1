"""What a finding says of its order, and how an order's events read in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracelog.judge.bind import OrderCard
from tracelog.judge.scene import stamp
from tracelog.model.event import DAY, HOUR, MILLI, MINUTE, SECOND, Event, Name
from tracelog.model.finding import Evidence, Link, Money, TraceEvent
from tracelog.model.words import amount_of, plain

PRECISIONS = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second"), (MILLI, "millisecond"))
_OWN = frozenset(("emitted", "applied", "observed"))
_OWN_OR_TOLD = (_OWN, frozenset(("received", "transformed", "forwarded")))
LINKS = 20
"""Names of one order that a finding lists, at most."""


def card(number: int, name: str, events: Sequence[Event], names: Iterable[tuple[Name, Evidence | None]]) -> OrderCard:
    """`names` are the order's names with the records that prove them, strong ones first."""
    links = [Link(spelled(alias), alias.strength, proof) for alias, proof in names]
    return OrderCard(
        number=number,
        name=name,
        aliases=tuple(link.alias for link in links if link.strength == "strong")[:LINKS],
        links=tuple(links[:LINKS]),
        channel=channel(events),
        value=worth(events),
        customer_told=True if any(event.kind.topic == "notified" for event in events) else None,
    )


def spelled(name: Name) -> str:
    return f"{name.kind} {name.value}"


def channel(events: Sequence[Event]) -> str | None:
    """The instance that the order comes from: the first system that tells of it as its own."""
    for wanted in ("emitted", "observed", "received"):
        for event in events:
            kind = event.kind
            if kind.phase == wanted:
                system = kind.peer if wanted == "received" and kind.peer else kind.system
                return f"{system}/{kind.instance}" if kind.instance and system == kind.system else system
    return None


def worth(events: Sequence[Event]) -> Money | None:
    """What the order is worth by its source's first word on it, a listing's too: whoever comes later may have it
    wrong. None where no amount can be read.
    """
    found: Money | None = None
    source = (channel(events) or "").partition("/")[0]

    def later(event: Event) -> tuple[bool, bool]:
        return event.kind.phase not in {"emitted", "received"}, event.kind.system != source

    for event in sorted(events, key=later):
        amount = amount_of(event.fields.get("total", ""))
        if amount is not None:
            told = Money(plain(amount), event.fields.get("currency", "").strip().upper() or None)
            found = found or told
            if told.amount == found.amount and told.currency:  # the same amount, and a record that names its currency
                return told
    return found


def states(events: Sequence[Event]) -> dict[str, dict[str, dict[str, str | None]]]:
    """The latest state of each axis in each system, by its own records; of a system that has none, as it told it on."""
    found: dict[str, dict[str, dict[str, str | None]]] = {}
    for phases in _OWN_OR_TOLD:
        mine: dict[str, dict[str, dict[str, str | None]]] = {}
        for event in sorted(events, key=lambda event: -1 if event.at is None else event.at):
            if event.kind.phase in phases and event.kind.system not in found:
                axes = mine.setdefault(event.kind.system, {})
                for state in event.states:
                    axes[state.axis] = {"raw": state.raw, "canonical": state.canonical, "at": stamp(event.at)}
        found |= {system: axes for system, axes in mine.items() if axes}
    return found


def traced(
    event: Event, evidence: Evidence, zone: str | None, zone_basis: str | None, *, inferred: bool = False
) -> TraceEvent:
    """An event as `trace --json` shows it."""
    kind = event.kind
    return TraceEvent(
        system=kind.system,
        instance=kind.instance,
        phase=kind.phase,
        peer=kind.peer,
        topic=kind.topic,
        states=[
            {"axis": s.axis, "field": s.field, "raw": s.raw, "canonical": s.canonical, "mark": s.mark}
            for s in event.states
        ],
        fields=dict(event.fields),
        at=stamp(event.at),
        happened_at=stamp(event.happened_at),
        at_raw=event.at_raw,
        zone=zone,
        zone_basis=zone_basis,
        precision=next((word for width, word in PRECISIONS if event.precision >= width), "finer"),
        ids=dict(event.ids),
        envelope=list(event.envelope),
        actor={"name": event.actor.name, "kind": event.actor.kind} if event.actor else None,
        result=event.result,
        level=kind.level,
        evidence=evidence,
        inferred=inferred,
    )
