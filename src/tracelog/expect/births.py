"""When an order came into being, by whoever says so."""

from __future__ import annotations

from tracelog.expect.passages import origins
from tracelog.link.journey import Journey
from tracelog.link.meaning import GENERIC, creation, moment


def births(whole: Journey) -> dict[str, int]:
    """When the order was created (UTC ns), by the system that says so: its source, else who took it in first.

    A source that tells only of what came later, a payment say, is corrected by whoever tells of the creation.
    """
    out: dict[str, int] = {}
    told: set[str] = set()
    known = creation(whole.events)
    for event, at, topic in zip(whole.events, whole.at, whole.topics, strict=True):
        if at < 0 or topic in GENERIC:
            continue
        if event.kind.phase == "emitted":
            out[event.kind.system] = min(at, out.get(event.kind.system, at))
            told.update([event.kind.system] if topic == "created" else [])
        if topic == "created":
            known = at if known is None else min(known, at)
    if known is not None:
        out.update((system, min(at, known)) for system, at in out.items() if system not in told)
    return out or _other_births(whole)


def _other_births(whole: Journey) -> dict[str, int]:
    """Of an order whose source is not exported: when it was first taken in, or what its listing says."""
    out: dict[str, int] = {}
    for event, at, topic in zip(whole.events, whole.at, whole.topics, strict=True):
        if event.kind.phase == "received" and topic == "created" and at >= 0:
            out.setdefault(event.kind.system, at)
    sent = [one for one in origins(whole) if whole.topics[one] == "created"]
    out = out or {whole.events[one].kind.system: whole.at[one] for one in sent}
    if out:
        return out
    for event in whole.events:
        if event.kind.phase == "observed":
            born = creation([event])
            when = moment(event) if born is None else born
            if when >= 0:
                out.setdefault(event.kind.system, when)
    return out
