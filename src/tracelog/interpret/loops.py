"""`each`: the elements of a record one after the other, loop inside loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from tracelog.errors import DefinitionError
from tracelog.interpret.expressions import Getter, Record, Scope, variable
from tracelog.interpret.values import text_of
from tracelog.match.expression import parse_each
from tracelog.model.record import ALL, SEGMENTS
from tracelog.read.edi import named

NAMES_NO_ORDER = "names no order"
ELSEWHERE = "speaks of no customer's order, but of "
"""How the reason begins where another trade's words stand around a name."""


class Loop(NamedTuple):
    """One `o in path`."""

    key: str
    """Where the element stands in the record."""
    get: Getter
    spread: bool
    """Whether an object is taken as a map of its elements."""
    path: str


def loops_of(written: Sequence[str | list[str] | None], scope: Scope, where: str) -> tuple[list[Loop], Scope]:
    """The loops of an outer and an inner `each`, and the scope inside them; raises DefinitionError."""
    loops: list[Loop] = []
    for text in [each for some in written for each in ([some] if isinstance(some, str) else some or [])]:
        _, name, value, until = parse_each(text)
        spread = value[0] == "path" and value[-1] == "*" and len(value) > 1
        if until is None:
            get = scope.getter(value[:-1] if spread else value)
        elif value[0] == "path" and len(value) > 1 and isinstance(value[-1], str):
            get = _stretches(scope.getter(value[:-1]), value[-1], until)
        else:
            raise DefinitionError(f"`until` goes with the name of a segment: {text}", where=where)
        loops.append(Loop(variable(name), get, spread, text.partition(" in ")[2].strip()))
        scope = scope.within([name])
    return loops, scope


def _stretches(holder: Getter, first: str, until: str) -> Getter:
    """`s in AK2 until AK9`: from each segment of that name to the next, or to the one that ends them all."""

    def get(record: Record) -> Any:
        within = holder(record)
        segments = within.get(SEGMENTS) if type(within) is dict else None
        if segments is None:
            return None
        found: list[list[Any]] = []
        for name, segment in segments:
            if name == first:
                found.append([(name, segment)])
            elif not found:
                continue
            elif name == until:
                break
            else:
                found[-1].append((name, segment))
        return [named(each) for each in found] or None

    return get


def walk(record: Record, loops: Sequence[Loop], depth: int, reasons: list[str]) -> Iterator[None]:
    """Puts each element in the record under its private key, loop inside loop, and yields once for each."""
    loop = loops[depth]
    key = loop.key
    elements = _elements(loop.get(record), spread=loop.spread)
    if isinstance(elements, str):
        reasons.append(f"{loop.path} is {elements}")
        return
    last = depth + 1 == len(loops)
    for element in elements:
        if element is None:
            continue
        record[key] = element
        if last:
            yield
        else:
            yield from walk(record, loops, depth + 1, reasons)
    record.pop(key, None)


def _elements(value: Any, *, spread: bool) -> list[Any] | str:
    """What a loop runs over, or in words why it cannot."""
    if type(value) is list:
        return value
    if type(value) is dict:
        if ALL in value:
            return list(value[ALL])
        return [{"key": key, "value": each} for key, each in value.items()] if spread else [value]
    if value is None or value == "":
        return "not in the record: " + NAMES_NO_ORDER
    return f"text, not a list: {(text_of(value) or '')[:60]!r}"
