"""What writers of several systems share."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zoneinfo
from collections.abc import Sequence

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")


def row(values: Sequence[object]) -> str:
    """One line of a CSV file, ended as spreadsheets and vendors end it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(["" if value is None else value for value in values])
    return out.getvalue()


def compact(document: object) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def millis(at: dt.datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def secs(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
