"""The escalation report: one HTML file with everything in it and nothing loaded from anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from tracelog.model.finding import Scan, Trace


class ReportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a report is made.

    `for_system` keeps what concerns that vendor. `columns` names the columns of CSV exports by the export's
    SHA-256, so that a row can be redacted by column name. `generated_at` is printed, nothing is computed from it.
    """

    redact: bool = True
    for_system: str | None = None
    show_tz: str | None = None
    generated_at: datetime | None = None
    columns: Mapping[str, Sequence[str]] = {}


def report(scan: Scan, traces: Sequence[Trace], options: ReportOptions | None = None) -> str:
    """`tracelog report`: the whole file. `traces` are the example orders (or those asked for), worst first."""
    raise NotImplementedError
