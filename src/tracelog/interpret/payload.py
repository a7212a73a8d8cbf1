"""Payload shapes: what an order body looks like is said once, by its owner, and found wherever it travels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tracelog.errors import DefinitionError
from tracelog.interpret.conditions import write_tests
from tracelog.interpret.definition import PayloadShape
from tracelog.interpret.expressions import Record, Scope, Writer
from tracelog.interpret.lookup import Maps
from tracelog.interpret.names import write_names
from tracelog.interpret.status import ABSENT, Composite, StatusMap
from tracelog.interpret.words import write_word
from tracelog.model.event import Name, State

Said = tuple[tuple[State, ...], dict[str, str], dict[str, str], Any, str | None]
"""What a body says: (states, fields, ids, happened_at as written, topic); names go into a list."""
Read = Callable[[Record, list[Name], list[str]], Said]
NOTHING: dict[str, str] = {}
"""Shared by all that has no fields; never written to."""


class Shape:
    """A payload shape as functions of the body. How it is read, with its status map, is made ready at first use."""

    __slots__ = ("_write", "evidence", "name", "read", "scope", "table")

    def __init__(self, name: str, table: PayloadShape, scope: Scope, write: Callable[[], Read]) -> None:
        self.name, self.table, self.scope = name, table, scope
        self.evidence = len(table.has) + len(table.when)
        """How many keys prove it: of several that fit, the one with most is taken."""
        self.read: Read = self._first
        """(body, names, damaged names) → what it says; adds to the lists."""
        self._write = write

    def make(self) -> None:
        """Make it ready now; raises DefinitionError for what is wrong in the table."""
        self.read = self._write()

    def _first(self, body: Record, names: list[Name], damaged: list[str]) -> Said:
        self.make()
        return self.read(body, names, damaged)


def compiled(
    name: str,
    system: str,
    shape: PayloadShape,
    *,
    scope: Scope,
    status: Callable[[str], StatusMap],
    maps: Maps,
    place: Callable[[DefinitionError], DefinitionError],
) -> Shape:
    """One `[shape.…]` table as functions; `place` puts file and line to what is wrong in it."""

    def write() -> Read:
        try:
            return _written(system, shape, scope, status, maps)
        except DefinitionError as problem:
            raise place(problem) from problem

    return Shape(name, shape, scope, write)


def _written(system: str, shape: PayloadShape, scope: Scope, status: Callable[[str], StatusMap], maps: Maps) -> Read:
    writer = Writer(scope)
    write_names(writer, shape.order, system, "strong", {})
    write_names(writer, shape.mentions, system, "weak", {})
    states = write_states(writer, shape.status, status(system)) if shape.status else "()"
    fields = write_fields(writer, shape.fields)
    ids = write_fields(writer, shape.ids)
    claimed = shape.happened_at or shape.source_at
    happened = writer.of(claimed) if claimed else "None"
    topic = write_word(writer, shape.topic, maps, "topic")
    said = f"({states}, {fields}, {ids}, {happened}, {topic})"
    read: Read = writer.function(("r", "names", "damaged"), said)
    return read


Pick = Callable[[Any], tuple[Shape, Record] | None]
COMMON = "common."
"""Shapes that no system owns go after a system's own that fits as well."""


def picker(shapes: Sequence[Shape]) -> Pick:
    """A value → the shape that fits it with most evidence, and the body itself; None for no order body.

    A body wrapped once or twice (`{"order": {…}}`) or alone in a list counts as the body.
    """
    choose = _chooser(sorted(shapes, key=lambda shape: (-shape.evidence, shape.name.startswith(COMMON))))

    def pick(value: Any) -> tuple[Shape, Record] | None:
        for _ in range(3):
            if type(value) is list and len(value) == 1:
                value = value[0]
            if type(value) is not dict:
                return None
            shape = choose(value)
            if shape is not None:
                return shape, value
            if len(value) != 1:
                return None
            (value,) = value.values()
        return None

    return pick


def _chooser(shapes: Sequence[Shape]) -> Callable[[Record], Shape | None]:
    """The first of these shapes that fits a body."""
    writer = Writer(shapes[0].scope if shapes else Scope(_no_terminals))
    for shape in shapes:
        keys = [each for each in shape.table.has if isinstance(each, str)]
        there = [f"{key!r} in r" for key in keys if "." not in key]
        there += [
            f"not {writer.give(frozenset(each))}.isdisjoint(r)" for each in shape.table.has if isinstance(each, list)
        ]
        with writer.block(f"if {' and '.join(there) or 'True'}:"):
            conditions = [writer.present(writer.of(key)) for key in keys if "." in key]
            conditions += filter(None, [write_tests(writer, shape.table.when, shape.table.unless)])
            writer.line(f"if {' and '.join(conditions) or 'True'}: return {writer.give(shape)}")
    return writer.function(("r",), "None")


def _no_terminals(name: str) -> Any:
    raise AssertionError(name)


def write_fields(writer: Writer, table: Mapping[str, str]) -> str:
    """`fields`, `before`, `ids`: the local that holds name → value as written; what is absent is left out."""
    if not table:
        return writer.give(NOTHING)
    found = writer.local("{}")
    for written, expression in table.items():
        value = writer.of(expression)
        name = writer.of(written, whole=True) if "{" in written else repr(written)
        condition = writer.present(value) + (f" and {writer.present(name)}" if "{" in written else "")
        with writer.block(f"if {condition}:"):
            writer.line(f"{found}[{name}] = {writer.text(value)}")
    return found


def write_states(writer: Writer, of: Mapping[str, str] | Sequence[str] | None, status: StatusMap) -> str:
    """`status`: a list of fields in order of precedence, or field → value in that order; the local with the states."""
    if not of:
        return "()"
    table = dict(of) if isinstance(of, Mapping) else {path: path for path in of}
    if any("{" in field for field in table):
        names = [writer.of(name, whole=True) if "{" in name else repr(name) for name in table]
        pairs = [f"({name}, {_raw(writer, writer.of(of_))})" for name, of_ in zip(names, table.values(), strict=True)]
        return writer.local(f"{writer.give(_Computed(status))}(({', '.join(pairs)},))")
    raws = []
    for name, expression in table.items():
        value = writer.nullable(expression) if status.meanings(name, ABSENT) else writer.of(expression)
        raws.append(_raw(writer, value))
    return writer.local(f"{writer.give(Composite(status, list(table)))}[({', '.join(raws)},)]")


def _raw(writer: Writer, name: str) -> str:
    return f"({writer.text(name)} or None)"


class _Computed:
    """States of fields whose name the record tells: `{Record.TYPE}.status`."""

    def __init__(self, status: StatusMap) -> None:
        self._status = status
        self._known: dict[tuple[str, ...], Composite] = {}

    def __call__(self, pairs: Sequence[tuple[str | None, str | None]]) -> tuple[State, ...]:
        names = tuple(name for name, raw in pairs if name and raw is not None)
        if names not in self._known:
            self._known[names] = Composite(self._status, names)
        return self._known[names][tuple(raw for name, raw in pairs if name and raw is not None)]
