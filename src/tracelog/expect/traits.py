"""What an order is: attributes by which those that failed may differ from the others."""

from __future__ import annotations

from tracelog.link.journey import Journey
from tracelog.model.event import Event

Trait = tuple[str, str]
_NO_TRAITS = frozenset(("total", "quantity", "created_at", "created", "subtotal", "tax", "shipping"))


def traits(whole: Journey) -> tuple[Trait, ...]:
    """Attributes of the order as its source told them, for finding what the missing ones share.

    Only what stands in source records counts: a value that the target itself adds would tell takers apart by
    having arrived.
    """
    out: dict[Trait, None] = {}
    told = {event.kind.system for event in whole.events if event.kind.phase in {"emitted", "received"}}
    for event in whole.events:
        kind = event.kind
        if kind.phase in {"emitted", "received"} or (kind.phase == "observed" and kind.system in told):
            for name, value in event.fields.items():
                if name not in _NO_TRAITS and value and len(value) <= 60:
                    out[name, value] = None
            if kind.instance and kind.phase == "emitted":
                out["instance", kind.instance] = None
    return tuple(out)


def state_traits(event: Event) -> tuple[Trait, ...]:
    """What the record itself said of the order's states, before the hop."""
    return tuple((state.field, state.raw) for state in event.states if state.axis != "order" or state.canonical)
