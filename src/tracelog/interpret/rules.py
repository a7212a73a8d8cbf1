"""`[[record]]` as closures: which kind of record this is, and what it comes to in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tracelog.errors import DefinitionError
from tracelog.interpret.conditions import Check, all_of, check, checked, describe, negated
from tracelog.interpret.dates import StampError
from tracelog.interpret.definition import About, Rule, Statement
from tracelog.interpret.expressions import Compiler, Getter, variable
from tracelog.interpret.statement import (
    NOTHING,
    Around,
    Build,
    compile_actor,
    compile_envelope,
    compile_kind,
    compile_statement,
    joined,
)
from tracelog.interpret.values import text_of
from tracelog.interpret.words import text_template
from tracelog.match.expression import parse, parse_each
from tracelog.model.event import Context, Event, Kind, Outcome

Record = dict[str, Any]
Run = Callable[[Record, int | None, str, int], Outcome]
"""(record, at, at_raw, precision) → what it comes to."""
Loop = tuple[str, Getter, bool, str]
"""(private key, list or object, whether an object is taken as a map, the path in words)."""
NAMES_NO_ORDER = "names no order"


def tests(when: Mapping[str, Any], unless: Mapping[str, Any], compiler: Compiler, where: str) -> Check | None:
    """`when` and `unless` as one closure; None when there are no tests."""
    checks = [check(compiler.value(parse(path)), checked(test, where)) for path, test in when.items()]
    checks += [negated(check(compiler.value(parse(path)), checked(test, where))) for path, test in unless.items()]
    return all_of(checks)


def failed(rule: Rule, compiler: Compiler, record: Record) -> tuple[int, str]:
    """How many tests of this rule held before one failed, and which one that was."""
    held = 0
    for table, unless in ((rule.when, False), (rule.unless, True)):
        for path, test in table.items():
            get = compiler.value(parse(path))
            if check(get, test)(record) == unless:
                value = text_of(get(record))
                shown = f" (it is {value[:40]!r})" if value and not unless and not isinstance(test, bool) else ""
                return held, describe(path, test, unless=unless) + shown
            held += 1
    return held, ""


def compile_rule(rule: Rule, head: Statement, around: Around, where: str) -> tuple[Check | None, Run]:
    """A rule's test and what it makes of a record."""
    holds = tests(rule.when, rule.unless, around.compiler, where)
    if rule.ignore is not None:
        reason = text_template(rule.ignore, around.compiler)
        return holds, _ignore(reason)
    outer = joined(head, rule)
    if rule.context is not None:
        return holds, _context(rule.context, outer, around)
    return holds, _states(rule, outer, around, where)


def _ignore(reason: Getter) -> Run:
    def run(record: Record, at: int | None, at_raw: str, precision: int) -> Outcome:
        return Outcome("ignored", reason(record), (), None, at)

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
    compiler = around.compiler
    loops: list[Loop] = []
    for text in written:
        _, name, value, until = parse_each(text)
        if until is not None:
            raise DefinitionError(f"only EDI has loops with `until`: {text}", where=where)
        spread = value[0] == "path" and value[-1] == "*" and len(value) > 1
        path = value[:-1] if spread else value
        loops.append((variable(name), compiler.value(path), spread, text.partition(" in ")[2].strip()))
        compiler = compiler.within([name])
    within = around._replace(compiler=compiler)
    build = compile_statement(statement, within, looped=bool(loops))
    return build, loops, tests(statement.when, statement.unless, compiler, where)


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
    compiler = around.compiler
    what_of = text_template(about.what, compiler)
    kind_of = compile_kind(joined(of, Statement(phase="observed")), around)
    envelope_of = compile_envelope(of.message, compiler)
    actor_of = compile_actor(of.actor, compiler, around.maps)
    texts = {
        key: compiler.value(parse(value))
        for key in ("resource", "resource_kind", "value_in", "value_out", "until")
        if (value := getattr(about, key)) is not None
    }
    counts = {name: compiler.value(parse(value)) for name, value in about.counts.items()}

    def run(record: Record, at: int | None, at_raw: str, precision: int) -> Outcome:
        kind = kind_of if isinstance(kind_of, Kind) else kind_of(record)
        found = {key: text_of(get(record)) or None for key, get in texts.items()}
        context = Context(
            system=kind.system,
            instance=kind.instance,
            what=what_of(record) or "",
            at=at,
            at_raw=at_raw,
            until=_until(found.get("until"), around),
            resource=found.get("resource"),
            resource_kind=found.get("resource_kind"),
            envelope=envelope_of(record) if envelope_of else (),
            counts=_numbers(counts, record) if counts else NOTHING,  # type: ignore[arg-type]
            actor=actor_of(record) if actor_of else None,
            value_in=found.get("value_in"),
            value_out=found.get("value_out"),
        )
        return Outcome("context", context.what, (), context, at)

    return run


def _until(text: str | None, around: Around) -> int | None:
    try:
        return around.claimed(text)[0] if text else None
    except StampError:
        return None


def _numbers(counts: Mapping[str, Getter], record: Record) -> dict[str, int]:
    found = {name: text_of(get(record)) or "" for name, get in counts.items()}
    return {name: int(text) for name, text in found.items() if text.isdecimal()}
