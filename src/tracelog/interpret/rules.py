"""`[[record]]` as closures: which kind of record this is, and what it comes to in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tracelog.errors import DefinitionError
from tracelog.interpret.conditions import Check, checker
from tracelog.interpret.dates import StampError
from tracelog.interpret.definition import About, Rule, Statement
from tracelog.interpret.expressions import Getter, Record, Writer, variable
from tracelog.interpret.statement import (
    Around,
    Build,
    compile_statement,
    joined,
    write_actor,
    write_envelope,
    write_kind,
)
from tracelog.interpret.values import text_of
from tracelog.interpret.words import write_text
from tracelog.match.expression import parse_each
from tracelog.model.event import Context, Event, Kind, Outcome

Run = Callable[[Record, int | None, str, int], Outcome]
"""(record, at, at_raw, precision) → what it comes to."""
Loop = tuple[str, Getter, bool, str]
"""(private key, list or object, whether an object is taken as a map, the path in words)."""
NAMES_NO_ORDER = "names no order"


def compile_rule(rule: Rule, head: Statement, around: Around, where: str) -> Run:
    """What a rule makes of a record that it fits."""
    outer = joined(head, rule)
    if rule.ignore is not None:
        return _ignore(rule.ignore, around)
    if rule.context is not None:
        return _context(rule.context, outer, around)
    return _states(rule, outer, around, where)


def _ignore(reason: str, around: Around) -> Run:
    writer = Writer(around.scope)
    reason_of = writer.function(("r",), write_text(writer, reason))

    def run(record: Record, at: int | None, _raw: str, _precision: int) -> Outcome:
        return Outcome("ignored", reason_of(record) or NAMES_NO_ORDER, (), None, at)

    return run


def _states(rule: Rule, outer: Statement, around: Around, where: str) -> Run:
    inner = rule.event or [Statement()]
    parts = [_part(joined(outer, each), rule.each, around, where) for each in inner]
    plain = parts[0][0] if len(parts) == 1 and not parts[0][1] and parts[0][2] is None else None
    if plain is not None:
        return _single(plain)
    return _several(parts)


Part = tuple[Build, list[Loop], Check | None]


def _part(statement: Statement, outer_each: str | list[str] | None, around: Around, where: str) -> Part:
    written = [*_listed(outer_each), *_listed(statement.each)]
    scope = around.scope
    loops: list[Loop] = []
    for text in written:
        _, name, value, until = parse_each(text)
        if until is not None:
            raise DefinitionError(f"only EDI has loops with `until`: {text}", where=where)
        spread = value[0] == "path" and value[-1] == "*" and len(value) > 1
        path = value[:-1] if spread else value
        loops.append((variable(name), scope.getter(path), spread, text.partition(" in ")[2].strip()))
        scope = scope.within([name])
    build = compile_statement(statement, around._replace(scope=scope), looped=bool(loops))
    return build, loops, checker(statement.when, statement.unless, scope)


def _listed(each: str | list[str] | None) -> list[str]:
    return [each] if isinstance(each, str) else each or []


def _single(build: Build) -> Run:
    """The usual rule: one record, one event."""

    def run(record: Record, at: int | None, at_raw: str, precision: int) -> Outcome:
        damaged: list[str] = []
        event = build(record, at, at_raw, precision, damaged)
        if event is None:
            return Outcome("ignored", NAMES_NO_ORDER, (), None, at)
        return Outcome("understood", f"damaged id: {damaged[0]}" if damaged else None, (event,), None, event.at)

    return run


def _several(parts: Sequence[Part]) -> Run:
    """A rule with loops, tests on its events, or several events."""

    def run(record: Record, at: int | None, at_raw: str, precision: int) -> Outcome:
        events: list[Event] = []
        damaged: list[str] = []
        reasons: list[str] = []
        for build, loops, holds in parts:
            if not loops:
                if holds is None or holds(record):
                    _add(build(record, at, at_raw, precision, hurt := []), hurt, events, damaged)
                continue
            for _ in _walk(record, loops, 0, reasons):
                if holds is None or holds(record):
                    _add(build(record, at, at_raw, precision, hurt := []), hurt, events, damaged)
        if events:
            reason = f"damaged id: {damaged[0]}" if damaged else None
            return Outcome("understood", reason, events, None, at if at is not None else events[0].at)
        return Outcome("ignored", reasons[0] if reasons else NAMES_NO_ORDER, (), None, at)

    return run


def _add(event: Event | None, hurt: list[str], events: list[Event], damaged: list[str]) -> None:
    if event is not None:
        events.append(event)
        damaged += hurt


def _walk(record: Record, loops: Sequence[Loop], depth: int, reasons: list[str]) -> Any:
    """Puts each element in the record under its private key, loop inside loop, and yields once for each."""
    key, get, spread, path = loops[depth]
    elements = _elements(get(record), spread=spread)
    if isinstance(elements, str):
        reasons.append(f"{path} is {elements}")
        return
    last = depth + 1 == len(loops)
    for element in elements:
        if element is None:
            continue
        record[key] = element
        if last:
            yield
        else:
            yield from _walk(record, loops, depth + 1, reasons)
    record.pop(key, None)


def _elements(value: Any, *, spread: bool) -> list[Any] | str:
    """What a loop runs over, or in words why it cannot."""
    if type(value) is list:
        return value
    if type(value) is dict:
        return [{"key": key, "value": each} for key, each in value.items()] if spread else [value]
    if value is None or value == "":
        return "not in the record: " + NAMES_NO_ORDER
    return f"text, not a list: {(text_of(value) or '')[:60]!r}"


def _context(about: About, of: Statement, around: Around) -> Run:
    writer = Writer(around.scope)
    kind = write_kind(writer, joined(of, Statement(phase="observed")), around)
    what = write_text(writer, about.what)
    envelope = write_envelope(writer, of.message)
    actor = write_actor(writer, of.actor, around.maps)
    texts = [
        f"({writer.text(writer.of(each))} or None)" if each else "None"
        for each in (about.resource, about.resource_kind, about.value_in, about.value_out, about.until)
    ]
    counts = ", ".join(f"{name!r}: {writer.of(each)}" for name, each in about.counts.items())
    read: Callable[[Record], tuple[Any, ...]] = writer.function(
        ("r",), f"({kind}, {what}, {envelope}, {actor}, {', '.join(texts)}, {{{counts}}})"
    )

    def run(record: Record, at: int | None, at_raw: str, _precision: int) -> Outcome:
        kind, what, envelope, actor, resource, resource_kind, value_in, value_out, until, counts = read(record)
        context = Context(
            system=kind.system,
            instance=kind.instance,
            what=what or "",
            at=at,
            at_raw=at_raw,
            until=_until(until, around),
            resource=resource,
            resource_kind=resource_kind,
            envelope=envelope,
            counts=_numbers(counts),
            actor=actor,
            value_in=value_in,
            value_out=value_out,
        )
        return Outcome("context", context.what, (), context, at)

    return run


def _until(text: str | None, around: Around) -> int | None:
    try:
        return around.claimed(text)[0] if text else None
    except StampError:
        return None


def _numbers(counts: Mapping[str, Any]) -> dict[str, int]:
    found = {name: text_of(value) or "" for name, value in counts.items()}
    return {name: int(text) for name, text in found.items() if text.isdecimal()}
