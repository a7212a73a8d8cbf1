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
        """The rows of all statements of a page, made column by column: a sixth quicker than event by event."""
        events: list[Event] = []
        places: list[int] = []
        place = page * pages.SLOTS - 1
        for outcome in outcomes:
            place += 1
            if found := outcome[2]:
                events += found
                places += range(place, place + len(found) * pages.NTH, pages.NTH)
        number = self._event + 1
        self._event += len(events)
        times = [event.at for event in events]
        styles = self._styles(events, times)
        forms = list(map(self._interner.form, events, styles))
        naming_of = self._interner.naming
        namings = [naming_of(event.names, event.kind) if event.names else None for event in events]
        envelopes = [event.envelope for event in events]
        said = self._said(events, styles, forms, envelopes, number)
        return list(zip(
            range(number, number + len(events)), places,
            [
                -form if naming is None or event.kind[2] in ANSWERS else form
                for (form, _), naming, event in zip(forms, namings, events, strict=True)
            ],
            times, [event.happened_at for event in events], namings, _innermost(envelopes), said, strict=True,
        ))  # fmt: skip

    def _styles(self, events: list[Event], times: list[int | None]) -> list[int]:
        """How each stamp is spelled. Events of one record mostly share theirs."""
        style_of = self._stamps.style
        styles: list[int] = []
        raw, stamped, style = "", None, rows.AS_WRITTEN
        for event, at in zip(events, times, strict=True):
            if event.at_raw is not raw or at != stamped:
                raw, stamped = event.at_raw, at
                style = style_of(raw, at)
            styles.append(style)
        return styles

    def _said(
        self, events: list[Event], styles: list[int], forms: list[tuple[int, bool | None]],
        envelopes: list[tuple[str, ...]], number: int,
    ) -> list[str | None]:  # fmt: skip
        """The values of each event as one text; `number` is the first event's."""
        joined = rows.SEPARATOR.join
        said: list[str | None] = []
        count = 0
        for event, (_, plain), style in zip(events, forms, styles, strict=True):
            if plain:
                values = [*event.fields.values()]
                if event.result is not None:
                    values.append(event.result)
                if not style:
                    values.append(event.at_raw)
            else:
                values = rows.layout_of(event, style)[1]
            count += len(values)
            said.append(joined(values) if values else None)
        whole = joined([text for text in said if text is not None])
        odd = whole.count(rows.SEPARATOR) != max(count - 1, 0) or rows.RARE in whole
        if odd or max(map(len, envelopes), default=0) > 1 or any(plain is None for _, plain in forms):
            for place, (event, (_, plain)) in enumerate(zip(events, forms, strict=True)):
                if odd or plain is None or len(event.envelope) > 1:
                    said[place] = self._rare(event, styles[place], number + place)
        return said

    def _rare(self, event: Event, style: int, number: int) -> str | None:
        """What few events have: its own states, several envelopes, values with signs that mean something."""
        values = rows.layout_of(event, style)[1]
        if len(event.envelope) > 1:
            self._many(
                "INSERT OR IGNORE INTO outer_envelope VALUES (?,?)",
                [(rows.pack_envelope(one), number) for one in event.envelope[:-1]],
            )
        envelope = list(event.envelope) if len(event.envelope) > 1 else None
        return rows.extra_of(said=values, states=event.states, envelope=envelope)

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


def _innermost(envelopes: list[tuple[str, ...]]) -> list[bytes | str | None]:
    """The last of each event's envelopes, packed; neighbours often share theirs."""
    made: list[bytes | str | None] = []
    message = ""
    packed: bytes | str | None = None
    for envelope in envelopes:
        if not envelope:
            made.append(None)
            continue
        if envelope[-1] is not message:
            message = envelope[-1]
            packed = rows.pack_envelope(message)
        made.append(packed)
    return made


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
