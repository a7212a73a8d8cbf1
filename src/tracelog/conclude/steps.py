"""The step table: for each step and topic, what went in and what became of it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tracelog.conclude.tally import StepCount, StepKey, Tally
from tracelog.model.event import TOPICS, Context
from tracelog.model.finding import Station, StepRow

_PHASES = ("emitted", "received", "parked", "transformed", "forwarded", "acknowledged", "applied", "observed")


def rows(tally: Tally, contexts: Iterable[Context] = ()) -> list[StepRow]:
    """Rows by the way of the data. What a system reported of itself stands at its first row of the step inside it,
    or else at the first row of the step that leaves it: it is a total over topics.
    """
    shown = _whoever_it_came_from(_without_spans(tally.steps))
    ordered = sorted(shown.items(), key=lambda item: _order(item[0], tally.steps))
    said = self_reported(contexts)
    out = []
    for key, count in ordered:
        reported = said.pop(key.from_.system, None) if _tells(key, shown) else None
        out.append(
            StepRow(
                from_=key.from_,
                to=key.to,
                topic=key.topic,
                in_=count.in_,
                out=count.out,
                skipped=count.skipped,
                refused=count.refused,
                lost=count.lost,
                not_knowable=count.unknown,
                self_reported=reported,
            )
        )
    return out


def _whoever_it_came_from(steps: dict[StepKey, StepCount]) -> dict[StepKey, StepCount]:
    """What a system took in is one row, from whichever peer it came."""
    merged: dict[StepKey, StepCount] = {}
    for key, count in steps.items():
        from_ = msgspec.structs.replace(key.from_, peer=None) if key.from_.phase == "received" else key.from_
        merged.setdefault(key._replace(from_=from_), StepCount(count.leg)).merge(count)
    return merged


def _without_spans(steps: dict[StepKey, StepCount]) -> dict[StepKey, StepCount]:
    """A span from end to end is a row only where no nearer leg of that topic leaves the same system. A refusal of
    which only an error list tells is no step that could be counted.
    """
    nearer = {(key.from_.system, key.topic) for key, count in steps.items() if count.leg != "span"}
    return {
        key: count for key, count in steps.items() if count.leg != "span" or (key.from_.system, key.topic) not in nearer
    }


def _tells(key: StepKey, shown: dict[StepKey, StepCount]) -> bool:
    inside = any(other.from_.system == other.to.system == key.from_.system for other in shown)
    return key.from_.system == key.to.system or not inside


def _order(key: StepKey, steps: dict[StepKey, StepCount]) -> tuple[object, ...]:
    """From the source on: a system comes after those that feed it; then by phase, then by topic."""
    feeds = {(k.from_.system, k.to.system) for k in steps if k.from_.system != k.to.system}
    topic = TOPICS.index(key.topic) if key.topic in TOPICS else len(TOPICS)
    return (_depth(key.from_.system, feeds), *_place(key.from_), *_place(key.to), topic)


def _depth(system: str, feeds: set[tuple[str, str]]) -> int:
    """The longest way from a source; going round in a circle ends at the number of systems."""
    depth, ahead, seen = 0, {system}, {system}
    while ahead:
        ahead = {a for a, b in feeds if b in ahead} - seen
        seen |= ahead
        depth += bool(ahead)
    return depth


def _place(station: Station) -> tuple[str, str, int, str]:
    phase = _PHASES.index(station.phase) if station.phase in _PHASES else len(_PHASES)
    return (station.system, station.instance or "", phase, station.peer or "")


def self_reported(contexts: Iterable[Context]) -> dict[str, dict[str, int]]:
    """What each system's own runs counted, summed over the runs."""
    said: dict[str, dict[str, int]] = {}
    for context in contexts:
        if context.counts:
            mine = said.setdefault(context.system, {})
            for name, number in context.counts.items():
                mine[name] = mine.get(name, 0) + number
    return said
