"""A trace laid out for reading: per journey its events with gaps, changed values, findings, and holes.

Terminal and HTML draw the same layout. The order of events is the one given: it is settled by cause, and a
clock that runs behind shows as a negative gap, not as another order.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from tracelog.model.finding import Finding, Station, Trace, TraceEvent, TraceJourney
from tracelog.render.times import between

ABSENCES = ("silent-drop", "unacknowledged")
"""Kinds that say: something should have followed here, and did not."""
REFUSALS = ("rejected", "swallowed-error")
"""Kinds that say: it got there and was not taken."""
LONG = 15 * 60.0
"""Seconds. A gap from which on it gets a line of its own."""

BLUR = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
"""Seconds that a stamp of that precision leaves open."""


class Value(NamedTuple):
    """One state or field of an event; `before` is what this journey carried until then, if that was another."""

    name: str
    raw: str
    canonical: str | None
    mark: str | None
    before: str | None

    @property
    def meaning(self) -> str:
        """` = shipped`; of a value that means what it says, nothing; of one that the map does not know, that."""
        if self.mark == "UNMAPPED":
            return " (not in the status map)"
        return f" = {self.canonical}" if self.canonical not in {None, self.raw} else ""

    @property
    def text(self) -> str:
        """`“fulfilled” = shipped`, `“84.00”`."""
        return f"“{self.raw}”{self.meaning}"


class Moment(NamedTuple):
    """An event at its place; `gap` is seconds since the event before (a snapshot follows nothing: None)."""

    event: TraceEvent
    gap: float | None
    values: list[Value]
    findings: list[Finding]


class Hole(NamedTuple):
    """What should have followed, and did not."""

    station: Station
    finding: Finding


class Strand(NamedTuple):
    """One journey; `topic` None for records that belong to none. `took` is seconds from its first to its last event."""

    topic: str | None
    entries: list[Moment | Hole]
    took: float | None


def strands(trace: Trace) -> list[Strand]:
    """The journeys in order, then what belongs to none of them."""
    lists = [(journey.topic, _events(journey)) for journey in trace.journeys]
    taken = {_key(event) for _, events in lists for event in events}
    loose = [event for event in trace.events if _key(event) not in taken]
    if loose:
        lists.append((None, loose))
    places = _places(trace.findings or [], lists)
    made = []
    for number, (topic, events) in enumerate(lists):
        entries: list[Moment | Hole] = []
        carried: dict[str, set[str]] = {}
        last: TraceEvent | None = None
        for index, event in enumerate(events):
            here = places.get((number, index), [])
            gap = between(last.at, event.at) if last and event.phase != "observed" else None
            if gap is not None and gap < 0 and -gap < BLUR.get(event.precision, 0.0):
                gap = 0.0  # 21:00, written by the minute, is no earlier than 21:00:04
            values = list(_values(event, carried))
            entries.append(Moment(event, gap, values, [f for f in here if not _is_hole(f)]))
            entries += [Hole(f.step.to, f) for f in here if _is_hole(f) and f.step]
            last = event if event.at else last
        stamps = [event.at for event in events if event.at and event.phase != "observed"]
        offsets = [each for stamp in stamps if (each := between(stamps[0], stamp)) is not None]
        made.append(Strand(topic, entries, max(offsets) - min(offsets) if len(offsets) > 1 else None))
    return made


def unplaced(trace: Trace) -> list[Finding]:
    """Findings that no record of this order shows: they are listed below the journeys."""
    lists = [(journey.topic, _events(journey)) for journey in trace.journeys]
    taken = {_key(event) for _, events in lists for event in events}
    lists.append((None, [event for event in trace.events if _key(event) not in taken]))
    placed = {finding.id for here in _places(trace.findings or [], lists).values() for finding in here}
    return [finding for finding in trace.findings or [] if finding.id not in placed]


def _events(journey: TraceJourney) -> list[TraceEvent]:
    return [event for hop in journey.hops for event in hop.events]


def _key(event: TraceEvent) -> tuple[object, ...]:
    proof = event.evidence
    return (event.system, event.instance, event.phase, event.peer, event.topic, event.at, proof.sha256, proof.offset)


def _is_hole(finding: Finding) -> bool:
    return finding.kind in ABSENCES and finding.step is not None


def _places(
    findings: list[Finding], lists: list[tuple[str | None, list[TraceEvent]]]
) -> dict[tuple[int, int], list[Finding]]:
    """Beside which event each finding stands: a record it cites, best one at the end of its step that it proves."""
    places: dict[tuple[int, int], list[Finding]] = {}
    for finding in findings:
        cited = {(proof.sha256, proof.offset) for proof in finding.evidence}
        best: tuple[tuple[bool, bool, bool, int, int], tuple[int, int]] | None = None
        for number, (topic, events) in enumerate(lists):
            for index, event in enumerate(events):
                shown = (event.evidence.sha256, event.evidence.offset) in cited
                stands = _stands_at(finding, event)
                same = finding.topic is not None and finding.topic == (event.topic or topic)
                if not (shown or (stands and same)):
                    continue
                rank = ((shown, same, stands, number, index), (number, index))
                best = rank if best is None or rank > best else best
        if best:
            places.setdefault(best[1], []).append(finding)
    return places


def _stands_at(finding: Finding, event: TraceEvent) -> bool:
    if finding.step is None:
        return False
    end = finding.step.from_ if _is_hole(finding) else finding.step.to
    return (end.system, end.phase) == (event.system, event.phase)


def _values(event: TraceEvent, carried: dict[str, set[str]]) -> Iterator[Value]:
    """States and fields; what the journey carries on is remembered in `carried`.

    A snapshot shows where the order stands at another time: it is neither compared nor carried.
    """
    said: dict[str, set[str]] = {}
    for state in event.states:
        said.setdefault(f"state {state.get('axis')}", set()).add(state.get("canonical") or state.get("raw") or "")
    for name, raw in event.fields.items():
        said.setdefault(f"field {name}", set()).add(raw)
    changed: dict[str, str] = {}
    if event.phase != "observed":
        changed = {key: before for key, now in said.items() if (before := _changed(carried.get(key), now))}
        carried.update(said)
    rows: dict[tuple[str, str], list[dict[str, str | None]]] = {}
    for state in event.states:
        name = state.get("field") or state.get("axis") or "state"
        rows.setdefault((name, state.get("raw") or ""), []).append(state)
    for (name, raw), states in rows.items():
        before = next((changed.pop(key) for s in states if (key := f"state {s.get('axis')}") in changed), None)
        unmapped = all(state.get("mark") == "UNMAPPED" for state in states)
        yield Value(name, raw, _canonical(states), "UNMAPPED" if unmapped else states[0].get("mark"), before)
    states_told = {(name, raw) for name, raw in rows}
    for name, raw in event.fields.items():
        before = changed.get(f"field {name}")
        if (name, raw) not in states_told or before is not None:
            yield Value(name, raw, None, None, before)


def _canonical(states: list[dict[str, str | None]]) -> str | None:
    """What a value means: once where it means the same on all axes, else per axis."""
    meanings = {state.get("axis"): state["canonical"] for state in states if state.get("canonical")}
    if len(set(meanings.values())) <= 1:
        return next(iter(meanings.values()), None)
    return ", ".join(f"{axis} {meaning}" for axis, meaning in meanings.items())


def _changed(before: set[str] | None, now: set[str]) -> str | None:
    """What it was before, if nothing of it is said any more."""
    if not before or any(_same(one, other) for one in before for other in now):
        return None
    return " and ".join(sorted(before))


def _same(one: str, other: str) -> bool:
    """By value: `118.40` is `118.4`."""
    if one == other:
        return True
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False
