"""What many rows share is written once and then meant by its number. Memory is bounded: only the latest are remembered.

A naming that was forgotten gets a second row; that costs a few bytes and means the same, for linking goes by names.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from tracelog.model.event import Event, Kind, Name, Outcome
from tracelog.model.record import SAID, shortened
from tracelog.store.names import folded
from tracelog.store.rows import FORMS, layout_of

REMEMBERED = 30_000
"""Namings kept in each of two generations; about 500 bytes each."""
REASONS = 2000
"""So many different reasons are kept; a definition whose reasons hold an id of each record does not fill the store."""
RARE = frozenset({"unread", "context"})
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
        self._forms: dict[tuple[Any, ...], tuple[int, bool | None]] = {}
        self._numbers: dict[tuple[Any, ...], list[int]] = {}
        self._form_rows: dict[str, int] = {
            _json(row[1:]): row[0]
            for row in sql(
                "SELECT id, system, instance, phase, peer, topic, level, stream, carries, precision, timed, stamp,"
                " states, layout FROM form"
            )
        }
        self._outcomes = {(v, r): n for n, v, r in sql("SELECT id, verdict, reason FROM outcome")}
        self.rare = {number for (verdict, _), number in self._outcomes.items() if verdict in RARE}
        """Codes of records that have rows beside their events."""
        self._streams: dict[tuple[str, str | None], int] = {}
        self._kinds = {(k, i): n for n, k, i in sql("SELECT id, kind, instance FROM alias_kind")}
        self._young: dict[tuple[Any, ...], int] = {}
        self._old: dict[tuple[Any, ...], int] = {}
        self._naming = int(sql("SELECT coalesce(max(id), 0) FROM naming").fetchone()[0])
        self._new_namings: list[tuple[int, int, str]] = []
        self._new_names: list[tuple[str, int, int]] = []

    def form(self, event: Event, style: int) -> tuple[int, bool | None]:
        """The number of the event's form, and how its values stand: True: fields, result, stamp; False: as
        `layout_of` says; None: so too, and its states are too many to be kept with the form.
        """
        key: tuple[Any, ...]
        if event.before or event.ids or event.actor is not None:
            layout = layout_of(event, style)[0]
            key = (event.kind, event.states, layout, event.precision, style, event.at is None)
        else:
            key = (
                event.kind,
                event.states,
                *event.fields,
                event.result is None,
                event.precision,
                style,
                event.at is None,
            )
        return self._forms.get(key) or self._form(key, event, style)

    def _form(self, key: tuple[Any, ...], event: Event, style: int) -> tuple[int, bool | None]:
        layout = layout_of(event, style)[0]
        how: bool | None = not (event.before or event.ids or event.actor is not None)
        timed = int(event.at is not None)
        row = (*event.kind, event.precision, timed, style, _json(event.states), _json(layout))
        number = self._form_rows.get(_json(row))
        if number is None and event.states and len(self._form_rows) >= FORMS:
            how = None
            row = (*event.kind, event.precision, timed, style, "[]", _json(layout))
            number = self._form_rows.get(_json(row))
        if number is None:
            number = len(self._form_rows) + 1
            self._sql("INSERT INTO form VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", (number, *row))
            self._form_rows[_json(row)] = number
        if len(self._forms) < 4 * FORMS:
            self._forms[key] = number, how
        return number, how

    def codes(self, outcomes: Sequence[Outcome]) -> list[int]:
        """The number of each outcome's class and reason."""
        known = self._outcomes
        return [known.get(outcome[:2]) or self._outcome(outcome[0], outcome[1]) for outcome in outcomes]

    def _outcome(self, verdict: str, reason: str | None) -> int:
        if reason is not None and len(reason) > SAID:
            reason = shortened(reason)
            if (verdict, reason) in self._outcomes:
                return int(self._outcomes[verdict, reason])
        if len(self._outcomes) >= REASONS and reason is not None:
            return self._outcomes.get((verdict, None)) or self._outcome(verdict, None)
        number = len(self._outcomes) + 1
        self._sql("INSERT INTO outcome VALUES (?,?,?)", (number, verdict, reason))
        self._outcomes[(verdict, reason)] = number
        if verdict in RARE:
            self.rare.add(number)
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

        A name of the record's own system belongs to the record's instance, when that is known; of another system
        it belongs to the instance that is said with it (`shop/north:id`), if any.
        """
        key = names if kind[1] is None else (kind[0], kind[1], *names)
        number = self._young.get(key)
        if number is None:
            number = self._old.get(key) or self._new_naming(names, kind)
            if len(self._young) >= REMEMBERED:
                self._old, self._young = self._young, {}
            self._young[key] = number
        return number

    def _new_naming(self, names: tuple[Name, ...], kind: Kind) -> int:
        self._naming = number = self._naming + 1
        given, values, strengths = zip(*names, strict=True)
        key = (kind[0], kind[1], given, strengths)
        numbers = self._numbers.get(key)
        if numbers is None:
            numbers = self._numbers[key] = self._number(names, kind)
        add = self._new_names.append
        flat: list[int | str] = []
        for one, value in zip(numbers, values, strict=True):
            flat += (one, value)
            add((folded(value), one, number))
        self._new_namings.append((number, number, _json(flat)))
        return number

    def _number(self, names: tuple[Name, ...], kind: Kind) -> list[int]:
        """The alias kinds of these names; negative for those that are only mentioned."""
        parted = [_parted(name.kind) for name in names]
        beside = ",".join(sorted({system for system, _, what in parted if what != "ref"})) or None
        numbers = []
        for name, (system, said, what) in zip(names, parted, strict=True):
            ours = kind.instance if system == kind.system else None
            instance = beside if what == "ref" else said or ours
            known = f"{system}:{what}" if system else what
            number = self._kinds.get((known, instance)) or self._alias_kind(known, instance)
            numbers.append(number if name.strength == "strong" else -number)
        return numbers

    def _alias_kind(self, kind: str, instance: str | None) -> int:
        number = len(self._kinds) + 1
        self._sql("INSERT INTO alias_kind VALUES (?,?,?)", (number, kind, instance))
        self._kinds[(kind, instance)] = number
        return number

    def flush(self) -> None:
        """Write the namings that are new since the last time."""
        self._many("INSERT INTO naming VALUES (?,?,?)", self._new_namings)
        self._many("INSERT INTO given VALUES (?,?,?)", self._new_names)
        self._new_namings.clear()
        self._new_names.clear()


def _parted(kind: str) -> tuple[str, str | None, str]:
    """`shop/north:id` → shop, north, id; `ref` belongs to nobody."""
    owner, _, what = kind.rpartition(":")
    system, _, instance = owner.partition("/")
    return system, instance or None, what
