"""Payload shapes: what an order body looks like is said once, by its owner, and found wherever it travels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from tracelog.interpret.conditions import all_of, check, negated
from tracelog.interpret.definition import PayloadShape
from tracelog.interpret.expressions import Compiler, Getter
from tracelog.interpret.names import Collect, collector
from tracelog.interpret.status import ABSENT, StatusMap, composite
from tracelog.interpret.values import text_of
from tracelog.interpret.words import Maps, word
from tracelog.match.expression import parse
from tracelog.model.event import State

Record = dict[str, Any]
StatesOf = Callable[[Record], tuple[State, ...]]
FieldsOf = Callable[[Record], dict[str, str]]


class Shape(NamedTuple):
    """A payload shape as closures over the body."""

    name: str
    fits: Callable[[Record], bool]
    evidence: int
    """How many keys prove it: of several that fit, the one with most is taken."""
    names: Collect | None
    mentions: Collect | None
    ids: FieldsOf | None
    states: StatesOf | None
    fields: FieldsOf | None
    happened_at: Getter | None
    topic: str | Getter | None


def compiled(
    name: str, system: str, shape: PayloadShape, compiler: Compiler, status: StatusMap, maps: Maps
) -> Shape:
    """One `[shape.…]` table as closures; raises DefinitionError."""
    happened = shape.happened_at or shape.source_at
    kinds = None
    return Shape(
        name=name,
        fits=_fits(shape, compiler),
        evidence=len(shape.has) + len(shape.when),
        names=collector(shape.order, compiler, system, "strong", kinds),
        mentions=collector(shape.mentions, compiler, system, "weak", kinds),
        ids=fields(shape.ids, compiler),
        states=states(shape.status, compiler, status),
        fields=fields(shape.fields, compiler),
        happened_at=compiler.value(parse(happened)) if happened else None,
        topic=word(shape.topic, compiler, maps, "topic"),
    )


def _fits(shape: PayloadShape, compiler: Compiler) -> Callable[[Record], bool]:
    plain = [each for each in shape.has if isinstance(each, str) and "." not in each]
    deep = [compiler.value(parse(each)) for each in shape.has if isinstance(each, str) and "." in each]
    either = [frozenset(each) for each in shape.has if isinstance(each, list)]
    checks = [check(compiler.value(parse(path)), test) for path, test in shape.when.items()]
    checks += [negated(check(compiler.value(parse(path)), test)) for path, test in shape.unless.items()]
    holds = all_of(checks)

    def fits(body: Record) -> bool:
        for key in plain:
            if key not in body:
                return False
        for keys in either:
            if keys.isdisjoint(body):
                return False
        for get in deep:
            if get(body) is None:
                return False
        return holds is None or holds(body)

    return fits


def picker(shapes: Sequence[Shape]) -> Callable[[Any], tuple[Shape, Record] | None]:
    """A value → the shape that fits it with most evidence, and the body itself; None for no order body.

    A body wrapped once (`{"order": {…}}`) or alone in a list counts as the body.
    """
    ordered = sorted(shapes, key=lambda shape: -shape.evidence)

    def pick(value: Any) -> tuple[Shape, Record] | None:
        for _ in range(3):
            if type(value) is list and len(value) == 1:
                value = value[0]
            if type(value) is not dict:
                return None
            for shape in ordered:
                if shape.fits(value):
                    return shape, value
            if len(value) != 1:
                return None
            (value,) = value.values()
        return None

    return pick


def fields(table: Mapping[str, str], compiler: Compiler) -> FieldsOf | None:
    """`fields`, `before`, `ids`: name → value as written; absent ones are left out. None for an empty table."""
    if not table:
        return None
    fixed: list[tuple[str, Getter]] = []
    computed: list[tuple[Getter, Getter]] = []
    for written, value in table.items():
        get = compiler.value(parse(value))
        if "{" in written:
            computed.append((compiler.value(parse(written), whole=True), get))
        else:
            fixed.append((written, get))

    def collect(record: Record) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, get in fixed:
            value = get(record)
            if value is not None and value != "":
                found[name] = value if type(value) is str else text_of(value) or ""
        for name_of, get in computed:
            name = name_of(record)
            value = get(record)
            if name and value is not None and value != "":
                found[name] = text_of(value) or ""
        return found

    return collect


def states(of: Mapping[str, str] | Sequence[str] | None, compiler: Compiler, status: StatusMap) -> StatesOf | None:
    """`status`: a list of fields in order of precedence, or field → value in that order. None when not given."""
    if not of:
        return None
    table = dict(of) if isinstance(of, Mapping) else {path: path for path in of}
    if any("{" in field for field in table):
        return _computed_fields(table, compiler, status)
    names = list(table)
    gets = [
        compiler.nullable(parse(value)) if status.meanings(name, ABSENT) else compiler.value(parse(value))
        for name, value in table.items()
    ]
    meaning = composite(status, names)
    if len(gets) == 1:
        (only,) = gets

        def one(record: Record) -> tuple[State, ...]:
            raw = _raw(only(record))
            return meaning((raw,)) if raw is not None else ()

        return one
    return lambda record: meaning(tuple([_raw(get(record)) for get in gets]))


def _raw(value: Any) -> str | None:
    if type(value) is str:
        return value or None
    return text_of(value) or None


def _computed_fields(table: Mapping[str, str], compiler: Compiler, status: StatusMap) -> StatesOf:
    """Fields whose name the record tells: `{Record.TYPE}.status`."""
    pairs = [(compiler.value(parse(name), whole=True), compiler.value(parse(value))) for name, value in table.items()]
    meanings: dict[tuple[str, ...], Callable[[tuple[str | None, ...]], tuple[State, ...]]] = {}

    def compute(record: Record) -> tuple[State, ...]:
        found = [(name(record), _raw(value(record))) for name, value in pairs]
        names = tuple(name for name, raw in found if name and raw is not None)
        if not names:
            return ()
        if names not in meanings:
            meanings[names] = composite(status, names)
        return meanings[names](tuple(raw for name, raw in found if name and raw is not None))

    return compute
