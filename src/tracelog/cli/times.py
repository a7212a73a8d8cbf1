"""Times that people give in options: dates, stamps, or how long before the end of the data."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from tracelog.cli.options import Session
from tracelog.errors import UsageError

_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_AGO = re.compile(r"(\d+)\s*([mhdw])")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(text: str | None, session: Session, option: str, *, end: int | None = None) -> int | None:
    """UTC nanoseconds of `2026-03-01`, `2026-03-01T14:00`, `2026-03-01T14:00:00Z` or, before `end`, `7d`.

    A time without an offset is meant in the zone in which times are shown.
    """
    if text is None:
        return None
    if end is not None and (ago := _AGO.fullmatch(text.strip())):
        return end - int(ago[1]) * _UNITS[ago[2]] * 1_000_000_000
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        forms = "2026-03-01, 2026-03-01T14:00, 2026-03-01T14:00:00Z" + (" or 7d" if end is not None else "")
        raise UsageError(f"{option} {text} is no time", help=f"write it as {forms}") from None
    if at.tzinfo is None:
        from tracelog.render.times import zone

        shown = zone(session.show_tz)
        at = at.astimezone() if shown is None else at.replace(tzinfo=shown)
    return (at - _EPOCH) // timedelta(microseconds=1) * 1000
