"""From bytes to outcomes as ingesting does it: recognise, cut into records, interpret."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tracelog.interpret import catalog, recognise, resolve, samples
from tracelog.interpret.catalog import Catalog
from tracelog.model.event import Context, Event, Outcome
from tracelog.read.reader import batches

SAMPLES = Path(__file__).parent.parent / "samples"
NEW_YORK = "America/New_York"


class Reading(NamedTuple):
    """What came of one export."""

    format: str | None
    outcomes: list[Outcome]

    @property
    def events(self) -> list[Event]:
        return [event for outcome in self.outcomes for event in outcome.events]

    @property
    def contexts(self) -> list[Context]:
        return [outcome.context for outcome in self.outcomes if outcome.context is not None]

    def counts(self) -> dict[str, int]:
        """The ledger: how many records came to what."""
        found: dict[str, int] = {}
        for outcome in self.outcomes:
            found[outcome.verdict] = found.get(outcome.verdict, 0) + 1
        return found

    def record(self, number: int) -> list[Event]:
        """The events of one record, counted from 1."""
        return list(self.outcomes[number - 1].events)


@cache
def shipped() -> Catalog:
    return catalog.load([])


def format_of(path: Path, known: Catalog | None = None) -> str | None:
    choice = recognise.choose(recognise.head_of(path.read_bytes(), path.name), known or shipped())
    return choice.definition.name if choice.definition else None


def read(
    data: bytes | str, zone: str | None = None, *, known: Catalog | None = None, system: str | None = None
) -> Reading:
    """Reads an export whole; `zone` is what a user would say with --tz."""
    data = data.encode() if isinstance(data, str) else data
    known = known or shipped()
    head = recognise.head_of(data, "export")
    choice = recognise.choose(head, known)
    if choice.definition is None:
        return Reading(None, [])
    plan = recognise.plan_for(choice.definition, known, head)
    values = []
    for batch in batches(io.BytesIO(data), plan):
        values += batch.values if batch.values is not None else [raw.decode("utf-8", "replace") for raw in batch.raws]
    settings = resolve.Settings(zone=zone, system=system)
    interpreter = samples.settled(choice.definition, known, settings, values)
    return Reading(choice.definition.name, [interpreter(value) for value in values])


def sample(name: str, zone: str | None = NEW_YORK) -> Reading:
    return read((SAMPLES / "formats" / name).read_bytes(), zone)


def names(event: Event) -> set[str]:
    """The strong names of an event, `kind value`."""
    return {f"{name.kind} {name.value}" for name in event.names if name.strength == "strong"}


def states(event: Event) -> dict[str, str | None]:
    """Axis → canonical state."""
    return {state.axis: state.canonical for state in reversed(event.states)}
