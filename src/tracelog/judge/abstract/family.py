"""The documents that one system holds of one order: parts of a split order are compared by what they come to."""

from __future__ import annotations

from decimal import Decimal

from tracelog.expect.values import number, tolerance
from tracelog.judge.abstract.view import View
from tracelog.link.aliases import IDS
from tracelog.model.event import Name


def own_ids(system: str, names: tuple[Name, ...]) -> dict[str, str]:
    """The system's own ids of the document that a record is about, by kind."""
    return {
        name.kind: name.value
        for name in names
        if name.strength == "strong"
        and name.kind.partition(":")[2] in IDS
        and name.kind.partition(":")[0].partition("/")[0] == system
    }


def come_to(view: View, system: str, field: str, whole: str) -> bool:
    """Whether the documents that the system lists of the order are several, and their amounts make up the whole.

    What was voided is no part any more; a part that is the whole by itself makes the others too many.
    """
    parts: dict[tuple[tuple[str, str], ...], tuple[Decimal | None, bool]] = {}
    for index in view.own.get(system, ()):
        event = view.events[index]
        ids = own_ids(system, tuple(event.names)) if event.kind.phase == "observed" else {}
        if ids and field in event.fields:
            voided = any(state.axis == "order" and state.canonical == "cancelled" for state in event.states)
            parts[tuple(sorted(ids.items()))] = number(event.fields[field]), voided
    alive = [part for part, voided in parts.values() if not voided] or [part for part, _ in parts.values()]
    amounts = [part for part in alive if part is not None]
    total = number(whole)
    if total is None or len(amounts) < 2 or len(amounts) < len(alive):
        return False
    slack = tolerance(None, None) * len(amounts)
    return abs(sum(amounts) - total) <= slack and not any(abs(part - total) <= slack for part in amounts)
