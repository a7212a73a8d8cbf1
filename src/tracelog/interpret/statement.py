"""One statement of a definition as one function: record in, event out. Everything fixed is computed once, here."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from tracelog.errors import DefinitionError
from tracelog.interpret.dates import PlaceholderError, StampError
from tracelog.interpret.definition import Answer, Shaped, Statement, Who, Word
from tracelog.interpret.expressions import Record, Scope, Writer
from tracelog.interpret.lookup import Maps
from tracelog.interpret.names import write_names
from tracelog.interpret.payload import NOTHING, Pick, Shape, picker, write_fields, write_states
from tracelog.interpret.status import StatusMap
from tracelog.interpret.times import Parser
from tracelog.interpret.values import text_of
from tracelog.interpret.words import UnreadError, write_word
from tracelog.model.event import CLAIMING, DAY, HOUR, PHASES, SECOND, TOPICS, Actor, Event, Kind, Name
from tracelog.model.record import SAID, shortened

Build = Callable[[Record, int | None, str, int, list[str]], Event | None]
"""(record, at, at_raw, precision, damaged names found) → the event; None when it is about no order at all."""

MEMORY = 65_536
ZONES = 14 * HOUR
"""By how much a date in one zone may differ from the same date in UTC."""
UNREADABLE = "unreadable time"
"""Among the `ids`: when the record says the change took place, in words that are no time."""
_kinds: dict[Kind, Kind] = {}
"""All kinds ever made: equal ones are the same object, so that a kind costs one number."""


class Around(NamedTuple):
    """What a statement needs to know of its definition."""

    definition: str
    system: str
    """Owner of the names that the record gives without saying whose they are."""
    head_system: Word | None
    """What the head, or the user, says of who wrote the record."""
    stream: str | None
    scope: Scope
    maps: Maps
    status: Callable[[str], StatusMap]
    payloads: Callable[[Sequence[str]], list[Shape]]
    stamp: Parser
    """For stamps in the definition's own formats."""
    claimed: Parser
    """For `happened_at`: ISO 8601 or the definition's formats."""
    instance: str | None
    """What the user says: which one of several systems wrote this export."""
    timed: str | None
    """Where the record's stamp stands; None for a snapshot that has none."""
    as_of: int | None
    """The user's word on when a snapshot was taken: for `observed`, where the record has no stamp."""


def interned(kind: Kind) -> Kind:
    """The one object for this kind."""
    return _kinds.setdefault(kind, kind) if len(_kinds) < MEMORY else _kinds.get(kind, kind)


class _Kinds(dict[tuple[str | None, ...], Kind]):
    """Interned kinds by the words of them that the record tells."""

    def __init__(self, words: list[str | None], told: list[int]) -> None:
        super().__init__()
        self._words, self._told = words, told

    def __missing__(self, values: tuple[str | None, ...]) -> Kind:
        words: list[Any] = list(self._words)
        for at, value in zip(self._told, values, strict=True):
            words[at] = value
        found = interned(_valid(Kind(*words)))
        if len(self) < MEMORY:
            self[values] = found
        return found


def write_kind(writer: Writer, of: Statement, around: Around) -> str:
    """The interned kind of this statement's events: the local, or the name of the constant."""
    maps = around.maps
    words = [
        write_word(writer, of.system or around.head_system, maps, "system"),
        _instance(writer, of, around),
        write_word(writer, of.phase, maps, "phase"),
        write_word(writer, of.peer, maps, "peer"),
        write_word(writer, of.topic, maps, "topic"),
        write_word(writer, of.level, maps, "level"),
        write_stream(writer, around),
        write_word(writer, of.carries, maps, "carries"),
    ]
    told = [at for at, word in enumerate(words) if word != "None" and word[0] not in "'\""]
    fixed = [None if at in told else literal_eval(word) for at, word in enumerate(words)]
    kinds = _Kinds(fixed, told)
    if not told:
        try:
            return writer.give(kinds[()])
        except UnreadError as error:
            raise DefinitionError(
                f"this record can never be read: {error}", help="say it in the head or here"
            ) from error
    return writer.local(f"{writer.give(kinds)}[({', '.join(words[at] for at in told)},)]")


def _instance(writer: Writer, of: Statement, around: Around) -> str:
    if around.instance and of.system is None:  # what a record says of another system is not the user's word
        return repr(around.instance)
    return write_word(writer, of.instance, around.maps, "instance", as_written=True)


def write_stream(writer: Writer, around: Around) -> str:
    """The stream that the record stands in, also when it is no statement."""
    name = around.definition
    if around.stream is None:
        return repr(name)
    key = writer.of(around.stream)
    return writer.local(f"{name + ' '!r} + {writer.text(key)} if {writer.present(key)} else {name!r}")


def _valid(kind: Kind) -> Kind:
    if not kind.system:
        raise UnreadError("the record does not say which system it is about")
    if kind.phase not in PHASES:
        reason = f"unknown phase: {kind.phase}" if kind.phase else "the record does not say which phase it shows"
        raise UnreadError(reason)
    if kind.topic is not None and kind.topic not in TOPICS:
        raise UnreadError(f"unknown topic: {kind.topic}")
    return kind


def write_envelope(writer: Writer, of: str | list[str] | None) -> str:
    """`message`: the ids that are there, the outer first, as a tuple."""
    if not of:
        return "()"
    names = [writer.of(each, whole=True) for each in ([of] if isinstance(of, str) else of)]
    if len(names) == 1:
        several = f"{writer.give(_several)}({names[0]}) if type({names[0]}) is list"
        return writer.local(f"{several} else ({writer.text(names[0])},) if {writer.present(names[0])} else ()")
    return writer.local(f"{writer.give(_several)}(({', '.join(names)},))")


def _several(ids: Iterable[Any]) -> tuple[str, ...]:
    """Ids once each, also those of a list among them."""
    flat = [one for each in ids for one in (each if type(each) is list else (each,))]
    return tuple(dict.fromkeys(filter(None, map(text_of, flat))))


class _Actors(dict[tuple[str | None, str | None], Actor | None]):
    """Equal actors are one object."""

    def __missing__(self, key: tuple[str | None, str | None]) -> Actor | None:
        found = Actor(key[0] or None, key[1]) if any(key) else None
        if len(self) < MEMORY:
            self[key] = found
        return found


def write_actor(writer: Writer, of: str | Who | None, maps: Maps) -> str:
    """`actor`: who did it, or None."""
    if of is None:
        return "None"
    who = Who(name=of) if isinstance(of, str) else of
    name = writer.text(writer.of(who.name)) if who.name else "None"
    kind = write_word(writer, who.kind, maps, "actor.kind")
    return writer.local(f"{writer.give(_Actors())}[({name}, {kind})]")


def compile_statement(of: Statement, around: Around, *, looped: bool, names_only: bool = False) -> Build:
    """One event of a record as one function.

    `looped`: an element that is no order makes no event. `names_only`: of the payload, which the event is about but
    does not state.
    """
    writer = Writer(around.scope)
    kinds = _kinds_map(around)
    writer.line("names = []")
    write_names(writer, of.order, around.system, "strong", kinds)
    states, fields, ids, happened, topic = "()", None, None, "None", None
    if of.payload is not None:
        states, fields, ids, happened, topic = _write_payload(writer, of, around, looped=looped)
        if names_only:
            states, fields, ids, happened = "()", None, None, "None"
    write_names(writer, of.mentions, around.system, "weak", kinds)
    if of.peer and of.peer_instance:
        word, which = write_word(writer, of.peer, around.maps, "peer"), writer.of(of.peer_instance)
        with writer.block(f"if {word} and {writer.present(which)}:"):
            writer.line(f"names = {writer.give(_of_instance)}(names, {word}, {writer.text(which)})")
    kind = write_kind(writer, of, around)
    if topic is not None:
        kind = writer.local(f"{writer.give(_with_topic)}({kind}, {topic}) if {topic} is not None else {kind}")
    if of.at:
        stamp = writer.of(of.at)
        with writer.block(f"if {writer.present(stamp)}:"):
            writer.line(f"at, precision = {writer.give(_stamp(around.stamp))}({stamp})")
            writer.line(f"at_raw = {writer.text(stamp)}")
    if claimed := of.happened_at or of.source_at:
        own = writer.of(claimed)
        happened = writer.local(f"{own} if {writer.present(own)} else {happened}")
    unreadable = None
    if happened != "None":
        claims = writer.give(_claim(around.claimed, orders=not isinstance(of.phase, str) or of.phase in CLAIMING))
        claimed_at, unreadable = writer.local("None"), writer.local("None")
        with writer.block(f"if {writer.present(happened)}:"):
            writer.line(f"{claimed_at}, precision, {unreadable} = {claims}({happened}, at, precision)")
        happened = claimed_at
    if of.status:
        status = around.status(of.system if isinstance(of.system, str) else around.system)
        states = writer.local(f"{write_states(writer, of.status, status)} + {states}")
    fields = _write_merged(writer, fields, of.fields)
    ids = _write_merged(writer, ids, of.ids)
    ids = writer.local(f"{{**{ids}, 'damaged id': ', '.join(damaged)}} if damaged else {ids}")
    if unreadable:
        ids = writer.local(f"{{**{ids}, {UNREADABLE!r}: {unreadable}}} if {unreadable} else {ids}")
    before = write_fields(writer, of.before)
    if of.phase == "observed" and around.as_of is not None:
        writer.line(f"if at is None: at, precision = {around.as_of}, {SECOND}")
    elif of.phase != "observed" and around.timed is not None:
        empty = writer.give(_untimed(around.timed))
        writer.line(f"if at is None{'' if happened == 'None' else f' and {happened} is None'}: {empty}()")
    envelope = write_envelope(writer, of.message)
    actor = write_actor(writer, of.actor, around.maps)
    result = "None"
    if of.result:
        result = writer.local(f"{writer.text(writer.of(of.result))} or None")
        result = f"({result} if {result} is None or len({result}) <= {SAID} else {writer.give(shortened)}({result}))"
    made = (
        f"{writer.give(Event)}({kind}, at, at_raw, precision, {happened}, tuple(names), {envelope}, {states}, "
        f"{fields}, {before}, {ids}, {actor}, {result})"
    )
    return writer.function(("r", "at", "at_raw", "precision", "damaged"), made)


def _write_payload(writer: Writer, of: Statement, around: Around, *, looped: bool) -> tuple[str, str, str, str, str]:
    """What the body says, as locals: states, fields, ids, happened_at, topic. Its names are added."""
    shaped = of.payload if isinstance(of.payload, Shaped) else Shaped(from_=of.payload or ".", as_=[])
    wanted = [shaped.as_] if isinstance(shaped.as_, str) else shaped.as_
    pick: Pick = picker(around.payloads(wanted))
    nothing = writer.give(NOTHING)
    found = writer.local(f"{writer.give(pick)}({writer.of(shaped.from_)})")
    said = [writer.local(start) for start in ("()", nothing, nothing, "None", "None")]
    with writer.block(f"if {found} is not None:"):
        writer.line(f"{', '.join(said)} = {found}[0].read({found}[1], names, damaged)")
    if looped:
        writer.line(f"if {found} is None and not names and not damaged: return None")
    states, fields, ids, happened, topic = said
    return states, fields, ids, happened, topic


def _write_merged(writer: Writer, outer: str | None, table: Mapping[str, str]) -> str:
    """The body's fields with the statement's own over them."""
    if outer is None or not table:
        return outer or write_fields(writer, table)
    own = write_fields(writer, table)
    return writer.local(f"{{**{outer}, **{own}}} if {outer} else {own}")


def _of_instance(names: Sequence[Name], system: str, instance: str) -> list[Name]:
    """Names of a system, as those of one of several: `shop:id 7` → `shop/north:id 7`."""
    own, its = f"{system}:", f"{system}/{instance}:"
    return [name._replace(kind=its + name.kind[len(own) :]) if name.kind.startswith(own) else name for name in names]


def _with_topic(kind: Kind, topic: str) -> Kind:
    return kind if kind.topic is not None else interned(_valid(kind._replace(topic=topic)))


def _kinds_map(around: Around) -> Mapping[str, str]:
    try:
        return around.maps("kinds")
    except DefinitionError:
        return {}


def _untimed(where: str) -> Callable[[], None]:
    """An event without any time would stand anywhere in a journey."""

    def refuse() -> None:
        raise UnreadError(f"time: {where} is empty")

    return refuse


def _stamp(parse_stamp: Parser) -> Parser:
    """An event's own stamp."""

    def stamp(value: Any) -> tuple[int, int]:
        try:
            return parse_stamp(value)
        except StampError as error:
            raise UnreadError(f"time: {error}") from error

    return stamp


Claim = Callable[[Any, int | None, int], tuple[int | None, int, str | None]]
"""(what it says, at, precision) → when it happened, the precision that the event then has, and what is unreadable."""


def _claim(parse_claimed: Parser, *, orders: bool) -> Claim:
    """When it says the change took place; what cannot be read claims nothing, and comes back as it is written.

    A mere date tells nothing beside the record's own time of that day (or of the next, in another zone), and as an
    instant would be its midnight. `orders`: the event is ordered by what it says.
    """

    def claim(value: Any, at: int | None, precision: int) -> tuple[int | None, int, str | None]:
        try:
            said, width = parse_claimed(value)
        except PlaceholderError:
            return None, precision, None
        except StampError:
            return None, precision, text_of(value)
        if at is None:
            return said, width, None
        if width >= DAY and -ZONES <= at - said < width + ZONES:
            return None, precision, None
        return said, max(width, precision) if orders else precision, None

    return claim


def joined(outer: Statement, inner: Statement) -> Statement:
    """An inner statement with what it does not say taken from the outer; tables are joined, the inner counts."""
    changes: dict[str, Any] = {}
    for name in Statement.__struct_fields__:
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


def with_answer(of: Statement) -> list[tuple[Statement, bool]]:
    """The statement, and how its request was answered: statements of the peer, for an answer is the sender's hop.

    Beside each, whether it only takes names from the payload. Of a request whose sender the definition does not name,
    there is only the statement itself.
    """
    if of.answer is None:
        return [(of, False)]
    answer = Answer(status=of.answer) if isinstance(of.answer, str) else of.answer
    plain = msgspec.structs.replace(of, answer=None)
    if of.peer is None:
        return [(plain, False)]
    told = Statement(
        each=of.each, topic=of.topic, system=of.peer, instance=answer.instance or of.peer_instance, level="transport",
        order=of.order, message=of.message, ids=of.ids, at=of.at, payload=of.payload, result=answer.status,
    )  # fmt: skip
    accepted, there = {answer.status: answer.accepted}, {answer.status: True}
    yes = msgspec.structs.replace(told, phase="acknowledged", when={**of.when, **accepted}, unless=of.unless)
    no = msgspec.structs.replace(told, phase="rejected", when={**of.when, **there}, unless={**of.unless, **accepted})
    return [(plain, False), (yes, True), (no, True)]
