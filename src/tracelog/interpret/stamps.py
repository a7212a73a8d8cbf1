"""Stamps as logs write them, whatever the logger: with names of months, with the year behind, without a year.

A stamp without a year (`Mar 12 14:02:11`) is of the latest year in which it is not after the end of its log. When the
log ends is told by stamps in it that have a year, by the user, or by the file's own time; what it was is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

from tracelog.interpret import dates
from tracelog.interpret.dates import MONTHS, StampError
from tracelog.interpret.zones import stated
from tracelog.model.event import DAY, SECOND

Parse = Callable[[Any], tuple[int, int]]
MEMORY = 20_000
SLACK = DAY
"""How long after the time that a log is known to reach its last stamp may stand: zones differ, clocks are wrong."""
AHEAD = 183 * DAY
"""The same where that time is the one of some stamp in the log, and not of its end."""

_FORM = re.compile(
    r"""\[?(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\ +)?
    (?:(?P<day>\d{1,2})[-/\ ](?P<month>[A-Z][a-z]{2,8})(?:[-/\ ](?P<year>\d{4}))?[:\ T]       # 12/Mar/2026:14:02:11
      |(?P<named>[A-Z][a-z]{2,8})\ +(?P<dated>\d{1,2}),?\ +(?:(?P<early>\d{4}),?\ +(?:(?:@|at)\ +)?)? # Mar 12 14:02:11
      |[A-Z]?(?P<mm>[01]\d)(?P<dd>[0-3]\d)\ )                                                  # I0312 14:02:11.938
    (?P<time>\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:\ ?[AaPp][Mm])?)
    (?P<zone>\ ?(?:[+-]\d\d:?\d\d|[A-Z]{3,4}(?![a-z])))?
    (?:\ (?P<late>\d{4}))?
    (?P<tail>\ (?:[+-]\d\d:?\d\d|[A-Z]{3,4}))?\]?""",
    re.VERBOSE,
)

_DAMAGED = (
    rb"\[?(?:\d{5,}-\d\d-\d\d[T ]"  # 22024-01-11T10:20:30
    rb"|(?:\d{4}-\d\d-\d\d[T ]|T)\d\d:(?: \d\d: ?|\d\d: )\d\d"  # 2024-01-11T11: 18: 40
    rb"|T\d\d:\d\d:\d\d)"  # T11:18:40
)


def begins_damaged(begins: re.Pattern[bytes]) -> re.Pattern[bytes]:
    """What a record begins with, or should have begun with: a time that is damaged begins one too, which then cannot be
    read. Else the line would pass for the rest of the record before it, at that one's time.
    """
    return re.compile(rb"(?:" + begins.pattern + rb")|" + _DAMAGED, begins.flags)


class Latest(NamedTuple):
    """No stamp without a year is later than this (UTC ns), and how that is known."""

    at: int
    basis: str


def parser(iso: Parse, epoch: Parse, zone: tzinfo, day_first: bool | None, latest: int | None) -> Parse:
    """One parser for all that logs write; the stamp says of which kind it is."""
    dated = dates.parser(zone, day_first=day_first)
    memory: dict[str, tuple[int, int]] = {}

    def parse(value: Any) -> tuple[int, int]:
        if type(value) is str:
            if value[4:5] == "-" or value[8:9] == "T":
                return iso(value)
            if known := memory.get(value):
                return known
        elif not isinstance(value, str):
            return epoch(value)
        text = value.strip().strip("[]")
        found = _FORM.fullmatch(text)
        if found is not None:
            instant = dated(_spelled(found, text, latest))
        elif text.replace(".", "", 1).isdecimal() and len(text) > 8:
            instant = epoch(text)
        else:
            try:
                instant = dated(text)
            except StampError:
                instant = iso(text)
        if len(memory) >= MEMORY:
            memory.clear()
        memory[value] = instant
        return instant

    return parse


def _spelled(found: re.Match[str], text: str, latest: int | None) -> str:
    """The stamp as `12 Mar 2026 14:02:11 +0000`."""
    day = found["day"] or found["dated"] or found["dd"]
    name = found["month"] or found["named"]
    month = MONTHS.get(name.casefold()) if name else int(found["mm"])
    if month is None or not 1 <= month <= 12:
        raise StampError(f"no month of that name: {text[:60]!r}")
    year = found["year"] or found["early"] or found["late"] or str(_year(month, int(day), text, latest))
    zone = (found["zone"] or found["tail"] or "").strip()
    if zone.isalpha() and stated(zone) is None:
        zone = ""  # the name of several: then it is as good as none, and the user is asked
    return f"{year}-{month:02d}-{int(day):02d} {found['time']} {zone}".strip()


def _year(month: int, day: int, text: str, latest: int | None) -> int:
    if latest is None:
        raise StampError(f"states no year, and nothing tells which: {text[:60]!r}; --as-of says when the log ends")
    end = datetime.fromtimestamp(latest // SECOND, UTC)
    return end.year if (month, day) <= (end.month, end.day) else end.year - 1


def yearless(value: Any) -> bool:
    """Whether this stamp states no year."""
    found = _FORM.fullmatch(value.strip()) if isinstance(value, str) else None
    return found is not None and not (found["year"] or found["early"] or found["late"])


_ZONED = re.compile(
    r".*(?:\dZ|(?:\d| )[+-]\d\d:?\d\d| (?:UTC|GMT|[A-Z]{3,4}))(?: \d{4})?\]?|\d{10,19}(?:\.\d+)?", re.DOTALL
)


def zoned(value: str) -> bool:
    """Whether this stamp states its zone, or needs none."""
    text = value.strip()
    if _ZONED.fullmatch(text) is None:
        named = re.search(r"\d(?:\s?[ap]\.?m\.?)?\s\(?([A-Za-z][A-Za-z -]+ time)\)?$", text, re.IGNORECASE)
        return named is not None and stated(named[1]) is not None
    zone = re.search(r" ([A-Z]{3,4})(?: \d{4})?\]?$", text)
    return zone is None or stated(zone[1]) is not None


def latest_of(stamps: Iterable[str], parse: Parse, *, as_of: int | None, ends: int | None) -> Latest | None:
    """When a log ends of which some stamps state no year; None when all state one, or nothing tells."""
    missing = False
    last: int | None = None
    for stamp in stamps:
        if yearless(stamp):
            missing = True
            continue
        try:
            at, _ = parse(stamp)
        except StampError:
            continue
        last = at if last is None else max(last, at)
    if not missing:
        return None
    if as_of is not None:
        return Latest(as_of + SLACK, "the year from --as-of")
    if last is not None:
        return Latest(last + AHEAD, "the year from other stamps of this log")
    if ends is not None:
        when = f"{datetime.fromtimestamp(ends // SECOND, UTC):%Y-%m-%d}"
        return Latest(ends + SLACK, f"the year from the file's own time, {when}")
    return None
