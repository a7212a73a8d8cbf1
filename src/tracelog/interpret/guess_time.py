"""The own time of the records of an unknown export: which field, in which format, and whether it states its zone."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from tracelog.interpret import times
from tracelog.interpret.dates import StampError
from tracelog.interpret.leaves import SURE, Field

_STATED = re.compile(r"(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\s*$")
FORMATS = (
    "iso",
    "epoch ms",
    "epoch s",
    "month or day first, 12 or 24 hours",
    times.MAIL,
    "%d/%b/%Y:%H:%M:%S %z",
    "as logs write it",
)
_EPOCHS = {"epoch s": 10, "epoch ms": 13}
_THIS_CENTURY = ("0946684800", "2147483647")
"""Seconds since 1970 that a record of an order may be of: what is outside is a number with as many digits."""


class Clock(NamedTuple):
    """The stamp of a record: its field, format, and whether it states its zone."""

    field: Field
    format: str
    stated: bool


_OWN_TIME = ("timestamp", "time", "logged", "ts", "sent", "received", "delivered", "occurred", "attempted", "date")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_HOUR = re.compile(r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?")
_LATER = frozenset({
    "expected", "estimated", "due", "by", "until", "expires", "scheduled", "next", "promised", "birth",
    "expiration", "expiry", "valid",
})  # fmt: skip


def clock_of(found: Sequence[Field]) -> Clock | None:
    """The record's own time: of all stamps the one that is named most like it."""
    clocks = [clock for each in found if (clock := as_clock(each)) is not None]
    best = max(clocks, key=_own, default=None) or _of_digits(found)
    if best is None or not best.field.share(_DATE.fullmatch) >= SURE:
        return best
    hours = [each for each in found if len(each.values) == len(best.field.values) and each.share(_HOUR.fullmatch) == 1]
    if len(hours) != 1:
        return best
    both = zip(best.field.values, hours[0].values, strict=True)
    path, words = f"{{{best.field.path}}} {{{hours[0].path}}}", (*best.field.words, *hours[0].words)
    return as_clock(Field(path, words, tuple(map(" ".join, both)), best.field.of)) or best


_DAY = re.compile(r"20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])")
_MOMENT = {
    "%Y%m%dT%H%M%S": re.compile(r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"),
    "%Y%m%dT%H%M": re.compile(r"(?:[01]\d|2[0-3])[0-5]\d"),
}


def _of_digits(found: Sequence[Field]) -> Clock | None:
    """A day and the hour beside it, both in digits alone, as ERP systems write them: 20260309 and 130205."""
    for day, hour in itertools.pairwise(found):
        if not day.values or len(day.values) != len(hour.values) or day.share(_DAY.fullmatch) < 1:
            continue
        for format_, moment in _MOMENT.items():
            if len(day.values) >= SURE * day.of and hour.share(moment.fullmatch) == 1:
                both = map("T".join, zip(day.values, hour.values, strict=True))
                stamp = Field(f"{{{day.path}}}T{{{hour.path}}}", (*day.words, *hour.words), tuple(both), day.of)
                return Clock(stamp, format_, stated=False)
    return None


def as_clock(field: Field) -> Clock | None:
    if len(field.values) < SURE * field.of or not field.values:
        return None
    for format_ in FORMATS:
        digits = _EPOCHS.get(format_)
        numbers = sum(_may_count(value, digits) for value in field.values)
        if digits is None and field.share(str.isdecimal) > 1 - SURE:
            continue
        if (digits is None or numbers >= SURE * len(field.values)) and _reads(field, format_):
            return Clock(field, format_, digits is not None or field.share(_STATED.search) >= SURE)
    return None


def _may_count(value: str, digits: int | None) -> bool:
    """Whether it is a number of so many digits that is a time of this century."""
    right = digits is None or (len(value) == digits and _THIS_CENTURY[0] <= value[:10] <= _THIS_CENTURY[1])
    return value.isdecimal() and right


def _reads(field: Field, format_: str) -> bool:
    parse = times.parser([format_], None, day_first=None)
    good = 0
    for value in field.values:
        with contextlib.suppress(StampError):
            parse(value)
            good += 1
    return good >= SURE * len(field.values)


def _own(clock: Clock) -> tuple[int, int, int]:
    words = set(clock.field.words)
    rank = max((len(_OWN_TIME) - n for n, word in enumerate(_OWN_TIME) if word in words), default=0)
    rank = rank or (2 if "created" in words else 1 if "updated" in words else 0)
    with_time = clock.field.share(lambda value: len(value) > 10) >= SURE
    return (not words & _LATER, int(with_time), rank)
