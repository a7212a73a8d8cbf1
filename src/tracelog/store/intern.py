"""What many rows share is written once and then meant by its number. Memory is bounded: only the latest are remembered.

A naming that was forgotten gets a second row; that costs a few bytes and means the same, for linking goes by names.
"""

from __future__ import annotations

import sqlite3
from itertools import chain
from typing import Any

import msgspec

from tracelog.model.event import Event, Kind, Name
from tracelog.store.rows import FORMS, layout_of

REMEMBERED = 60_000
"""Namings kept in each of two generations; about 300 bytes each."""
REASONS = 2000
"""So many different reasons are kept; a definition whose reasons hold an id of each record does not fill the store."""
_encode = msgspec.json.Encoder().encode


def _json(value: Any) -> str:
    return _encode(value).decode()


class Interner:
    """The shared rows of one writing connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection.execute
        self._many = connection.executemany
        self.forget()

    def forget(self) -> None:
        """Read anew what is in the store: after a rollback, or when somebody else wrote."""
        sql = self._sql
        self._forms: dict[tuple[Any, ...], tuple[int, bool]] = {}
        self._form_rows: dict[str, int] = {
            _json(row[1:]): row[0]
            for row in sql(
                "SELECT id, system, instance, phase, peer, topic, level, stream, carries, precision, timed, stamp,"
                " states, layout FROM form"
            )
        }
        self._outcomes = {(v, r): n for n, v, r in sql("SELECT id, verdict, reason FROM outcome")}
        self._streams: dict[tuple[str, str | None], int] = {}
        self._kinds = {(k, i): n for n, k, i in sql("SELECT id, kind, instance FROM alias_kind")}
        self._young: dict[str, int] = {}
        self._old: dict[str, int] = {}
        self._naming = int(sql("SELECT coalesce(max(id), 0) FROM naming").fetchone()[0])
        self._new_namings: list[tuple[int, int, str]] = []

    def form(self, event: Event, style: int) -> tuple[int, bool]:
        """The number of the event's form, and whether its states fit into it (False: keep them with the event)."""
        timed = event.at is not None
        key: tuple[Any, ...]
        if event.before or event.ids or event.actor is not None:
            layout = layout_of(event, style)[0]
            key = (event.kind, event.states, layout, event.precision, style, timed)
        else:
            key = (event.kind, event.states, *event.fields, event.result is None, event.precision, style, timed)
        found = self._forms.get(key)
        return found if found is not None else self._form(key, event, style, timed=timed)

    def _form(self, key: tuple[Any, ...], event: Event, style: int, *, timed: bool) -> tuple[int, bool]:
        layout = layout_of(event, style)[0]
        fits = True
        row = (*event.kind, event.precision, int(timed), style, _json(event.states), _json(layout))
        number = self._form_rows.get(_json(row))
        if number is None and len(self._form_rows) >= FORMS:
            fits = not event.states
            row = (*event.kind, event.precision, int(timed), style, "[]", _json(layout))
            number = self._form_rows.get(_json(row))
        if number is None:
            number = len(self._form_rows) + 1
            self._sql("INSERT INTO form VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", (number, *row))
            self._form_rows[_json(row)] = number
        if len(self._forms) < 4 * FORMS:
            self._forms[key] = number, fits
        return number, fits

    def outcome(self, verdict: str, reason: str | None) -> int:
        key = (verdict, reason)
        number = self._outcomes.get(key)
        if number is None:
            if len(self._outcomes) >= REASONS and reason is not None:
                return self.outcome(verdict, None)
            number = len(self._outcomes) + 1
            self._sql("INSERT INTO outcome VALUES (?,?,?)", (number, verdict, reason))
            self._outcomes[key] = number
        return number

    def stream(self, name: str, definition: str, system: str | None, instance: str | None) -> int:
        number = self._streams.get((name, instance))
        if number is None:
            known = self._sql("SELECT id FROM stream WHERE name = ? AND instance IS ?", (name, instance)).fetchone()
            number = known[0] if known else self._sql(
                "INSERT INTO stream (name, definition, system, instance) VALUES (?,?,?,?)",
                (name, definition, system, instance),
            ).lastrowid or 0  # fmt: skip
            self._streams[(name, instance)] = number
        return number

    def naming(self, names: tuple[Name, ...], kind: Kind) -> int:
        """The number of this set of names as a record of this kind gives it.

        A name of the record's own system belongs to the record's instance, when that is known; of any other
        system nobody says which of its instances is meant.
        """
        key = "\x1f".join(chain.from_iterable(names))
        if kind.instance is not None:
            key = f"{kind.system}/{kind.instance}\x1e{key}"
        number = self._young.get(key)
        if number is None:
            number = self._old.get(key) or self._new_naming(names, kind)
            if len(self._young) >= REMEMBERED:
                self._old, self._young = self._young, {}
            self._young[key] = number
        return number

    def _new_naming(self, names: tuple[Name, ...], kind: Kind) -> int:
        self._naming = number = self._naming + 1
        flat: list[int | str] = []
        own = f"{kind.system}:"
        for name in names:
            instance = kind.instance if kind.instance is not None and name.kind.startswith(own) else None
            alias_kind = self._kinds.get((name.kind, instance)) or self._alias_kind(name.kind, instance)
            flat.append(alias_kind if name.strength == "strong" else -alias_kind)
            flat.append(name.value)
        self._new_namings.append((number, number, _json(flat)))
        return number

    def _alias_kind(self, kind: str, instance: str | None) -> int:
        number = len(self._kinds) + 1
        self._sql("INSERT INTO alias_kind VALUES (?,?,?)", (number, kind, instance))
        self._kinds[(kind, instance)] = number
        return number

    def flush(self) -> None:
        """Write the namings that are new since the last time."""
        self._many("INSERT INTO naming VALUES (?,?,?)", self._new_namings)
        self._new_namings.clear()
