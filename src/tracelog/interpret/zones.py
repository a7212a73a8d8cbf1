"""Local times to UTC: named zones and fixed offsets, with the hours that clocks repeat or skip.

A local time that occurs twice (clocks go back) or never (clocks go forward) is not known to the minute. The
earlier reading is taken, and its precision widened by the difference: order is never claimed inside that hour.
"""

from __future__ import annotations

import difflib
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from tracelog.errors import UsageError
from tracelog.model.event import MINUTE, SECOND

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST, LATEST = 1971, 2261
"""Years. Nanoseconds since 1970 fit 64 bits up to April 2262; what lies outside is a placeholder, not a time."""
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)


_REGIONS = {
    "hawaii": -10, "hawaii-aleutian": -10, "alaska": -9, "alaskan": -9, "pacific": -8, "mountain": -7, "central": -6,
    "eastern": -5, "atlantic": -4, "western european": 0, "central european": 1, "eastern european": 2, "japan": 9,
    "australian eastern": 10, "new zealand": 12,
}  # fmt: skip
NAMED = {
    "utc": 0, "gmt": 0, "z": 0, "greenwich mean time": 0, "british summer time": 1, "hst": -10, "akst": -9, "akdt": -8,
    "pst": -8, "pdt": -7, "mst": -7, "mdt": -6, "cdt": -5, "est": -5, "edt": -4, "wet": 0, "west": 1, "cet": 1,
    "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "jst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    **{f"{region} standard time": hours for region, hours in _REGIONS.items()},
    **{f"{region} {half} time": hours + 1 for region, hours in _REGIONS.items() for half in ("daylight", "summer")},
}  # fmt: skip
"""Hours from UTC by the name that people's clocks show, in lower case. `CST`, `IST` and `BST` are not among them: each
is the short name of several zones."""

SHORT = {
    "AST": ("America/Halifax", "America/Puerto_Rico", "Asia/Riyadh"), "ADT": ("America/Halifax",),
    "EST": ("America/New_York", "America/Panama"), "EDT": ("America/New_York",), "ET": ("America/New_York",),
    "CST": ("America/Chicago", "America/Mexico_City", "Asia/Shanghai"), "CDT": ("America/Chicago",),
    "CT": ("America/Chicago",), "MST": ("America/Denver", "America/Phoenix"), "MDT": ("America/Denver",),
    "MT": ("America/Denver",), "PST": ("America/Los_Angeles", "Asia/Manila"), "PDT": ("America/Los_Angeles",),
    "PT": ("America/Los_Angeles",), "AKST": ("America/Anchorage",), "AKDT": ("America/Anchorage",),
    "NST": ("America/St_Johns",), "BRT": ("America/Sao_Paulo",), "BST": ("Europe/London", "Asia/Dhaka"),
    "IST": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"), "WEST": ("Europe/Lisbon",),
    "CEST": ("Europe/Berlin", "Europe/Paris"), "EEST": ("Europe/Athens", "Europe/Helsinki"),
    "MEZ": ("Europe/Berlin",), "MESZ": ("Europe/Berlin",), "MSK": ("Europe/Moscow",), "SAST": ("Africa/Johannesburg",),
    "GST": ("Asia/Dubai",), "PKT": ("Asia/Karachi",), "ICT": ("Asia/Bangkok",), "WIB": ("Asia/Jakarta",),
    "SGT": ("Asia/Singapore",), "HKT": ("Asia/Hong_Kong",), "PHT": ("Asia/Manila",), "JST": ("Asia/Tokyo",),
    "KST": ("Asia/Seoul",), "AWST": ("Australia/Perth",), "ACST": ("Australia/Adelaide", "Australia/Darwin"),
    "AEST": ("Australia/Sydney", "Australia/Brisbane"), "AEDT": ("Australia/Sydney",), "NZST": ("Pacific/Auckland",),
    "NZDT": ("Pacific/Auckland",),
}  # fmt: skip
"""Short names that people write for a place, with the places that may be meant, the likeliest first. As the zone of a
whole export they are refused: each is half of a place's year, or several places."""


@cache
def find(name: str) -> tzinfo:
    """The zone of that name (`Europe/Berlin`, `UTC`, `+02:00`); raises UsageError with the nearest names."""
    text = name.strip()
    if text.upper() in {"UTC", "GMT", "Z"}:
        return UTC
    if fixed := _OFFSET.fullmatch(text):
        sign = -1 if fixed[1] == "-" else 1
        return timezone(sign * timedelta(hours=int(fixed[2]), minutes=int(fixed[3] or 0)))
    if text.upper() in SHORT:
        raise _short(text.upper())
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    known = {each.casefold(): each for each in available_timezones()}
    if spelled := known.get(text.casefold().replace(" ", "_")):
        return ZoneInfo(spelled)
    cities = {each.rpartition("/")[2].casefold(): each for each in sorted(known.values())}
    near = [known[each] for each in difflib.get_close_matches(text.casefold(), known, n=2)]
    near += [cities[each] for each in difflib.get_close_matches(text.casefold().replace(" ", "_"), cities, n=2)]
    tip = f"did you mean {' or '.join(dict.fromkeys(near))}? " if near else ""
    raise UsageError(
        f"unknown time zone: {name}",
        why="no zone of that name is in the time zone database" if known else "the time zone database is missing",
        help=f"{tip}use a name such as America/New_York or Europe/Berlin, or a fixed offset such as -05:00",
    )


def _short(text: str) -> UsageError:
    """Why an abbreviation is refused, and what to write instead."""
    places, hours = SHORT[text], NAMED.get(text.lower())
    offset = f"{hours:+03d}:00" if hours is not None else None
    if text in {"EST", "MST"}:
        why = f"the time zone database takes {text} for a fixed {offset}, summer too; most clocks called so change"
    elif len(places) > 1:
        why = f"clocks in several places are called so: {', '.join(places)}"
    else:
        why = "a short name stands for a part of the year, or for no zone of the time zone database"
    fixed = f"; {offset} for a clock that never changes" if offset else ""
    return UsageError(f"{text} is no zone of one place", why=why, help=f"write {' or '.join(places)}{fixed}")


@cache
def stated(text: str) -> tzinfo | None:
    """The zone that a stamp itself ends in, an offset or a clock's name; None when no one zone is called so."""
    hours = NAMED.get(" ".join(text.casefold().split()))
    if hours is not None:
        return timezone(timedelta(hours=hours))
    fixed = _OFFSET.fullmatch(text)
    return find(text) if fixed else None


def minute_in(zone: tzinfo, *parts: int) -> tuple[int, int]:
    """UTC nanoseconds of a local minute, and by how much a repeated or skipped hour widens its precision.

    `parts` are year, month, day, hour, minute. Raises ValueError when there is no such date.
    """
    year, month, day, hour, minute = parts
    local = datetime(year, month, day, hour, minute, tzinfo=zone)
    first = local.utcoffset() or timedelta()
    second = local.replace(fold=1).utcoffset() or timedelta()
    naive = (local.replace(tzinfo=UTC) - EPOCH) // timedelta(minutes=1) * MINUTE
    return naive - _nanoseconds(first), abs(_nanoseconds(first - second))


def _nanoseconds(span: timedelta) -> int:
    return (span.days * 86_400 + span.seconds) * SECOND
