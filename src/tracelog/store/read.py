"""The reading side: orders with their events, evidence, ledger, coverage. Only this is used after ingest.

Imports sqlite3, zstandard and msgspec: `trace` answers from a cold start in the blink of an eye.

    with Store.open(Path("tracelog.db")) as store:
        store.generation                    # changes whenever the content does: the key for anything cached
        store.exports()                     # list[ExportInfo]; store.ledger() the same as list[LedgerRow]
        store.stream_rows(); store.activity(); store.contexts(); store.candidates()    # for `Expectations`
        for order, events in store.orders(): …         # all orders, streamed
        for order in store.find("#5012"): …            # numbers of the orders that have this name
        store.order(order); store.names(order); store.title(order)
        store.evidence(event.place)         # Evidence, ready for JSON
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

import msgspec

from tracelog.errors import NothingFoundError
from tracelog.model.event import PHASES, Actor, Context, Event, Kind, Name, Place, State
from tracelog.model.finding import Evidence, LedgerRow, Reason
from tracelog.store import db, loose, names, places, rows
from tracelog.store.hubs import Hubs
from tracelog.store.pages import NTH, RECORD, SLOTS
from tracelog.store.refused import Refused, noted
from tracelog.store.results import (
    ActivityRow,
    AliasProof,
    CandidateRow,
    Counts,
    DefinitionInfo,
    ExportInfo,
    StreamRow,
    UnreadGroup,
)
from tracelog.store.rows import Form
from tracelog.store.spans import EVERY, Span

_states = msgspec.json.Decoder(tuple[State, ...]).decode
_layout = msgspec.json.Decoder(tuple[str, ...]).decode
_json = msgspec.json.Decoder().decode
_ANY = msgspec.json.Decoder(dict[str, Any]).decode


_EVENT = ", ".join("e." + column.strip() for column in rows.COLUMNS.split(","))


class Store:
    """A store opened for reading. All that it gives is finished: exports still being read in are not seen."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        self._sql = connection.execute
        marks = dict(self._sql("SELECT name, value FROM mark").fetchall())
        self.generation: int = marks["generation"]
        self._events: int = marks["event"]
        self._pages: int = marks["page"]
        self._contexts: int = marks["context"]
        self._namings: int = marks["naming"]
        self.newest = self._events
        """The number of the last event that is finished."""
        self._kinds: dict[Kind, Kind] = {}
        self._forms: dict[int, Form] = {}
        self._alias_kinds = names.kinds_of(self._sql("SELECT id, kind FROM alias_kind"))
        self._page_export: dict[int, int] = {}
        self.texts = places.Texts(connection)

    @classmethod
    def open(cls, path: str | Path, *, write: bool = False, patience: float = db.PATIENCE) -> Self:
        """Who only reads sees the content of this moment, whoever writes, until `release`. Raises StoreError when there
        is no store, or none that this tracelog can read.
        """
        path = Path(path)
        connection = db.connect(path, write=write, patience=patience)
        with db.explained(path):
            if not write:
                connection.execute("BEGIN")
            return cls(path, connection)

    def release(self) -> None:
        """Stand in nobody's way any more who wants to write."""
        if self.connection.in_transaction:
            self.connection.commit()

    def close(self) -> None:
        self.connection.close()

    def copy_to(self, path: Path) -> None:
        """A copy of the store, whole."""
        with sqlite3.connect(path) as copy:
            self.connection.backup(copy)
        copy.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- what is in it

    def exports(self) -> list[ExportInfo]:
        """In the order in which they came."""
        columns = ", ".join(ExportInfo.__struct_fields__)
        found = self._sql(f"SELECT {columns} FROM export WHERE state = 'done' ORDER BY id")
        return [ExportInfo(*row) for row in found]

    def ledger(self, exports: Iterable[int] | None = None) -> list[LedgerRow]:
        """Every record of every export (or of these) accounted for."""
        wanted = None if exports is None else set(exports)
        found = self._sql(
            "SELECT id, name, sha256, format, zone, zone_basis, records, understood, ignored, context, unread, events,"
            " unattached, new, known, reasons FROM export WHERE state = 'done' ORDER BY id"
        )
        made = [
            LedgerRow(*(*row[1:-1], [Reason(reason, count) for reason, count in _json(row[-1])]))
            for row in found
            if wanted is None or row[0] in wanted
        ]
        inferred = {name for name, info in self.definitions().items() if info.inferred}
        for each in made:
            each.inferred = each.format in inferred
        return made

    def definitions(self) -> dict[str, DefinitionInfo]:
        """The definitions in use, by name; where a name was used in several versions, the latest."""
        found = self._sql(
            "SELECT d.info FROM definition d JOIN export x ON x.definition = d.digest"
            " WHERE x.state = 'done' ORDER BY x.id"
        )
        infos = (msgspec.json.decode(info, type=DefinitionInfo) for (info,) in found)
        return {info.name: info for info in infos}

    def formats(self) -> dict[str, DefinitionInfo]:
        """All that the last ingest could have read, by name; those in use as they were used."""
        found = self._sql("SELECT info FROM known_format ORDER BY name")
        infos = (msgspec.json.decode(info, type=DefinitionInfo) for (info,) in found)
        return {**{info.name: info for info in infos}, **self.definitions()}

    def counts(self) -> Counts:
        exports, records = self._sql(
            "SELECT count(*), coalesce(sum(records), 0) FROM export WHERE state = 'done'"
        ).fetchone()
        events = self._sql("SELECT count(*) FROM event WHERE id <= ?", (self._events,)).fetchone()[0]
        orders = self._sql('SELECT count(*) FROM naming WHERE "order" = id AND id <= ?', (self._namings,)).fetchone()[0]
        return Counts(exports, records, events, orders)

    def period(self) -> tuple[int, int] | None:
        """UTC ns of the first and the last record of anything."""
        first, last = self._sql("SELECT min(first), max(last) FROM export WHERE state = 'done'").fetchone()
        return None if first is None else (first, last)

    # ---- streams

    def stream_rows(self) -> list[StreamRow]:
        """Every stream that a record stands in, with what its definition says of it."""
        infos = self.definitions()
        made = []
        for name, definition, system, instance in self._sql(
            "SELECT name, definition, system, instance FROM stream ORDER BY name, instance"
        ):
            info = infos.get(definition)
            if info is not None:
                made.append(StreamRow(name, definition, info.title, system or info.system or "", instance,
                                      info.absence, info.note, info.retention, info.inferred))  # fmt: skip
        return made

    def activity(self, stream: str | None = None) -> Iterator[ActivityRow]:
        """All records, the ignored ones too, as stretches per stream and export; of one stream or of all."""
        found = self._sql(
            "SELECT s.name, t.export, a.first, a.last, a.records FROM activity a"
            " JOIN stream s ON s.id = a.stream"
            " JOIN (SELECT DISTINCT export, page FROM extent) t ON t.page = a.page"
            " JOIN export x ON x.id = t.export AND x.state = 'done'"
            " WHERE ?1 IS NULL OR s.name = ?1 ORDER BY s.name, t.export, a.first",
            (stream,),
        )
        return map(ActivityRow._make, found)

    def candidates(self) -> Iterator[CandidateRow]:
        """Records that may be what is missing: unread ones (somewhere in their page's span), and loose statements."""
        return loose.candidates(self.connection, self._pages, self._events)

    def contexts(self) -> Iterator[Context]:
        """Records about no order, by time."""
        for record, at, at_raw, until, system, instance, what, detail in self._sql(
            "SELECT record, at, at_raw, until, system, instance, what, detail FROM context WHERE id <= ?"
            " ORDER BY at, id", (self._contexts,)
        ):  # fmt: skip
            rest = _ANY(detail)
            actor = rest["actor"]
            yield Context(
                system, instance, what, at, at_raw, until, rest["resource"], rest["resource_kind"],
                tuple(rest["envelope"]), rest["counts"], Actor(*actor) if actor else None,
                rest["value_in"], rest["value_out"], Place(record // SLOTS, record % SLOTS, 0),
                self._export_of(record // SLOTS),
            )  # fmt: skip

    # ---- orders

    def orders(self, span: Span = EVERY) -> Iterator[tuple[int, list[Event]]]:
        """Every order with its events by time, borrowed ones included; one order in memory at a time."""
        own = groupby(
            self._sql(
                f'SELECT n."order", n.id, n.names, {_EVENT} FROM naming n JOIN event e ON e.naming = n.id'
                ' WHERE n."order" >= ? AND n."order" < ? AND e.id <= ? ORDER BY n."order"',
                (*span, self._events),
            ),
            itemgetter(0),
        )
        lent = groupby(
            self._sql(
                f'SELECT l."order", l.how, {_EVENT} FROM lending l JOIN event e ON e.id = l.event'
                ' WHERE l."order" >= ? AND l."order" < ? AND e.id <= ? ORDER BY l."order"',
                (*span, self._events),
            ),
            itemgetter(0),
        )
        waiting = next(lent, None)
        for order, found in own:
            given: dict[int, tuple[Name, ...]] = {}
            events = []
            for row in found:
                naming = row[1]
                if naming not in given:
                    given[naming] = names.decoded(row[2], self._alias_kinds)
                events.append(self._event(row[3:], given[naming]))
            while waiting is not None and waiting[0] < order:
                waiting = next(lent, None)
            if waiting is not None and waiting[0] == order:
                events += [self._event(row[2:], (), row[1] or "strong") for row in waiting[1]]
            events.sort(key=_by_time)
            yield order, events

    def orders_of(self, export: int, most: int) -> list[int]:
        """Orders of which this export says something; at most so many."""
        found = self._sql(
            'SELECT DISTINCT n."order" FROM page p JOIN event e ON e.id BETWEEN p.first_event AND'
            ' p.first_event + p.events - 1 JOIN naming n ON n.id = e.naming WHERE p.export = ? AND n."order" > 0'
            " AND p.id <= ? LIMIT ?",
            (export, self._pages, most),
        )
        return [order for (order,) in found]

    def order(self, order: int) -> list[Event]:
        """The events of one order by time, borrowed ones included."""
        own = self._sql(
            f'SELECT n.names, {_EVENT} FROM naming n JOIN event e ON e.naming = n.id WHERE n."order" = ? AND e.id <= ?',
            (order, self._events),
        )
        events = [self._event(row[1:], names.decoded(row[0], self._alias_kinds)) for row in own]
        lent = self._sql(
            f'SELECT l.how, {_EVENT} FROM lending l JOIN event e ON e.id = l.event WHERE l."order" = ? AND e.id <= ?',
            (order, self._events),
        )
        events += [self._event(row[1:], (), row[0] or "strong") for row in lent]
        events.sort(key=_by_time)
        return events

    def event(self, number: int) -> Event:
        """One event by its number."""
        row = self._sql(
            f"SELECT n.names, {_EVENT} FROM event e LEFT JOIN naming n ON n.id = e.naming WHERE e.id = ? AND e.id <= ?",
            (number, self._events),
        ).fetchone()
        if row is None:
            raise NothingFoundError(f"there is no event {number} in this store")
        return self._event(row[1:], names.decoded(row[0], self._alias_kinds) if row[0] else ())

    def find(self, name: str) -> list[int]:
        """The orders that have this name, however it is spelled: `#5012`, `5012`, `SO20481`, `gid://…/612`."""
        return names.find(self.connection, name, self._events)

    def nearest(self, name: str, most: int = 5) -> list[str]:
        """Names in the store that look like this one."""
        return names.nearest(self.connection, name, most)

    def names(self, order: int) -> list[AliasProof]:
        """All names of an order, strong ones first, each with the record that proves the link."""
        found: dict[Name, tuple[bool, int]] = {}
        kinds: set[tuple[int, Name]] = set()
        for naming, flat in self._sql('SELECT id, names FROM naming WHERE "order" = ? ORDER BY id', (order,)):
            given = names.decoded(flat, self._alias_kinds)
            kinds.update(zip((kind for kind, _ in names.pairs(flat)), given, strict=True))
            for name in given:
                plain = name._replace(kind=name.kind)
                proof = (len(given) < 2, naming)
                if plain not in found or proof < found[plain]:
                    found[plain] = proof
        strong = {(name.kind, name.value) for name in found if name.strength == "strong"}
        kept = [n for n in found if n.strength == "strong" or (n.kind, n.value) not in strong]
        kept.sort(key=lambda name: (name.strength != "strong", names.rank(name), name))
        why = self.hubs.shared(order, kinds)
        return [AliasProof(name, self._proof(found[name][1]), "weak" if name in why else name.strength, why.get(name))
                for name in kept]  # fmt: skip

    def title(self, order: int) -> str:
        """What people call the order: its name where it came from, else the first of its names."""
        given = [name for _, flat in self._sql(
            'SELECT id, names FROM naming WHERE "order" = ? ORDER BY id', (order,)
        ) for name in names.decoded(flat, self._alias_kinds)]  # fmt: skip
        return names.title(given, names.origin(self.connection, order, self._events))

    @cached_property
    def hubs(self) -> Hubs:
        """Names that were not followed, with the reason."""
        return Hubs(self.connection)

    # ---- evidence

    def evidence(
        self, place: Place, export: int | None = None, *, at: int | None = None, at_raw: str | None = None
    ) -> Evidence:
        """The record as it stands in an export: in this one, else in the first that has it (of snapshots: the last)."""
        return self.texts.evidence(place, export, at, at_raw)

    def evidence_of(self, event: Event | Context) -> Evidence:
        """The record that an event or context record was read from."""
        if event.place is None:
            raise NothingFoundError("this event has no record in the store")
        return self.texts.evidence(event.place, None, event.at, event.at_raw or None)

    def unread(self) -> list[UnreadGroup]:
        """What no format understood, by shape, the most frequent first."""
        found = self._sql(
            "SELECT u.shape, u.reason, u.nearest, count(*), min(r.record) FROM unread_record r"
            " JOIN unread_shape u ON u.id = r.shape WHERE r.record < ? GROUP BY u.id ORDER BY 4 DESC, 1",
            ((self._pages + 1) * SLOTS,),
        ).fetchall()
        made = []
        for shape, reason, nearest, count, record in found:
            example = self.evidence(Place(record // SLOTS, record % SLOTS, 0))
            made.append(UnreadGroup(shape, count, example.export, example, reason, _json(nearest)))
        return made

    def refused(self) -> list[Refused]:
        """Files that ingest was given and could not read, or not to their end."""
        return noted(self.connection)

    # ---- rows to events

    def _event(self, row: rows.Row, given: tuple[Name, ...], how: str | None = None) -> Event:
        form = self._forms.get(row[2]) or self._form(abs(row[2]))
        place = _place(row[1])
        export = self._page_export.get(place[0]) or self._export_of(place[0])
        event = rows.event(row, form, given, place, export)
        if how is not None:
            event.borrowed = how
        elif given and given[0][2] != "strong" and all(name.strength != "strong" for name in given):
            event.borrowed = "weak"
        return event

    def _form(self, number: int) -> Form:
        row = self._sql(
            "SELECT system, instance, phase, peer, topic, level, stream, carries, precision, stamp, states,"
            " layout FROM form WHERE id = ?", (number,)
        ).fetchone()  # fmt: skip
        kind = Kind(*row[:8])
        kind = self._kinds.setdefault(kind, kind)
        form = Form(kind, row[8], row[9], _states(row[10]), _layout(row[11]))
        self._forms[number] = self._forms[-number] = form
        return form

    def _proof(self, naming: int) -> Place | None:
        row = self._sql(
            "SELECT place FROM event WHERE naming = ? AND id <= ? ORDER BY id LIMIT 1", (naming, self._events)
        ).fetchone()
        return None if row is None else _place(row[0])

    def _export_of(self, page: int) -> int:
        """The export that brought this page first."""
        found: int = self._sql("SELECT export FROM page WHERE id = ?", (page,)).fetchone()[0]
        if len(self._page_export) > 100_000:
            self._page_export.clear()
        self._page_export[page] = found
        return found


_new = tuple.__new__  # half the time of Place(…)
_PHASE = {phase: n for n, phase in enumerate(PHASES)}


def _place(number: int) -> Place:
    record = number & RECORD
    return _new(Place, (record // SLOTS, record % SLOTS, number // NTH))


def _by_time(event: Event) -> tuple[int, int, int]:
    """By time, then as the phases follow each other, then as they stand in the export; without a time last."""
    at = event.at if event.at is not None else event.happened_at
    return (at if at is not None else 1 << 62, _PHASE.get(event.kind.phase, 0), event.id)
