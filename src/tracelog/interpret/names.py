"""The names that a record gives an order, and the damaged ones that are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracelog.interpret.expressions import Writer
from tracelog.interpret.lookup import NotInMapError, lookup
from tracelog.interpret.values import NO_NAMES, is_damaged, name_of
from tracelog.interpret.words import slug
from tracelog.model.event import Name
from tracelog.model.record import shortened

REF = "ref"
ANY = "*"
"""In place of a kind: the value is an object of kinds and their values."""
LONGEST = 255
"""Characters of an order's name; what is longer is none, and stands among the damaged ones."""
MEMORY = 1024
SUSPECT = frozenset(first for word in NO_NAMES for first in (word[:1], word[:1].upper()))
"""With what a word begins that may be no name."""
Table = Mapping[str, str | list[str]]


def kind(written: str, system: str) -> str:
    """`id` → `shopify:id`; `netsuite.tranid` and `netsuite:tranid` as they are; `ref` belongs to nobody."""
    if written == REF or ":" in written:
        return written
    owner, dot, what = written.partition(".")
    return f"{owner}:{what}" if dot else f"{system}:{written}"


def write_names(writer: Writer, table: Table, system: str, strength: str, kinds: Mapping[str, str]) -> None:
    """Adds the names of `order` or `mentions` to the written function's `names`, damaged ones to `damaged`.

    `kinds` is the map of that name: it says what a computed kind is called.
    """
    for written, values in table.items():
        if written == ANY:
            for expression in [values] if isinstance(values, str) else values:
                value = writer.of(expression)
                with writer.block(f"if type({value}) is dict:"):
                    writer.line(f"{writer.give(_add_all)}({value}, {system!r}, {strength!r}, names, damaged)")
            continue
        computed = "{" in written
        label = writer.of(written, whole=True) if computed else repr(kind(written, system))
        for expression in [values] if isinstance(values, str) else values:
            value = writer.of(expression, whole=True)
            condition = writer.present(value) + (f" and {writer.present(label)}" if computed else "")
            named = f"{writer.give(_Kinds(system, kinds))}[{label}]" if computed else label
            with writer.block(f"if {condition}:"):
                writer.line(f"{writer.give(add)}({named}, {value}, {strength!r}, names, damaged)")


def add(label: str | None, value: Any, strength: str, names: list[Name], damaged: list[str]) -> None:
    """One value as a name; a list gives several, and what is no name none. Called some times for every event."""
    if type(value) is str:
        text: str | None = value.strip()
    elif type(value) is int:
        text = str(value)
    elif type(value) is list:
        for each in value:
            add(label, each, strength, names, damaged)
        return
    else:
        text = name_of(value)
    if not text or label is None:
        return
    if text[0] in SUSPECT or "." in text or "+" in text:  # rarely: `null`, `6120.0`, `6.12005E+12`
        text = name_of(text)
        if text is None:
            return
        if is_damaged(text):
            damaged.append(f"{label} {text}")
            return
    if len(text) > LONGEST:
        damaged.append(f"{label} {shortened(text, LONGEST)}")
        return
    name = _new(Name, (label, text, strength))
    if name not in names:
        names.append(name)


def _add_all(value: Mapping[str, Any], system: str, strength: str, names: list[Name], damaged: list[str]) -> None:
    for written, each in value.items():
        add(kind(written, system), each, strength, names, damaged)


_new = tuple.__new__  # half the time of Name(…)


class _Kinds(dict[str, str | None]):
    """The kinds of names by what the record calls them, worked out when first met; bounded."""

    def __init__(self, system: str, kinds: Mapping[str, str]) -> None:
        super().__init__()
        self._system = system
        self._find = lookup(kinds)

    def __missing__(self, text: str) -> str | None:
        try:
            found = self._find(text)
        except NotInMapError:
            found = slug(text)
        named = kind(found, self._system) if found else None
        if len(self) < MEMORY:
            self[text] = named
        return named
