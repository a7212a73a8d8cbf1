"""For programs: JSON that never drops a key, and CSV whose cells no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from tracelog.model.finding import Finding, Station
from tracelog.render.visible import CONTROLS_IN_JSON, visible_block
from tracelog.render.wording import story

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet take a cell for a formula, full-width forms included."""


def to_json(obj: Any, *, pretty: bool = True) -> bytes:
    """UTF-8 with a line end. Characters that would steer a terminal are escaped: same value, no effect."""
    try:
        data = msgspec.json.encode(obj)
    except UnicodeEncodeError:  # a file name whose bytes are no UTF-8
        data = msgspec.json.encode(_whole(msgspec.to_builtins(obj)))
    if pretty:
        data = msgspec.json.format(data, indent=2)
    if not data.isascii() or b"\x7f" in data:
        data = CONTROLS_IN_JSON.sub(_escape, data.decode()).encode()
    return data + b"\n"


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def _whole(value: Any) -> Any:
    """Without lone surrogates, which JSON cannot carry."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list | tuple) else value


def cell(value: object) -> str:
    """One CSV cell: nothing for None, and what a spreadsheet would run gets an apostrophe before it."""
    if value is None:
        return ""
    text = str(value)
    if text.lstrip(" \u00a0\u200b\ufeff").startswith(_FORMULA) and not _NUMBER.match(text):
        return "'" + text
    return text


def to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with its header; plain line ends."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()


FINDING_COLUMNS = (
    "id", "incident", "kind", "problem", "state", "severity", "scope", "order", "channel", "topic", "pattern",
    "from", "to", "field", "value_in", "value_out", "expected", "at", "recovered_at", "limit_seconds",
    "still_wrong", "amount", "currency", "explanation", "reason", "next_step", "act_by", "caused_by", "review",
    "export", "line", "digest",
)  # fmt: skip


def findings_csv(findings: Iterable[Finding]) -> str:
    """`scan --csv`: a finding a row, times UTC, the place of the first piece of evidence; fit for a terminal."""
    rows = (_row(finding) for finding in findings)
    return to_csv(FINDING_COLUMNS, ([visible_block(x) if isinstance(x, str) else x for x in row] for row in rows))


def _row(f: Finding) -> list[object]:
    proof = f.evidence[0] if f.evidence else None
    return [
        f.id, f.incident, f.kind, f.problem, f.state, f.severity, f.scope, f.order, f.channel, f.topic, f.pattern,
        _station(f.step.from_) if f.step else None, _station(f.step.to) if f.step else None,
        f.field, f.value_in, f.value_out, f.expected, f.at, f.recovered_at, f.limit.seconds if f.limit else None,
        {True: "yes", False: "no"}.get(f.still_wrong) if f.still_wrong is not None else None,
        f.value.amount if f.value else None, f.value.currency if f.value else None,
        story(f), f.reason, f.next_step, f.act_by, f.caused_by, f.review.state if f.review else None,
        proof.export if proof else None, proof.line if proof else None, proof.digest if proof else None,
    ]  # fmt: skip


def _station(station: Station) -> str:
    place = f"{station.system}/{station.instance}" if station.instance else station.system
    return f"{place} {station.phase}" + (f" {station.peer}" if station.peer else "")
