"""An event as a row and back. What many events share is their form; the rest is kept as small as can be."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import msgspec

from tracelog.model.event import MICRO, MILLI, MINUTE, SECOND, Actor, Event, Kind, Name, Place, State
from tracelog.model.words import rfc3339

SEPARATOR = "\x1f"
"""Between the values of an event."""
RARE = "\x1e"
"""Before the JSON that stands instead, where an event has what few have (`Extra`)."""
FORMS = 5000
"""So many forms are kept; where states are no small set of words (a date as state), each event keeps its own."""
_FIELD, _BEFORE, _ID, _RESULT, _ACTOR, _ACTOR_KIND, STAMP = "=", "<", "#", "result", "actor", "actor kind", "stamp"
_TABLES = frozenset((_FIELD, _BEFORE, _ID))

AS_WRITTEN, WHOLE, MILLIS, MICROS = range(4)
"""How `at_raw` is spelled: kept as the last value, or RFC 3339 with `Z` and no, three or six decimals."""


class Form:
    """What many events share. `timed` False: the record has no time of its own, `at` is its snapshot's."""

    __slots__ = ("alone", "answered", "before", "fields", "ids", "kind", "plain", "precision", "stamp", "states")

    def __init__(
        self, kind: Kind, precision: int, stamp: int, states: tuple[State, ...], layout: tuple[str, ...]
    ) -> None:
        self.kind = kind
        self.precision = precision
        self.stamp = stamp
        self.states = states
        self.fields, self.before, self.ids = (
            tuple(name[1:] for name in layout if name[0] == sign) for sign in (_FIELD, _BEFORE, _ID)
        )
        """The names of its values, table by table and in this order; the result comes behind the fields."""
        self.answered = _RESULT in layout
        self.alone = tuple(name for name in layout if name[0] not in _TABLES and name != _RESULT)
        """What comes last: the actor, and the stamp where it is kept as written."""
        self.plain = not self.before and not self.ids and not self.alone
        """Whether it has fields only, and maybe a result."""


class Extra(msgspec.Struct, omit_defaults=True):
    """What few events have."""

    said: list[str] = []
    states: tuple[State, ...] | None = None
    envelope: list[str] | None = None


_extra_in = msgspec.json.Encoder().encode
_extra_out = msgspec.json.Decoder(Extra).decode


@lru_cache(maxsize=4096)
def _minute(number: int) -> str:
    return rfc3339(number * MINUTE)[:17]


@cache
def _millis() -> list[str]:
    """The rest of a stamp for every millisecond of a minute: a look-up is quicker than spelling it each time."""
    return [f"{number // 1000:02d}.{number % 1000:03d}Z" for number in range(60_000)]


class Stamps:
    """Finds out how stamps are spelled. Of one log most stand in the same minute as the one before."""

    def __init__(self) -> None:
        self._begun = 0
        self._text = _minute(0)
        self._millis = _millis()

    def style(self, raw: str, at: int | None) -> int:
        """How `raw` is spelled, so that it need not be kept."""
        if at is None:
            return AS_WRITTEN
        size = len(raw)
        if size == 24:
            rest = at - self._begun
            if not 0 <= rest < MINUTE:
                number, rest = divmod(at, MINUTE)
                self._begun, self._text = at - rest, _minute(number)
            number, rest = divmod(rest, MILLI)
            same = raw[17:] == self._millis[number] and raw[:17] == self._text and not rest
            return MILLIS if same else AS_WRITTEN
        style = WHOLE if size == 20 else MICROS if size == 27 else AS_WRITTEN
        return style if style and stamp(style, at) == raw else AS_WRITTEN


def stamp(style: int, at: int) -> str:
    """`at_raw` in one of the usual spellings."""
    minute, rest = divmod(at, MINUTE)
    if style == MILLIS:
        return _minute(minute) + _millis()[rest // MILLI]
    second, rest = divmod(rest, SECOND)
    head = _minute(minute)
    return f"{head}{second:02d}Z" if style == WHOLE else f"{head}{second:02d}.{rest // MICRO:06d}Z"


def layout_of(event: Event, style: int) -> tuple[tuple[str, ...], list[str]]:
    """What an event says beyond its form: the names of its values, and the values; its stamp last, unless the style
    tells it.
    """
    names = [_FIELD + name for name in event.fields]
    values = [*event.fields.values()]
    if event.result is not None:
        names.append(_RESULT)
        values.append(event.result)
    for sign, table in ((_BEFORE, event.before), (_ID, event.ids)):
        names += [sign + name for name in table]
        values += table.values()
    if event.actor is not None:
        for word, value in ((_ACTOR, event.actor.name), (_ACTOR_KIND, event.actor.kind)):
            if value is not None:
                names.append(word)
                values.append(value)
    if not style:
        names.append(STAMP)
        values.append(event.at_raw)
    return tuple(names), values


def fill(event: Event, form: Form, values: list[str]) -> None:
    """The reverse of `layout_of`."""
    event.fields = dict(zip(form.fields, values, strict=False))
    at = len(form.fields)
    if form.answered:
        event.result = values[at]
        at += 1
    if form.before:
        event.before = dict(zip(form.before, values[at:], strict=False))
        at += len(form.before)
    if form.ids:
        event.ids = dict(zip(form.ids, values[at:], strict=False))
        at += len(form.ids)
    if form.alone:
        if form.alone[-1] == STAMP:
            event.at_raw = values[-1]
        if form.alone[0] != STAMP:
            rest = dict(zip(form.alone, values[at:], strict=True))
            event.actor = Actor(rest.get(_ACTOR), rest.get(_ACTOR_KIND))


def pack_envelope(value: str) -> bytes | str:
    """An id of 32 hexadecimal digits takes 16 bytes, with hyphens 17; any other stays text."""
    size = len(value)
    if size == 32:
        try:
            packed = bytes.fromhex(value)
        except ValueError:
            return value
        return packed if len(packed) == 16 and value == value.lower() else value
    if size == 36:
        try:
            packed = bytes.fromhex(value.replace("-", "")) + b"-"
        except ValueError:
            return value
        return packed if unpack_envelope(packed) == value else value
    return value


def unpack_envelope(packed: bytes | str) -> str:
    if isinstance(packed, str):
        return packed
    digits = packed[:16].hex()
    if len(packed) == 16:
        return digits
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def extra_of(**rare: Any) -> str:
    return RARE + _extra_in(Extra(**rare)).decode()


Row = tuple[int, int, int, int | None, int | None, int | None, bytes | str | None, str | None]
COLUMNS = "id, place, form, at, happened_at, naming, envelope, said"


def event(row: Row, form: Form, names: tuple[Name, ...], place: Place, export: int) -> Event:
    """The event as it was stored, with what the store gives it."""
    number, _, _, at, happened_at, _, envelope, said = row
    inner = () if envelope is None else (unpack_envelope(envelope),)
    raw = stamp(form.stamp, at) if form.stamp and at is not None else ""
    if form.plain and (said is None or said[0:1] != RARE):
        values = said.split(SEPARATOR) if said is not None else []
        fields = dict(zip(form.fields, values, strict=False))
        result = values[-1] if form.answered else None
        return Event(form.kind, at, raw, form.precision, happened_at, names, inner, form.states, fields, {}, {}, None,
                     result, number, place, export)  # fmt: skip
    found = Event(form.kind, at, raw, form.precision, happened_at, names, inner, form.states, id=number, place=place,
                  export=export)  # fmt: skip
    if said is not None and said[0:1] != RARE:
        fill(found, form, said.split(SEPARATOR))
    elif said is not None:
        extra = _extra_out(said[1:])
        if extra.states is not None:
            found.states = extra.states
        if extra.envelope is not None:
            found.envelope = tuple(extra.envelope)
        if extra.said:
            fill(found, form, extra.said)
    return found
