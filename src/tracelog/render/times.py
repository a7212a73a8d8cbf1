"""Times for people: in the reader's zone, always with the offset, durations in words.

Everything that comes in is RFC 3339 UTC, as in the JSON; seconds are plain numbers.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_MOMENT = re.compile(
    r"(?P<time>\d\d:\d\d(?P<seconds>:\d\d)?) UTC on (?P<day>\d{1,2}) (?P<month>"
    + "|".join(_MONTHS)
    + r") (?P<year>\d{4})"
)
"""A moment as `model.words.clock` writes it into sentences."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def zone(name: str | None) -> tzinfo | None:
    """The zone of that name; None, empty or `local` is the reader's own (None, as `astimezone` takes it).

    Raises UsageError, with the nearest names, for one that nobody knows.
    """
    if name is None or name.strip().lower() in {"", "local"}:
        return None
    from tracelog.interpret.zones import find  # only for those who name a zone

    return find(name)


def parse(stamp: str | None) -> datetime | None:
    """An instant from RFC 3339; None if there is none or it cannot be read. Below a microsecond is cut off."""
    if not stamp:
        return None
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def between(earlier: str | None, later: str | None) -> float | None:
    """Seconds from one stamp to the other, negative if they stand the other way round."""
    a, b = parse(earlier), parse(later)
    return None if a is None or b is None else (b - a).total_seconds()


class Clock:
    """Stamps in one zone. A stamp that cannot be read is shown as it stands, never guessed at."""

    def __init__(self, show_tz: str | None = None) -> None:
        self.zone = zone(show_tz)
        self.name = "local time" if self.zone is None else str(self.zone)

    def _local(self, stamp: str | None) -> datetime | None:
        at = parse(stamp)
        try:
            return at.astimezone(self.zone) if at else None
        except (OverflowError, OSError, ValueError):  # year 1 or 9999: no such local time
            return at

    def stamp(self, stamp: str | None, *, none: str = "no time") -> str:
        """`2026-03-02 15:05:11.201 +01:00`; fractions as precise as given, at most milliseconds."""
        at = self._local(stamp)
        if at is None:
            return stamp or none
        return f"{at:%Y-%m-%d} {_time(at)} {offset(at)}"

    def minute(self, stamp: str | None, *, none: str = "?") -> str:
        """For tables and periods: `2026-03-02 15:05 +01:00`."""
        at = self._local(stamp)
        return f"{at:%Y-%m-%d %H:%M} {offset(at)}" if at else stamp or none

    def day(self, stamp: str | None) -> str | None:
        """The heading of a day in a timeline: `Mon 2 March 2026, +01:00`."""
        at = self._local(stamp)
        if at is None:
            return None
        return f"{_DAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]} {at.year}, {offset(at)}"

    def time(self, stamp: str | None) -> str:
        """Within such a day: `15:05:11.201`."""
        at = self._local(stamp)
        return _time(at) if at else stamp or ""

    def told(self, sentence: str) -> str:
        """A sentence of a finding with its moments in this zone: `14:05 UTC on 2 March 2026`, say.

        Sentences are made once, in UTC, and say so; beside a timeline in another zone they would have to be converted
        in the reader's head.
        """
        return _MOMENT.sub(self._moment, sentence)

    def _moment(self, found: re.Match[str]) -> str:
        text, form = found[0], "%H:%M:%S" if found["seconds"] else "%H:%M"
        day = f"{found['year']}-{_MONTHS.index(found['month']) + 1:02d}-{int(found['day']):02d}"
        at = self._local(f"{day}T{found['time']}+00:00")
        if at is None or not at.utcoffset():
            return text
        return f"{at:{form}} {offset(at)} on {at.day} {_MONTHS[at.month - 1]} {at.year}"

    def span(self, earlier: str | None, later: str | None) -> str:
        """`2026-03-02 15:05 to 2026-03-03 09:00 +01:00`, the day or offset not said twice."""
        a, b = self._local(earlier), self._local(later)
        if a is None or b is None:
            return f"{self.minute(earlier)} to {self.minute(later)}"
        if f"{a:%Y-%m-%d %H:%M} {offset(a)}" == f"{b:%Y-%m-%d %H:%M} {offset(b)}":
            return f"{b:%Y-%m-%d %H:%M} {offset(b)}"
        start = f"{a:%Y-%m-%d %H:%M}" + ("" if a.utcoffset() == b.utcoffset() else f" {offset(a)}")
        end = f"{b:%H:%M}" if a.date() == b.date() else f"{b:%Y-%m-%d %H:%M}"
        return f"{start} to {end} {offset(b)}"


def offset(at: datetime) -> str:
    """`+01:00`."""
    minutes = round((at.utcoffset() or timedelta(0)).total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _time(at: datetime) -> str:
    text = f"{at:%H:%M:%S}"
    return f"{text}.{at.microsecond // 1000:03d}" if at.microsecond >= 1000 else text
