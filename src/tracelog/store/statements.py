"""What the records of one page say, as rows: events, activity, context, unread.

This is the hot path of ingest after interpreting; everything here is counted in microseconds a record.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from tracelog.model.event import MINUTE, Context, Event, Outcome
from tracelog.store import pages, rows
from tracelog.store.intern import Interner

ANSWERS = frozenset({"acknowledged", "rejected"})
_json = msgspec.json.Encoder().encode


class Unread(NamedTuple):
    """Why a record stayed unread: the shape it has with others, the reason, and how near a format came (JSON)."""

    shape: str
    reason: str
    nearest: dict[str, Any] | None = None


class Scope(NamedTuple):
    """Of which export, read by which definition, the records are. `space`: inside it records are compared."""

    export: int
    format: str
    digest: str
    space: str
    system: str | None
    instance: str | None


class Said(NamedTuple):
    """What `Statements.add` wrote for a page; the last four columns of its row are made of this."""

    first_event: int
    events: int
    first: int | None
    last: int | None
    codes: bytes


class Statements:
    """Writes what the records of a page say. One for each export on its way in."""

    def __init__(self, connection: sqlite3.Connection, interner: Interner, scope: Scope) -> None:
        self._many = connection.executemany
        self._sql = connection.execute
        self._interner = interner
        self._scope = scope
        self._stamps = rows.Stamps()
        self._event = int(self._sql("SELECT coalesce(max(id), 0) FROM event").fetchone()[0])
        self._context = int(self._sql("SELECT coalesce(max(id), 0) FROM context").fetchone()[0])
        self.first: int | None = None
        self.last: int | None = None

    def add(self, page: int, outcomes: Sequence[Outcome], unread: Callable[[int, Outcome], Unread]) -> Said:
        """`unread(slot, outcome)` says why a record stayed unread."""
        interner = self._interner
        start = self._event + 1
        made = self._events(page, outcomes)
        self._many("INSERT INTO event VALUES (?,?,?,?,?,?,?,?)", made)
        codes = interner.codes(outcomes)
        if not interner.rare.isdisjoint(codes):
            self._rare_records(page, outcomes, unread)
        first, last = self._activity(page, outcomes)
        interner.flush()
        return Said(start, len(made), first, last, pages.numbers(codes))

    def _events(self, page: int, outcomes: Sequence[Outcome]) -> list[tuple[Any, ...]]:
        made: list[tuple[Any, ...]] = []
        add = made.append
        form_of, naming_of, joined = self._interner.form, self._interner.naming, rows.SEPARATOR.join
        style_of, pack = self._stamps.style, rows.pack_envelope
        number = self._event
        record = page * pages.SLOTS - 1
        raw, stamped, style, message = "", None, rows.AS_WRITTEN, ""
        packed: bytes | str | None = None
        event: Event
        for outcome in outcomes:
            place = record = record + 1
            for event in outcome.events:
                number += 1
                at, names, envelope = event.at, event.names, event.envelope
                if event.at_raw is not raw or at != stamped:
                    raw, stamped = event.at_raw, at
                    style = style_of(raw, at)
                if envelope:
                    if envelope[-1] is not message:
                        message = envelope[-1]
                        packed = pack(message)
                    inner = packed
                else:
                    inner = None
                form, plain = form_of(event, style)
                if plain:
                    values = [*event.fields.values()]
                    if event.result is not None:
                        values.append(event.result)
                    if not style:
                        values.append(raw)
                else:
                    values = rows.layout_of(event, style)[1]
                if values:
                    said = joined(values)
                    if said.count("\x1f") >= len(values) or said[0:1] == rows.RARE:
                        plain = None
                else:
                    said = None
                if plain is None or len(envelope) > 1:
                    said = self._rare(event, number, values)
                if names:
                    kind = event.kind
                    naming = naming_of(names, kind)
                    if kind[2] in ANSWERS:
                        form = -form
                else:
                    naming, form = None, -form
                add((number, place, form, at, event.happened_at, naming, inner, said))
                place += pages.NTH
        self._event = number
        return made

    def _rare(self, event: Event, number: int, values: list[str]) -> str:
        """What few events have: its own states, several envelopes, values with signs that mean something."""
        rare: dict[str, Any] = {"said": values, "states": event.states}
        if len(event.envelope) > 1:
            rare["envelope"] = list(event.envelope)
            self._many(
                "INSERT OR IGNORE INTO outer_envelope VALUES (?,?)",
                [(rows.pack_envelope(one), number) for one in event.envelope[:-1]],
            )
        return rows.extra_of(**rare)

    def _activity(self, page: int, outcomes: Sequence[Outcome]) -> tuple[int | None, int | None]:
        """Stretches of talk per stream, and the page's span. A gap of more than a minute ends a stretch."""
        streams: dict[str | None, list[int]] = {}
        for outcome in outcomes:
            at = outcome.at
            if at is not None:
                stream = outcome.stream
                if stream is None and outcome.events:
                    stream = outcome.events[0].kind.stream
                if stream in streams:
                    streams[stream].append(at)
                else:
                    streams[stream] = [at]
        if not streams:
            return None, None
        made: list[tuple[int, int, int, int, int]] = []
        scope = self._scope
        for stream, times in streams.items():
            times.sort()
            number = self._interner.stream(stream or scope.format, scope.format, scope.system, scope.instance)
            begun = 0
            if times[-1] - times[0] > MINUTE:
                for n in range(1, len(times)):
                    if times[n] - times[n - 1] > MINUTE:
                        made.append((page, number, times[begun], times[n - 1], n - begun))
                        begun = n
            made.append((page, number, times[begun], times[-1], len(times) - begun))
        self._many("INSERT INTO activity VALUES (?,?,?,?,?)", made)
        first, last = min(row[2] for row in made), max(row[3] for row in made)
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)
        return first, last

    def _rare_records(self, page: int, outcomes: Sequence[Outcome], unread: Callable[[int, Outcome], Unread]) -> None:
        """Context records and unread ones: few, so each by itself."""
        for slot, outcome in enumerate(outcomes):
            if outcome.context is not None:
                self._context += 1
                self._sql(
                    "INSERT INTO context VALUES (?,?,?,?,?,?,?,?,?)",
                    (self._context, page * pages.SLOTS + slot, *_context(outcome.context)),
                )
            if outcome.verdict == "unread":
                why = unread(slot, outcome)
                self._sql(
                    "INSERT OR IGNORE INTO unread_shape (shape, reason, nearest) VALUES (?,?,?)",
                    (why.shape, why.reason, _json(why.nearest).decode()),
                )
                self._sql(
                    "INSERT INTO unread_record SELECT ?, id FROM unread_shape WHERE shape = ? AND reason = ?",
                    (page * pages.SLOTS + slot, why.shape, why.reason),
                )


def _context(context: Context) -> tuple[Any, ...]:
    detail = {
        "resource": context.resource,
        "resource_kind": context.resource_kind,
        "envelope": context.envelope,
        "counts": context.counts,
        "actor": context.actor,
        "value_in": context.value_in,
        "value_out": context.value_out,
    }
    return (
        context.at, context.at_raw, context.until, context.system, context.instance, context.what,
        _json(detail).decode(),
    )  # fmt: skip
