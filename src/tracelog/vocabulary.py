"""The canonical status map beside the data: what it holds, what it lacks, what in it contradicts or does nothing.

rows(catalog, "netsuite")       # what is in force, row by row
check(store, catalog)           # values in the store that the map lacks, and rows that look like a mistake
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from tracelog import resources
from tracelog.interpret import status as statuses
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.definition import Definition
from tracelog.interpret.status import ABSENT, ANY, OPEN, StatusMap, fold
from tracelog.model.event import State
from tracelog.model.finding import Evidence
from tracelog.model.words import rfc3339
from tracelog.store import census
from tracelog.store.read import Store

FOLDER = resources.folder("parsers") / "status"
"""The maps that come with tracelog."""


class Row(msgspec.Struct, frozen=True):
    """One row of the map in force. `axis` None: it does not say where an order stands. `origin`: the file it is in."""

    system: str
    field: str
    value: str
    axis: str | None
    canonical: str | None
    mark: str
    final: bool
    note: str | None
    source: str | None
    reviewed: str | None
    origin: str


class Seen(msgspec.Struct):
    """A value in the store, with the states that it was read as."""

    system: str
    field: str
    value: str
    states: set[State]
    events: int
    first: int | None
    last: int | None
    event: int


class Unmapped(msgspec.Struct, frozen=True):
    """A value in the data that the map does not know. `near`: values of the same field that are spelled alike."""

    system: str
    field: str
    value: str
    axis: str
    events: int
    first: str | None
    last: str | None
    near: list[str]
    example: Evidence


class Doubt(msgspec.Struct, frozen=True):
    """A row of the user's own that contradicts the others or does nothing."""

    system: str
    field: str
    value: str
    axis: str | None
    canonical: str | None
    why: str
    origin: str


class Override(msgspec.Struct, frozen=True):
    """A row of the user's own that says something else than the shipped one."""

    system: str
    field: str
    value: str
    axis: str | None
    canonical: str | None
    mark: str
    shipped: str | None
    reviewed: str | None
    origin: str


class Unseen(msgspec.Struct, frozen=True):
    """A value that the map knows and the data never showed, of a field that the data does show."""

    system: str
    field: str
    value: str


class Review(msgspec.Struct, frozen=True):
    """How many of the user's own rows somebody looked at, and when."""

    rows: int
    reviewed: int
    oldest: str | None
    newest: str | None


class Report(msgspec.Struct):
    """What a check comes to. `stale`: values that the store holds as an earlier map read them."""

    unmapped: list[Unmapped]
    conflicts: list[Doubt]
    unused: list[Doubt]
    overrides: list[Override]
    unseen: list[Unseen]
    stale: list[Unseen]
    review: Review

    @property
    def fine(self) -> bool:
        """Nothing in the data is unmapped, and no row of one's own contradicts the others or does nothing."""
        return not (self.unmapped or self.conflicts or self.unused)


# ---- the map


def rows(catalog: Catalog, system: str) -> Iterator[Row]:
    """As written, the row that counts; of a value that several files know, the first file's rows."""
    known: set[tuple[str, str]] = set()
    for path in catalog.status_files(system):
        own: set[tuple[str, str]] = set()
        for row in _of_file(path, system):
            key = (row.field.casefold(), row.value if row.value == ANY else fold(row.value))
            if key in known:
                continue
            if row.mark != OPEN:
                own.add(key)
            yield row
        known |= own


def _of_file(path: Path, system: str) -> Iterator[Row]:
    if not path.is_file():
        return
    for row, _ in statuses.written(path, system):
        cells = {name: cell.strip() or None for name, cell in row.items() if isinstance(cell, str)}
        canonical = cells["canonical"]
        yield Row(
            system, row["field"].strip(), row["value"].strip(), cells["axis"], canonical,
            cells["mark"] or ("EXACT" if canonical else "NONE"), statuses.is_final(row["final"]),
            cells.get("note"), cells.get("source"), cells.get(statuses.REVIEWED), str(path),
        )  # fmt: skip


def shipped(row: Row) -> bool:
    """Whether the row came with tracelog."""
    return Path(row.origin).parent == FOLDER


# ---- the data


def seen(store: Store, catalog: Catalog) -> list[Seen]:
    """Every value in the store under the system whose map it belongs to, in the order in which they came."""
    maps = [catalog.status(system) for system in catalog.status_systems()]
    found: dict[tuple[str, str, str], Seen] = {}
    for row in census.states(store):
        for field, value in dict.fromkeys((state.field, state.raw) for state in row.states):
            states = {state for state in row.states if (state.field, state.raw) == (field, value)}
            definition = catalog.definitions.get(row.format or "")
            owner = _said_by(definition, row.system, field) or _owner(catalog, maps, (row.system, row.peer), states)
            key = (owner, field.casefold(), fold(value))
            if key not in found:
                found[key] = Seen(owner, field, value, set(), 0, row.first, row.last, row.event)
            one = found[key]
            one.states |= {state._replace(field=one.field, raw=one.value) for state in states}
            one.events += row.events
            one.first = min((at for at in (one.first, row.first) if at is not None), default=None)
            one.last = max((at for at in (one.last, row.last) if at is not None), default=None)
    return list(found.values())


def _said_by(definition: Definition | None, system: str, field: str) -> str | None:
    """Whose word it is where the export's own definition names the field: no other system's map is asked for it."""
    if definition is None:
        return None
    document = definition.document
    statements = [document, *document.record, *(event for rule in document.record for event in rule.event)]
    if field.casefold() not in {name.casefold() for each in statements for name in each.status or ()}:
        return None
    if system in {each.system for each in statements}:
        return system
    return definition.system or system  # renamed with --system: its words are still those of the format's system


def _owner(catalog: Catalog, maps: Sequence[StatusMap], near: tuple[str, str | None], states: set[State]) -> str:
    """Whose word it is. A body travels: what a middleware logs may be a shop's, and only the map's field tells."""
    state = next(iter(states))
    own = [catalog.status(system) for system in near if system]
    agreeing = [each for each in maps if states <= set(statuses.states(each, state.field, state.raw))]
    knowing = (each.system for each in (*own, *agreeing, *maps) if each.knows(state.field))
    return next(knowing, near[0])


# ---- the one beside the other


def check(store: Store, catalog: Catalog) -> Report:
    """What is in the data and not in the map, and what in the map of one's own looks like a mistake."""
    found = seen(store, catalog)
    fields = {(one.system, one.field.casefold()) for one in found}
    values = {(one.system, one.field.casefold(), fold(one.value)) for one in found}
    in_force = [row for system in catalog.status_systems() for row in rows(catalog, system)]
    own = [row for row in in_force if not shipped(row)]
    before = {system: _shipped(system) for system in catalog.status_systems()}
    altered = [row for row in own if row.mark != OPEN and not _says(before[row.system], row)]
    return Report(
        unmapped=[_unmapped(store, catalog, one, in_force) for one in found if _is_unmapped(catalog, one)],
        conflicts=[doubt for row in altered if (doubt := _conflict(row, in_force))],
        unused=[doubt for row in own if (doubt := _unused(row, before[row.system], fields))],
        overrides=[override for row in altered if (override := _override(row, before[row.system]))],
        unseen=[
            Unseen(row.system, row.field, row.value)
            for row in {(r.system, r.field, r.value): r for r in in_force if r.axis}.values()
            if (row.system, row.field.casefold()) in fields and row.value not in {ANY, ABSENT} and row.mark != OPEN
            if (row.system, row.field.casefold(), fold(row.value)) not in values
        ],
        stale=[Unseen(one.system, one.field, one.value) for one in found if _is_stale(catalog, one)],
        review=_review(own),
    )


def _is_unmapped(catalog: Catalog, one: Seen) -> bool:
    return not catalog.status(one.system).meanings(one.field, one.value)


def _is_stale(catalog: Catalog, one: Seen) -> bool:
    """The map says something else by now: the store keeps what was read until the export is given again."""
    return not one.states <= set(statuses.states(catalog.status(one.system), one.field, one.value))


def _unmapped(store: Store, catalog: Catalog, one: Seen, in_force: list[Row]) -> Unmapped:
    known = [row.value for row in in_force if (row.system, row.field.casefold()) == (one.system, one.field.casefold())]
    return Unmapped(
        one.system, one.field, one.value, catalog.status(one.system).axis(one.field), one.events,
        _stamp(one.first), _stamp(one.last), difflib.get_close_matches(one.value, dict.fromkeys(known), n=3),
        store.evidence_of(store.event(one.event)),
    )  # fmt: skip


def _stamp(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)


def _shipped(system: str) -> StatusMap:
    path = FOLDER / f"{system}.csv"
    return statuses.load(path) if path.is_file() else StatusMap(system, {})


def _says(status: StatusMap, row: Row) -> bool:
    meaning = statuses.Meaning(row.axis or "", row.canonical, row.mark, row.final)
    return meaning in status.meanings(row.field, row.value)


def _conflict(row: Row, in_force: list[Row]) -> Doubt | None:
    """A value on an axis on which no other value of its field stands: it would never take another one's place."""
    others = {
        each.axis
        for each in in_force
        if (each.system, each.field.casefold()) == (row.system, row.field.casefold())
        and fold(each.value) != fold(row.value)
    }
    if not others or row.axis in others or row.axis is None:
        return None
    axes = ", ".join(sorted(axis or "none" for axis in others))
    return _doubt(row, f"it stands on the axis {row.axis}; the other values of {row.field} stand on {axes}")


def _unused(row: Row, status: StatusMap, fields: set[tuple[str, str]]) -> Doubt | None:
    """A field that neither the shipped map nor the data has: most likely it is spelled otherwise."""
    if status.knows(row.field) or (row.system, row.field.casefold()) in fields:
        return None
    known = dict.fromkeys(each.field for each in _of_file(FOLDER / f"{row.system}.csv", row.system))
    near = difflib.get_close_matches(row.field, known, n=1)
    return _doubt(row, "no record has this field" + (f"; did you mean {near[0]}?" if near else ""))


def _doubt(row: Row, why: str) -> Doubt:
    return Doubt(row.system, row.field, row.value, row.axis, row.canonical, why, row.origin)


def _override(row: Row, status: StatusMap) -> Override | None:
    before = status.meanings(row.field, row.value)
    if not before:
        return None
    told = next((each for each in before if (each.axis or None) == row.axis), before[0])
    return Override(
        row.system, row.field, row.value, row.axis, row.canonical, row.mark, told.canonical, row.reviewed, row.origin
    )


def _review(own: list[Row]) -> Review:
    days = sorted(row.reviewed for row in own if row.reviewed)
    return Review(len(own), len(days), days[0] if days else None, days[-1] if days else None)
