"""Dates as people's settings print them: month or day first, names of months, 12 or 24 hours, no zone.

Whether `03/09/2026` is March or September no single stamp tells. `day_order` decides for a whole export, from all
of its stamps, and says on what basis; what stays ambiguous is said to be.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable
from datetime import date, tzinfo
from typing import Any, NamedTuple

from tracelog.interpret.zones import EARLIEST, LATEST, minute_in, stated
from tracelog.model.event import DAY, MINUTE, SECOND

MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1)
    for name in names.split()
}  # fmt: skip
MEMORY = 20_000

_STAMP = re.compile(
    r"""(?:(?P<y1>\d{4})[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})            # 2026/03/09
        |(?P<a>\d{1,2})(?P<separator>[-/.])(?P<b>\d{1,2})[-/.](?P<y2>\d{4}|\d\d)  # 3/9/2026, 09.03.26
        |(?P<d3>\d{1,2})[-.\ ]+(?P<n3>[A-Za-z]{3,9})[-.,\ ]+(?P<y3>\d{4}|\d\d)  # 9-Mar-2026
        |(?P<n4>[A-Za-z]{3,9})\.?\ +(?P<d4>\d{1,2})(?:st|nd|rd|th)?,?\ +(?P<y4>\d{4})  # Mar 9, 2026
        )
        (?:,?[T\ ]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9})\d*)?)?
           (?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?)?
        \s*(?P<zone>[+-]\d\d:?\d\d|[A-Za-z]+(?:[ -][A-Za-z]+){0,3})?""",
    re.VERBOSE,
)

_MAIL = re.compile(r"(?:[A-Za-z]{3},\s+)?(?P<date>\d{1,2}\s[A-Za-z]{3}\s\d{4}\s.+)", re.DOTALL)


class StampError(ValueError):
    """A stamp that cannot be read; its text is the reason for the ledger."""


class PlaceholderError(StampError):
    """A stamp that is readable and means *none*: the year 1, the year 9999."""


class DayOrder(NamedTuple):
    """Which of the two numbers is the day. `day_first` None: no stamp has two, nothing is to be decided."""

    day_first: bool | None
    basis: str
    ambiguous: bool = False


def parser(zone: tzinfo, *, day_first: bool | None) -> Callable[[Any], tuple[int, int]]:
    """A parser of such stamps; `day_first` None reads each stamp by itself, month first where both fit."""
    memory: dict[str, tuple[int, int]] = {}

    def parse(value: Any) -> tuple[int, int]:
        text = value.strip() if isinstance(value, str) else str(value)
        if known := memory.get(text):
            return known
        instant = _read(text, zone, day_first)
        if len(memory) < MEMORY:
            memory[text] = instant
        return instant

    return parse


def mail(zone: tzinfo) -> Callable[[Any], tuple[int, int]]:
    """A parser of `Mon, 09 Nov 2026 15:00:00 +0000`; no other date, for those may have the month first."""
    parse = parser(zone, day_first=None)

    def parse_mail(value: Any) -> tuple[int, int]:
        found = _MAIL.fullmatch(value.strip()) if isinstance(value, str) else None
        if found is None:
            raise StampError(f"not a date as in e-mail: {str(value)[:60]!r}")
        return parse(found["date"])

    return parse_mail


def _read(text: str, zone: tzinfo, day_first: bool | None) -> tuple[int, int]:
    found = _STAMP.fullmatch(text)
    if found is None:
        raise StampError(f"not a date and time: {text[:60]!r}")
    year, month, day = _day(found, text, day_first)
    hour, precision = _hour(found, text)
    minute, second = int(found["minute"] or 0), int(found["second"] or 0)
    if second > 60:
        raise StampError(f"no such second: {text!r}")
    digits = found["fraction"] or ""
    if digits:
        precision = 10 ** (9 - len(digits))
    if written := found["zone"]:
        own = stated(written)
        if own is None:
            raise StampError(f"no one time zone is called {written!r}: {text[:60]!r}")
        zone = own
    try:
        start, wider = minute_in(zone, year, month, day, hour, minute)
    except ValueError as error:
        raise StampError(f"no such time: {text!r} ({error})") from error
    return start + second * SECOND + int(digits or 0) * precision * bool(digits), precision + wider


def _day(found: re.Match[str], text: str, day_first: bool | None) -> tuple[int, int, int]:
    if found["y1"]:
        year, month, day = int(found["y1"]), int(found["m1"]), int(found["d1"])
    elif found["y2"]:
        first, second = int(found["a"]), int(found["b"])
        if day_first is None:
            day_first = first > 12
        day, month = (first, second) if day_first else (second, first)
        year = _year(found["y2"])
        if month > 12 >= day:
            order = "day" if day_first else "month"
            raise StampError(f"there is no month {month} in {text!r}, and the {order} stands first in this export")
    else:
        name = (found["n3"] or found["n4"]).casefold()
        if name not in MONTHS:
            raise StampError(f"no month of that name: {text!r}")
        year, month, day = _year(found["y3"] or found["y4"]), MONTHS[name], int(found["d3"] or found["d4"])
    if not EARLIEST <= year <= LATEST:
        raise PlaceholderError(f"year {year} is a placeholder, not a time: {text!r}")
    return year, month, day


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _hour(found: re.Match[str], text: str) -> tuple[int, int]:
    if found["hour"] is None:
        return 0, DAY
    hour, half = int(found["hour"]), found["half"]
    if half:
        if not 1 <= hour <= 12:
            raise StampError(f"no such hour before or after noon: {text!r}")
        hour = hour % 12 + (12 if half in "Pp" else 0)
    return hour, SECOND if found["second"] else MINUTE


def in_numbers(stamp: Any) -> bool:
    """Whether day and month both stand in it as numbers, so that either may be first."""
    found = _STAMP.fullmatch(stamp.strip()) if isinstance(stamp, str) else None
    return found is not None and bool(found["y2"])


def day_order(stamps: Iterable[Any]) -> DayOrder:
    """Whether day or month stands first in these stamps of one export, and on what basis.

    A number above twelve proves it. Without one, the reading under which the export spans far fewer days is
    taken (an export is a week, not the ninth of seven months), and said to be an assumption.
    """
    pairs: set[tuple[int, int, int]] = set()
    dotted = False
    for stamp in stamps:
        found = _STAMP.fullmatch(stamp.strip()) if isinstance(stamp, str) else None
        if found is not None and found["y2"]:
            pairs.add((int(found["a"]), int(found["b"]), _year(found["y2"])))
            dotted = dotted or found["separator"] == "."
    if not pairs:
        return DayOrder(None, "no stamp has day and month as numbers in doubt")
    day = next((pair for pair in pairs if pair[0] > 12), None)
    month = next((pair for pair in pairs if pair[1] > 12), None)
    if day and month:
        return DayOrder(
            None, f"contradictory: {_show(day)} has the day first, {_show(month)} the month", ambiguous=True
        )
    if day:
        return DayOrder(day_first=True, basis=f"day first: {_show(day)} allows nothing else")
    if month:
        return DayOrder(day_first=False, basis=f"month first: {_show(month)} allows nothing else")
    if dotted:
        return DayOrder(day_first=True, basis="day first, as dates with dots are written", ambiguous=True)
    by_day, by_month = _span(pairs, day_first=True), _span(pairs, day_first=False)
    if by_day * 3 < by_month:
        basis = f"assumed day first: the export then spans {by_day} days instead of {by_month}"
        return DayOrder(day_first=True, basis=basis, ambiguous=True)
    if by_month * 3 < by_day:
        basis = f"assumed month first: the export then spans {by_month} days instead of {by_day}"
        return DayOrder(day_first=False, basis=basis, ambiguous=True)
    return DayOrder(day_first=False, basis="assumed month first: no date has a number above 12", ambiguous=True)


def _show(pair: tuple[int, int, int]) -> str:
    return "/".join(map(str, pair))


def _span(pairs: set[tuple[int, int, int]], *, day_first: bool) -> int:
    days: list[date] = []
    for a, b, year in pairs:
        with contextlib.suppress(ValueError):  # a year, a month or a day 0 is no date either way
            days.append(date(year, b if day_first else a, a if day_first else b))
    return (max(days) - min(days)).days + 1 if days else 0
