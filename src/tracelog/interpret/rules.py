"""`[[record]]` as functions: what a record of this kind comes to in the ledger, and what it states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from tracelog.interpret.conditions import Check, checker
from tracelog.interpret.dates import StampError
from tracelog.interpret.definition import About, Rule, Statement, Tests
from tracelog.interpret.expressions import Record, Writer, uses
from tracelog.interpret.loops import NAMES_NO_ORDER, Loop, loops_of, walk
from tracelog.interpret.statement import (
    UNREADABLE,
    Around,
    Build,
    compile_statement,
    joined,
    with_answer,
    write_actor,
    write_envelope,
    write_kind,
    write_stream,
)
from tracelog.interpret.values import text_of
from tracelog.interpret.words import write_text
from tracelog.match.expression import parse
from tracelog.model.event import Context, Event, Outcome

Run = Callable[[Record, int | None, str, int], Outcome]
"""(record, at, at_raw, precision) → what it comes to."""


_new = tuple.__new__  # half the time of Outcome(…)
_ONCE = (None,)
LOST_TIME = "when it happened is written in no time that can be read"
"""For the ledger; the event has the words themselves among its ids."""


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
    told = writer.function(("r",), f"({write_text(writer, reason)}, {write_stream(writer, around)})")

    def run(record: Record, at: int | None, _raw: str, _precision: int) -> Outcome:
        why, stream = told(record)
        return _new(Outcome, ("ignored", why or NAMES_NO_ORDER, (), None, at, None, stream))

    return run


def stream_finder(around: Around) -> Callable[[Record], str]:
    """Which stream a record stands in that names no order."""
    writer = Writer(around.scope)
    stream_of: Callable[[Record], str] = writer.function(("r",), write_stream(writer, around))
    return stream_of


def _states(rule: Rule, outer: Statement, around: Around, where: str) -> Run:
    inner = [each for one in rule.event or [Statement()] for each in with_answer(joined(outer, one))]
    first, _ = inner[0]
    if len(inner) == 1 and not rule.each and not first.each and not first.when and not first.unless:
        return _single(compile_statement(first, around, looped=False), stream_finder(around))
    parts = [_part(each, rule.each, around, where, names_only=names_only) for each, names_only in inner]
    return _several(parts, stream_finder(around))


class Found(NamedTuple):
    """What the statements of one record came to so far."""

    events: list[Event]
    damaged: list[str]
    reasons: list[str]
    """Why a loop yielded nothing."""
    left: list[str]
    """Elements of a loop that name no order, in words."""


Part = Callable[[Record, int | None, str, int, Found], None]
"""(record, at, at_raw, precision, what was found): adds to it."""


def _part(
    statement: Statement, outer_each: str | list[str] | None, around: Around, where: str, *, names_only: bool
) -> Part:
    """One statement of a record: its tests, its loops, its event."""
    loops, scope = loops_of([outer_each, statement.each], around.scope, where)
    variables = [loop.key[1:] for loop in loops]
    scoped = around._replace(scope=scope)
    build = compile_statement(statement, scoped, looped=bool(loops), names_only=names_only)
    # what does not ask for the loop's element is asked once, before the loop
    when, unless = _parted(statement.when, variables), _parted(statement.unless, variables)
    return _run_part(build, loops, checker(when[0], unless[0], scope), checker(when[1], unless[1], scope))


def _parted(tests: Tests, variables: Sequence[str]) -> tuple[Tests, Tests]:
    """Tests that can be asked before the loops, and those that ask for their elements."""
    inner = {path: test for path, test in tests.items() if uses(parse(path), variables)}
    return {path: test for path, test in tests.items() if path not in inner}, inner


def _run_part(build: Build, loops: Sequence[Loop], holds: Check | None, fits: Check | None) -> Part:
    def run(record: Record, at: int | None, at_raw: str, precision: int, found: Found) -> None:
        if holds is not None and not holds(record):
            return
        nameless = 0
        for _ in walk(record, loops, 0, found.reasons) if loops else _ONCE:
            if fits is None or fits(record):
                hurt: list[str] = []
                event = build(record, at, at_raw, precision, hurt)
                if event is None:
                    nameless += 1
                else:
                    found.events.append(event)
                    found.damaged.extend(hurt)
        if nameless:
            found.left.append(f"{nameless} in {loops[-1].path} {'names' if nameless == 1 else 'name'} no order")

    return run


def _single(build: Build, stream_of: Callable[[Record], str]) -> Run:
    """The usual rule: one record, one event."""

    def run(record: Record, at: int | None, at_raw: str, precision: int) -> Outcome:
        damaged: list[str] = []
        event = build(record, at, at_raw, precision, damaged)
        if event is None:
            return Outcome("ignored", NAMES_NO_ORDER, (), None, at, None, stream_of(record))
        reason = f"damaged id: {damaged[0]}" if damaged else _unreadable(event)
        written = at if at is not None else event.at
        return _new(Outcome, ("understood", reason, (event,), None, written, None, event.kind.stream))

    return run


def _unreadable(*events: Event) -> str | None:
    """Why they are not placed by the time that they say."""
    return LOST_TIME if any(UNREADABLE in event.ids for event in events) else None


def _several(parts: Sequence[Part], stream_of: Callable[[Record], str]) -> Run:
    """A rule with loops, tests on its events, or several events."""

    def run(record: Record, at: int | None, at_raw: str, precision: int) -> Outcome:
        events, damaged, reasons, left = found = Found([], [], [], [])
        for part in parts:
            part(record, at, at_raw, precision, found)
        if events:
            first = events[0]
            reason = f"damaged id: {damaged[0]}" if damaged else left[0] if left else _unreadable(*events)
            written = at if at is not None else first.at
            return _new(Outcome, ("understood", reason, events, None, written, None, first.kind.stream))
        why = (reasons or left or [NAMES_NO_ORDER])[0]
        return Outcome("ignored", why, (), None, at, None, stream_of(record))

    return run


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
            what=what or "not described",
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
        return Outcome("context", context.what, (), context, at, None, kind.stream)

    return run


def _until(text: str | None, around: Around) -> int | None:
    try:
        return around.claimed(text)[0] if text else None
    except StampError:
        return None


def _numbers(counts: Mapping[str, Any]) -> dict[str, int]:
    found = {name: text_of(value) or "" for name, value in counts.items()}
    return {name: int(text) for name, text in found.items() if text.isdecimal()}
