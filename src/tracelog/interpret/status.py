"""What a status value means: the canonical map, by (system, field, value), from `parsers/status/<system>.csv`.

A value is never compared by its bare word: `pending` is unpaid in one field and unfulfilled in another. One value may
stand on several axes, a row each. A value that has no row is `UNMAPPED`: reported, never guessed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tracelog.errors import DefinitionError
from tracelog.model.event import AXES, PAYMENT_STATES, STATE_MARKS, STATES, State

COLUMNS = ("field", "value", "axis", "canonical", "mark", "final", "note", "source")
SYSTEM = "system"
"""The column that a table of several systems has beside these."""
REVIEWED = "reviewed"
"""The column with the day on which somebody of the house looked at the row."""
OPEN = "UNMAPPED"
"""As a mark: nobody has decided yet what the value means. Such a row maps nothing."""
ANY = "*"
ABSENT = "null"
"""As a value of the map: the key is there and says nothing."""


class Meaning(NamedTuple):
    """One row: what a value means on one axis; the axis `""`: known, and it does not say where the order stands."""

    axis: str
    canonical: str | None
    mark: str
    final: bool


def fold(value: str) -> str:
    """One spelling for words that differ in case, blanks, hyphens, underscores, or across the Atlantic."""
    text = value.casefold().replace(" ", "").replace("-", "").replace("_", "")
    return text.replace("cancell", "cancel").replace("authoris", "authoriz").replace("fulfill", "fulfil")


class StatusMap:
    """The values of one system."""

    def __init__(self, system: str, rows: dict[tuple[str, str], list[Meaning]]) -> None:
        self.system = system
        self._rows = rows
        self._axes: dict[str, str] = {}
        for (field, _), meanings in rows.items():
            self._axes[field] = self._axes.get(field) or meanings[0].axis

    def meanings(self, field: str, value: str) -> Sequence[Meaning]:
        """What this value of this field means, one entry an axis; empty when the map does not know it."""
        field = field.casefold()
        found = self._rows.get((field, fold(value)))
        if found is None and value != ABSENT:
            found = self._rows.get((field, ANY))
        return found or ()

    def overlaid(self, over: StatusMap) -> StatusMap:
        """This map with the rows of another over it: a value that both know means what the other says."""
        return StatusMap(self.system, {**self._rows, **over._rows})

    def knows(self, field: str) -> bool:
        """Whether any value of this field is known."""
        return field.casefold() in self._axes

    def axis(self, field: str) -> str:
        """The axis on which an unmapped value of this field is reported."""
        return self._axes.get(field.casefold(), "order")

    def rows(self) -> list[tuple[str, str, Meaning]]:
        """All (field, folded value, meaning)."""
        return [(field, value, each) for (field, value), meanings in self._rows.items() for each in meanings]


def load(path: Path) -> StatusMap:
    """Read one map; raises DefinitionError with the line of what is wrong."""
    return load_all(path, path.stem).get(path.stem) or StatusMap(path.stem, {})


def load_all(path: Path, system: str | None = None) -> dict[str, StatusMap]:
    """Read a table by its column `system`, or as one of this system; raises DefinitionError with the line."""
    found: dict[str, dict[tuple[str, str], list[Meaning]]] = {}
    for row, where in written(path, system):
        if row["mark"].strip() == OPEN and not row["canonical"].strip():
            continue
        meaning = _meaning(row, where)
        known = found.setdefault(row[SYSTEM], {}).setdefault(key_of(row), [])
        if any(each.axis == meaning.axis for each in known):
            raise DefinitionError(
                f"{row['field']} {row['value']} is said twice"
                + (f" on the axis {meaning.axis}" if meaning.axis else ""),
                where=where,
                help="one row for each value and axis; case, blanks, hyphens and underscores do not count",
            )
        known.append(meaning)
    return {name: StatusMap(name, rows) for name, rows in found.items()}


def key_of(row: Mapping[str, str]) -> tuple[str, str]:
    """Field and value of a row as they are looked up."""
    value = row["value"].strip()
    return row["field"].strip().casefold(), value if value == ANY else fold(value)


def written(path: Path, system: str | None = None) -> Iterator[tuple[dict[str, str], str]]:
    """The rows as they are written, each with its system and with file and line; raises DefinitionError."""
    needed = (*COLUMNS[:6], *(() if system else (SYSTEM,)))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise DefinitionError(
                    f"{path.name} lacks the column {missing[0]}",
                    where=f"{path}:1",
                    help=f"columns: {','.join((*((SYSTEM,) if system is None else ()), *COLUMNS))}",
                )
            for row in reader:
                yield {**row, SYSTEM: system or row[SYSTEM].strip()}, f"{path}:{reader.line_num}"
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DefinitionError(f"cannot read the status map {path.name}", why=str(error), where=str(path)) from error


def _meaning(row: dict[str, str], where: str) -> Meaning:
    axis, canonical = row["axis"].strip(), row["canonical"].strip() or None
    mark = row["mark"].strip() or ("EXACT" if canonical else "NONE")
    known = PAYMENT_STATES if axis == "payment" else STATES
    if mark == OPEN:
        raise DefinitionError(
            f"{canonical} is marked {OPEN}", where=where, help=f"how exact is it? {', '.join(STATE_MARKS[:4])}"
        )
    if canonical and not axis:
        raise DefinitionError(f"{canonical} stands on no axis", where=where, help=f"use one of: {', '.join(AXES)}")
    axes = ("", *AXES)
    for value, words, name in (
        (axis, axes, "axis"),
        (mark, STATE_MARKS, "mark"),
        (canonical, (None, *known), "canonical"),
    ):
        if value not in words:
            choice = ", ".join(each for each in words if each)
            raise DefinitionError(f"unknown {name}: {value}", where=where, help=f"use one of: {choice}")
    return Meaning(axis, canonical, mark, is_final(row["final"]))


def is_final(cell: str) -> bool:
    """What stands in the column `final`."""
    return cell.strip().casefold() in {"yes", "true", "1"}


MEMORY = 4096
Raw = str | None


def states(status: StatusMap, field: str, raw: str) -> tuple[State, ...]:
    """What one value of one field says, one state an axis; `UNMAPPED` when the map does not know it.

    A field of which the map knows only values without an axis (how an IDoc fares, who made a change) has no states.
    """
    meanings = status.meanings(field, raw)
    if meanings or raw == ABSENT:
        return tuple(State(m.axis, field, raw, m.canonical, m.mark, m.final) for m in meanings if m.axis)
    axis = status.axis(field)
    return (State(axis, field, raw, None, "UNMAPPED"),) if axis else ()


class Composite(dict[tuple[Raw, ...], tuple[State, ...]]):
    """For fields in order of precedence: their values (None: not there) → states. Equal values, equal object.

    The first value that has a state on an axis decides that axis: picked, packed and shipped of one order are one
    state of its fulfilment. What says only that nothing is fulfilled yet leaves the order to the fields after it: its
    payment tells more. A value that the map does not know is kept, marked `UNMAPPED`, on its field's axis.
    """

    def __init__(self, status: StatusMap, fields: Sequence[str]) -> None:
        super().__init__()
        self._status, self._fields = status, fields

    def __missing__(self, raws: tuple[Raw, ...]) -> tuple[State, ...]:
        pairs = zip(self._fields, raws, strict=True)
        known = _compose([states(self._status, field, raw) for field, raw in pairs if raw is not None])
        if len(self) < MEMORY:
            self[raws] = known
        return known


def _compose(found: list[tuple[State, ...]]) -> tuple[State, ...]:
    """One state for each axis, and beside them what the map does not know."""
    listed = [state for each in found for state in each]
    by_axis = {"order": [state for each in sorted(found, key=_waits) for state in each if state.axis == "order"]}
    for state in listed:
        if state.axis != "order":
            by_axis.setdefault(state.axis, []).append(state)
    decide = [next((state for state in ones if state.canonical), ones[0]) for ones in by_axis.values() if ones]
    unmapped = [state for state in listed if state.mark == "UNMAPPED" and state not in decide]
    return (*decide, *unmapped)


def _waits(states: tuple[State, ...]) -> bool:
    """The value says that nothing is fulfilled yet."""
    return any(state.axis == "fulfilment" and state.canonical == "pending" for state in states)
