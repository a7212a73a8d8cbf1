"""Stamps to instants: UTC nanoseconds and the precision that the text has. Nothing is guessed silently.

A parser is made once for each definition and export, and remembers the minutes and tails that it has seen:
the usual stamp, `2026-03-12T14:02:31.408Z`, costs three look-ups.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from tracelog.errors import DefinitionError
from tracelog.interpret import dates, stamps
from tracelog.interpret.dates import PlaceholderError, StampError
from tracelog.interpret.zones import EARLIEST, LATEST, minute_in, stated
from tracelog.model.event import DAY, HOUR, MILLI, MINUTE, SECOND

Instant = tuple[int, int]
"""UTC nanoseconds since 1970, and the precision in nanoseconds."""
Parser = Callable[[Any], Instant]

DAY_ORDERS: dict[str, bool | None] = {
    "month or day first, 12 or 24 hours": None,
    "month or day first": None,
    "day first": True,
    "month first": False,
}
TICKS = "ticks"
_TICK = 100
_TICKS_BEFORE_1970 = 621_355_968_000_000_000
"""Ticks of .NET: 100 ns each, counted from the year 1. https://learn.microsoft.com/dotnet/api/system.datetime.ticks"""
UNITS = {"epoch s": SECOND, "epoch ms": MILLI, "epoch us": 1000, "epoch ns": 1, "epoch": 0}
MAIL = "rfc 2822"
"""As e-mail and HTTP write it: `Mon, 09 Nov 2026 15:00:00 +0000`."""
LOG = "as logs write it"
"""Whatever a logger writes, told by the stamp itself; it may lack the year."""
MEMORY = 20_000
"""Entries that a cache may hold."""

_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[Tt ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?"
    r"\s*([+-]\d\d(?::?\d\d)?|[A-Za-z]+(?:[ -][A-Za-z]+){0,3})?"
)
_LATEST = (LATEST - 1970) * 365 * DAY
_LONGEST = 40
"""Digits of a number that may be a time: `1e999999` is none, and would take a minute to be reckoned out."""
_SECONDS = {f"{n:02d}": n * SECOND for n in range(61)}


def parser(
    formats: Sequence[str], zone: tzinfo | None, day_first: bool | None = None, latest: int | None = None
) -> Parser:
    """One parser for these formats, tried in order; `zone` is for stamps that state none (None: UTC), `latest` (UTC
    ns) for those without a year: none is later.

    The parser raises StampError, whose text is the reason for the ledger. An unknown format raises
    DefinitionError.
    """
    tried = [_one(each, zone or UTC, day_first, latest) for each in formats or ("iso",)]
    if len(tried) == 1:
        return tried[0]

    def several(value: Any) -> Instant:
        reasons = []
        for parse in tried:
            try:
                return parse(value)
            except StampError as error:
                reasons.append(error)
        raise next((each for each in reasons if isinstance(each, PlaceholderError)), reasons[0])

    return several


def check(format_: str) -> None:
    """Raise DefinitionError when there is no such format."""
    _one(format_, UTC, None)


def _one(format_: str, zone: tzinfo, day_first: bool | None, latest: int | None = None) -> Parser:
    if format_ == "iso":
        return _iso(zone)
    if format_ == LOG:
        return stamps.parser(_iso(zone), _epoch(0), zone, day_first, latest)
    if format_ in UNITS:
        return _epoch(UNITS[format_])
    if format_ == MAIL:
        return dates.mail(zone)
    if format_ == TICKS:
        return _ticks
    if format_ in DAY_ORDERS:
        order = DAY_ORDERS[format_]
        return dates.parser(zone, day_first=day_first if order is None else order)
    if "%" in format_:
        return _pattern(format_, zone)
    raise DefinitionError(
        f"unknown time format: {format_}",
        help=f"use one of: {', '.join(('iso', *UNITS, TICKS, *DAY_ORDERS))}, or a pattern such as %d/%b/%Y:%H:%M:%S %z",
    )


def _iso(zone: tzinfo) -> Parser:
    minutes: dict[str, int] = {}  # "2026-03-12T14:02:" as if it were UTC
    local: dict[str, Instant] = {}  # the same in `zone`, with what a repeated hour adds to the precision
    tails: dict[str, tuple[int, int, bool]] = {}  # ".408Z": nanoseconds to add, precision, states a zone

    def parse(value: Any) -> Instant:
        try:
            add, precision, zoned = tails[value[19:]]
            if zoned:
                return minutes[value[:17]] + _SECONDS[value[17:19]] + add, precision
            start, wider = local[value[:17]]
            return start + _SECONDS[value[17:19]] + add, precision + wider
        except (KeyError, TypeError):
            return fine(value)

    def fine(value: Any) -> Instant:
        """Micro- and nanoseconds in UTC: their digits never repeat, the minutes do."""
        try:
            digits = value[20:-1]
            if value[19] == "." and value[-1] == "Z" and digits.isdecimal() and 3 < len(digits) < 10:
                unit = 10 ** (9 - len(digits))
                return minutes[value[:17]] + _SECONDS[value[17:19]] + int(digits) * unit, unit
        except (KeyError, TypeError, IndexError):
            pass
        return slow(value)

    def slow(value: Any) -> Instant:
        text = value.strip() if isinstance(value, str) else str(value)
        found = _ISO.fullmatch(text) if isinstance(value, str) else None
        if found is None:
            raise StampError(f"not an ISO 8601 time: {text[:60]!r}")
        year, month, day, hour, minute, second, fraction, offset = found.groups()
        add, precision = _fraction(fraction) if second else (0, MINUTE if hour else DAY)
        rolls = hour == "24" and minute == "00" and second in {None, "00"}  # ISO writes midnight at a day's end so
        parts = (int(year), int(month), int(day), 0 if rolls else int(hour or 0), int(minute or 0))
        naive, start, wider = _minute(parts, zone, text)
        if second and second not in _SECONDS:
            raise StampError(f"no such second: {text!r}")
        if rolls:
            add += DAY
        if offset:
            add -= _offset(offset)
        if len(text) >= 19 and text[16:17] == ":" and not rolls:
            if len(minutes) >= MEMORY:  # two weeks of minutes; what comes next is likelier than what was
                minutes.clear()
                local.clear()
            minutes[text[:17]] = naive
            local[text[:17]] = start, wider
            if precision >= MILLI and len(tails) < MEMORY:
                tails[text[19:]] = add, precision, bool(offset)
        add += _SECONDS[second] if second else 0
        return (naive + add, precision) if offset else (start + add, precision + wider)

    return parse


def _minute(parts: tuple[int, int, int, int, int], zone: tzinfo, text: str) -> tuple[int, int, int]:
    """The minute as if it were UTC, in its zone, and what a repeated hour adds."""
    if not EARLIEST <= parts[0] <= LATEST:
        raise PlaceholderError(f"year {parts[0]} is a placeholder, not a time: {text!r}")
    try:
        naive, _ = minute_in(UTC, *parts)
        return naive, *minute_in(zone, *parts)
    except ValueError as error:
        raise StampError(f"no such time: {text!r} ({error})") from error


def _fraction(digits: str | None) -> Instant:
    if not digits:
        return 0, SECOND
    digits = digits[:9]
    unit: int = 10 ** (9 - len(digits))
    return int(digits) * unit, unit


def _offset(text: str) -> int:
    if text[0] not in "+-":
        zone = stated(text)
        ahead = zone.utcoffset(None) if zone else None
        if ahead is None:
            raise StampError(f"no one time zone is called {text!r}")
        return ahead // timedelta(hours=1) * HOUR
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 18 or minutes > 59:
        raise StampError(f"no such offset from UTC: {text!r}")
    return (hours * HOUR + minutes * MINUTE) * (-1 if text[0] == "-" else 1)


def _epoch(unit: int) -> Parser:
    def parse(value: Any) -> Instant:
        if unit and (type(value) is int or (type(value) is str and value.isdecimal() and len(value) < 20)):
            at = int(value) * unit
            if 0 < at < _LATEST:
                return at, unit
        text = value.strip() if isinstance(value, str) else str(value)
        try:
            number = _short(Decimal(text), text)
            size = unit or _unit(number, text)
            at = int(number * size)
        except StampError:
            raise
        except (InvalidOperation, ValueError, OverflowError) as error:
            raise StampError(f"not a number of time units since 1970: {text[:60]!r}") from error
        if at == 0:
            raise PlaceholderError("0 is a placeholder, not a time")
        if not 0 < at < _LATEST:
            raise StampError(f"out of range as a time since 1970: {text[:60]!r}")
        exponent = number.as_tuple().exponent
        digits = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        return at, max(1, size // 10**digits)

    return parse


def _ticks(value: Any) -> Instant:
    text = value.strip() if isinstance(value, str) else str(value)
    at = (int(text) - _TICKS_BEFORE_1970) * _TICK if text.isdecimal() and len(text) <= _LONGEST else 0
    if not 0 < at < _LATEST:
        raise StampError(f"not a number of ticks since the year 1: {text[:60]!r}")
    return at, _TICK


def _short(number: Decimal, text: str) -> Decimal:
    """The number, if it can be reckoned with in no time."""
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST:
        raise StampError(f"out of range as a time since 1970: {text[:60]!r}")
    return number


def _unit(number: Decimal, text: str) -> int:
    """Seconds, milli-, micro- or nanoseconds, told by size: now has 10, 13, 16 or 19 digits."""
    if number.is_zero():
        raise PlaceholderError("0 is a placeholder, not a time")
    digits = number.adjusted() + 1
    if digits < 9:
        raise StampError(f"too small for a time since 1970: {text[:60]!r}")
    return SECOND if digits <= 11 else MILLI if digits <= 14 else 1000 if digits <= 17 else 1


def _pattern(pattern: str, zone: tzinfo) -> Parser:
    precision = next(
        size
        for letters, size in (("fc", 1000), ("STsXr", SECOND), ("M", MINUTE), ("HIk", HOUR), ("", DAY))
        if not letters or any(f"%{letter}" in pattern for letter in letters)
    )
    memory: dict[str, Instant] = {}

    def parse(value: Any) -> Instant:
        text = value.strip() if isinstance(value, str) else str(value)
        if known := memory.get(text):
            return known
        try:
            found = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is given below
        except ValueError as error:
            raise StampError(f"does not fit {pattern!r}: {text[:60]!r}") from error
        if found.year < EARLIEST:
            raise StampError(f"states no year: {text[:60]!r}")
        parts = (found.year, found.month, found.day, found.hour, found.minute)
        naive, start, wider = _minute(parts, zone, text)
        offset = found.utcoffset()
        if offset is not None:
            start, wider = naive - int(offset.total_seconds()) * SECOND, 0
        instant = start + found.second * SECOND + found.microsecond * 1000, precision + wider
        if len(memory) < MEMORY:
            memory[text] = instant
        return instant

    return parse
