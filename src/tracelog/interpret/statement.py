"""One statement of a definition as one closure: record in, event out. Everything fixed is computed once, here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from tracelog.errors import DefinitionError
from tracelog.interpret.dates import StampError
from tracelog.interpret.definition import Shaped, Statement, Who, Word
from tracelog.interpret.expressions import Compiler, Getter
from tracelog.interpret.names import collector
from tracelog.interpret.payload import Shape, fields, picker, states
from tracelog.interpret.status import StatusMap
from tracelog.interpret.times import Parser
from tracelog.interpret.values import text_of
from tracelog.interpret.words import Maps, UnreadError, word
from tracelog.match.expression import parse
from tracelog.model.event import PHASES, TOPICS, Actor, Event, Kind, Name

Record = dict[str, Any]
Build = Callable[[Record, int | None, str, int, list[str]], Event | None]
"""(record, at, at_raw, precision, damaged names found) → the event; None when it is about no order at all."""

_kinds: dict[Kind, Kind] = {}
"""All kinds ever made: equal ones are the same object, so that a kind costs one number."""
NOTHING: dict[str, str] = {}
"""Shared by the events that have no fields; never written to."""


class Around(NamedTuple):
    """What a statement needs to know of its definition."""

    definition: str
    system: str
    """Owner of the names that the record gives without saying whose they are."""
    stream: str | None
    compiler: Compiler
    maps: Maps
    status: StatusMap
    payloads: Callable[[Sequence[str]], list[Shape]]
    stamp: Parser
    """For stamps in the definition's own formats."""
    claimed: Parser
    """For `happened_at`: ISO 8601 or the definition's formats."""
    instance: str | None
    """What the user says."""
    user_system: str | None


def interned(kind: Kind) -> Kind:
    """The one object for this kind."""
    return _kinds.setdefault(kind, kind)


def compile_kind(of: Statement, around: Around) -> Callable[[Record], Kind] | Kind:
    """The interned kind of this statement's events; a constant when nothing of it is computed."""
    words: list[str | Getter | None] = []
    chosen: dict[str, Word | None] = {
        "system": around.user_system or of.system, "instance": around.instance, "phase": of.phase, "peer": of.peer,
        "topic": of.topic, "level": of.level, "carries": of.carries,
    }  # fmt: skip
    for key, value in chosen.items():
        words.append(word(value, around.compiler, around.maps, key))
    if around.instance is None and of.instance is not None:
        words[1] = _instance(of.instance, around)
    name = around.definition
    if around.stream is None:
        words.append(name)
    else:
        key_of = around.compiler.value(parse(around.stream))
        words.append(lambda record: f"{name} {text_of(key)}" if (key := key_of(record)) else name)
    system, instance, phase, peer, topic, level, carries, stream = words
    order = (system, instance, phase, peer, topic, level, stream, carries)
    varying = [(at, each) for at, each in enumerate(order) if callable(each)]
    fixed: list[Any] = [None if callable(each) else each for each in order]
    if not varying:
        return interned(_valid(Kind(*fixed)))
    memory: dict[Any, Kind] = {}

    def made(values: tuple[str | None, ...]) -> Kind:
        whole = list(fixed)
        for (at, _), value in zip(varying, values, strict=True):
            whole[at] = value
        found = memory[values] = interned(_valid(Kind(*whole)))
        return found

    gets = [get for _, get in varying]
    if len(gets) == 1:
        (only,) = gets
        return lambda record: memory.get(key := (only(record),)) or made(key)
    if len(gets) == 2:
        one, two = gets
        return lambda record: memory.get(key := (one(record), two(record))) or made(key)
    if len(gets) == 3:
        one, two, three = gets
        return lambda record: memory.get(key := (one(record), two(record), three(record))) or made(key)
    return lambda record: memory.get(key := tuple([get(record) for get in gets])) or made(key)


def _instance(of: Word, around: Around) -> str | Getter | None:
    """An instance is an expression, or computed as other words are; it is kept as written."""
    if not isinstance(of, str):
        return word(of, around.compiler, around.maps, "instance")
    get = around.compiler.value(parse(of))
    return lambda record: text_of(get(record)) or None


def _valid(kind: Kind) -> Kind:
    if not kind.system:
        raise UnreadError("the record does not say which system it is about")
    if kind.phase not in PHASES:
        raise UnreadError(f"unknown phase: {kind.phase}" if kind.phase else "the record does not say which phase it shows")
    if kind.topic is not None and kind.topic not in TOPICS:
        raise UnreadError(f"unknown topic: {kind.topic}")
    return kind


def compile_envelope(of: str | list[str] | None, compiler: Compiler) -> Callable[[Record], tuple[str, ...]] | None:
    """`message` as a closure: the ids that are there, the outer first. None when not given."""
    if not of:
        return None
    gets = [compiler.value(parse(each), whole=True) for each in ([of] if isinstance(of, str) else of)]
    if len(gets) == 1:
        (only,) = gets

        def one(record: Record) -> tuple[str, ...]:
            value = only(record)
            if type(value) is str and value:
                return (value,)
            text = text_of(value)
            return (text,) if text else ()

        return one

    def several(record: Record) -> tuple[str, ...]:
        texts = [text_of(get(record)) for get in gets]
        return tuple(dict.fromkeys(text for text in texts if text))

    return several


def compile_actor(of: str | Who | None, compiler: Compiler, maps: Maps) -> Callable[[Record], Actor | None] | None:
    """`actor` as a closure; equal actors are one object."""
    if of is None:
        return None
    who = Who(name=of) if isinstance(of, str) else of
    name_of = compiler.value(parse(who.name)) if who.name else None
    kind_of = word(who.kind, compiler, maps, "actor.kind")
    memory: dict[tuple[str | None, str | None], Actor | None] = {}

    def actor(record: Record) -> Actor | None:
        name = text_of(name_of(record)) if name_of else None
        kind = kind_of(record) if callable(kind_of) else kind_of
        key = name or None, kind
        if key not in memory:
            memory[key] = Actor(*key) if any(key) else None
        return memory[key]

    return actor


def compile_statement(of: Statement, around: Around, *, looped: bool) -> Build:
    """One event of a record as a closure. `looped`: an element that is no order makes no event."""
    compiler = around.compiler
    kind = compile_kind(of, around)
    fixed_kind = kind if isinstance(kind, Kind) else None
    kind_of = None if isinstance(kind, Kind) else kind
    names_of = collector(of.order, compiler, around.system, "strong", _kinds_map(around))
    mentions_of = collector(of.mentions, compiler, around.system, "weak", _kinds_map(around))
    envelope_of = compile_envelope(of.message, compiler)
    states_of = states(of.status, compiler, around.status)
    fields_of = fields(of.fields, compiler)
    before_of = fields(of.before, compiler)
    ids_of = fields(of.ids, compiler)
    actor_of = compile_actor(of.actor, compiler, around.maps)
    result_of = compiler.value(parse(of.result)) if of.result else None
    at_of = compiler.value(parse(of.at)) if of.at else None
    claimed = of.happened_at or of.source_at
    claimed_of = compiler.value(parse(claimed)) if claimed else None
    payload_of, pick = _payload(of, around)
    parse_stamp, parse_claimed = around.stamp, around.claimed

    def build(record: Record, at: int | None, at_raw: str, precision: int, damaged: list[str]) -> Event | None:
        names: list[Name] = []
        found_states: tuple[Any, ...] = ()
        found_fields = ids = NOTHING
        happened: Any = None
        topic: str | None = None
        if names_of is not None:
            names_of(record, names, damaged)
        if payload_of is not None:
            body_and_shape = pick(payload_of(record))
            if body_and_shape is not None:
                shape, body = body_and_shape
                if shape.names is not None:
                    shape.names(body, names, damaged)
                if shape.mentions is not None:
                    shape.mentions(body, names, damaged)
                if shape.states is not None:
                    found_states = shape.states(body)
                if shape.fields is not None:
                    found_fields = shape.fields(body)
                if shape.ids is not None:
                    ids = shape.ids(body)
                if shape.happened_at is not None:
                    happened = shape.happened_at(body)
                if shape.topic is not None:
                    topic = shape.topic(body) if callable(shape.topic) else shape.topic
            elif looped and not names and not damaged:
                return None
        if mentions_of is not None:
            mentions_of(record, names, damaged)
        event_kind = fixed_kind or kind_of(record)  # type: ignore[misc]
        if topic is not None and event_kind.topic is None:
            event_kind = interned(_valid(event_kind._replace(topic=topic)))
        if at_of is not None:
            at, at_raw, precision = _stamp(at_of(record), parse_stamp, at, at_raw, precision)
        if claimed_of is not None:
            happened = claimed_of(record) or happened
        when: int | None = None
        if happened is not None and happened != "":
            try:
                when = parse_claimed(happened)[0]
            except StampError:
                when = None
        if states_of is not None:
            found_states = (*states_of(record), *found_states)
        if fields_of is not None:
            own = fields_of(record)
            found_fields = {**found_fields, **own} if found_fields else own
        if ids_of is not None:
            ids = {**ids, **ids_of(record)} if ids else ids_of(record)
        if damaged:
            ids = {**ids, "damaged id": ", ".join(damaged)}
        return Event(
            event_kind, at, at_raw, precision, when,
            tuple(names),
            envelope_of(record) if envelope_of is not None else (),
            found_states,
            found_fields,
            before_of(record) if before_of is not None else NOTHING,
            ids,
            actor_of(record) if actor_of is not None else None,
            (text_of(result_of(record)) or None) if result_of is not None else None,
        )  # fmt: skip

    return build


def _kinds_map(around: Around) -> Any:
    try:
        return around.maps("kinds")
    except DefinitionError:
        return None


def _payload(of: Statement, around: Around) -> tuple[Getter | None, Callable[[Any], tuple[Shape, Record] | None]]:
    if of.payload is None:
        return None, lambda _: None
    shaped = of.payload if isinstance(of.payload, Shaped) else Shaped(from_=of.payload, as_=[])
    names = [shaped.as_] if isinstance(shaped.as_, str) else shaped.as_
    return around.compiler.value(parse(shaped.from_)), picker(around.payloads(names))


def _stamp(value: Any, parse_stamp: Parser, at: int | None, at_raw: str, precision: int) -> tuple[int | None, str, int]:
    """An event's own stamp; the record's where it has none."""
    if value is None or value == "":
        return at, at_raw, precision
    try:
        return parse_stamp(value)[0], text_of(value) or "", parse_stamp(value)[1]
    except StampError as error:
        raise UnreadError(f"time: {error}") from error


def joined(outer: Statement, inner: Statement) -> Statement:
    """An inner statement with what it does not say taken from the outer; tables are joined, the inner counts."""
    changes: dict[str, Any] = {}
    for field in msgspec.structs.fields(Statement):
        name = field.name
        if name in ("when", "unless", "each"):
            continue
        mine, theirs = getattr(inner, name), getattr(outer, name)
        if isinstance(mine, dict) and isinstance(theirs, dict):
            changes[name] = {**theirs, **mine}
        elif mine is None or mine == {}:
            changes[name] = theirs
        else:
            changes[name] = mine
    return Statement(when=inner.when, unless=inner.unless, each=inner.each, **changes)
